"""When histories are read again, and what a reading changes."""

import itertools
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.files.packaged import sessions
from bot.domain.history.bars import Bar
from bot.domain.history.refresh_policy import (
    FINAL,
    FIRST,
    REACH,
    LastFetch,
    StoredBar,
    compare,
    due,
    expected,
    needs_all,
    settled,
)
from bot.domain.markets.catalogue import market

TOKYO = sessions()["XTKS"]
CLOSE = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)  # Wednesday, 15:30 in Tokyo
DAY = date(2026, 3, 11)


def test_a_session_is_read_after_its_close_and_delay_and_once_more_to_make_it_final() -> None:
    first = due(TOKYO, CLOSE - timedelta(hours=1), lacking=False)
    assert first == CLOSE + FIRST
    assert (expected(TOKYO, first), settled(TOKYO, first)) == (DAY, DAY - timedelta(days=1))
    second = due(TOKYO, first, lacking=False)
    assert second == CLOSE + FINAL
    assert settled(TOKYO, second) == DAY
    assert due(TOKYO, second, lacking=False) == CLOSE + timedelta(days=1) + FIRST


def test_over_a_weekend_nothing_is_due() -> None:
    friday = CLOSE + timedelta(days=2) + FINAL
    assert due(TOKYO, friday, lacking=False) == CLOSE + timedelta(days=5) + FIRST


def test_a_bar_that_is_lacking_is_asked_for_again_ever_less_often() -> None:
    asked = [CLOSE + FIRST]
    while asked[-1] < CLOSE + timedelta(days=1):
        asked.append(due(TOKYO, asked[-1], lacking=True))
    gaps = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert gaps[0] == FIRST
    assert gaps[1] == 2 * FIRST
    assert 4 <= len(asked) <= 9


FIRST_MOMENT, LAST_MOMENT = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (2000, 2027))


@given(st.datetimes(FIRST_MOMENT, LAST_MOMENT), st.booleans())
def test_what_is_due_lies_ahead_and_no_further_than_the_next_close(naive: datetime, lacking: bool) -> None:
    instant = naive.replace(tzinfo=UTC)
    moment = due(TOKYO, instant, lacking=lacking)
    assert instant < moment <= TOKYO.next_close(instant) + FIRST


def test_all_bars_are_read_at_first_after_a_long_gap_and_where_too_few_came() -> None:
    nikkei = market("nikkei")
    since = nikkei.history_since
    read = LastFetch("nikkei", since, CLOSE - timedelta(days=300), CLOSE)
    assert needs_all(nikkei, None, CLOSE)
    assert not needs_all(nikkei, read, CLOSE + REACH)
    assert needs_all(nikkei, read, CLOSE + REACH + timedelta(seconds=1))
    late = read._replace(first_day=date(2020, 1, 6))
    assert needs_all(nikkei, late, CLOSE)
    assert not needs_all(nikkei, late._replace(loaded_at=CLOSE), CLOSE + timedelta(days=7))


def test_a_moving_bar_is_no_correction_and_a_final_one_is() -> None:
    moving = {DAY: StoredBar(Bar(DAY, 100, 110, 90, 95), final=False)}
    (change,) = compare(moving, [Bar(DAY, 101, 110, 90, 95)], DAY).changes
    assert (change.bar.close, change.final, change.corrects) == (101, True, False)

    final = {DAY: StoredBar(Bar(DAY, 100, 110, 90, 95), final=True)}
    (change,) = compare(final, [Bar(DAY, 101, 110, 90, 95)], DAY).changes
    assert change.corrects
    assert compare(final, [Bar(DAY, 100, 110, 90, 95)], DAY).changes == []


def test_what_a_source_no_longer_tells_is_not_lost() -> None:
    final = {DAY: StoredBar(Bar(DAY, 100, 110, 90, 95), final=True)}
    assert compare(final, [], DAY).changes == []
    assert compare(final, [Bar(DAY, None, None, 0, None)], DAY).changes == []


def test_a_blank_row_is_kept_and_filled_by_a_later_reading() -> None:
    (blank,) = compare({}, [Bar(DAY, None)], DAY).changes
    assert blank.bar == Bar(DAY, None)
    (filled,) = compare({DAY: StoredBar(blank.bar, final=False)}, [Bar(DAY, 100)], DAY).changes
    assert filled.bar.close == 100


def test_of_two_rows_for_a_day_the_first_with_a_close_stands_and_they_are_counted() -> None:
    comparison = compare({}, [Bar(DAY, None), Bar(DAY, 100), Bar(DAY, 101)], DAY)
    assert ([change.bar.close for change in comparison.changes], comparison.twice) == ([100], 2)
