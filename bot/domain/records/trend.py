"""Where does a market come from: its streak, weeks, month and year, its range, its recent high, how much it moves?

A figure across missing sessions is either what it would be with them, or ``None``: a close that is needed and missing
is never replaced by another day's.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from math import fsum, sqrt
from typing import Final

from bot.domain.quotes import percent
from bot.domain.records.facts import RecentHigh, RoundedTrend, Trend
from bot.domain.records.history_index import HistoryIndex, LiveBar
from bot.domain.records.point_in_time import Close, PointInTime

RECENT: Final = 20
"""Completed sessions among which the recent high is looked for."""

CHANGES: Final = 60
"""Daily changes from which the volatility is computed."""

_PRIOR: Final = 5  # sessions before the judged one that say where it came from
_SPAN: Final = 120  # days that they may reach back: 60 sessions, holidays, and a few changes lost to holes
_YEAR: Final = timedelta(weeks=52)
_LATE: Final = 10  # days by which a history may begin later and still cover the 52 weeks


def trend(index: HistoryIndex, live: LiveBar | None = None, until: date | None = None) -> Trend:
    """Return where the level of a live bar comes from.

    Bars after ``until``, and of a session that the live bar says is running, do not exist. Without a live bar the
    newest bar is the one judged.
    """
    past = PointInTime(index, live, until)
    if not past.day:
        return Trend()
    day = date.fromordinal(past.day)
    week = index.calendar.week_start(day)
    last_week = _close_before(past, week)
    spans = {
        "week_pct": (past.level, last_week),
        "last_week_pct": _week_before(past, last_week, week),
        "month_pct": (past.level, _close_before(past, day.replace(day=1))),
        "year_pct": (past.level, _close_before(past, day.replace(month=1, day=1))),
    }
    high, low = _range(past, day)
    return Trend(
        **{name: _change(level, before) for name, (level, before) in spans.items()},
        streak=count_streak(past.level, past.backwards(past.day)),
        range_52w_high=high,
        range_52w_low=low,
        recent_high=_recent_high(past),
        volatility_pct=_volatility(past),
        prior_sessions_pct=_prior_sessions(past),
        rounded=RoundedTrend(**{name: _change(level, before, 1) for name, (level, before) in spans.items()}),
    )


def _change(level: int | None, before: Close | None, decimals: int = 2) -> float | None:
    return None if level is None or before is None else percent(level, before.level, decimals)


def _week_before(past: PointInTime, last_week: Close | None, week: date) -> tuple[int | None, Close | None]:
    """Return the last close of the week before this one, and that of the week before it.

    A week without a session has no change: it is not known, and never 0.
    """
    before = _close_before(past, week - timedelta(weeks=1))
    if last_week is None or before is None or last_week.day <= before.day:
        return None, None
    return last_week.level, before


def _prior_sessions(past: PointInTime) -> float | None:
    """Return the change over the sessions before the judged one; ``None`` where a close among them is missing."""
    closes = list(islice(past.backwards(past.day), _PRIOR + 1))
    if len(closes) <= _PRIOR or not all(close.joined for close in closes):
        return None
    return percent(closes[0].level, closes[-1].level)


def _close_before(past: PointInTime, day: date) -> Close | None:
    """Return the close of the last session before a day, if it is known and before the judged session."""
    eve = past.index.calendar.previous(day).day
    close = next(past.backwards(min(day.toordinal(), past.day)), None)
    if close is None or close.day >= eve.toordinal():
        return close
    # Outside the table holidays are unknown, so a close from some days before may well be the last one.
    return close if not past.index.calendar.knows(eve) and eve.toordinal() - close.day < _LATE else None


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


def _range(past: PointInTime, day: date) -> tuple[float | None, float | None]:
    """Return the highest and lowest price of the 52 weeks up to the day, it included."""
    index, start = past.index, (day - _YEAR).toordinal()
    if not past.end or index.days[0] > start + _LATE:
        return None, None
    first, end = past.position(start), past.position(past.day)
    closes = [past.level, *(close.level for close in past.tail)]
    lows = zip(index.lows[first:end], index.closes.values[first:end], strict=True)
    high = max(*closes, past.high or 0, *index.top_highs.values[first:end])
    low = min(*closes, past.low or past.level, *(low or close for low, close in lows))
    gaps = [gap for gap in past.gaps(past.day, past.level) if gap.end > start]
    high_is_certain = all(gap.hides(1) <= high for gap in gaps)
    low_is_certain = all(-gap.hides(-1) >= low for gap in gaps)
    points = index.market.points
    return points(high) if high_is_certain else None, points(low) if low_is_certain else None


def _recent_high(past: PointInTime) -> RecentHigh | None:
    """Return the highest close of the last completed sessions, and since when it is the highest.

    ``None`` where one of them is missing and may have been higher.
    """
    newest = past.completed
    if newest is None or past.missing_close is not None:
        return None
    gaps = past.gaps(newest.day, newest.level)
    gap, hidden = next(gaps, None), 0
    highest, sessions = newest, 1
    for close in past.backwards(newest.day):
        if sessions >= RECENT:
            break  # before a hole right beyond them is looked at: it hides none of them
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
    since, _ = past.last_at_or_above(past.index.closes, highest.day, highest.level)
    return RecentHigh(
        level=past.index.market.points(highest.level),
        date=date.fromordinal(highest.day),
        highest_since=None if since is None else date.fromordinal(since),
    )


def _volatility(past: PointInTime) -> float | None:
    """Return the sample standard deviation of the last daily changes, in per cent.

    A change across a hole is not a daily one; an earlier one takes its place, unless that is long ago.
    """
    changes = list(islice(_changes(past), CHANGES))
    if len(changes) < CHANGES:
        return None
    mean = fsum(changes) / CHANGES
    return round(100 * sqrt(fsum((change - mean) ** 2 for change in changes) / (CHANGES - 1)), 2)


def _changes(past: PointInTime) -> Iterator[float]:
    """Yield the changes of completed sessions, newest first, as shares."""
    newest = past.completed
    if newest is None:
        return
    after = newest
    for close in past.backwards(newest.day):
        if newest.day - close.day > _SPAN:
            return
        if close.joined:
            yield after.level / close.level - 1
        after = close
