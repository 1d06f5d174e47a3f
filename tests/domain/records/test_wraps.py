"""What the wires said of 2014 to 2025, and what we say of the same closes."""

import csv
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.domain.records.records import facts
from bot.domain.records.trend import trend
from tests.pasts import after_the_close, real

Row = Mapping[str, str]


@pytest.fixture(scope="module")
def said(shared: Path) -> list[Row]:
    """The rows about a close that agree with a history that we have."""
    with (shared / "data" / "wraps.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "close" and row["check"] == "agrees"]
    return [row for row in rows if (shared / "data" / "history" / f"{row['market']}.csv").is_file()]


def test_every_record_and_every_denial_of_one_is_the_wires(said: list[Row], shared: Path) -> None:
    checked, misses = 0, []
    for row in said:
        if not row["record"]:
            continue
        history, index = real(shared / "data" / "history", row["market"])
        day = dt.date.fromisoformat(row["date"])
        record = facts(index, after_the_close(history, day), until=day)
        checked += 1
        wire = row["record"] == "y"
        ours = (record.closing.is_record, record.verdict == "record_close", record.verdict == "unknown")
        if ours != (wire, wire, False):
            misses.append((row["date"], row["market"], row["record"], record.closing.is_record, record.verdict))
    print(f"\n{checked} closes of which a wire said whether they were records, {len(misses)} told otherwise by us")
    assert checked == 61
    assert not misses


def test_multi_year_highs_are_the_wires_within_three_tenths_of_a_year(said: list[Row], shared: Path) -> None:
    checked, misses = 0, []
    for row in said:
        if not row["multi_year_years"]:
            continue
        history, index = real(shared / "data" / "history", row["market"])
        day = dt.date.fromisoformat(row["date"])
        since = facts(index, after_the_close(history, day), until=day).highest_since
        checked += 1
        years = (day - since).days / 365.25 if since else None
        if years is None or abs(years - float(row["multi_year_years"])) > 0.3:
            misses.append((row["date"], row["market"], row["multi_year_years"], since))
    print(f"\n{checked} multi-year highs, {len(misses)} dated otherwise by us")
    assert checked == 9
    assert not misses


def test_streaks_are_the_wires_exactly(said: list[Row], shared: Path) -> None:
    checked, misses = 0, []
    for row in said:
        if not row["streak_sessions"]:
            continue
        history, index = real(shared / "data" / "history", row["market"])
        day = dt.date.fromisoformat(row["date"])
        reading = after_the_close(history, day)
        wire = int(row["streak_sessions"])
        checked += 1
        in_a_row = facts(index, reading, until=day).closing.in_a_row
        ours = in_a_row if (row["market"], row["date"]) in OF_RECORDS else trend(index, reading, until=day).streak
        if ours != wire:
            misses.append((row["date"], row["market"], wire, ours))
    print(f"\n{checked} streaks, {len(misses)} counted otherwise by us")
    assert checked == 12
    assert not misses


def test_changes_are_the_wires_to_the_figures_that_they_gave(said: list[Row], shared: Path) -> None:
    checked, misses = 0, []
    for row in said:
        if not row["change_pct"]:
            continue
        history, index = real(shared / "data" / "history", row["market"])
        day = dt.date.fromisoformat(row["date"])
        reading = after_the_close(history, day)
        before = history.before(day)
        if before is None or before.close is None or trend(index, reading, until=day).streak is None:
            continue
        checked += 1
        ours = 100 * (reading.level / before.close - 1)
        if abs(ours - float(row["change_pct"])) > 0.11:
            misses.append((row["date"], row["market"], row["change_pct"], round(ours, 2)))
    print(f"\n{checked} changes, {len(misses)} other than ours")
    assert checked > 250
    assert not misses


OF_RECORDS = {("nikkei", "2025-09-16"), ("nikkei", "2024-07-11"), ("topix", "2025-08-18")}
"""Streaks of record closes, not of rises: see the conventions in the data's SOURCES.md."""


@pytest.mark.parametrize(
    ("key", "date", "record", "verdict", "previous"),
    [
        ("nikkei", "1989-12-29", True, "record_close", (38_876.94, "1989-12-28")),
        ("nikkei", "2024-02-21", False, "below", (38_915.87, "1989-12-29")),
        ("nikkei", "2024-02-22", True, "record_close", (38_915.87, "1989-12-29")),
        ("hang-seng", "2025-12-31", False, "below", (33_154.12, "2018-01-26")),
        ("shanghai", "2025-08-25", False, "below", (6_092.06, "2007-10-16")),
        ("asx200", "2025-09-16", None, "unknown", None),
        ("topix", "2024-07-03", False, "below", (2_884.80, "1989-12-18")),
        ("topix", "2024-07-04", True, "record_close", (2_884.80, "1989-12-18")),
        ("taiex", "2020-07-27", True, "record_close", (12_495.34, "1990-02-10")),
        ("csi300", "2021-02-10", False, "below", (5_877.20, "2007-10-16")),
        ("kospi", "2005-09-07", True, "record_close", (1_138.75, "1994-11-08")),
        ("dax", "2025-07-10", False, "record_high", (24_549.56, "2025-07-09")),
    ],
)
def test_the_days_that_everybody_remembers(
    shared: Path, key: str, date: str, record: bool | None, verdict: str, previous: tuple[float, str] | None
) -> None:
    history, index = real(shared / "data" / "history", key)
    day = dt.date.fromisoformat(date)
    standing = facts(index, after_the_close(history, day), until=day)
    stands = standing.closing.previous
    assert (standing.closing.is_record, standing.verdict) == (record, verdict)
    assert (stands and (stands.level, str(stands.date))) == previous
    assert standing.closing.complete is (record is not None)


def test_the_record_of_1989_is_beaten_first_in_2024(shared: Path) -> None:
    history, index = real(shared / "data" / "history", "nikkei")
    records = [day for day in (bar.day for bar in history) if dt.date(1989, 12, 1) < day < dt.date(2024, 3, 1)]
    record_days = [day for day in records if facts(index, until=day).closing.is_record]
    assert [str(day) for day in record_days if day > dt.date(1989, 12, 29)][:1] == ["2024-02-22"]
    assert facts(index, until=dt.date(2024, 2, 22)).closing.in_a_row == 1


def test_a_ten_year_high_is_no_record(shared: Path) -> None:
    history, index = real(shared / "data" / "history", "shanghai")
    standing = facts(index, after_the_close(history, dt.date(2025, 8, 25)), until=dt.date(2025, 8, 25))
    assert str(standing.highest_since).startswith("2015-08")
    assert standing.closing.is_record is False


def test_below_a_record_from_before_the_file_the_highest_is_since_at_least_its_first_day(shared: Path) -> None:
    history, index = real(shared / "data" / "history", "topix")
    day = dt.date(2024, 3, 22)  # 2,813.22: above every close in the file, below December 1989
    standing = facts(index, after_the_close(history, day), until=day)
    assert standing.closing.is_record is False
    assert (standing.highest_since, str(standing.highest_since_at_least)) == (None, "2016-01-04")


def test_a_hole_of_two_years_leaves_everything_open(shared: Path) -> None:
    history, index = real(shared / "data" / "history", "asx200")
    day = dt.date(2025, 9, 16)
    standing = facts(index, after_the_close(history, day), until=day)
    assert (standing.closing.is_record, standing.closing.complete, standing.verdict) == (None, False, "unknown")
    assert (standing.distance_pct, standing.closing.previous, standing.records_this_year) == (None, None, None)
    assert standing.hole is not None
    assert (str(standing.hole.start), str(standing.hole.end), standing.hole.sessions) == (
        "2023-06-01",
        "2025-09-05",
        575,
    )
    assert (standing.highest_since, str(standing.highest_since_at_least)) == (None, "2025-09-08")
    came = trend(index, after_the_close(history, day), until=day)
    assert (came.month_pct, came.year_pct, came.range_52w_high, came.recent_high) == (None, None, None, None)
    assert (came.week_pct, came.volatility_pct) == (0.14, None)


def test_one_ledger_answers_for_every_day_as_a_ledger_of_that_day_would(shared: Path) -> None:
    for key in ("nikkei", "csi300", "topix", "taiex", "nasdaq"):
        history, index = real(shared / "data" / "history", key)
        for bar in list(history)[-1::-397][:12]:
            then = type(index)(index.market, index.calendar, history.until(bar.day), index.market.known_levels)
            reading = after_the_close(history, bar.day)
            assert facts(index, reading, until=bar.day) == facts(then, reading)
            assert trend(index, reading, until=bar.day) == trend(then, reading)
