import datetime as dt
from pathlib import Path

import pytest

from bot.domain.history.bars import Bar, History
from bot.domain.history.cleaning import RULES, clean
from bot.domain.history.holes import holes
from bot.domain.markets.market import Market
from tests.pasts import CALENDAR, days, history, market, real

D = days(30)
FINAL = D[-1]


def cleaned(*rows: Bar, final: dt.date = FINAL) -> History:
    return clean(market(), rows, CALENDAR, final)


def closes(of: History) -> list[int]:
    return list(of.closes)


def test_good_rows_stand_as_they_are_in_the_order_of_their_days() -> None:
    rows = [Bar(D[1], 10_100, 10_200, 10_000, 10_050), Bar(D[0], 10_000)]
    cleaned_history = cleaned(*rows)
    assert list(cleaned_history) == [rows[1], rows[0]]
    assert dict(cleaned_history.dropped) == {}
    assert (cleaned_history.market, clean(market(), rows, CALENDAR, FINAL, revision=7).revision) == ("dax", 7)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (Bar(D[1], None, 10_200, 10_000), "no_close"),
        (Bar(D[1], 0), "not_positive"),
        (Bar(D[1], -10_000), "not_positive"),
        (Bar(D[4] + dt.timedelta(days=1), 10_000), "weekend"),
        (Bar(D[0], 10_001), "duplicate"),
    ],
)
def test_each_rule_leaves_its_rows_out_and_counts_them(row: Bar, rule: str) -> None:
    cleaned_history = cleaned(Bar(D[0], 10_000), row, Bar(D[9], 10_100))
    assert closes(cleaned_history) == [10_000, 10_100]
    assert dict(cleaned_history.dropped) == {rule: 1}
    assert rule in RULES


def test_a_row_of_a_holiday_is_left_out_where_it_repeats_the_bar_before() -> None:
    eve, holiday = dt.date(2020, 4, 9), dt.date(2020, 4, 10)
    repeated = cleaned(Bar(eve, 10_000, 10_100), Bar(holiday, 10_000, 10_100), final=holiday)
    assert (closes(repeated), dict(repeated.dropped)) == ([10_000], {"holiday": 1})
    traded = cleaned(Bar(eve, 10_000), Bar(holiday, 10_050), final=holiday)
    assert (closes(traded), dict(traded.dropped)) == ([10_000, 10_050], {})
    unknown = [Bar(dt.date(2019, 12, 24), 10_000), Bar(dt.date(2019, 12, 25), 10_000)]
    assert closes(cleaned(*unknown)) == [10_000, 10_000]


def test_the_live_row_of_a_session_that_is_not_over_is_no_bar() -> None:
    cleaned_history = cleaned(Bar(D[0], 10_000), Bar(D[1], 10_100), final=D[0])
    assert (closes(cleaned_history), dict(cleaned_history.dropped)) == ([10_000], {"not_final": 1})


def test_of_two_rows_of_a_day_the_one_with_a_close_stands() -> None:
    cleaned_history = cleaned(Bar(D[0], None), Bar(D[0], 10_000))
    assert (closes(cleaned_history), dict(cleaned_history.dropped)) == ([10_000], {"no_close": 1})


def test_weekend_rows_stand_where_they_are_sessions_or_no_calendar_tells() -> None:
    saturday = dt.date(2021, 5, 22)
    assert CALENDAR.is_session(saturday)
    unknown = dt.date(2019, 12, 28)
    cleaned_history = cleaned(Bar(unknown, 10_000), Bar(saturday, 10_100), final=dt.date(2021, 12, 31))
    assert closes(cleaned_history) == [10_000, 10_100]
    beyond = dt.date(2022, 1, 8)
    assert dict(cleaned(Bar(beyond, 10_000), final=beyond).dropped) == {"weekend": 1}


@pytest.mark.parametrize("spike", [1_000_000, 100, 12_501, 7_499])
def test_a_jump_that_the_next_bar_undoes_is_a_spike(spike: int) -> None:
    cleaned_history = cleaned(Bar(D[0], 10_000), Bar(D[1], spike), Bar(D[2], 9_950))
    assert (closes(cleaned_history), dict(cleaned_history.dropped)) == ([10_000, 9_950], {"spike": 1})


@pytest.mark.parametrize("points", [(10_000, 12_500, 10_000), (10_000, 7_500, 9_900), (10_000, 7_400, 7_450, 7_600)])
def test_a_real_crash_stays(points: tuple[int, ...]) -> None:
    cleaned_history = cleaned(*(Bar(day, close) for day, close in zip(D, points, strict=False)))
    assert (closes(cleaned_history), dict(cleaned_history.dropped)) == (list(points), {})


