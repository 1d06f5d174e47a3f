import asyncio
import datetime as dt
from collections.abc import Collection, Mapping

import pytest

from bot.adapters.files.packaged import sessions
from bot.domain.errors import NoQuotes
from bot.domain.markets.catalogue import of_region
from bot.domain.markets.market import Region
from bot.domain.model import Source
from bot.domain.quotes import CLOSE_KNOWN, Observation
from bot.services import closes
from bot.services.closes import read_closes
from tests.sentences import other

TOKYO_CLOSE = dt.datetime(2025, 9, 16, 6, 30, tzinfo=dt.UTC)


class Asked:
    """A source that records which keys are requested and refuses a given number of times.

    A refusal raises, or returns nothing where ``empty`` is set."""

    source: Source = "yahoo"
    failing = False

    def __init__(self, refusals: int = 0, *, empty: bool = False) -> None:
        self.keys: list[str] = []
        self.refusals = refusals
        self.empty = empty

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        self.failing = self.refusals > 0
        if self.refusals:
            self.refusals -= 1
            if self.empty:
                return {}
            raise NoQuotes(other("Yahoo is not answering."))
        self.keys.extend(keys)
        return {}


async def looked(source: Asked, start: dt.datetime, minutes: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(closes, "_LOOK", 0)
    instants = iter(start + dt.timedelta(minutes=minute) for minute in range(minutes + 1))
    over = asyncio.Event()

    def clock() -> dt.datetime:
        now = next(instants, None)
        if now is None:
            over.set()
            return start + dt.timedelta(minutes=minutes)
        return now

    task = asyncio.create_task(read_closes(source, sessions(), clock))
    await over.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return source.keys


async def test_every_market_of_the_summaries_is_read_once_after_its_close_and_delay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    midnight = dt.datetime(2025, 9, 16, 0, 0, tzinfo=dt.UTC)
    keys = await looked(Asked(), midnight, 24 * 60, monkeypatch)
    assert keys.count("nikkei") == keys.count("hang-seng") == keys.count("dax") == keys.count("sp500") == 1
    calendars = sessions()
    world = of_region(Region.WORLD)
    trading = {market.key for market in world if calendars[market.mic].is_session(midnight.date())}
    assert not trading & {"klci", "ipc"}  # Malaysia Day and Mexico's Independence Day
    assert sorted(keys) == sorted(trading)


@pytest.mark.parametrize("empty", [True, False])
async def test_a_refusal_is_followed_by_another_try(empty: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    start = TOKYO_CLOSE + CLOSE_KNOWN - dt.timedelta(minutes=1)
    keys = await looked(Asked(refusals=3, empty=empty), start, 10, monkeypatch)
    assert keys.count("nikkei") == 1
