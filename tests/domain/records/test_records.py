import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history.bars import Bar, History
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import KnownLevel
from bot.domain.records.history_index import HistoryIndex, LiveBar
from bot.domain.records.records import facts, round_step
from bot.domain.records.trend import trend
from tests.pasts import CALENDAR, FIRST, bar_of, bars, days, floor, floors, history, market

D = days(60)


def ledger(*points: float | None, known: Sequence[KnownLevel] = (), since: dt.date | None = FIRST) -> HistoryIndex:
    return HistoryIndex(market(since), CALENDAR, history(*points), known)


def test_a_record_is_strictly_above() -> None:
    assert facts(ledger(100, 101)).closing.is_record is True
    assert facts(ledger(101, 100, 101)).closing.is_record is False
    assert facts(ledger(101, 100, 101)).distance_pct == 0


def test_the_record_beaten_is_named_with_its_first_day_and_the_margin() -> None:
    record = facts(ledger(100, 110, 105, 110, 111))
    assert record.closing.previous is not None
    assert (record.closing.previous.level, record.closing.previous.date, record.closing.margin_pct) == (110, D[1], 0.91)
    assert (record.verdict, record.highest_since, record.highest_since_at_least) == ("record_close", None, None)


def test_below_a_record_it_says_since_when_it_was_not_so_high() -> None:
    record = facts(ledger(100, 120, 108, 103, 107))
    assert (record.verdict, record.closing.is_record, record.distance_pct) == ("below", False, -10.83)
    assert (record.highest_since, record.lowest_since) == (D[2], D[3])


def test_records_in_a_row_and_of_the_year() -> None:
    record = facts(ledger(100, 101, 102, 99, 103, 104, 105))
    assert (record.closing.in_a_row, record.records_this_year) == (
        3,
        None,
    )  # the first bar of all is no record, nor none
    later = HistoryIndex(
        market(dt.date(2020, 12, 28)), CALENDAR, history(100, 101, 99, 98, 102, start=dt.date(2020, 12, 28))
    )
    assert facts(later).records_this_year == 1  # that of January; the other are of the old year


def test_a_record_low_mirrors_a_record_high() -> None:
    record = facts(ledger(100, 90, 95, 89))
    assert record.lows is not None
    assert record.lows.previous is not None
    assert (record.lows.is_record, record.lows.previous.level, record.lows.margin_pct) == (True, 90, -1.11)
    assert record.lowest_since is None
    assert facts(ledger(100, 90, 95, 92)).lowest_since == D[1]


@pytest.mark.parametrize(
    ("before", "close", "number"),
    [
        (38_990, 39_010, 39_000),
        (39_001, 39_500, None),
        (39_000, 39_001, 39_000),
        (38_990, 39_000, None),
        (38_500, 41_200, 41_000),
        (998, 1_003, 1_000),
        (590, 601, 600),
        (3_990, 4_050, 4_000),
        (3_450, 3_550, None),
        (149_000, 151_000, 150_000),
        (151_000, 155_000, None),
    ],
)
def test_the_first_close_ever_above_a_round_number(before: float, close: float, number: float | None) -> None:
    assert facts(ledger(before * 0.99, before, close)).closing.round_number == number


def test_round_numbers_go_by_the_size_of_the_index() -> None:
    assert [round_step(MARKETS["nikkei"], points * 100) // 100 for points in (590, 6_600, 45_000, 150_000)] == [
        100,
        1_000,
        1_000,
        10_000,
    ]
    assert round_step(MARKETS["kospi"], 3_400_00) == 100_00  # and by what the wires say of it


def test_during_a_session_the_close_is_not_yet_claimed() -> None:
    past = ledger(100, 101, 99)
    record = facts(past, LiveBar(D[3], 10_150, high=10_200))
    assert (record.closing.is_record, record.closing.date, record.closing.on_course) == (False, D[2], True)
    assert record.verdict == "unknown"  # no true high is known of any day before
    assert record.distance_pct == 0.5
    over = facts(past, LiveBar(D[3], 10_150, high=10_200, over=True))
    assert (over.closing.is_record, over.closing.date, over.verdict) == (True, D[3], "record_close")
    assert over.closing.on_course is False


def with_highs(*pairs: tuple[float, float]) -> HistoryIndex:
    bars = [
        Bar(day, round(close * 100), round(high * 100), round(close * 100) - 50)
        for day, (close, high) in zip(D, pairs, strict=False)
    ]
    return HistoryIndex(market(), CALENDAR, History.of("dax", bars))


