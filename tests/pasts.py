"""Pasts to test with: made-up ones, drawn by hypothesis, and those of the shared data."""

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from bot.adapters.files.packaged import sessions
from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import Bar, History
from bot.domain.history.cleaning import clean
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import KnownLevel, Market
from bot.domain.records.history_index import HistoryIndex, LiveBar

CALENDAR = Calendar(
    "TEST",
    "Europe/London 2020-01-06 2021-12-31\n"
    "hours 2020-01-06 0800-1630\n"
    "name a Spring Day\n"
    "2020 0212a 0410 0501 1225\n"
    "2021 0212a 0402 0430 +0522 1224\n",
)
"""Weekdays but for a few holidays, and one Saturday; before 2020-01-06 nothing is known."""

FIRST = dt.date(2020, 1, 6)


def market(since: dt.date | None = FIRST, key: str = "dax") -> Market:
    return replace(MARKETS[key], history_since=since, known_levels=())


def days(count: int, start: dt.date = FIRST) -> list[dt.date]:
    """The first so many sessions from a day on."""
    found = [start] if CALENDAR.is_session(start) else [CALENDAR.next(start).day]
    while len(found) < count:
        found.append(CALENDAR.next(found[-1]).day)
    return found


def history(*points: float | None, start: dt.date = FIRST, key: str = "dax") -> History:
    """Closes of sessions in a row, in points; ``None`` for a session that is missing. No highs are known."""
    bars = [
        Bar(day, round(close * 100))
        for day, close in zip(days(len(points), start), points, strict=True)
        if close is not None
    ]
    return History.of(key, bars)


def floor(
    level: float, date: str, until: str, *, kind: str = "close", since: str | None = None, key: str = "dax"
) -> KnownLevel:
    return KnownLevel(
        key,
        "close" if kind == "close" else "high",
        round(level * 100),
        dt.date.fromisoformat(date),
        dt.date.fromisoformat(until),
        "test",
        dt.date.fromisoformat(since) if since else None,
    )


@st.composite
def bars(draw: st.DrawFn, most: int = 40) -> list[Bar]:
    """Bars with holes between them, some without a high or flat; some begin before the table does."""
    day = draw(st.sampled_from([FIRST, dt.date(2019, 11, 4), dt.date(2020, 12, 28)]))
    found = []
    for _ in range(draw(st.integers(1, most))):
        step = draw(st.sampled_from([1, 1, 1, 1, 1, 2, 3, 9, 30]))
        for _ in range(step):
            day = CALENDAR.next(day).day
        found.append(draw(bar_of(day)))
    return found


@st.composite
def bar_of(draw: st.DrawFn, day: dt.date) -> Bar:
    close = draw(st.integers(9_000, 11_000))
    shape = draw(st.sampled_from(["true", "true", "flat", "close", "no low"]))
    if shape == "flat":
        return Bar(day, close, close, close, close)
    if shape == "close":
        return Bar(day, close)
    high, low = close + draw(st.integers(0, 400)), close - draw(st.integers(1, 400))
    return Bar(day, close, high, None if shape == "no low" else low, close)


@st.composite
def floors(draw: st.DrawFn) -> tuple[KnownLevel, ...]:
    """Up to three levels known from elsewhere, of either kind, some of them sightings of one day."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        date = FIRST + dt.timedelta(days=draw(st.integers(-400, 400)))
        kind = draw(st.sampled_from(["close", "high"]))
        level = draw(st.integers(9_000, 12_000)) / 100
        if draw(st.booleans()):
            until = date + dt.timedelta(days=draw(st.integers(0, 500)))
            since = draw(st.sampled_from([None, date - dt.timedelta(days=60)]))
            found.append(floor(level, str(date), str(until), kind=kind, since=str(since) if since else None))
        else:
            found.append(floor(level, str(date), str(date), kind=kind, since=str(date)))
    return tuple(found)


def rows(path: Path, of: Market) -> Iterable[Bar]:
    """The daily bars of one file of the shared data."""

    def units(text: str) -> int | None:
        return of.units(text) if text else None

    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            day = dt.date.fromisoformat(row["date"])
            yield Bar(day, units(row["close"]), units(row["high"]), units(row["low"]), units(row["open"]))


@cache
def real(folder: Path, key: str) -> tuple[History, HistoryIndex]:
    """The history of a market in the shared data, cleaned, and the ledger of it with its catalogue's records."""
    real_market = MARKETS[key]
    calendar = sessions()[real_market.mic]
    cleaned = clean(real_market, rows(folder / f"{key}.csv", real_market), calendar, dt.date(2025, 12, 31))
    return cleaned, HistoryIndex(real_market, calendar, cleaned, real_market.known_levels)


def after_the_close(of: History, day: dt.date) -> LiveBar:
    """What is known of a market once a day of its history is over."""
    bar = of.on(day)
    assert bar is not None, f"no bar of {day}"
    assert bar.close is not None
    return LiveBar(day, bar.close, bar.high, bar.low, over=True)
