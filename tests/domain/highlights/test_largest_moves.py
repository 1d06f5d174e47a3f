"""Are the largest moves of thirty years set against the past, and truly? Worked out anew from the CSV files alone."""

import csv
import datetime as dt
import re
from collections.abc import Container
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from bot.adapters.files.packaged import sessions
from bot.domain.answers import IndexAnswer
from bot.domain.highlights.highlight import LargestMove
from bot.domain.markets.catalogue import MARKETS, of_region
from bot.domain.markets.market import Region
from bot.domain.status import market_status
from bot.views.en import index, summary
from bot.views.page import TERMINAL
from tests.replayed import snapshot_at, summarised

FIRST = "1995-01-01"
MOST = 100
LEAST = 95
"""Of the hundred largest moves so many must be set against the past."""


@cache
def closes(folder: Path, key: str) -> list[tuple[str, int]]:
    """The dates and closes of a market's file in hundredths of a point, as they stand there."""
    with (folder / f"{key}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [(row["date"], round(float(row["close"]) * 100)) for row in rows if row["close"]]


def largest(folder: Path, among: Container[str] = MARKETS) -> list[tuple[float, str, str]]:
    """The largest moves against the row before, no more than a holiday's length apart, by size."""
    moves = []
    for path in folder.glob("*.csv"):
        key = path.stem
        if key not in MARKETS or key not in among:
            continue
        rows = closes(folder, key)
        calendar = sessions()[MARKETS[key].mic]
        for (before, old), (day, new) in pairwise(rows):
            date = dt.date.fromisoformat(day)
            if day >= FIRST and calendar.previous(date).day.isoformat() == before and calendar.is_session(date):
                moves.append((abs(new / old - 1), key, day))
    return sorted(moves, reverse=True)[:MOST]


def since(folder: Path, key: str, day: str, rank: int) -> tuple[str | None, str]:
    """The rank-th last earlier row that moved as far the same way, and the file's first date."""
    rows = closes(folder, key)
    at = next(position for position, row in enumerate(rows) if row[0] == day)
    (_, old), (_, new) = rows[at - 1], rows[at]
    for position in range(at - 1, 0, -1):
        (_, before), (date, after) = rows[position - 1], rows[position]
        if (after * old >= new * before) if new > old else (after * old <= new * before):
            rank -= 1
            if not rank:
                return date, rows[0][0]
    return None, rows[0][0]


RANKS = {"": 1, "second-": 2, "third-": 3, "fourth-": 4, "fifth-": 5}


def said(text: str) -> re.Match[str] | None:
    noun = r"[Ii]ts (|second-|third-|fourth-|fifth-)largest (?:rise|fall)"
    return re.search(rf"{noun} (?:since (at least )?(?:([A-Z][a-z]+) ?)?(\d{{4}})?|(on record))(?=[.,;])", text)


def check(folder: Path, key: str, day: str, found: re.Match[str]) -> None:
    rank, at_least, month, year, ever = found.groups()
    date, first = since(folder, key, day, RANKS[rank])
    if ever:
        assert date is None, (key, day, found[0], date)
    elif at_least:
        assert date is None or int(year) > int(date[:4]) or (year == date[:4] and date < day), (
            key,
            day,
            found[0],
            date,
        )
        assert int(year) >= int(first[:4])
    else:
        assert date is not None, (key, day, found[0])
        assert f"{dt.date.fromisoformat(date):%B}" == month, (key, day, found[0], date)
        assert (year or day[:4]) == date[:4], (key, day, found[0], date)


def after_the_close(key: str, day: str) -> dt.datetime:
    """The instant at which a day's close is known."""
    session = sessions()[MARKETS[key].mic].session(dt.date.fromisoformat(day))
    assert session is not None
    return session.close + dt.timedelta(minutes=45)


def test_the_hundred_largest_moves_are_set_against_the_past_and_none_wrongly(shared: Path) -> None:
    folder = shared / "data" / "history"
    silent = []
    for _, key, day in largest(folder):
        market, instant = MARKETS[key], after_the_close(key, day)
        known = snapshot_at(folder, market, instant)
        answer = IndexAnswer(
            as_of=instant, source="replay", quote=known.quote, record=known.record, trend=known.trend,
            highlights=known.highlights, exchange=market_status(market, known.calendar, instant),
        )  # fmt: skip
        text = " ".join(index.page(answer, TERMINAL).paragraphs)
        if found := said(text):
            check(folder, key, day, found)
        else:
            silent.append((key, day, text))
    assert len(silent) <= MOST - LEAST, silent


@pytest.mark.no_cover
def test_so_are_they_in_the_summary(shared: Path) -> None:
    folder = shared / "data" / "history"
    silent = []
    counted = {market.key for market in of_region(Region.WORLD)}
    for _, key, day in largest(folder, counted):
        market = MARKETS[key]
        answer, _ = summarised(folder, Region(market.region), after_the_close(key, day))
        text = " ".join(summary.page(answer, TERMINAL).paragraphs)
        spoken_for = {key, market.companion_of}
        moves = [move for claim in answer.claims for field in ("movers", "told") for move in getattr(claim, field, ())]
        told = [move for move in moves if move.market in spoken_for]
        if not any(isinstance(fact, LargestMove) for move in told for fact in move.highlights):
            silent.append((key, day, text[:160]))
    assert len(silent) <= MOST - LEAST, silent