def test_a_high_is_held_against_highs_and_a_close_against_closes() -> None:
    past = with_highs((100, 105), (101, 103))
    below = facts(past, LiveBar(D[2], 10_400, high=10_490, over=True))
    assert (below.closing.is_record, below.intraday.is_record, below.verdict) == (True, False, "record_close")
    touched = facts(past, LiveBar(D[2], 10_050, high=10_501, over=True))
    assert (touched.closing.is_record, touched.intraday.is_record, touched.verdict) == (False, True, "record_high")
    assert touched.intraday.previous is not None
    assert (touched.intraday.previous.level, touched.intraday.previous.date) == (105, D[0])
    assert (touched.intraday.since, touched.intraday.complete) == (D[0], True)
    equal = facts(past, LiveBar(D[2], 10_050, high=10_500))
    assert (equal.intraday.is_record, equal.verdict) == (False, "below")


def test_on_course_for_a_record_close_with_a_high_that_is_none() -> None:
    record = facts(with_highs((100, 105), (101, 103)), LiveBar(D[2], 10_400, high=10_490))
    assert (record.closing.on_course, record.intraday.is_record, record.verdict) == (True, False, "below")


def test_days_of_which_only_the_close_is_known_bound_their_highs_by_a_twentieth() -> None:
    bars = [Bar(D[0], 10_000), Bar(D[1], 9_000, 9_000, 9_000, 9_000), Bar(D[2], 9_000, 9_100, 8_900)]
    past = HistoryIndex(market(), CALENDAR, History.of("dax", bars))
    record = facts(past, LiveBar(D[3], 9_900, high=10_500))
    assert (record.intraday.is_record, record.intraday.since, record.intraday.complete) == (None, D[2], False)
    assert facts(past, LiveBar(D[3], 9_900, high=10_501)).intraday.is_record is True
    assert facts(past, LiveBar(D[3], 9_900, high=10_000)).intraday.is_record is False


def test_closes_alone_give_no_intraday_record_but_can_rule_one_out() -> None:
    past = ledger(100, 110, 105)
    assert facts(past, LiveBar(D[3], 12_000, high=20_000)).intraday.is_record is None
    record = facts(past, LiveBar(D[3], 10_800, high=10_990))
    assert (record.intraday.is_record, record.intraday.since, record.verdict) == (False, None, "below")


def test_no_high_of_the_day_leaves_the_verdict_to_the_level() -> None:
    past = with_highs((100, 105), (101, 103))
    assert facts(past, LiveBar(D[2], 10_050)).verdict == "below"
    assert facts(past, LiveBar(D[2], 10_150)).verdict == "unknown"
    assert facts(past, LiveBar(D[2], 10_150, over=True)).verdict == "record_close"


# --- holes -----------------------------------------------------------------------------------------------------------


def test_a_hole_is_settled_well_above_both_its_ends() -> None:
    # Four sessions missing between 100 and 102: none closed above 102 · (1 + 0.05 · √4) = 112.20.
    record = facts(ledger(100, None, None, None, None, 102, 112.20))
    assert (record.closing.is_record, record.closing.complete, record.verdict) == (None, False, "unknown")
    assert record.hole is not None
    assert (record.hole.start, record.hole.end, record.hole.sessions) == (D[1], D[4], 4)
    assert (record.highest_since, record.highest_since_at_least) == (None, D[5])
    assert (record.closing.previous, record.distance_pct) == (None, None)
    above = facts(ledger(100, None, None, None, None, 102, 112.21))
    assert (above.closing.is_record, above.closing.complete, above.hole) == (True, True, None)


def test_a_hole_is_settled_by_a_known_record_above_all_that_it_could_hide() -> None:
    for points in ((120, 100, None, 102, 103), (100, None, 102, 120, 103)):
        record = facts(ledger(*points))
        assert (record.closing.is_record, record.closing.complete, record.hole) == (False, True, None)


def test_a_known_higher_close_denies_a_record_whatever_a_hole_hides() -> None:
    record = facts(ledger(104, 103, None, 103, 103.5))
    assert (record.closing.is_record, record.closing.complete) == (False, False)
    assert record.closing.previous is None  # the hole may hold the record that stands
    assert (record.highest_since, record.highest_since_at_least) == (None, D[3])


