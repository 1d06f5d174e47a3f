"""What is said when Yahoo fails, and when is it asked again?"""

import asyncio
from concurrent.futures import Future

import pytest
from yfinance.data import YfData

from bot.adapters.yahoo import source as adapter
from bot.adapters.yahoo.circuit_breaker import CircuitBreaker
from bot.adapters.yahoo.source import YahooSource
from bot.domain.errors import FailureCode, NoQuotes, SourceRefuses
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from tests.fakes import FakeClock
from tests.loopback.yahoo import LoopbackYahoo
from tests.sentences import failing, sentence_of

ALL = (*MARKETS, *INSTRUMENTS)
SOME = ("nikkei", "kospi", "es-future")
BRIEF = 0.25  # seconds to wait for what never comes
LONG = 100.0  # seconds to wait for what comes, on the busiest of machines


class TestFailures:
    """What a member reads when Yahoo fails, and how soon it is asked again."""

    @pytest.mark.parametrize("fault", ["500", "502", "html", "torn", "cut", "401", "404", "silence"])
    @pytest.mark.parametrize("ask", ["observe", "bars", "probes"])
    async def test_no_answer_is_one_sentence(
        self, source: YahooSource, server: LoopbackYahoo, monkeypatch: pytest.MonkeyPatch, fault: str, ask: str
    ) -> None:
        await source.observe(SOME)
        server.fault = fault
        monkeypatch.setattr(adapter, "BARS_PATIENCE", BRIEF if fault == "silence" else LONG)
        source._patience = BRIEF if fault == "silence" else LONG
        asked = source.bars("nikkei", whole=True) if ask == "bars" else getattr(source, ask)(SOME)
        with pytest.raises(NoQuotes) as caught:
            await asked
        assert sentence_of(caught.value) == "Yahoo is not answering. Please try again in a few minutes."
        assert not isinstance(caught.value, SourceRefuses)
        assert source.failing

    @pytest.mark.parametrize("fault", ["500", "html", "torn", "cut", "401", "silence"])
    async def test_it_works_again_when_yahoo_does(
        self, source: YahooSource, server: LoopbackYahoo, clock: FakeClock, fault: str
    ) -> None:
        server.fault = fault
        source._patience = BRIEF if fault == "silence" else LONG
        with pytest.raises(NoQuotes):
            await source.observe(SOME)
        server.fault = None
        server._over.set()
        source._patience = LONG
        assert set(await source.observe(SOME)) == set(SOME)
        assert not source.failing

    @pytest.mark.parametrize("rounds", range(6))
    async def test_a_cancellation_that_comes_with_the_answer_is_not_lost(
        self, source: YahooSource, monkeypatch: pytest.MonkeyPatch, rounds: int
    ) -> None:
        await source.observe(SOME)
        answer: Future[dict[str, object]] = Future()
        monkeypatch.setattr(source.connection._threads, "submit", lambda *_: answer)
        asking = asyncio.create_task(source.probes(SOME))
        await asyncio.sleep(0.01)
        answer.set_exception(
            NoQuotes(FailureCode.SOURCE_SILENT)
        )  # on its way to the task, a few turns of the loop long
        for _ in range(rounds):
            await asyncio.sleep(0)
        if asking.cancel():
            await asyncio.wait({asking})
            assert asking.cancelled()
        else:
            assert isinstance(asking.exception(), NoQuotes)

    async def test_a_429_is_asked_once_and_then_left_alone_for_minutes(
        self, source: YahooSource, server: LoopbackYahoo, clock: FakeClock
    ) -> None:
        server.fault = "429"
        for _ in range(5):
            with failing(SourceRefuses, match="asked too often"):
                await source.observe(ALL)
            with pytest.raises(SourceRefuses):
                await source.bars("nikkei", whole=True)
        assert len(server.requests) == 1
        clock.move(minutes=1)
        with pytest.raises(SourceRefuses):
            await source.observe(ALL)
        assert len(server.requests) == 2
        clock.move(minutes=1)
        with pytest.raises(SourceRefuses):
            await source.observe(ALL)
        assert len(server.requests) == 2
        server.fault = None
        clock.move(minutes=1)
        assert set(await source.observe(ALL)) == set(ALL)

    async def test_a_429_of_the_quotes_alone_costs_one_request_too(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        server.faults["quote"] = "429"
        with pytest.raises(SourceRefuses):
            await source.observe(ALL)
        assert server.counts == {"cookie": 1, "crumb": 1, "quote": 1}

    async def test_a_429_beside_the_batch_stops_the_rest_and_keeps_what_was_learnt(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        server.only_last = True
        server.faults["chart"] = "429"
        observations = await source.observe(tuple(MARKETS))
        assert len(observations) == 1
        assert server.counts["chart"] <= 3  # those that were under way together
        with pytest.raises(SourceRefuses):
            await source.observe(SOME)
        assert server.counts["quote"] == 1

    async def test_silence_beside_the_batch_keeps_what_was_learnt(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        await source.observe(SOME)
        server.only_last = True
        server.faults["chart"] = "silence"
        source._patience = 5.0  # enough for the batch, and all of it is spent on the charts
        async with asyncio.timeout(LONG):
            observations = await source.observe(tuple(MARKETS))
        assert len(observations) == 1
        assert server.counts["chart"] == 3  # nobody else came to a turn in time
        assert not source.failing

    async def test_outages_are_left_alone_for_seconds(
        self, source: YahooSource, server: LoopbackYahoo, clock: FakeClock
    ) -> None:
        server.fault = "500"
        for _ in range(5):
            with pytest.raises(NoQuotes):
                await source.observe(SOME)
        assert server.counts["crumb"] == 2  # the first failure may be chance
        clock.move(seconds=5)
        with pytest.raises(NoQuotes):
            await source.observe(SOME)
        assert server.counts["crumb"] == 3

    async def test_a_wrong_crumb_is_fetched_anew(self, source: YahooSource, server: LoopbackYahoo) -> None:
        await source.observe(SOME)
        server.crumb = "zZ9.another1"
        assert set(await source.observe(SOME)) == set(SOME)
        assert server.counts == {"cookie": 1, "crumb": 2, "quote": 3}

    async def test_a_cookie_that_yahoo_no_longer_takes_is_given_back(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        await source.observe(SOME)
        server.cookie, server.crumb = "d=another", "zZ9.another1"
        server.faults["chart"] = "500"
        with pytest.raises(NoQuotes):
            await source.observe(SOME)
        assert set(await source.observe(SOME)) == set(SOME)
        assert server.counts["cookie"] == 2

    async def test_where_only_the_batch_is_refused_charts_must_do(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        server.faults["quote"] = "401"
        observations = await source.observe(("nikkei", "kospi"))
        assert set(observations) == {"nikkei", "kospi"}
        assert observations["nikkei"].previous_close == MARKETS["nikkei"].units(
            server.world.of("nikkei")["regularMarketPreviousClose"]
        )

    @pytest.mark.parametrize("fault", ["html", "401", "500"])
    async def test_a_page_in_place_of_a_crumb_is_not_kept(
        self, source: YahooSource, server: LoopbackYahoo, fault: str
    ) -> None:
        server.faults = {"crumb": fault, "chart": "500"}
        with pytest.raises(NoQuotes):
            await source.observe(SOME)
        server.faults.clear()
        assert set(await source.observe(SOME)) == set(SOME)
        sent = {request.params["crumb"] for request in server.requests if "crumb" in request.params}
        assert sent - {"<html>"} == {server.crumb}  # yfinance's own word for having none

    async def test_without_the_cookies_host_there_is_a_second_way(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        server.faults["cookie"] = "cut"
        server.faults["quote"] = "404"
        assert set(await source.observe(["nikkei"])) == {"nikkei"}

    async def test_silence_hangs_nobody_and_starves_no_thread(self, source: YahooSource, server: LoopbackYahoo) -> None:
        await source.observe(SOME)
        server.fault = "silence"
        source._patience = BRIEF
        asks = [source.observe(SOME) for _ in range(9)]
        async with asyncio.timeout(LONG):
            outcomes = await asyncio.gather(*asks, return_exceptions=True)
        assert all(isinstance(outcome, NoQuotes) for outcome in outcomes)
        server.fault = None
        server._over.set()
        source.attempts._breaker, source._patience = CircuitBreaker(), LONG
        assert set(await source.observe(SOME)) == set(SOME)

    async def test_whoever_is_cancelled_leaves_the_source_as_it_was(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        await source.observe(SOME)
        server.faults["quote"] = "silence"
        task = asyncio.create_task(source.observe(SOME))
        while server.counts["quote"] < 2:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not source.failing
        server.faults.clear()
        server._over.set()
        assert set(await source.observe(SOME)) == set(SOME)

    async def test_the_words_of_a_library_reach_nobody(
        self, source: YahooSource, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("crumb=secret at /root")

        monkeypatch.setattr(YfData, "get_raw_json", broken)
        with pytest.raises(NoQuotes) as caught:
            await source.observe(SOME)
        assert "secret" not in str(caught.value)

    async def test_after_its_close_nothing_is_asked(self, source: YahooSource, server: LoopbackYahoo) -> None:
        await source.observe(SOME)
        before = len(server.requests)
        await source.close()
        with pytest.raises(NoQuotes):
            await source.observe(SOME)
        assert len(server.requests) == before
