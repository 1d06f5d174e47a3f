"""The builder of the sessions table: what is committed is what it builds, and what a change of it is reported as."""

from datetime import date, time

import pytest

from bot.build import sessions_table
from bot.build.holiday_names import wording
from bot.domain.calendars.calendar import load


@pytest.mark.parametrize(
    "mic", ["XTKS", "XKRX", "XHKG", "XIDX", "XKLS", "XBOM", "BVMF", "XMEX", "XLON", "XIST", "XJSE", "XSTC", "XSAU"]
)
def test_the_committed_table_is_what_the_source_and_the_overrides_give(mic: str) -> None:
    pytest.importorskip("exchange_calendars")
    pytest.importorskip("holidays")
    assert f"\n{sessions_table.build_block(mic, sessions_table.overrides()[mic])}" in sessions_table.TABLE.read_text()


@pytest.mark.slow
def test_the_whole_table_is_rebuilt() -> None:
    pytest.importorskip("exchange_calendars")
    pytest.importorskip("holidays")
    assert sessions_table.report(sessions_table.TABLE.read_text(), sessions_table.build()) == "Nothing changed."
    assert sessions_table.build() == sessions_table.TABLE.read_text()


def test_every_override_lies_within_the_span_of_its_exchange() -> None:
    table = load(sessions_table.TABLE.read_bytes())
    for mic, rules in sessions_table.overrides().items():
        calendar = table[mic]
        assert (calendar.first, calendar.last) == (rules["first"], rules["last"])
        for kind in ("open", "closed", "named"):
            for rule in rules.get(kind, ()):
                for day in rule.get("days", ()):
                    assert calendar.knows(day), (mic, day)
                    if kind != "named":
                        assert calendar.is_session(day) == (kind == "open"), (mic, day)


def test_a_report_names_the_days_that_changed() -> None:
    before = "[AAAA] Asia/Tokyo 2020-01-01 2020-12-31\nhours 2020-01-01 0900-1500\n2020 0101\n\n"
    after = before.replace("0101\n", "0101 0102\n").replace("12-31", "12-30")
    other = "[BBBB] Asia/Tokyo 2020-01-01 2020-12-31\nhours 2020-01-01 0900-1500\n"
    assert sessions_table.report(before, before) == "Nothing changed."
    assert sessions_table.report(before + other, after).splitlines() == [
        "BBBB: gone",
        "AAAA: now 2020-01-01 to 2020-12-30, was 2020-01-01 to 2020-12-31; 1 days differ: 2020-01-02",
    ]
    assert sessions_table.report(before, before + other) == "BBBB: new, 2020-01-01 to 2020-12-31"


def test_hours_can_follow_the_clocks_of_another_zone() -> None:
    table = load(sessions_table.TABLE.read_bytes())
    mexico = table["XMEX"]
    for day in (date(2024, 7, 1), date(2024, 12, 2)):
        mine, theirs = mexico.session(day), table["XNYS"].session(day)
        assert mine is not None
        assert theirs is not None
        assert (mine.open, mine.close) == (theirs.open, theirs.close)
    paulo = table["BVMF"].session(date(2024, 7, 1))
    assert paulo is not None
    assert paulo.close.astimezone(table["BVMF"].zone).time() == time(17)


@pytest.mark.parametrize(
    ("name", "worded"),
    [
        ("Bank Holiday; New Year's Day", "New Year's Day"),
        ("The day preceding Korean New Year", "Lunar New Year"),
        ("Alternative holiday for Buddha's Birthday; Alternative holiday for Children's Day",
         "Buddha's Birthday and Children's Day"),
        ("Day off (substituted from 01/26/2025)", ""),
        ("Chinese New Year's Eve (Half-Day Trading Day)", "Lunar New Year's Eve"),
        ("Independence Day (observed)", "Independence Day"),
        ("The first weekday after Christmas Day", "Boxing Day"),
        ("Eid al-Fitr Joint Holiday", "Eid al-Fitr"),
        ("Dr. B. R. Ambedkar Jayanti", "Ambedkar Jayanti"),
    ],
)  # fmt: skip
def test_names_are_worded_as_a_wire_would(name: str, worded: str) -> None:
    assert wording(name) == worded
