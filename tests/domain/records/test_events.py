import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history.bars import Bar, History
from bot.domain.records.events import Event, EventKind, events, fresh
from bot.domain.records.history_index import HistoryIndex, LiveBar
from tests.pasts import CALENDAR, days, market

D = days(10)


def ledger(*pairs: tuple[float, float]) -> HistoryIndex:
    bars = [
        Bar(day, round(close * 100), round(high * 100), round(close * 100) - 50_00)
        for day, (close, high) in zip(D, pairs, strict=False)
    ]
    return HistoryIndex(market(), CALENDAR, History.of("dax", bars))


PAST = ledger((9_800, 9_900), (9_950, 10_020))


def shown(reading: LiveBar, *moves: float) -> list[tuple[str, float | None]]:
    return [(event.kind.value, event.threshold) for event in events(PAST, reading, moves)]


def test_a_quiet_session_shows_nothing() -> None:
    assert shown(LiveBar(D[2], 9_960_00, high=9_990_00, low=9_940_00), 1) == []


def test_an_intraday_record_is_shown_while_the_session_runs_and_a_closing_one_only_after() -> None:
    running = LiveBar(D[2], 9_990_00, high=10_030_00)
    assert shown(running) == [("record_high", None), ("round_above", 10_000)]
    over = LiveBar(D[2], 9_990_00, high=10_030_00, over=True)
    assert shown(over) == [("record_high", None), ("record_close", None), ("round_above", 10_000)]


def test_a_round_number_is_crossed_strictly_and_in_both_directions() -> None:
    assert shown(LiveBar(D[2], 10_000_00)) == []
    assert shown(LiveBar(D[2], 10_000_01)) == [("round_above", 10_000)]
    past = ledger((10_100, 10_200), (10_000, 10_150))
    assert events(past, LiveBar(D[2], 10_000_00)) == ()
    found = events(past, LiveBar(D[2], 9_980_00))
    assert [(event.kind, event.threshold, event.level) for event in found] == [(EventKind.ROUND_BELOW, 10_000, 9_980)]


def test_a_gap_through_several_round_numbers_is_one_event_named_by_the_furthest() -> None:
    assert shown(LiveBar(D[2], 55_500_00)) == [("round_above", 55_000)]
    past = ledger((20_100, 20_200), (20_050, 20_150))
    found = events(past, LiveBar(D[2], 15_500_00))
    assert [(event.kind, event.threshold) for event in found] == [(EventKind.ROUND_BELOW, 16_000)]


def test_moves_are_told_by_threshold_and_direction() -> None:
    assert shown(LiveBar(D[2], 9_751_00), 1, 2, 3) == [("fall", 1), ("fall", 2)]
    assert shown(LiveBar(D[2], 10_149_00, high=10_149_00), 2) == [
        ("record_high", None),
        ("round_above", 10_000),
        ("rise", 2),
    ]


def test_without_yesterdays_close_no_change_is_told() -> None:
    assert shown(LiveBar(D[3], 12_000_00, high=12_000_00), 1) == []
    assert ("rise", 1) in shown(LiveBar(D[3], 12_000_00, previous=9_960_00), 1)


def test_what_an_unsettled_hole_leaves_open_is_not_told() -> None:
    past = HistoryIndex(market(None), CALENDAR, History.of("dax", [Bar(D[0], 9_800_00, 9_900_00, 9_700_00)]))
    assert events(past, LiveBar(D[1], 9_950_00, high=9_960_00, over=True)) == ()


def test_an_event_is_the_same_whatever_the_level_that_showed_it() -> None:
    rise = Event("dax", EventKind.RISE, D[2], 1.0, 10_100)
    assert fresh([Event("dax", EventKind.RISE, D[2], 1.0, 10_200)], {rise}) == ()
    assert fresh([rise, rise], ()) == (rise,)
    assert fresh([Event("dax", EventKind.RISE, D[3], 1.0)], {rise}) != ()


@given(st.data())
def test_each_event_is_told_once_in_whatever_order_the_observations_come(data: st.DataObject) -> None:
    levels = data.draw(st.lists(st.integers(9_500_00, 10_500_00), min_size=1, max_size=8))
    high, low, session = 0, 20_000_00, []
    for level in levels:
        high, low = max(high, level), min(low, level)
        session.append(LiveBar(D[2], level, high, low))
    session.append(LiveBar(D[2], levels[-1], high, low, over=True))
    session.append(LiveBar(dt.date(2020, 1, 9), levels[0], previous=levels[-1]))
    order = data.draw(st.permutations(session * 2))

    def found_in(readings: list[LiveBar]) -> list[Event]:
        found: list[Event] = []
        for reading in readings:
            found.extend(fresh(events(PAST, reading, (0.5, 1, 2)), found))
        return found

    assert len(found_in(order)) == len(set(found_in(order)))
    assert set(found_in(order)) == set(found_in(session))