def test_a_floor_that_covers_a_hole_bounds_what_it_hides() -> None:
    points = (100, 101, None, 100, 103)
    assert facts(ledger(*points)).closing.is_record is None
    known = floor(101, str(D[1]), str(D[3]))
    record = facts(ledger(*points, known=[known]))
    assert (record.closing.is_record, record.closing.complete) == (True, True)
    shorter = floor(101, str(D[1]), str(D[1]))
    assert facts(ledger(*points, known=[shorter])).closing.is_record is None
    later = floor(101, str(D[1]), str(D[3]), since=str(D[3]))
    assert facts(ledger(*points, known=[later])).closing.is_record is None


def test_a_day_that_the_bot_saw_is_no_hole() -> None:
    sightings = [floor(101.5, str(D[2]), str(D[2]), since=str(D[2]))]
    record = facts(ledger(100, 101, None, 102, 103, known=sightings))
    assert (record.closing.is_record, record.closing.complete, record.closing.in_a_row) == (True, True, None)
    assert trend(ledger(101, 100, None, 102, 103, known=sightings)).streak == 3


def test_a_high_that_the_bot_saw_stands_in_for_a_missing_one() -> None:
    bars = [Bar(D[0], 10_000, 10_100, 9_900), Bar(D[1], 10_050), Bar(D[2], 10_000, 10_050, 9_900)]
    sightings = [floor(101.2, str(D[1]), str(D[1]), since=str(D[1]), kind="high")]
    reading = LiveBar(D[3], 10_000, high=10_130)
    assert facts(HistoryIndex(market(), CALENDAR, History.of("dax", bars)), reading).intraday.is_record is None
    record = facts(HistoryIndex(market(), CALENDAR, History.of("dax", bars), sightings), reading)
    assert record.intraday.is_record is True
    assert record.intraday.previous is not None
    assert (record.intraday.previous.level, record.intraday.previous.date) == (101.2, D[1])


def test_the_previous_close_of_a_quote_stands_in_for_yesterdays_bar() -> None:
    past = ledger(100, 101)
    record = facts(past, LiveBar(D[3], 10_300, previous=10_200))
    assert (record.closing.is_record, record.closing.date, record.closing.level) == (True, D[2], 102)
    assert record.closing.on_course is True
    over = facts(past, LiveBar(D[3], 10_300, previous=10_200, over=True))
    assert (over.closing.is_record, over.closing.date) == (True, D[3])
    assert trend(ledger(101, 100), LiveBar(D[3], 10_300, previous=10_200)).streak == 2


def test_while_yesterdays_close_is_not_known_nothing_is_said_of_it() -> None:
    record = facts(ledger(100, 101), LiveBar(D[3], 10_300))
    assert (record.closing.is_record, record.closing.level, record.closing.date) == (None, None, D[2])
    assert (record.closing.on_course, record.verdict, record.highest_since) == (False, "unknown", None)
    assert record.hole is not None
    assert (record.hole.start, record.hole.end, record.hole.sessions) == (D[2], D[2], 1)


def test_a_hole_that_is_yet_to_come_hides_nothing() -> None:
    past = ledger(100, 101, None, None, 130)
    record = facts(past, LiveBar(D[2], 10_200), until=D[1])
    assert (record.closing.is_record, record.closing.on_course) == (True, True)


def test_record_closes_in_a_row_are_not_counted_across_a_hole() -> None:
    assert facts(ledger(100, 99, 101, None, 150, 170, 171)).closing.in_a_row is None
    assert facts(ledger(100, 99, 101, None, 100, 170, 171)).closing.in_a_row == 2


def test_a_hole_that_may_hide_a_record_leaves_their_number_open() -> None:
    def counted(*points: float | None) -> int | None:
        start = dt.date(2020, 12, 28)
        past = HistoryIndex(market(start), CALENDAR, history(120, 121, *points, start=start))
        return facts(past).records_this_year

    assert counted(100, 100, 122, 123, 120) == 2  # of 2021
    assert counted(100, 100, None, 119, 120, 150, 100) is None
    assert counted(100, 100, None, 100, 100, 150, 100) == 1
    assert counted(120, None, 119, 150, 100) == 1  # the hole is of the old year


def test_a_round_number_that_a_hole_may_have_passed_is_not_called_the_first() -> None:
    assert facts(ledger(38_500, None, 38_600, 40_600)).closing.is_record is True
    assert facts(ledger(38_500, None, 38_600, 40_600)).closing.round_number is None
    assert facts(ledger(38_500, None, 38_600, 41_600)).closing.round_number == 41_000


# --- the beginning of a file -----------------------------------------------------------------------------------------


