"""Where does a market come from: its streak, weeks, month and year, its range, its recent high, how much it moves?

Everything is told across missing sessions as if they were there, or not at all: a close that is needed and missing
makes a figure ``None``, never another day's.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from math import fsum, sqrt
from typing import Final

from bot.domain.quotes import percent
from bot.domain.records.facts import RecentHigh, Trend
from bot.domain.records.history_index import HistoryIndex, LiveBar
from bot.domain.records.point_in_time import Close, PointInTime

RECENT: Final = 20
"""Completed sessions among which the recent high is looked for."""

CHANGES: Final = 60
"""Daily changes that the volatility is taken from."""

_SPAN: Final = 120  # days that they may reach back to: 60 sessions, holidays and a few changes lost to holes
_YEAR: Final = timedelta(weeks=52)
_LATE: Final = 10  # days by which a history may begin later and still cover the 52 weeks


def trend(ledger: HistoryIndex, reading: LiveBar | None = None, until: date | None = None) -> Trend:
    """Say where the level of a reading comes from; see the contract of answers.

    Bars after ``until``, and of a session that the reading says is running, do not exist. Without a reading the newest
    bar is spoken for.
    """
    seen = PointInTime(ledger, reading, until)
    if not seen.day:
        return Trend()
    day = date.fromordinal(seen.day)
    monday = day - timedelta(days=day.weekday())
    last_week, week_before = _close_before(seen, monday), _close_before(seen, monday - timedelta(weeks=1))
    high, low = _range(seen, day)
    return Trend(
        week_pct=_change(seen.level, last_week),
        last_week_pct=None
        if last_week is None or last_week == week_before  # a week without a session
        else _change(last_week.level, week_before),
        month_pct=_change(seen.level, _close_before(seen, day.replace(day=1))),
        year_pct=_change(seen.level, _close_before(seen, day.replace(month=1, day=1))),
        streak=count_streak(seen.level, seen.backwards(seen.day)),
        range_52w_high=high,
        range_52w_low=low,
        recent_high=_recent_high(seen),
        volatility_pct=_volatility(seen),
    )


def _change(level: int, before: Close | None) -> float | None:
    return None if before is None else percent(level, before.level)


def _close_before(seen: PointInTime, day: date) -> Close | None:
    """Return the close of the last session before a day, if it is known and before the session spoken for."""
    eve = seen.ledger.calendar.previous(day).day
    close = next(seen.backwards(min(day.toordinal(), seen.day)), None)
    if close is None or close.day >= eve.toordinal():
        return close
    # Where no table tells, a close from some days before may well be the last one: holidays are not known there.
    return close if not seen.ledger.calendar.knows(eve) and eve.toordinal() - close.day < _LATE else None


def count_streak(level: int, before: Iterable[Close]) -> int | None:
    """Count the sessions in a row up or down that end with this level, from the closes before it, newest first.

    ``None`` where the history begins or has a hole before the first of them: there may have been more.
    """
    count = 0
    for close in before:
        if not close.joined:
            return None
        step = (level > close.level) - (level < close.level)
        if not step or step * count < 0:
            return count
        level, count = close.level, count + step
    return None


def _range(seen: PointInTime, day: date) -> tuple[float | None, float | None]:
    """Return the highest and lowest price of the 52 weeks up to the day, it included."""
    ledger, start = seen.ledger, (day - _YEAR).toordinal()
    if not seen.end or ledger.days[0] > start + _LATE:
        return None, None
    first, end = seen.position(start), seen.position(seen.day)
    closes = [seen.level, *(close.level for close in seen.tail)]
    lows = ledger.lows[first:end]
    closes_low = ledger.closes.values[first:end]
    high = max(*closes, seen.high or 0, *ledger.top_highs.values[first:end])
    low = min(*closes, seen.low or seen.level, *(low or close for low, close in zip(lows, closes_low, strict=True)))
    gaps = [gap for gap in seen.gaps(seen.day, seen.level) if gap.end > start]
    sure_high = all(gap.hides(1) <= high for gap in gaps)
    sure_low = all(-gap.hides(-1) >= low for gap in gaps)
    points = ledger.market.points
    return points(high) if sure_high else None, points(low) if sure_low else None


def _recent_high(seen: PointInTime) -> RecentHigh | None:
    """Return the highest close of the last completed sessions, and since when it is the highest.

    ``None`` where one of them is missing and may have been higher.
    """
    newest = seen.completed
    if newest is None or seen.missing_close is not None:
        return None
    gaps = seen.gaps(newest.day, newest.level)
    gap, hidden = next(gaps, None), 0
    highest, sessions = newest, 1
    for close in seen.backwards(newest.day):
        while gap is not None and gap.start >= close.day:
            sessions, hidden = sessions + gap.sessions, max(hidden, gap.hides(1))
            gap = next(gaps, None)
        if sessions >= RECENT:
            break
        sessions += 1
        if close.level > highest.level:
            highest = close
    if sessions < RECENT or hidden > highest.level:
        return None
    since, _ = seen.last_at_or_above(seen.ledger.closes, highest.day, highest.level)
    return RecentHigh(
        level=seen.ledger.market.points(highest.level),
        date=date.fromordinal(highest.day),
        highest_since=None if since is None else date.fromordinal(since),
    )


def _volatility(seen: PointInTime) -> float | None:
    """Return the sample standard deviation of the last daily changes, in per cent.

    A change across a hole is not a daily one; an earlier one takes its place, unless that is long ago.
    """
    changes = list(islice(_changes(seen), CHANGES))
    if len(changes) < CHANGES:
        return None
    mean = fsum(changes) / CHANGES
    return round(100 * sqrt(fsum((change - mean) ** 2 for change in changes) / (CHANGES - 1)), 2)


def _changes(seen: PointInTime) -> Iterator[float]:
    """Give the changes of completed sessions, newest first, as shares."""
    newest = seen.completed
    if newest is None:
        return
    after = newest
    for close in seen.backwards(newest.day):
        if newest.day - close.day > _SPAN:
            return
        if close.joined:
            yield after.level / close.level - 1
        after = close
