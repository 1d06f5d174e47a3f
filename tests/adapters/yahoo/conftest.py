"""A Yahoo on the loopback, and the real source before it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.adapters.files.packaged import sessions
from bot.adapters.yahoo import transport
from bot.adapters.yahoo.source import YahooSource
from tests.fakes import FakeClock
from tests.loopback.yahoo import LoopbackYahoo, forget
from tests.loopback.yahoo_world import SEED, default_world

LONG = 100.0
"""Seconds that an answer may take on the busiest of machines; who waits for one that never comes says so."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackYahoo]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)  # nothing may come between
    monkeypatch.setattr(transport, "_COOKIE_PATIENCE", LONG)
    forget()
    with LoopbackYahoo(default_world()) as running:
        yield running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(SEED)


@pytest.fixture
async def source(server: LoopbackYahoo, clock: FakeClock, tmp_path: Path) -> AsyncIterator[YahooSource]:
    made = YahooSource(server.url, tmp_path / "cache", sessions(), clock, patience=LONG)
    yield made
    await made.close()