def test_a_hundredfold_spike_may_last_for_some_bars() -> None:
    cleaned_history = cleaned(Bar(D[0], 10_000), Bar(D[1], 1_000_000), Bar(D[2], 1_010_000), Bar(D[3], 10_100))
    assert (closes(cleaned_history), dict(cleaned_history.dropped)) == ([10_000, 10_100], {"spike": 2})


def test_a_doubling_on_the_newest_bar_waits_for_the_next_to_confirm_it() -> None:
    assert dict(cleaned(Bar(D[0], 10_000), Bar(D[1], 1_000_000)).dropped) == {"spike": 1}
    assert dict(cleaned(Bar(D[0], 10_000), Bar(D[1], 6_700)).dropped) == {}  # Hong Kong, 1987-10-26
    confirmed = cleaned(Bar(D[0], 10_000), Bar(D[1], 25_000), Bar(D[2], 25_100))
    assert (closes(confirmed), dict(confirmed.dropped)) == ([10_000, 25_000, 25_100], {})


def test_highs_and_lows_that_the_close_contradicts_are_left_out_alone() -> None:
    rows = (
        Bar(D[0], 10_000, 10_100, 9_900),
        Bar(D[1], 10_050, 10_049, 9_990),
        Bar(D[2], 10_050, 1_005_000, 9_990),
        Bar(D[3], 10_050, 10_100, 10_051),
        Bar(D[4], 10_050, 10_100, 100),
        Bar(D[5], 10_050, 10_050, 0),
    )
    cleaned_history = cleaned(*rows)
    assert [bar.high for bar in cleaned_history] == [10_100, None, None, 10_100, 10_100, 10_050]
    assert [bar.low for bar in cleaned_history] == [9_900, 9_990, 9_990, None, None, None]
    assert dict(cleaned_history.dropped) == {"range": 5}


def test_float_noise_is_gone_before_it_is_compared() -> None:
    of: Market = market()
    assert [of.units(points) for points in (38915.871094, 38915.87, "38915.8699999999")] == [3_891_587] * 3
    assert of.units(0.285) == 29  # not 28, as its binary value would have it


def test_holes_are_the_sessions_that_the_calendar_knows_and_the_history_lacks() -> None:
    hole_list = holes(history(100, None, 101, 102, None, None, 103), CALENDAR)
    assert [(hole.start, hole.end, hole.sessions) for hole in hole_list] == [(D[1], D[1], 1), (D[4], D[5], 2)]


def test_a_holiday_is_no_hole_and_neither_is_a_weekend() -> None:
    around = days(4, dt.date(2020, 4, 8))  # Good Friday lies between the second and the third
    hole_list = holes(history(100, 101, 102, 103, start=around[0]), CALENDAR)
    assert (around[1], around[2], hole_list) == (dt.date(2020, 4, 9), dt.date(2020, 4, 13), ())


@pytest.mark.parametrize(("pause", "missing"), [(10, 0), (11, 6)])
def test_before_the_table_only_a_pause_of_more_than_ten_days_is_a_hole(pause: int, missing: int) -> None:
    first = dt.date(2019, 3, 1)  # a Friday
    past = History.of("dax", [Bar(first, 10_000), Bar(first + dt.timedelta(days=pause), 10_100)])
    assert [hole.sessions for hole in holes(past, CALENDAR)] == ([missing] if missing else [])


def test_where_the_table_begins_only_what_it_knows_is_missed_in_a_short_pause() -> None:
    past = History.of("dax", [Bar(dt.date(2020, 1, 2), 10_000), Bar(dt.date(2020, 1, 8), 10_100)])
    hole_list = holes(past, CALENDAR)
    assert [hole.sessions for hole in hole_list] == [2]


@pytest.mark.parametrize(
    ("key", "start", "end"),
    [
        ("asx200", "2023-06-01", "2025-09-05"),
        ("cac40", "2023-01-02", "2025-09-05"),
        ("ibovespa", "2013-10-21", "2020-05-08"),
        ("ibovespa", "2021-05-10", "2025-09-05"),
        ("nasdaq", "2021-06-01", "2021-06-24"),
    ],
)
def test_the_holes_of_the_real_histories_are_noticed(shared: Path, key: str, start: str, end: str) -> None:
    history, ledger = real(shared / "data" / "history", key)
    assert (start, end) in [(str(hole.start), str(hole.end)) for hole in holes(history, ledger.calendar)]


def test_of_the_real_histories_only_repeated_bars_are_left_out(shared: Path) -> None:
    dropped = {"nikkei": 1, "hang-seng": 1, "taiex": 2, "topix": 1, "sp500": 0, "dax": 0, "kospi": 0, "nasdaq": 0}
    for key, count in dropped.items():
        history, _ = real(shared / "data" / "history", key)
        assert dict(history.dropped) == ({"holiday": count} if count else {})
    crash = real(shared / "data" / "history", "hang-seng")[0].on(dt.date(1987, 10, 26))
    assert crash is not None
    assert crash.close == 224_170
