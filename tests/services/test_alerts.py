"""Which markets are watched for alerts, when, and which of their events are certain?"""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from bot.domain.errors import NoQuotes
from bot.domain.posting.subscriptions import AlertCondition, AlertKind
from bot.domain.quotes import Observation
from bot.domain.records.events import Event, EventKind
from bot.services.alerts import MarketWatch
from bot.services.market_snapshots import MarketSnapshots
from bot.services.ports import Quotes
from tests.fakes import FakeClock
from tests.posting import CALENDARS
from tests.sentences import other

DAY = date(2025, 9, 16)
CLOSE = datetime(2025, 9, 16, 6, 30, tzinfo=UTC)
KINDS = (EventKind.RECORD_HIGH, EventKind.RECORD_CLOSE)


class Desk:
    """Reports the same events for every market, based on a single reading."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.asked: list[list[str]] = []
        self.day = DAY
        self.fetched: datetime | None = None
        self.down = False

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        self.asked.append(sorted(keys))
        if self.down:
            raise NoQuotes(other("Yahoo is not answering."))
        at = self.fetched or self.clock()
        trade = at - timedelta(minutes=20)
        return {key: Observation(key, 4_505_538, trade, at, delay_minutes=20) for key in keys}

    def events(self, market: Any, observation: Any, at: datetime, moves: Collection[float]) -> tuple[Event, ...]:
        return tuple(Event(market.key, kind, self.day) for kind in KINDS)


def _watch(now: str) -> tuple[MarketWatch, Desk, FakeClock]:
    clock = FakeClock(now)
    desk = Desk(clock)
    return MarketWatch(cast("Quotes", desk), cast("MarketSnapshots", desk), CALENDARS, clock), desk, clock


@pytest.mark.parametrize(
    ("now", "awake"),
    [
        ("2025-09-15T23:59Z", []),  # before the opening
        ("2025-09-16T00:01Z", ["nikkei"]),
        ("2025-09-16T07:44Z", ["nikkei", "dax"]),  # Tokyo has closed, and its close is not known yet
        ("2025-09-16T07:46Z", ["dax"]),
        ("2025-09-15T03:00Z", []),  # a holiday in Tokyo
        ("2025-09-14T03:00Z", []),  # a Sunday
    ],
)
def test_only_markets_that_trade_or_have_just_closed_are_awake(now: str, awake: list[str]) -> None:
    watch, _, _ = _watch(now)
    assert watch.active_markets(["nikkei", "dax", "gone"]) == awake


async def test_a_level_that_is_not_the_close_yet_makes_no_record_close() -> None:
    watch, desk, clock = _watch("2025-09-16T06:35Z")
    assert [event.kind for event in await watch.newest_events({"nikkei": ()})] == [EventKind.RECORD_HIGH]
    clock.now = CLOSE + timedelta(minutes=21)
    assert [event.kind for event in await watch.newest_events({"nikkei": ()})] == list(KINDS)
    desk.fetched = CLOSE - timedelta(minutes=1)
    assert [event.kind for event in await watch.newest_events({"nikkei": ()})] == [EventKind.RECORD_HIGH]


async def test_what_is_of_another_session_is_no_news_and_an_outage_is_none_either() -> None:
    watch, desk, _ = _watch("2025-09-16T01:00Z")
    desk.day = date(2025, 9, 12)
    assert await watch.newest_events({"nikkei": ()}) == []
    desk.down = True
    assert list(await watch.newest_events({"nikkei": ()})) == []


@pytest.mark.parametrize(
    ("wanted", "event", "waits"),
    [
        (AlertCondition("nikkei", AlertKind.RECORD_HIGH), Event("nikkei", EventKind.RECORD_HIGH, DAY), True),
        (AlertCondition("nikkei", AlertKind.RECORD_HIGH), Event("dax", EventKind.RECORD_HIGH, DAY), False),
        (AlertCondition("nikkei", AlertKind.RECORD_HIGH), Event("nikkei", EventKind.RECORD_CLOSE, DAY), False),
        (AlertCondition("nikkei", AlertKind.ROUND), Event("nikkei", EventKind.ROUND_BELOW, DAY, 45000.0), True),
        (AlertCondition("nikkei", AlertKind.MOVE, 2.0), Event("nikkei", EventKind.FALL, DAY, 2.0), True),
        (AlertCondition("nikkei", AlertKind.MOVE, 2.0), Event("nikkei", EventKind.RISE, DAY, 1.0), False),
    ],
)
def test_an_alert_waits_for_its_own_events_alone(wanted: AlertCondition, event: Event, waits: bool) -> None:
    assert wanted.waits_for(event) is waits
