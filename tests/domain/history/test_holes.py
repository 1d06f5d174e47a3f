import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history.bars import Bar, History
from bot.domain.history.holes import highest_unseen, missing
from bot.domain.quotes import percent
from bot.domain.records.history_index import Gap, unseen_high
from bot.domain.summary.moves import _could_hide
from tests.pasts import CALENDAR

UNITS = st.integers(1, 10**9)


@given(UNITS, st.integers(1, 5000))
def test_the_bound_of_a_hole_is_exact(beside: int, sessions: int) -> None:
    """The largest whole number at most beside · (1 + 0.05 · √sessions), without a binary fraction on the way."""
    bound = highest_unseen(beside, sessions)
    assert 400 * (bound - beside) ** 2 <= beside**2 * sessions < 400 * (bound - beside + 1) ** 2


@pytest.mark.parametrize(("beside", "sessions", "bound"), [(971535, 7, 1100056), (5990367, 3, 6509147)])
def test_no_fraction_is_rounded_up_to_a_level_that_nothing_reached(beside: int, sessions: int, bound: int) -> None:
    gap = Gap(1, 1, sessions + 2, sessions, beside, beside)
    assert (highest_unseen(beside, sessions), gap.hides(1)) == (bound, bound)
    assert -gap.hides(-1) == 2 * beside - bound


@given(UNITS)
def test_a_day_of_which_only_the_close_is_known_is_a_hole_of_one_session(close: int) -> None:
    assert unseen_high(close) == highest_unseen(close, 1) == close * 21 // 20


def test_what_a_hole_may_hide_of_a_move_is_told_by_the_same_rule() -> None:
    """Before the table's first day the weekdays of a long pause count, for moves as for records."""
    days = (dt.date(2019, 11, 4), dt.date(2019, 11, 25))
    bars = History.of("dax", [Bar(day, 10_000) for day in days])
    assert missing(CALENDAR, *bars.days) == 14
    low, high = -highest_unseen(-10_000, 14), highest_unseen(10_000, 14)
    largest = percent(high, low)
    assert _could_hide(bars, CALENDAR, 0, 2, largest)
    assert not _could_hide(bars, CALENDAR, 0, 2, largest + 0.01)
    assert _could_hide(bars, CALENDAR, 0, 2, percent(low, high))
    assert not _could_hide(bars, CALENDAR, 0, 2, percent(low, high) - 0.01)