def test_a_file_that_starts_late_says_highest_since_and_never_record() -> None:
    for since in (None, FIRST - dt.timedelta(days=11)):
        record = facts(ledger(100, 105, 103, 107, since=since))
        assert (record.closing.is_record, record.closing.complete, record.verdict) == (None, False, "unknown")
        assert (record.highest_since, record.highest_since_at_least) == (None, D[0])
    assert facts(ledger(100, 101, since=FIRST - dt.timedelta(days=10))).closing.is_record is True


def test_a_known_older_record_covers_what_is_missing() -> None:
    known = floor(106, "1989-12-18", "2020-06-30")
    past = ledger(100, 105, 103, 107, 104, 106.5, known=[known], since=None)
    record = facts(past)
    assert (record.closing.is_record, record.closing.complete) == (False, True)
    assert record.highest_since == D[3]
    beaten = facts(past, until=D[3])
    assert beaten.closing.previous is not None
    assert (beaten.closing.is_record, beaten.closing.previous.level, str(beaten.closing.previous.date)) == (
        True,
        106,
        "1989-12-18",
    )
    # Below the record and above every close in the file: who knows what there was between the two.
    between = facts(past, until=D[1])
    assert (between.closing.is_record, between.highest_since, between.highest_since_at_least) == (False, None, D[0])


def test_a_record_that_is_yet_to_be_made_is_not_known() -> None:
    known = floor(106, str(D[3]), "2020-06-30")
    past = ledger(100, 105, 103, 106, 104, known=[known])
    assert facts(past, until=D[1]).closing.is_record is True
    late = ledger(100, 105, 103, 106, 104, known=[known], since=None)
    assert facts(late, until=D[1]).closing.is_record is None
    assert facts(late).closing.complete is True


def test_without_a_known_high_a_market_has_no_intraday_record() -> None:
    bars = [Bar(day, 10_000 + at, 10_100 + at, 9_900) for at, day in enumerate(D[:5])]
    known = floor(99, "1997-01-01", "2020-06-30")
    past = HistoryIndex(market(None), CALENDAR, History.of("dax", bars), [known])
    record = facts(past, LiveBar(D[5], 10_500, high=10_600, over=True))
    assert (record.closing.is_record, record.intraday.is_record, record.verdict) == (True, None, "record_close")


def test_nothing_is_said_of_an_empty_past() -> None:
    record = facts(HistoryIndex(market(), CALENDAR, History.of("dax", [])))
    assert (record.closing.is_record, record.intraday.is_record, record.verdict) == (None, None, "unknown")
    only = facts(HistoryIndex(market(), CALENDAR, History.of("dax", [])), LiveBar(D[0], 10_000, over=True))
    assert (only.closing.is_record, only.verdict) == (None, "unknown")
    known = HistoryIndex(market(), CALENDAR, History.of("dax", []), [floor(99, "1997-01-01", str(D[0]))])
    record = facts(known, LiveBar(D[1], 10_000, over=True))
    assert (record.closing.is_record, record.verdict) == (True, "record_close")
    assert facts(known, LiveBar(D[5], 10_000, over=True)).closing.is_record is None
    assert facts(known, LiveBar(D[5], 9_800, over=True)).closing.is_record is False


def test_a_bar_without_a_close_is_refused() -> None:
    with pytest.raises(ValueError, match="without a close"):
        ledger(100).add(Bar(D[1], None))


# --- properties ------------------------------------------------------------------------------------------------------


@pytest.mark.no_cover
@given(st.data())
def test_any_order_of_bars_and_corrections_gives_the_state_computed_from_scratch(data: st.DataObject) -> None:
    final = data.draw(bars())
    known = data.draw(floors())
    order = data.draw(st.permutations(final))
    # Some are first told wrong, and corrected later.
    wrong = [data.draw(bar_of(bar.day)) for bar in order if data.draw(st.booleans())]
    since = data.draw(st.sampled_from([None, FIRST]))
    grown = HistoryIndex(market(since), CALENDAR, History.of("dax", []), known)
    for bar in (*wrong, *order):
        grown.add(bar)
    scratch = HistoryIndex(market(since), CALENDAR, History.of("dax", final), known)
    assert state(grown) == state(scratch)
    for bar in final:
        assert facts(grown, until=bar.day) == facts(scratch, until=bar.day)
        assert trend(grown, until=bar.day) == trend(scratch, until=bar.day)


