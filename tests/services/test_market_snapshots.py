import datetime as dt

import pytest

from bot.adapters.files.packaged import sessions
from bot.domain.history.bars import Bar, History
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import KnownLevel
from bot.domain.model import Fault, NoteKind
from bot.domain.quotes import Observation
from bot.domain.records.history_index import HistoryIndex
from bot.services.market_snapshots import MarketSnapshots

NIKKEI = MARKETS["nikkei"]
CLOSES = [4390000, 4380000, 4400000, 4430000]  # four sessions, up to Thursday, September 11, 2025
DAYS = [dt.date(2025, 9, 8), dt.date(2025, 9, 9), dt.date(2025, 9, 10), dt.date(2025, 9, 11)]
FRIDAY = dt.datetime(2025, 9, 12, 1, 0, tzinfo=dt.UTC)  # 10:00 in Tokyo
OLDER = KnownLevel("nikkei", "close", 3891587, dt.date(1989, 12, 29), dt.date(2025, 9, 7), "test")


class Shelf:
    """Returns the one history that a test has put there, for every market."""

    def __init__(self, history: History | None) -> None:
        self.stored = history

    def history(self, key: str) -> History | None:
        return self.stored

    def known_levels(self, key: str) -> tuple[KnownLevel, ...]:
        return (OLDER,)


def history(count: int = 4) -> History:
    bars = (Bar(day, close, close + 100, close - 100) for day, close in zip(DAYS, CLOSES, strict=True))
    return History.of("nikkei", list(bars)[:count])


def observed(level: int = 4440000, **fields: object) -> Observation:
    given: dict[str, object] = {"previous_close": 4430000, "delay_minutes": 15, **fields}
    return Observation("nikkei", level, FRIDAY, FRIDAY, **given)  # type: ignore[arg-type]


def kinds(snapshot: object) -> list[NoteKind]:
    return [note.kind for note in snapshot.notes]  # type: ignore[attr-defined]


def test_a_level_is_judged_against_the_past() -> None:
    snapshot = MarketSnapshots(Shelf(history()), sessions()).of(NIKKEI, observed(), FRIDAY)
    assert snapshot.quote.change_pct == 0.23
    assert snapshot.record is not None
    assert snapshot.record.closing.on_course is True
    assert snapshot.trend is not None
    assert snapshot.trend.streak == 3
    assert snapshot.notes == ()


def test_without_a_history_it_is_said_and_nothing_is_claimed() -> None:
    snapshot = MarketSnapshots(Shelf(None), sessions()).of(NIKKEI, observed(), FRIDAY)
    assert (snapshot.record, snapshot.trend) == (None, None)
    assert kinds(snapshot) == [NoteKind.NO_HISTORY]


def test_a_previous_close_that_the_history_contradicts_costs_the_percentage_alone() -> None:
    snapshot = MarketSnapshots(Shelf(history()), sessions()).of(NIKKEI, observed(previous_close=4410000), FRIDAY)
    assert snapshot.quote.level == 44400.00
    assert snapshot.quote.change_pct is None
    assert snapshot.quote.previous_close is None
    assert [(note.kind, note.fault) for note in snapshot.notes] == [(NoteKind.NO_CHANGE, Fault.PREVIOUS_CONTRADICTED)]


def test_a_previous_close_that_is_still_that_of_a_session_before_gives_way_to_the_stored_one() -> None:
    snapshot = MarketSnapshots(Shelf(history()), sessions()).of(NIKKEI, observed(previous_close=4400000), FRIDAY)
    assert (snapshot.quote.previous_close, snapshot.quote.change_pct, snapshot.notes) == (44300.00, 0.23, ())


def test_a_difference_within_the_tolerance_stands_as_the_source_told_it() -> None:
    snapshot = MarketSnapshots(Shelf(history()), sessions()).of(NIKKEI, observed(previous_close=4430100), FRIDAY)
    assert snapshot.quote.previous_close == 44301.00


def test_a_missing_previous_close_is_taken_from_the_session_before_and_from_no_other() -> None:
    whole = MarketSnapshots(Shelf(history()), sessions()).of(NIKKEI, observed(previous_close=None), FRIDAY)
    assert whole.quote.previous_close == 44300.00
    torn = MarketSnapshots(Shelf(history(3)), sessions()).of(NIKKEI, observed(previous_close=None), FRIDAY)
    assert torn.quote.change_pct is None
    assert NoteKind.NO_CHANGE in kinds(torn)


