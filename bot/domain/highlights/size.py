"""Is the day's move the largest of a long time, in per cent or else in points?

A day's move is the largest of N sessions with a chance of one in N, if no day is like another; but large moves come in
swarms. So a move that beats the last N of its kind is seen `CLUSTERED` · `SESSIONS_A_DECADE` / N times in ten years,
and one that comes second to them twice as often.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from bot.domain.highlights.highlight import SESSIONS_A_DECADE, LargestMove
from bot.domain.highlights.session import JudgedSession
from bot.domain.history.holes import highest_unseen, may_hide_move
from bot.domain.quotes import percent

FORCE: Final = 2.0
"""Volatilities of its market from which on a move is set against the past."""
LEAST_PCT: Final = 1.5
"""Per cent, the same."""
CLUSTERED: Final = 2.5
"""How much more often than by chance: measured on eight indexes over thirty years."""
SEASON: Final = timedelta(days=90)
"""A move as large is worth comparing with where it is at least so long ago."""
LAST_RANK: Final = 5
"""Where moves as large were seen in the last three months, the rank among them is told down to this."""
AT_LEAST: Final = timedelta(days=365)
"""The same where only a bound is known, or where the move is not the largest."""
_LATE: Final = timedelta(days=10)  # a history may begin so much later than its index and still be whole


def find(session: JudgedSession) -> Iterator[LargestMove]:
    """Yield the move in per cent where it is the largest since long ago, and else in points where that is."""
    previous, level = session.previous, session.past.level
    if not is_large(percent(level, previous), session.volatility_pct):
        return
    found = _largest(session, previous, level, points=False) or _largest(session, previous, level, points=True)
    if found is not None:
        yield found


def is_large(change_pct: float, volatility_pct: float) -> bool:
    """Return whether a move is unusually large for a market of this daily volatility, both in per cent."""
    return abs(change_pct) >= max(LEAST_PCT, FORCE * volatility_pct)


def _largest(session: JudgedSession, previous: int, level: int, *, points: bool) -> LargestMove | None:
    """Look backwards for a move as large; a hole that may hide one ends the search, and so does the history."""
    past, end, today, way = session.past, session.end, session.day, session.way
    index = past.index
    days, closes = index.days, index.closes.values
    if not end:
        return None
    gaps = past.gaps(days[end - 1], previous)
    gap = next(gaps, None)
    sign, change = (1, level - previous) if way == "up" else (-1, previous - level)
    since, since_at_least, rank, position = None, None, 1, end - 1
    while position > 0:
        before, after = closes[position - 1], closes[position]
        if gap is not None and gap.position == position:
            if _hides(gap.sessions, before, after, previous, level, points=points):
                since_at_least = date.fromordinal(days[position])
                break
            gap = next(gaps, None)
        elif sign * (after - before) >= change if points else sign * (after * previous - level * before) >= 0:
            since = date.fromordinal(days[position])
            if today - since >= SEASON:
                break
            since, rank = None, rank + 1
            if rank > LAST_RANK:
                return None
        position -= 1
    ever = position == 0 and _is_whole(session, date.fromordinal(days[0]))
    if position == 0 and not ever:
        since_at_least = date.fromordinal(days[0])
    bound = since if rank > 1 else since_at_least  # what is only known at least, or only second, must be so for long
    if (bound or since_at_least or date.min) > today - AT_LEAST:
        return None
    return LargestMove(
        per_decade=round(CLUSTERED * rank * SESSIONS_A_DECADE / (end - position), 2),
        way=way,
        measure="points" if points else "percent",
        rank=rank,
        change_pct=percent(level, previous),
        change=index.market.points(level - previous),
        since=since,
        since_at_least=since_at_least,
        ever=ever,
    )


def _hides(sessions: int, before: int, after: int, previous: int, level: int, *, points: bool) -> bool:
    """Whether missing sessions may hide a move as large; in points it is bounded by the one of so many per cent."""
    if not points:
        return may_hide_move(before, after, sessions, level, previous)
    # A move of so many points was at least so many per cent of the highest close that can have stood there.
    highest = highest_unseen(max(before, after), sessions)
    return may_hide_move(before, after, sessions, highest + level - previous, highest)


def _is_whole(session: JudgedSession, first: date) -> bool:
    """Whether the history begins with the index itself."""
    began = session.past.index.market.first_day
    return began is not None and first - began <= _LATE
