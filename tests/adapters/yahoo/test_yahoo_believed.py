"""What does the source believe of what the real yfinance hands on?"""

import asyncio
import datetime as dt

import pytest

from bot.adapters.files.packaged import sessions
from bot.adapters.yahoo.client import MOST_SYMBOLS
from bot.adapters.yahoo.source import MOST_FALLBACKS, YahooSource
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.domain.model import Fault
from bot.domain.quotes import move
from tests.fakes import FakeClock
from tests.loopback.yahoo import LoopbackYahoo
from tests.loopback.yahoo_world import SEED, widened

ALL = (*MARKETS, *INSTRUMENTS)
SOME = ("nikkei", "kospi", "es-future")
TODAY = SEED.date()


class TestWhatIsBelieved:
    """Each fault costs what it concerns, and nothing else."""

    async def test_a_good_quote(self, source: YahooSource, server: LoopbackYahoo) -> None:
        observation = (await source.observe(SOME))["nikkei"]
        raw = server.world.of("nikkei")
        market = MARKETS["nikkei"]
        assert market.points(observation.level) == raw["regularMarketPrice"]
        assert market.points(observation.previous_close or 0) == raw["regularMarketPreviousClose"]
        assert int(observation.time.timestamp()) == raw["regularMarketTime"]
        assert (observation.fetched_at, observation.delay_minutes, observation.faults) == (SEED, 20, ())
        assert not source.rejections

    async def test_a_bad_quote_is_counted_and_leaves_the_others_alone(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        server.world.of("nikkei")["regularMarketPreviousClose"] = 0.01
        server.world.of("kospi")["regularMarketPrice"] = None
        server.world.of("kosdaq")["regularMarketTime"] = int(SEED.timestamp()) + 600
        server.world.of("vix")["regularMarketPrice"] = 0.0
        keys = ("nikkei", "kospi", "kosdaq", "vix", "dax")
        for _ in range(2):
            observations = await source.observe(keys)
        assert set(observations) == {"nikkei", "dax"}
        assert observations["nikkei"].previous_close is None
        assert observations["dax"].faults == ()
        assert source.rejections == {
            ("nikkei", Fault.PREVIOUS_NEAR_ZERO): 2,
            ("kospi", Fault.NO_LEVEL): 2,
            ("kosdaq", Fault.FUTURE): 2,
            ("vix", Fault.OUT_OF_BOUNDS): 2,
        }
        assert server.counts["quote"] == 2

    async def test_a_change_of_faults_is_logged_once(
        self, source: YahooSource, server: LoopbackYahoo, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO", logger="bot")
        server.world.of("kospi")["regularMarketPreviousClose"] = None
        for _ in range(3):
            await source.observe(SOME)
        assert [record.message for record in caplog.records] == ["Yahoo, kospi: not believed: previous_missing"]
        server.world.of("kospi")["regularMarketPreviousClose"] = 3407.31
        await source.observe(SOME)
        assert caplog.records[-1].message == "Yahoo, kospi: not believed: nothing"

    async def test_a_torn_batch_is_mended_one_by_one_and_a_few_at_a_time(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        await source.observe(["dax"])
        server.requests.clear()
        server.only_last = True
        observations = await source.observe(ALL)
        assert len(observations) == MOST_FALLBACKS + 2  # the last one of each of two requests
        assert server.counts["quote"] == 2
        assert server.counts["chart"] <= MOST_FALLBACKS + 1  # TOPIX's distributions
        more = await source.observe(ALL)
        assert not (set(observations) & set(more)) - {ALL[MOST_SYMBOLS - 1], ALL[-1]}  # everyone's turn comes
        assert source.rejections[ALL[20], Fault.NO_LEVEL] >= 1

    async def test_what_the_batch_left_out_is_as_good_when_asked_for_alone(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        whole = (await source.observe(SOME))["nikkei"]
        server.left_out.add("^N225")
        before = server.counts["chart"]
        observation = (await source.observe(SOME))["nikkei"]
        assert observation == whole
        assert server.counts["chart"] == before + 1  # neither a zone nor metadata cost a request

    async def test_alone_the_previous_close_is_never_the_row_before_the_last(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        server.left_out.add("^N225")
        del server.world.bars_of("nikkei")[-2]
        observation = (await source.observe(SOME))["nikkei"]
        assert (observation.previous_close, observation.faults) == (None, (Fault.PREVIOUS_MISSING,))

    async def test_a_market_that_yahoo_has_lost_is_missing_alone(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        del server.world.quotes["^SET.BK"], server.world.bars["^SET.BK"]
        observations = await source.observe(("set", "nikkei"))
        assert set(observations) == {"nikkei"}
        assert not source.failing
        assert source.rejections == {("set", Fault.NO_LEVEL): 1}

    async def test_an_answer_for_another_symbol_is_none(self, source: YahooSource, server: LoopbackYahoo) -> None:
        server.world.quotes["^N225"] = server.world.of("kospi")
        del server.world.bars["^N225"]
        observations = await source.observe(("nikkei", "kospi"))
        assert set(observations) == {"kospi"}

    @pytest.mark.parametrize("agrees", [True, False])
    async def test_a_leap_is_believed_if_the_days_bar_agrees(
        self, source: YahooSource, server: LoopbackYahoo, agrees: bool
    ) -> None:
        quote, bars = server.world.of("nikkei"), server.world.bars_of("nikkei")
        crash = round(quote["regularMarketPreviousClose"] * 0.75, 2)
        quote |= {"regularMarketPrice": crash, "regularMarketDayLow": crash}
        if agrees:
            bars[-1] |= {"close": widened(crash), "low": widened(crash)}
        observation = (await source.observe(("nikkei", "kospi"))).get("nikkei")
        assert server.counts["chart"] == 1
        if not agrees:
            assert observation is None
            assert source.rejections == {("nikkei", Fault.CONTRADICTED): 1}
            return
        # So large a move waits for a second reading, of a later trade, before a change is told.
        assert observation is not None
        assert (observation.bar_agrees, observation.unconfirmed) == (True, True)
        quote["regularMarketTime"] += 60
        observation = (await source.observe(("nikkei", "kospi")))["nikkei"]
        assert (observation.bar_agrees, observation.unconfirmed) == (True, False)
        assert move(MARKETS["nikkei"], observation, sessions()["XTKS"], None).percent == -25.0
        assert source.rejections == {("nikkei", Fault.UNCONFIRMED): 1}

    async def test_a_hundredfold_level_is_none(self, source: YahooSource, server: LoopbackYahoo) -> None:
        server.world.of("nikkei")["regularMarketPrice"] *= 100
        assert "nikkei" not in await source.observe(SOME)
        assert source.rejections["nikkei", Fault.CONTRADICTED] == 1

    async def test_a_lasting_doubt_costs_a_chart_a_minute(
        self, source: YahooSource, server: LoopbackYahoo, clock: FakeClock
    ) -> None:
        server.world.of("nikkei")["regularMarketPrice"] *= 100
        for _ in range(8):
            await source.observe(["nikkei"])
            clock.move(seconds=15)
        assert server.counts["chart"] == 2

    async def test_a_level_that_nothing_confirms_is_held_back(self, source: YahooSource, server: LoopbackYahoo) -> None:
        server.faults["chart"] = "500"
        server.world.of("nikkei")["regularMarketPrice"] *= 1.3
        observation = (await source.observe(["nikkei"]))["nikkei"]
        assert observation.unconfirmed

    async def test_an_instruments_level_that_leaps_is_none(self, source: YahooSource, server: LoopbackYahoo) -> None:
        gold = server.world.of("gold")
        gold["regularMarketPrice"] *= 10
        assert "gold" not in await source.observe(["gold", "nikkei"])
        gold["regularMarketPrice"] /= 10
        assert "gold" in await source.observe(["gold", "nikkei"])
        gold["regularMarketPreviousClose"] *= 10  # it is not the level that leapt
        assert (await source.observe(["gold", "nikkei"]))["gold"].faults == (Fault.JUMP,)


class TestTheEtf:
    """TOPIX stands on an ETF at Yahoo."""

    async def test_its_move_is_the_etfs(self, source: YahooSource) -> None:
        observation = (await source.observe(["topix"]))["topix"]
        assert observation.proxy
        assert move(MARKETS["topix"], observation, sessions()["XTKS"], None).percent == 0.5

    @pytest.mark.parametrize("what", ["distribution", "split"])
    async def test_on_a_day_with_a_distribution_or_split_there_is_no_percentage(
        self, source: YahooSource, server: LoopbackYahoo, what: str
    ) -> None:
        if what == "split":
            server.world.split("topix", TODAY, 10)
        else:
            server.world.pay("topix", TODAY, 6.8)
        for _ in range(2):
            observation = (await source.observe(["topix"]))["topix"]
            assert Fault.DISTRIBUTION in observation.faults
            assert move(MARKETS["topix"], observation, sessions()["XTKS"], None).percent is None
        assert server.counts["chart"] == 1

    async def test_yesterdays_distribution_is_over(self, source: YahooSource, server: LoopbackYahoo) -> None:
        server.world.pay("topix", dt.date(2025, 9, 12), 6.8)
        assert (await source.observe(["topix"]))["topix"].faults == ()

    async def test_where_it_cannot_be_learnt_there_is_no_percentage(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        server.faults["chart"] = "500"
        observations = await source.observe(["topix", "nikkei"])
        assert observations["topix"].faults == (Fault.DISTRIBUTION,)
        assert observations["nikkei"].faults == ()
        del server.faults["chart"]
        assert (await source.observe(["topix"]))["topix"].faults == ()

    async def test_yahoo_may_tell_of_it_late(
        self, source: YahooSource, server: LoopbackYahoo, clock: FakeClock
    ) -> None:
        assert (await source.observe(["topix"]))["topix"].faults == ()
        server.world.pay("topix", TODAY, 6.8)
        clock.move(minutes=59)
        assert (await source.observe(["topix"]))["topix"].faults == ()
        clock.move(minutes=1)
        assert (await source.observe(["topix"]))["topix"].faults == (Fault.DISTRIBUTION,)

    async def test_its_bars_are_not_the_indexs(self, source: YahooSource, server: LoopbackYahoo) -> None:
        assert await source.bars("topix", whole=True) == []
        assert not server.requests


class TestBars:
    """Daily bars come as Yahoo tells them, rounded once."""

    async def test_all_there_are_or_the_last_month(self, source: YahooSource, server: LoopbackYahoo) -> None:
        whole = await source.bars("nikkei", whole=True)
        yahoo_bars = server.world.bars_of("nikkei")
        assert [bar.day for bar in whole] == [bar["day"] for bar in yahoo_bars]
        assert whole[-1].close == MARKETS["nikkei"].units(server.world.of("nikkei")["regularMarketPrice"])
        assert await source.bars("nikkei", whole=False) == whole[-22:]
        assert server.counts["chart"] == 2

    async def test_float32_is_rounded_away(self, source: YahooSource, server: LoopbackYahoo) -> None:
        bars = server.world.bars_of("nikkei")
        bars[-2] |= {"close": 38915.871094, "high": widened(38957.44), "low": widened(38700.0), "open": None}
        bar = (await source.bars("nikkei", whole=True))[-2]
        assert (bar.close, bar.high, bar.low, bar.open) == (3891587, 3895744, 3870000, None)

    async def test_a_null_bar_is_none_and_a_missing_day_is_missing(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        bars = server.world.bars_of("nikkei")
        bars[-1] |= {"open": None, "high": None, "low": None, "close": None, "volume": 120_000_000}
        del bars[-3]
        found = await source.bars("nikkei", whole=True)
        assert found[-1] == (TODAY, None, None, None, None)
        assert len(found) == 59

    async def test_spikes_pass_raw(self, source: YahooSource, server: LoopbackYahoo) -> None:
        bar = server.world.bars_of("nikkei")[-10]
        before = bar["close"]
        bar["close"] = widened(before * 100)
        assert (await source.bars("nikkei", whole=True))[-10].close == pytest.approx(before * 10_000, rel=1e-6)

    async def test_the_live_row_is_not_a_second_bar_of_today(self, source: YahooSource, server: LoopbackYahoo) -> None:
        plain = await source.bars("nikkei", whole=True)
        server.live_row = True
        assert await source.bars("nikkei", whole=True) == plain

    @pytest.mark.parametrize("key", ["sp500", "nikkei", "ibovespa", "asx200", "dax"])
    async def test_days_are_the_exchanges_own(self, source: YahooSource, server: LoopbackYahoo, key: str) -> None:
        bars = await source.bars(key, whole=True)
        assert [bar.day for bar in bars] == [bar["day"] for bar in server.world.bars_of(key)]

    async def test_a_market_without_history_has_none_and_is_no_outage(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        del server.world.bars["^SET.BK"]
        assert await source.bars("set", whole=True) == []
        server.world.bars["^GSPC"] = []
        assert await source.bars("sp500", whole=True) == []
        assert not source.failing

    async def test_no_zone_is_ever_asked_for(self, source: YahooSource, server: LoopbackYahoo) -> None:
        await asyncio.gather(*(source.bars(key, whole=True) for key in MARKETS))
        asked = [request for request in server.requests if request.kind == "chart"]
        assert (
            len(asked)
            == len({request.path for request in asked})
            == sum(not market.proxy for market in MARKETS.values())
        )