def test_a_jump_is_shown_without_a_percentage_unless_the_days_bar_agrees() -> None:
    snapshots = MarketSnapshots(Shelf(history()), sessions())
    assert snapshots.of(NIKKEI, observed(5600000), FRIDAY).quote.change_pct is None
    assert snapshots.of(NIKKEI, observed(5600000, bar_agrees=True), FRIDAY).quote.change_pct == 26.41


def test_a_proxy_shows_its_move_and_neither_level_nor_record() -> None:
    snapshot = MarketSnapshots(Shelf(history()), sessions()).of(NIKKEI, observed(proxy=True), FRIDAY)
    assert snapshot.quote.level is snapshot.quote.previous_close is snapshot.quote.change is None
    assert snapshot.quote.change_pct == 0.23
    assert snapshot.record is None
    assert kinds(snapshot) == [NoteKind.PROXY]


@pytest.mark.parametrize(("minutes", "stale"), [(0, False), (24, False), (26, True)])
def test_a_level_is_stale_ten_minutes_past_its_delay(minutes: int, stale: bool) -> None:
    at = FRIDAY + dt.timedelta(minutes=minutes)
    assert MarketSnapshots(Shelf(history()), sessions()).of(NIKKEI, observed(), at).quote.stale is stale


def test_over_lunch_the_last_trade_of_the_morning_is_not_stale() -> None:
    noon = dt.datetime(2025, 9, 12, 3, 20, tzinfo=dt.UTC)
    last = Observation("nikkei", 4440000, dt.datetime(2025, 9, 12, 2, 30, tzinfo=dt.UTC), noon, 4430000)
    assert MarketSnapshots(Shelf(history()), sessions()).of(NIKKEI, last, noon).quote.stale is False


def test_a_session_without_a_trade_long_after_its_start_is_said_to_be_so() -> None:
    closed = dt.datetime(2025, 9, 11, 6, 30, tzinfo=dt.UTC)
    yesterday = Observation("nikkei", 4430000, closed, FRIDAY, 4400000)
    snapshots = MarketSnapshots(Shelf(history()), sessions())
    assert NoteKind.NO_TRADE not in kinds(snapshots.of(NIKKEI, yesterday, FRIDAY - dt.timedelta(minutes=30)))
    assert NoteKind.NO_TRADE in kinds(snapshots.of(NIKKEI, yesterday, FRIDAY))


def test_a_new_session_is_added_without_another_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(history(3))
    snapshots = MarketSnapshots(shelf, sessions())
    snapshots.of(NIKKEI, observed(), FRIDAY)
    passes: list[int] = []
    made = HistoryIndex.__init__

    def counted(self: HistoryIndex, *args: object, **fields: object) -> None:
        passes.append(1)
        made(self, *args, **fields)  # type: ignore[arg-type]

    monkeypatch.setattr(HistoryIndex, "__init__", counted)
    shelf.stored = history(4)
    grown = snapshots.of(NIKKEI, observed(), FRIDAY)
    assert passes == []
    fresh = MarketSnapshots(Shelf(history(4)), sessions()).of(NIKKEI, observed(), FRIDAY)
    assert (grown.record, grown.trend) == (fresh.record, fresh.trend)


def test_a_corrected_bar_is_taken_in() -> None:
    shelf = Shelf(history())
    snapshots = MarketSnapshots(shelf, sessions())
    assert snapshots.of(NIKKEI, observed(), FRIDAY).record.closing.on_course is True  # type: ignore[union-attr]
    shelf.stored = History.of("nikkei", [*list(history())[:2], Bar(DAYS[2], 4450000, 4450100, 4449900), history()[3]])
    assert snapshots.of(NIKKEI, observed(), FRIDAY).record.closing.on_course is False  # type: ignore[union-attr]


def test_a_delayed_level_from_before_the_close_is_not_taken_for_the_close() -> None:
    close = dt.datetime(2025, 9, 12, 6, 30, tzinfo=dt.UTC)
    early = Observation("nikkei", 4450000, close - dt.timedelta(minutes=18), close, 4430000, delay_minutes=20)
    snapshots = MarketSnapshots(Shelf(history()), sessions())
    record = snapshots.of(NIKKEI, early, close + dt.timedelta(minutes=2)).record
    assert record is not None
    assert record.verdict != "record_close"
    assert record.closing.date == DAYS[-1]
    late = Observation("nikkei", 4450000, early.time, close + dt.timedelta(minutes=23), 4430000, delay_minutes=20)
    final = snapshots.of(NIKKEI, late, close + dt.timedelta(minutes=23)).record
    assert final is not None
    assert final.verdict == "record_close"
    assert final.closing.date == dt.date(2025, 9, 12)
