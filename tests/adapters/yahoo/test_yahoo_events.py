"""What does the real yfinance's connection bring of the calendar, and what is passed over?"""

from datetime import date
from typing import Any

import pytest

from bot.adapters.yahoo import events as adapter
from bot.adapters.yahoo.events import PAGE, YahooEvents
from bot.adapters.yahoo.source import YahooSource
from bot.domain.errors import NoQuotes, SourceRefuses
from bot.services.calendar_events import CalendarEvents
from tests.fakes import FakeClock
from tests.loopback.yahoo import LoopbackYahoo
from tests.loopback.yahoo_world import SEED

START, END = date(2025, 9, 16), date(2025, 9, 30)


NOON = "2025-09-16T12:30:00.000Z"


def row(name: Any = "CPI YY, NSA", country: Any = "US", at: Any = NOON, *figures: Any) -> list[Any]:
    return [name, country, at, "Aug", *(figures or (2.9, 2.7, 0.0))]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(SEED)


@pytest.fixture
def calendar(source: YahooSource, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> YahooEvents:
    monkeypatch.setattr(adapter, "PATIENCE", 100.0)
    return YahooEvents(source, clock)


async def test_figures_come_with_a_real_zero(calendar: YahooEvents, server: LoopbackYahoo) -> None:
    server.events = [row(), row("Crude Oil Inventories"), row(country="ZW")]
    (event,) = await calendar.events(START, END)
    assert (event.name, event.country, event.period) == ("CPI YY, NSA", "US", "Aug")
    assert (event.actual, event.expected, event.prior, event.percent) == (2.9, 2.7, 0.0, True)
    assert event.time.isoformat() == "2025-09-16T12:30:00+00:00"


async def test_the_request_is_ascending_and_of_our_countries(calendar: YahooEvents, server: LoopbackYahoo) -> None:
    server.events = []
    assert await calendar.events(START, END) == ()
    body = server.bodies[-1]
    assert (body["sortType"], body["size"], body["offset"]) == ("ASC", PAGE, 0)
    between, before, countries = body["query"]["operands"]
    assert between == {"operator": "GTE", "operands": ["startdatetime", "2025-09-16"]}
    assert before == {"operator": "LT", "operands": ["startdatetime", "2025-09-30"]}
    assert {"operator": "EQ", "operands": ["country_code", "JP"]} in countries["operands"]


async def test_a_busy_fortnight_is_read_page_by_page(calendar: YahooEvents, server: LoopbackYahoo) -> None:
    server.events = [row() for _ in range(PAGE + 20)]
    assert len(await calendar.events(START, END)) == PAGE + 20
    assert server.counts["calendar"] == 2


async def test_what_is_no_event_is_passed_over(calendar: YahooEvents, server: LoopbackYahoo) -> None:
    server.events = [
        row(None),
        row(""),
        row("CPI " * 60),
        row(country=None),
        row(at=None),
        row(at="soon"),
        row(at=5),
        [],
    ]
    assert await calendar.events(START, END) == ()
    server.events = [row("CPI YY", "US", "2025-09-16T12:30:00Z", "2.9", True, "NaN")]
    (event,) = await calendar.events(START, END)
    assert (event.actual, event.expected, event.prior) == (2.9, None, None)


@pytest.mark.parametrize("fault", ["429", "500", "html", "torn", "cut", "401"])
async def test_every_fault_is_an_error_of_ours(
    calendar: YahooEvents, source: YahooSource, server: LoopbackYahoo, clock: FakeClock, fault: str
) -> None:
    server.faults = {"calendar": fault}
    kept = CalendarEvents(calendar, clock)
    await kept.renew()
    assert kept.events is None, "the calendar goes without, and says so"
    with pytest.raises(NoQuotes) as caught:
        await calendar.events(START, END)
    assert isinstance(caught.value, SourceRefuses) == (fault == "429")
    server.faults = {}
    assert await source.observe(["kospi"]), "the quotes are none the worse for it"


async def test_it_is_fresh_for_a_quarter_of_an_hour(
    calendar: YahooEvents, server: LoopbackYahoo, clock: FakeClock
) -> None:
    server.events = [row()]
    kept = CalendarEvents(calendar, clock)
    for _ in range(3):
        await kept.renew()
    assert (server.counts["calendar"], kept.revision) == (1, 1)
    clock.move(minutes=16)
    await kept.renew()
    assert (server.counts["calendar"], kept.revision) == (2, 1)
    await kept.close()
