from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.highlights.size import _hides
from bot.domain.history.holes import highest_unseen, may_hide_move
from bot.domain.records.history_index import Gap, unseen_high

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


@given(UNITS, UNITS, st.integers(1, 400), st.integers(50, 200))
def test_a_hole_hides_moves_up_to_its_own_and_a_twentieth_for_each_root_of_its_sessions(
    before: int, after: int, sessions: int, per_cent: int
) -> None:
    reach = 1 + Fraction(sqrt(sessions)) / 20
    new, old = before * per_cent, before * 100
    if new == old:
        return
    furthest = Fraction(after, before) * reach if new > old else Fraction(after, before) / reach
    wanted = Fraction(new, old)
    if abs(furthest - wanted) < Fraction(1, 10**9):
        return  # the root of the test is rounded, that of the rule is not
    assert may_hide_move(before, after, sessions, new, old) is (furthest >= wanted if new > old else furthest <= wanted)


def test_one_missing_row_hides_no_crash() -> None:
    assert not may_hide_move(10_000, 10_000, 1, 9_400, 10_000)  # a fall of 6 %
    assert may_hide_move(10_000, 10_000, 1, 9_600, 10_000)
    assert may_hide_move(10_000, 9_600, 1, 9_200, 10_000)  # with the 4 % that are known it may have been 8


def test_a_hole_hides_more_points_where_its_closes_may_have_stood_higher() -> None:
    """From 11,000, which four missing sessions can have reached, 1,000 points are but 9.1 %."""
    assert may_hide_move(10_000, 10_000, 4, 10_000, 11_000)
    assert not may_hide_move(10_000, 10_000, 4, 9_000, 10_000)
    assert _hides(4, 10_000, 10_000, 20_000, 19_000, points=True)
