import datetime as dt
import statistics
from itertools import pairwise

import pytest

from bot.domain.history.bars import Bar, History
from bot.domain.records.history_index import HistoryIndex, LiveBar
from bot.domain.records.trend import trend
from tests.pasts import CALENDAR, FIRST, days, history, market

D = days(400)


def ledger(*points: float | None, start: dt.date = FIRST) -> HistoryIndex:
    return HistoryIndex(market(start), CALENDAR, history(*points, start=start))


@pytest.mark.parametrize(
    ("points", "streak"),
    [
        ((100, 99, 100, 101, 102), 3),
        ((100, 101, 100, 99), -2),
        ((100, 101, 101), 0),
        ((100, 101, 101, 102, 103), 2),
        ((100, 101, 102), None),  # the file begins before the streak does
        ((100, 99, None, 101, 102), None),  # who knows what it did in between
        ((100, 99, None, 101, 100, 102, 103), 2),
    ],
)
def test_a_streak_counts_sessions_and_does_not_cross_a_hole(
    points: tuple[float | None, ...], streak: int | None
) -> None:
    assert trend(ledger(*points)).streak == streak


def test_a_streak_includes_the_session_that_runs() -> None:
    past = ledger(100, 99, 100, 101)
    assert trend(past, LiveBar(D[4], 10_150)).streak == 3
    assert trend(past, LiveBar(D[4], 10_050)).streak == -1
    assert trend(past, LiveBar(D[4], 10_100)).streak == 0
    assert trend(past, LiveBar(D[5], 10_150)).streak is None  # yesterday is missing
    assert trend(past, LiveBar(D[5], 10_250, previous=10_150)).streak == 4


def test_a_week_is_told_against_the_last_close_of_the_week_before() -> None:
    # Monday the 6th to Thursday the 23rd of January.
    result = trend(ledger(100, 101, 102, 103, 104, 105, 106, 107, 108, 110, 111, 112, 113, 115))
    assert (result.week_pct, result.last_week_pct) == (4.55, 5.77)
    assert (result.month_pct, result.year_pct) == (None, None)


def test_a_week_whose_reference_is_missing_is_not_told() -> None:
    result = trend(ledger(100, 101, 102, 103, None, 105, 106, 107, 108, 110, 111))
    assert (result.week_pct, result.last_week_pct) == (0.91, None)
    assert trend(ledger(100, 101, 102, 103, None, 105)).week_pct is None


def test_after_a_holiday_at_its_end_a_week_is_told_against_thursday() -> None:
    start = dt.date(2020, 4, 6)  # the 10th is Good Friday
    result = trend(ledger(100, 101, 102, 103, 104.03, start=start))
    assert result.week_pct == 1.0


def test_a_week_without_a_session_has_no_change() -> None:
    block = "Europe/London 2020-01-06 2021-12-31\nhours 2020-01-06 0800-1630\n2020 0113 0114 0115 0116 0117\n"
    calendar = type(CALENDAR)("TEST", block)
    bars = [Bar(day, 10_000 + position) for position, day in enumerate([*D[:5], *D[10:12]])]
    result = trend(HistoryIndex(market(), calendar, History.of("dax", bars)))
    assert (result.week_pct, result.last_week_pct) == (0.02, None)


def test_month_and_year_are_told_against_the_last_close_of_the_one_before() -> None:
    start = dt.date(2020, 12, 28)
    points = [100, 101, 102, 103, *range(104, 130)]  # the 31st stands at 103
    result = trend(ledger(*points, start=start))
    last = days(len(points), start)[-1]
    january = max(position for position, day in enumerate(days(len(points), start)) if day.month == 1)
    assert last.month == 2
    assert result.year_pct == round(100 * (points[-1] / 103 - 1), 2)
    assert result.month_pct == round(100 * (points[-1] / points[january] - 1), 2)


def test_without_a_table_a_close_of_some_days_before_will_do() -> None:
    start = dt.date(2019, 3, 1)
    bars = [Bar(start, 10_000), Bar(dt.date(2019, 3, 5), 10_100)]  # the 4th may have been a holiday
    assert trend(HistoryIndex(market(start), CALENDAR, History.of("dax", bars))).week_pct == 1.0
    late = [Bar(start, 10_000), Bar(dt.date(2019, 3, 28), 10_100)]
    assert trend(HistoryIndex(market(start), CALENDAR, History.of("dax", late))).week_pct is None


