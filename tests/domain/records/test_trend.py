import datetime as dt

import pytest

from bot.adapters.files.packaged import sessions
from bot.domain.history.bars import Bar, History
from bot.domain.markets.catalogue import MARKETS
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
    shanghai = sessions()["XSHG"]  # closed from February 10 to 18, 2024
    traded = list(shanghai.sessions(dt.date(2024, 1, 2), dt.date(2024, 2, 19)))
    past = History.of("shanghai", [Bar(day, 280_000 + number) for number, day in enumerate(traded)])
    result = trend(HistoryIndex(MARKETS["shanghai"], shanghai, past))
    assert result.week_pct is not None
    assert (result.last_week_pct, result.rounded.last_week_pct) == (None, None)


def test_a_hole_right_before_the_twenty_sessions_hides_none_of_them() -> None:
    bars = [Bar(day, 10_000 + number) for number, day in enumerate(D[:60])]
    whole = History.of("dax", bars)
    holed = History.of("dax", [*bars[:-22], *bars[-20:]])
    assert trend(HistoryIndex(market(), CALENDAR, whole)).recent_high is not None
    high = trend(HistoryIndex(market(), CALENDAR, holed)).recent_high
    assert high is not None
    assert high.level == 100 + (len(bars) - 1) / 100
