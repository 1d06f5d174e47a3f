"""Do the levels and changes of a summary agree with every close that a wire told of and the history confirms?"""

import csv
import datetime as dt
import re
from pathlib import Path

import pytest

from bot.domain.markets.market import Region
from bot.views.en import summary
from bot.views.en.places import prose
from bot.views.page import TERMINAL
from tests.replayed import summarised

YEAR = dt.timedelta(days=365)
REGIONS = {"asia": (Region.ASIA, 12), "us": (Region.AMERICAS, 23), "europe": (Region.EUROPE, 19)}


@pytest.mark.no_cover
def test_every_close_that_a_wire_told_of(shared: Path) -> None:
    with (shared / "data" / "wraps.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "close" and row["check"] == "agrees"]
    checked, misses = 0, list[tuple[object, ...]]()
    for row in rows:
        region, hour = REGIONS[row["region"]]
        instant = dt.datetime.fromisoformat(row["date"]).replace(hour=hour, tzinfo=dt.UTC)
        answer, _ = summarised(shared / "data" / "history", region, instant)
        market = next((market for market in answer.markets if market.market == row["market"]), None)
        if market is None:  # the Nasdaq 100 is no market of ours
            continue
        quote = market.quote
        if quote.session_date is None or quote.session_date.isoformat() != row["date"] or quote.change_pct is None:
            misses.append((row["date"], row["market"], "not counted", market.missing))
            continue
        checked += 1
        # Wires round to one decimal, some of them down; two of the levels that count as
        # agreeing are a slip of the wire's pen or not quite the close, by less than 0.01 %.
        change, level = row["change_pct"], row["level"]
        if change and abs(quote.change_pct - float(change)) > (0.011 if len(change.partition(".")[2]) > 1 else 0.11):
            misses.append((row["date"], row["market"], change, quote.change_pct))
        if (
            level
            and quote.level is not None
            and abs(quote.level - float(level)) > max(1e-4 * quote.level, 0 if "." in level else 1)
        ):
            misses.append((row["date"], row["market"], level, quote.level))
    print(f"\n{checked} closes of {len(rows)} checked")
    assert checked >= 300
    assert not misses


@pytest.mark.no_cover
def test_every_high_of_more_than_a_year_that_a_wire_told_of_is_told(shared: Path) -> None:
    with (shared / "data" / "wraps.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "close" and row["multi_year_years"]]
    checked = 0
    for row in rows:
        region, hour = REGIONS[row["region"]]
        instant = dt.datetime.fromisoformat(row["date"]).replace(hour=hour, tzinfo=dt.UTC)
        answer, snapshots = summarised(shared / "data" / "history", region, instant)
        record = snapshots[row["market"]].record
        if record is None or record.highest_since is None or instant.date() - record.highest_since < YEAR:
            continue  # the wire meant the session's high, or a level that was no close of a year
        checked += 1
        text = " ".join(summary.page(answer, TERMINAL).paragraphs)
        name = re.escape(prose(row["market"]))
        # Beyond a round number for the first time since then says the same.
        said = rf"(?i){name}(?:(?!; |\. ).)*(?:highest close|first close above [\d,]+) since"
        assert re.search(said, text), (row["date"], row["market"], text)
    assert checked >= 8
