"""What does the source ask of Yahoo, and how often? Requests are counted where they arrive."""

import asyncio
import datetime as dt
import threading
import time
from pathlib import Path

import pytest

from bot.adapters.files.packaged import sessions
from bot.adapters.yahoo.client import MOST_SYMBOLS
from bot.adapters.yahoo.models import Probe
from bot.adapters.yahoo.source import YahooSource
from bot.domain.errors import NoQuotes, UnknownMarket
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS, of_region
from bot.domain.markets.market import Region
from tests.fakes import FakeClock
from tests.loopback.yahoo import LoopbackYahoo, forget
from tests.loopback.yahoo_world import SEED

ALL = (*MARKETS, *INSTRUMENTS)
TOGETHER = (*(market.key for market in of_region(Region.WORLD)), *INSTRUMENTS)
"""What every fetch of the bot takes."""
SOME = ("nikkei", "kospi", "es-future")


class TestWhatIsAsked:
    """Requests are counted where they arrive."""

    async def test_one_request_takes_every_market_of_a_summary_and_every_instrument(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        assert len(TOGETHER) <= MOST_SYMBOLS
        observations = await source.observe(TOGETHER)
        assert set(observations) == set(TOGETHER)
        # The chart tells whether the ETF that stands for TOPIX paid a distribution today.
        assert server.counts == {"cookie": 1, "crumb": 1, "quote": 1, "chart": 1}
        await source.observe(TOGETHER)
        assert server.counts == {"cookie": 1, "crumb": 1, "quote": 2, "chart": 1}

    async def test_nothing_is_asked_beside_what_was_wanted(self, source: YahooSource, server: LoopbackYahoo) -> None:
        await source.observe(["nikkei", "vix", "nikkei"])
        assert "chart" not in server.counts
        (asked,) = [request for request in server.requests if request.kind == "quote"]
        assert asked.symbols == ["^N225", "^VIX"]
        assert await source.observe([]) == {}
        assert server.counts["quote"] == 1

    async def test_only_yahoos_hosts_are_asked_and_only_there(self, source: YahooSource, server: LoopbackYahoo) -> None:
        await source.observe(SOME)
        assert {request.host for request in server.requests} == {"fc.yahoo.com", "query1.finance.yahoo.com"}

    async def test_what_is_not_of_the_catalogue_never_becomes_a_symbol(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        for ask in (source.observe(["nikkei", "AAPL"]), source.bars("AAPL", whole=True), source.probes(["AAPL"])):
            with pytest.raises(UnknownMarket):
                await ask
        assert not server.requests

    async def test_more_symbols_than_yahoo_takes_are_never_sent_at_once(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        await source.observe(SOME)
        preparing = source.connection._preparing
        client = preparing.result() if preparing else None
        assert client is not None
        before = len(server.requests)
        names = [f"S{number}" for number in range(250)]
        await asyncio.to_thread(client.quotes, names, time.monotonic() + 100)
        asked = [request.symbols for request in server.requests[before:] if request.kind == "quote"]
        assert [len(request) for request in asked] == [MOST_SYMBOLS] * 5
        assert [name for request in asked for name in request] == names

    async def test_the_cookie_outlives_the_process(
        self, source: YahooSource, server: LoopbackYahoo, clock: FakeClock, tmp_path: Path
    ) -> None:
        await source.observe(SOME)
        await source.close()
        forget()
        again = YahooSource(server.url, tmp_path / "cache", sessions(), clock, patience=100)
        await again.observe(SOME)
        await again.close()
        assert server.counts == {"cookie": 1, "crumb": 2, "quote": 2}

    @pytest.mark.parametrize("trouble", ["a file in its place", "torn databases"])
    async def test_a_cache_folder_that_cannot_be_used_costs_nothing(
        self, server: LoopbackYahoo, clock: FakeClock, tmp_path: Path, trouble: str
    ) -> None:
        folder = tmp_path / "cache"
        if trouble == "torn databases":
            folder.mkdir()
            for name in ("cookies.db", "tkr-tz.db"):
                (folder / name).write_bytes(b"not a database, but long enough to have been one" * 100)
        else:
            folder.write_text("")
        source = YahooSource(server.url, folder, sessions(), clock, patience=100)
        await source.observe(SOME)
        await source.observe(SOME)
        await source.close()
        assert server.counts == {"cookie": 1, "crumb": 1, "quote": 2}

    async def test_a_redirect_leads_nowhere_but_to_yahoo(self, source: YahooSource, server: LoopbackYahoo) -> None:
        server.faults["quote"] = "redirect:https://example.org/v7"
        with pytest.raises(NoQuotes):
            await source.observe(SOME)
        server.faults["quote"] = f"redirect:{server.url}/straight"
        with pytest.raises(NoQuotes):
            await source.observe(SOME)
        assert "/straight" not in {request.path for request in server.requests}

    async def test_a_redirect_within_yahoo_is_followed_by_the_transport(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        server.faults["crumb"] = "redirect:https://query2.finance.yahoo.com/v8/finance/chart/^N225"
        await source.observe(["nikkei"])
        assert "query2.finance.yahoo.com" in {request.host for request in server.requests}

    async def test_asking_again_and_again_leaks_neither_handles_nor_threads(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        async def ask() -> None:
            await asyncio.gather(
                source.observe(ALL), source.bars("nikkei", whole=False), source.bars("dax", whole=True)
            )

        def held() -> tuple[int, int]:
            return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

        for _ in range(5):
            await ask()
        before = held()
        for _ in range(95):
            await ask()
        # The server's own side of a connection, and its thread, may end a moment later.
        given_up = time.monotonic() + 100
        while any(now > then + 3 for now, then in zip(held(), before, strict=True)):
            assert time.monotonic() < given_up, (before, held())
            await asyncio.sleep(0.05)
        assert server.counts["quote"] == 200  # two requests each time


class TestProbes:
    async def test_doctor_learns_first_date_last_trade_and_delay_without_asking_for_each(
        self, source: YahooSource, server: LoopbackYahoo
    ) -> None:
        server.left_out.add("^KS11")
        probes = await source.probes()
        assert set(probes) == set(ALL) - {"kospi"}
        assert probes["nikkei"] == Probe(dt.date(1965, 1, 5), SEED - dt.timedelta(minutes=20), 20)
        assert server.counts == {"cookie": 1, "crumb": 1, "quote": 2}
