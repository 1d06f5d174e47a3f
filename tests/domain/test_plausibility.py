import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history.bars import Bar, History
from bot.domain.plausibility import Known, contradicted, in_range, judge
from bot.domain.quotes import Observation
from tests.pasts import CALENDAR, days, market

D = days(10)
CLOSES = (9_800_00, 9_900_00, 10_000_00)
HISTORY = History.of("dax", [Bar(day, close) for day, close in zip(D, CLOSES, strict=False)])
NOON = dt.datetime.combine(D[3], dt.time(12), dt.UTC)


def known(history: History | None = HISTORY, last: Observation | None = None) -> Known:
    return Known(market(), CALENDAR, history, last)


def observed(level: int, **fields: object) -> Observation:
    given: dict[str, object] = {"previous_close": 10_000_00, **fields}
    return Observation("dax", level, NOON, NOON, **given)  # type: ignore[arg-type]


def bars(today: int | None, before: int | None = 10_000_00) -> list[Bar]:
    return [Bar(D[2], before), Bar(D[3], today)]


@pytest.mark.parametrize("fall", [-0.149, -0.33, -0.06, 0.141, 0.30])
def test_a_real_move_is_believed_where_the_days_bar_agrees(fall: float) -> None:
    # Tokyo on October 20, 1987, and Hong Kong on October 26 of that year were so.
    level = round(10_000_00 * (1 + fall))
    assert known().doubtful(observed(level))
    judgement = judge(known(), observed(level), bars(level))
    assert judgement.observation == observed(level, bar_agrees=True)
    assert judgement.confirmed is (abs(fall) <= 0.2)
    assert not contradicted(known(), observed(level, bar_agrees=True))


@pytest.mark.parametrize("factor", [100, 0.01, 10, 0.1, 2.01, 0.49])
def test_a_level_of_another_scale_is_none_whoever_agrees(factor: float) -> None:
    level = round(10_000_00 * factor)
    for day_bars in (bars(level), bars(level, round(10_000_00 * factor)), bars(10_000_00), []):
        assert judge(known(), observed(level), day_bars).observation is None
    assert contradicted(known(), observed(level))
    assert contradicted(known(), observed(level, bar_agrees=True))


@pytest.mark.parametrize(
    ("level", "day_bars", "shown"),
    [
        (11_200_00, [], True),  # nothing contradicts it: held back
        (11_200_00, bars(10_050_00), False),
        (11_200_00, bars(None), True),
        (12_100_00, [], False),  # the stored close does
        (12_100_00, bars(12_150_00), True),
        (11_200_00, bars(11_200_00, 100_00), False),  # bars of another index
    ],
)
def test_what_can_be_shown_of_a_doubtful_level(level: int, day_bars: list[Bar], shown: bool) -> None:
    judgement = judge(known(), observed(level), day_bars)
    assert (judgement.observation is not None) is shown
    if not [bar for bar in day_bars if bar.close]:
        assert not judgement.confirmed


def test_a_level_that_jumps_within_its_session_is_doubtful() -> None:
    before = observed(10_300_00)
    assert not known(last=before).doubtful(observed(10_350_00))
    assert known(last=before).doubtful(observed(9_700_00))
    assert not known(last=replace(before, time=NOON - dt.timedelta(days=1))).doubtful(observed(9_700_00))


def test_what_made_a_level_believable_makes_the_next_one_so() -> None:
    assert not known(last=observed(6_700_00, bar_agrees=True)).doubtful(observed(6_690_00))


def test_the_level_of_another_index_near_it_is_told_by_its_previous_close() -> None:
    other = observed(10_150_00, previous_close=10_090_00)
    assert known().doubtful(other)
    assert judge(known(), other, bars(10_020_00)).observation is None
    assert judge(known(), other, bars(10_150_00)).observation is not None
    assert not known().doubtful(observed(10_150_00, previous_close=9_900_00))  # only late: the close of a day before


def test_a_close_from_long_ago_allows_more_the_older_it_is() -> None:
    old = History.of("dax", [Bar(D[0], 10_000_00)])
    fresh = replace(observed(11_000_00), time=NOON + dt.timedelta(days=7))
    assert not Known(market(), CALENDAR, old).doubtful(replace(fresh, previous_close=None))
    assert known().doubtful(observed(11_000_00))
    assert Known(market(), CALENDAR, old).doubtful(replace(fresh, level=13_000_00))


def test_without_a_history_nothing_is_contradicted_and_both_bars_must_agree() -> None:
    nobody = known(None)
    assert not contradicted(nobody, observed(1_000_000_00))
    assert nobody.doubtful(observed(7_000_00))
    assert judge(nobody, observed(7_000_00), bars(7_000_00)).observation == observed(7_000_00, bar_agrees=True)
    assert judge(nobody, observed(7_000_00), bars(7_000_00, 9_000_00)) == (observed(7_000_00), False)
    assert judge(nobody, observed(7_000_00), bars(9_000_00)).observation is None


def test_a_high_or_low_far_beyond_level_and_close_is_left_out() -> None:
    spiked = observed(10_100_00, day_high=11_000_00, day_low=9_000_00)
    assert in_range(known(), spiked) == observed(10_100_00)
    crash = observed(6_700_00, day_high=9_990_00, day_low=6_650_00)
    assert in_range(known(), crash) == crash


@given(
    st.integers(1, 10**10),
    st.one_of(st.none(), st.integers(1, 10**10)),
    st.one_of(st.none(), st.integers(1, 10**10)),
    st.one_of(st.none(), st.integers(1, 10**10)),
    st.one_of(st.none(), st.integers(9_000_00, 11_000_00)),
)
def test_of_random_ticks_only_what_is_near_something_known_is_confirmed(
    level: int, previous: int | None, today: int | None, before: int | None, last: int | None
) -> None:
    facts = known(last=observed(last) if last else None)
    tick = observed(level, previous_close=previous)
    if not facts.doubtful(tick):
        near = [10_000_00, *([last] if last else [])]
        assert any(abs(level - reference) <= 0.05 * reference for reference in near)
        return
    judgement = judge(facts, tick, bars(today, before))
    if judgement.observation is None:
        return
    assert 5_000_00 < level < 20_000_00
    if judgement.confirmed or judgement.observation.bar_agrees:
        assert today is not None
        assert abs(today - level) <= 0.02 * level
    else:
        assert abs(level - 10_000_00) <= 0.2 * 10_000_00
