"""Which figures are listed, and what is known of them when?"""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.files.packaged import rate_decisions
from bot.domain.attribution.agenda import due_decisions, due_events
from bot.domain.attribution.events import EconomicEvent, EventKind, RawEvent, economic_event, of_region, seen_from
from bot.domain.markets.market import Region

NOW = datetime(2025, 9, 16, 13, 0, tzinfo=UTC)


def event(name: str = "CPI YY, NSA", country: str = "US", hours: float = 0, **figures: float) -> EconomicEvent:
    made = economic_event(RawEvent(name, country, NOW + timedelta(hours=hours), "Aug", **figures))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("name", "kind", "percent"),
    [
        ("CPI YY, NSA", EventKind.INFLATION, True),
        ("Core PCE Price Index (MoM)", EventKind.INFLATION, True),
        ("Unemployment Rate", EventKind.JOBS, True),
        ("Non-Farm Payrolls", EventKind.JOBS, False),
        ("GDP QQ 1st", EventKind.GROWTH, True),
        ("S&P Global Mfg PMI", EventKind.ACTIVITY, False),
        ("Trade Balance", EventKind.TRADE, False),
    ],
)
def test_what_markets_wait_for(name: str, kind: EventKind, percent: bool) -> None:
    assert (event(name).kind, event(name).percent) == (kind, percent)


@pytest.mark.parametrize(
    ("name", "country"), [("Crude Oil Inventories", "US"), ("French Consumer Confidence", "FR"), ("CPI YY", "ZW")]
)
def test_what_is_left_out(name: str, country: str) -> None:
    assert economic_event(RawEvent(name, country, NOW)) is None


def test_a_real_zero_is_a_figure_and_none_is_known_before_its_time() -> None:
    past, coming = event(actual=0.0, expected=0.2), event(hours=1, actual=0.1, expected=0.0)
    seen = seen_from([past, coming], NOW)
    assert [each.actual for each in seen] == [0.0, None]
    assert seen[1].expected == 0.0


def test_a_region_has_its_own_countries_and_the_world_all() -> None:
    events = [event(country="JP", hours=2), event(country="US"), event(country="EU", hours=1)]
    assert [each.country for each in of_region(events, Region.WORLD)] == ["US", "EU", "JP"]
    assert [each.country for each in of_region(events, Region.ASIA)] == ["JP"]


def test_today_counts_as_a_whole_and_the_last_day_is_not_in_it() -> None:
    events = [event(hours=-12), event(hours=-14), event(hours=30), event(hours=40)]
    until = datetime(2025, 9, 18, tzinfo=UTC)
    assert [each.time - NOW for each in due_events(events, Region.WORLD, NOW, until)] == [
        timedelta(hours=-12),
        timedelta(hours=30),
    ]


def test_decisions_that_are_out_are_no_longer_due() -> None:
    until = NOW + timedelta(days=7)
    assert [each.day.isoformat() for each in due_decisions(rate_decisions(), (), NOW, until)] == ["2025-09-17"]
    assert due_decisions(rate_decisions(), (), NOW + timedelta(days=1, hours=6), until) == ()


def test_a_weeks_events(shared: Path) -> None:
    """Of a stored week's figures, the kept ones are those of five kinds."""
    with next((shared / "why").glob("events_*.csv")).open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    kept = [name for name in names if economic_event(RawEvent(name, "US", NOW)) is not None]
    assert 10 <= len(kept) < len(names)
    assert not any("Inventories" in name or "Permits" in name for name in kept)
