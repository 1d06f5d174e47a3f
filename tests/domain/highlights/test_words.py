"""Is what `/index` says of a session true? Each sentence is read back and worked out anew from the CSV files alone."""

import csv
import datetime as dt
import random
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from bot.adapters.files.packaged import sessions
from bot.domain.highlights.highlights import highlights
from bot.domain.markets.catalogue import MARKETS
from bot.domain.records.trend import trend
from bot.views.en import highlights as words
from tests.domain.highlights.reading import READERS, Past, Row
from tests.pasts import after_the_close, real

CHECKED = ("sp500", "dow", "nikkei", "ftse100", "dax", "hang-seng", "asx200", "kospi")
DAYS = 60
"""Days of each market, drawn at random."""


@cache
def rows(folder: Path, key: str) -> list[Row]:
    """A market's file in hundredths of a point, but for rows of days on which its exchange was closed."""
    exchange = sessions()[MARKETS[key].mic]

    def units(text: str) -> int | None:
        return round(float(text) * 100) if text else None

    with (folder / f"{key}.csv").open(encoding="utf-8") as file:
        table = [row for row in csv.DictReader(file) if row["close"]]
    read = [
        Row(dt.date.fromisoformat(row["date"]), units(row["close"]) or 0, units(row["high"]), units(row["low"]))
        for row in table
    ]
    return [row for row in read if not exchange.knows(row.date) or exchange.is_session(row.date)]


READ_ELSEWHERE = re.compile(r"Its (\S+-)?largest (rise|fall)|Its first close (above|below) [\d,]+ since")


@pytest.mark.no_cover
def test_every_sentence_of_random_sessions_is_true(shared: Path) -> None:
    folder = shared / "data" / "history"
    dice, counts = random.Random(11), Counter[str]()
    for key in CHECKED:
        history, index = real(folder, key)
        days = [bar.day for bar in history if bar.day.year >= 1990]
        # Ends of months tell of periods; any other day of the rest.
        ends = [day for day, after in pairwise(days) if day.month != after.month]
        for day in (*dice.sample(days, DAYS), *dice.sample(ends, DAYS // 4)):
            live = after_the_close(history, day)
            facts = highlights(index, live, trend(index, live, until=day), until=day)
            past = Past([row for row in rows(folder, key) if row.date <= day])
            for sentence in words.sentences(facts, day):
                if READ_ELSEWHERE.match(sentence):
                    continue
                pattern, match = next(
                    (pattern, match)
                    for pattern in READERS
                    if (match := re.fullmatch(pattern, sentence[0].upper() + sentence[1:]))
                )
                counts[READERS[pattern].__name__] += 1
                assert READERS[pattern](past, match), (key, day, sentence)
    assert all(counts[reader.__name__] for reader in READERS.values()), counts