@given(bars(), floors(), st.sampled_from([None, FIRST]), st.integers(0, 40), st.booleans(), st.data())
def test_what_comes_later_is_not_looked_at(
    all_bars: list[Bar],
    known: tuple[KnownLevel, ...],
    since: dt.date | None,
    cut: int,
    over: bool,
    data: st.DataObject,
) -> None:
    whole = HistoryIndex(market(since), CALENDAR, History.of("dax", all_bars), known)
    until = all_bars[min(cut, len(all_bars) - 1)].day
    then = HistoryIndex(market(since), CALENDAR, History.of("dax", [bar for bar in all_bars if bar.day <= until]), [
        sighting for sighting in known if sighting.date <= until or sighting.covers_from != sighting.known_as_of
    ])  # fmt: skip
    level = data.draw(st.integers(9_000, 11_000))
    session = CALENDAR.next(until).day
    reading = LiveBar(session, level, level + 50, over=over, previous=data.draw(st.sampled_from([None, 10_000])))
    assert facts(whole, reading, until=until) == facts(then, reading)
    assert trend(whole, reading, until=until) == trend(then, reading)
    assert facts(whole, until=until) == facts(then)


@given(bars(), floors(), st.sampled_from([None, FIRST]))
def test_the_engine_says_what_the_contract_says_word_by_word(
    all_bars: list[Bar], known: tuple[KnownLevel, ...], since: dt.date | None
) -> None:
    known = tuple(level for level in known if level.covers_from != level.known_as_of)
    past = HistoryIndex(market(since), CALENDAR, History.of("dax", all_bars), known)
    for position, bar in enumerate(all_bars):
        record = facts(past, until=bar.day)
        expected = Contract(all_bars[: position + 1], known, since)
        assert record.closing.is_record == expected.is_record
        assert record.closing.complete == expected.complete
        assert record.highest_since == expected.highest_since
        if record.closing.previous is not None:
            assert round(record.closing.previous.level * 100) == expected.highest
        assert (record.verdict == "record_close") == (expected.is_record is True)


def state(of: HistoryIndex) -> tuple[object, ...]:
    """All that a ledger holds, its columns as lists."""
    peaks = [
        (
            list(maxima.values),
            list(maxima._tops),
            list(maxima._blocks),
            [(list(a), list(b)) for a, b in maxima._ceilings],
        )
        for maxima in (of.closes, of.top_highs, of.negated_closes)
    ]
    arrays = [list(column) for column in (of.days, of.highs, of.lows, of.records, of.doubts, of._runs, of._high_tops)]
    return (peaks, arrays, of.gaps, list(of._gap_positions), of._first_high)


class Contract:
    """The paragraphs on `record` and on holes in the contract of answers, done the slow way for the last close."""

    def __init__(self, all_bars: list[Bar], known: tuple[KnownLevel, ...], since: dt.date | None) -> None:
        *before, newest = all_bars
        level, day = newest.close or 0, newest.day
        self.active = [sighting for sighting in known if sighting.kind == "close" and sighting.date < day]
        values = [(bar.day, bar.close or 0) for bar in before] + [(floor.date, floor.level) for floor in self.active]
        self.highest = max((value for _, value in values), default=None)
        gaps = []  # first and last missing day, what they could hide, first day after
        if since is None or all_bars[0].day > since + dt.timedelta(days=10):
            eve = CALENDAR.previous(all_bars[0].day).day
            gaps.append((dt.date.min, eve, self.bound(1e15, dt.date.min, eve), all_bars[0].day))
        for older, newer in pairwise(all_bars):
            between = [older.day + dt.timedelta(days=n) for n in range(1, (newer.day - older.day).days)]
            missing = [close for close in between if CALENDAR.is_session(close) and close >= CALENDAR.first]
            if len(between) >= 10:
                missing = [close for close in between if CALENDAR.is_session(close)]
            if missing:
                most = max(older.close or 0, newer.close or 0) * (1 + 0.05 * sqrt(len(missing)))
                gaps.append((between[0], between[-1], self.bound(most, between[0], between[-1]), newer.day))
        hidden = max((bound for _, _, bound, _ in gaps), default=0)
        if self.highest is None:
            self.is_record, self.complete = None, False
        else:
            settled = level > hidden
            self.is_record = False if self.highest >= level else True if settled else None
            self.complete = settled or self.highest >= hidden
        reached = max((day for day, value in values if value >= level), default=None)
        after = [first for first, _, bound, _ in gaps if bound >= level and (reached is None or first > reached)]
        in_file = reached is not None and reached >= all_bars[0].day
        self.highest_since = reached if in_file and not after else None

    def bound(self, most: float, first: dt.date, last: dt.date) -> float:
        covering = [
            floor.level
            for floor in self.active
            if (floor.covers_from is None or floor.covers_from <= first) and floor.known_as_of >= last
        ]
        return min(most, *covering) if covering else most
