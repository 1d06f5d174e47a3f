"""One way to count sessions in a row: of the session told and of the one before it."""

from datetime import date

import pytest
from hypothesis import given

from bot.domain.calendars.calendar import ExchangeState
from bot.domain.history.bars import Bar, History
from bot.domain.quotes import Quote
from bot.domain.records.history_index import HistoryIndex
from bot.domain.records.trend import count_streak, trend
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.moves import _backwards, _Past
from tests.pasts import CALENDAR, bars, days, history, market

DAX = market()


def past_of(known: History, day: date) -> _Past:
    quote = Quote(market="dax", name="DAX", symbol="^GDAXI", region="europe", state=ExchangeState.CLOSED)
    return _Past.of(MarketSnapshot(DAX, CALENDAR, quote, history=known), day)


@given(bars())
def test_the_streak_of_a_day_is_the_streak_before_the_next(drawn: list[Bar]) -> None:
    known = History.of("dax", drawn)
    ledger = HistoryIndex(DAX, CALENDAR, known)
    for position, bar in enumerate(known):
        streak = trend(ledger, until=bar.day).streak
        assert count_streak(known.closes[position], _backwards(known, CALENDAR, position)) == streak
        following = CALENDAR.next(bar.day).day
        if position and CALENDAR.knows(following) and CALENDAR.knows(bar.day):
            assert past_of(known, following).streak == (streak or 0)


@pytest.mark.parametrize(
    ("closes", "streak", "change"),
    [
        ((100, 99, 101, 102, 103), 3, 0.98),
        ((100, 99, None, 101, 102, 103), 0, 0.98),  # may have begun in the hole: nobody can say how long it was
        ((100, 99, 101, 102, None, 103), 0, None),
        ((100, 101, 102), 0, 0.99),  # may have begun before the history
        ((103, 104, 103, 103), 0, None),
    ],
)
def test_a_streak_across_a_hole_is_not_known(closes: tuple[float | None, ...], streak: int, change: float) -> None:
    past = past_of(history(*closes), days(len(closes) + 1)[-1])
    assert (past.streak, past.change) == (streak, change)