def test_the_range_takes_highs_where_known_and_todays() -> None:
    bars = [Bar(day, 10_000) for day in D[:300]]
    bars[20] = Bar(D[20], 10_000, 15_000, 5_000)  # more than 52 weeks before the end
    bars[60] = Bar(D[60], 10_000, 11_000, 9_000)
    past = HistoryIndex(market(), CALENDAR, History.of("dax", bars))
    result = trend(past)
    assert (result.range_52w_high, result.range_52w_low) == (110, 90)
    today = trend(past, LiveBar(D[300], 10_500, high=11_100, low=8_900))
    assert (today.range_52w_high, today.range_52w_low) == (111, 89)
    now = trend(past, LiveBar(D[300], 11_200))
    assert (now.range_52w_high, now.range_52w_low) == (112, 90)


def test_a_range_of_less_than_52_weeks_is_none() -> None:
    result = trend(HistoryIndex(market(), CALENDAR, History.of("dax", [Bar(day, 10_000) for day in D[:200]])))
    assert (result.range_52w_high, result.range_52w_low) == (None, None)


def test_a_hole_that_may_hide_the_high_leaves_the_low() -> None:
    bars = [Bar(day, 10_000 if position else 8_000) for position, day in enumerate(D[:300])]
    bars[100] = Bar(D[100], 8_000)
    del bars[200]
    result = trend(HistoryIndex(market(), CALENDAR, History.of("dax", bars)))
    assert (result.range_52w_high, result.range_52w_low) == (None, 80)


def test_the_recent_high_and_since_when_it_is_the_highest() -> None:
    points = [150, *[100] * 5, 120, *[101] * 30, 110, *[105] * 10]
    result = trend(ledger(*points)).recent_high
    assert result is not None
    assert (result.level, result.date, result.highest_since) == (110, D[37], D[6])
    old = trend(ledger(*points, *[104] * 10)).recent_high
    assert old is not None
    assert (old.level, old.date) == (105, D[47])  # 110 is more than 20 sessions old


def test_the_recent_high_is_of_completed_sessions() -> None:
    result = trend(ledger(*[100] * 30), LiveBar(D[30], 12_000)).recent_high
    assert result is not None
    assert result.level == 100
    over = trend(ledger(*[100] * 30), LiveBar(D[30], 12_000, over=True)).recent_high
    assert over is not None
    assert (over.level, over.date, over.highest_since) == (120, D[30], None)


def test_the_recent_high_is_unknown_where_a_missing_session_may_be_it() -> None:
    assert trend(ledger(*[100] * 30, None, 100)).recent_high is None
    result = trend(ledger(*[100] * 30, None, 100, 106)).recent_high
    assert result is not None
    assert (result.level, result.highest_since) == (106, None)
    assert trend(ledger(*[100] * 10)).recent_high is None


def test_volatility_is_the_sample_deviation_of_sixty_daily_changes() -> None:
    points = [100 + (position * 7919 % 23) / 3 for position in range(80)]
    shown = [round(point, 2) for point in points]
    changes = [100 * (new / old - 1) for old, new in pairwise(shown[-61:])]
    assert trend(ledger(*points)).volatility_pct == round(statistics.stdev(changes), 2)
    assert trend(ledger(*points[:60])).volatility_pct is None
    assert trend(ledger(*points[:61])).volatility_pct is not None


def test_a_change_across_a_hole_is_not_a_daily_one() -> None:
    calm = [100 + position % 2 for position in range(70)]
    jumped = trend(ledger(*calm[:40], None, *[300 + 3 * (position % 2) for position in range(29)]))
    assert jumped.volatility_pct is not None
    assert jumped.volatility_pct < 2
    assert trend(ledger(*calm, *[None] * 40, *calm[:50])).volatility_pct is None  # too long ago


def test_an_empty_past_has_no_trend() -> None:
    result = trend(HistoryIndex(market(), CALENDAR, History.of("dax", [])))
    assert set(result.model_dump().values()) == {None}
