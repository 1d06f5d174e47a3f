"""Is a round number told as crossed for the first time in years where it was? Worked out anew from the CSV files."""

import datetime as dt
from pathlib import Path

import pytest

from bot.adapters.files.packaged import sessions
from bot.domain.highlights.highlight import RoundNumber
from bot.domain.markets.catalogue import MARKETS
from bot.views.en import highlights
from tests.domain.highlights.test_largest_moves import after_the_close, closes
from tests.replayed import snapshot_at


def crossed(folder: Path, key: str, day: str) -> RoundNumber | None:
    known = snapshot_at(folder, MARKETS[key], after_the_close(key, day))
    return next((fact for fact in known.highlights if isinstance(fact, RoundNumber)), None)


@pytest.mark.parametrize(
    ("key", "day", "words"),
    [
        ("nikkei", "2021-02-15", "Its first close above 30,000 since August 1990."),
        ("nikkei", "2023-05-17", "Its first close above 30,000 since September 2021."),
        ("kospi", "2024-08-05", None),  # below 2,500 as early as in January
        ("sp500", "2009-02-23", None),
    ],
)
def test_a_round_number_is_crossed_for_the_first_time(shared: Path, key: str, day: str, words: str | None) -> None:
    fact = crossed(shared / "data" / "history", key, day)
    assert [words] == (highlights.sentences((fact,), dt.date.fromisoformat(day)) if fact else [None])


@pytest.mark.no_cover
@pytest.mark.parametrize("key", ["nikkei", "sp500", "hang-seng", "dax", "kospi", "taiex"])
def test_none_is_told_wrongly(shared: Path, key: str) -> None:
    folder, market = shared / "data" / "history", MARKETS[key]
    rows = closes(folder, key)
    crossings = 0
    for at in range(len(rows) - 1, 500, -37):
        fact = (
            crossed(folder, key, rows[at][0])
            if sessions()[market.mic].is_session(dt.date.fromisoformat(rows[at][0]))
            else None
        )
        if fact is None:
            continue
        crossings += 1
        number, (day, level), (_, before) = round(fact.number * 100), rows[at], rows[at - 1]
        up = fact.way == "up"
        assert before <= number < level if up else before >= number > level, (day, fact)
        beyond = [date for date, close in rows[:at] if (close > number if up else close < number)]
        assert beyond[-1] == fact.since.isoformat(), (day, fact)
