"""Which sessions are missing between two bars, and what could have stood in them unseen?

The contract's rule on holes is implemented here and nowhere else, in whole units.
"""

from datetime import date
from itertools import pairwise
from math import isqrt
from typing import Final

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import History
from bot.domain.model import Frozen

_SHARE: Final = 20
"""An unseen session may have gone a twentieth beyond the closes beside it; n of them √n times as far."""

_LONGEST_PAUSE: Final = 10  # days between two bars that are no hole outside the table of sessions


class Hole(Frozen):
    """A run of sessions that the exchange held and the history lacks: its first and last day, and how many."""

    start: date
    end: date
    sessions: int


def missing(calendar: Calendar, before: int, after: int) -> int:
    """Count the sessions that lie strictly between two days with a bar, given as proleptic ordinals."""
    start, end = before + 1, after - 1
    if end < start:
        return 0
    if not calendar.first.toordinal() <= start <= end <= calendar.last.toordinal() and end - start < _LONGEST_PAUSE - 1:
        # Of so short a pause only the days that the table knows count.
        start, end = max(start, calendar.first.toordinal()), min(end, calendar.last.toordinal())
        if end < start:
            return 0
    return calendar.count(date.fromordinal(start), date.fromordinal(end))


def holes(history: History, calendar: Calendar) -> tuple[Hole, ...]:
    """Return the runs of sessions that the calendar knows and the history lacks, oldest first.

    Outside the calendar's table a pause of more than 10 days is a hole, its weekdays the sessions.
    """
    days = history.days
    return tuple(
        hole(calendar, before, after, count)
        for before, after in pairwise(days)
        if after - before > 1 and (count := missing(calendar, before, after))
    )


def hole(calendar: Calendar, before: int, after: int, sessions: int) -> Hole:
    """Describe the hole between two bars, given as the ordinals of their days."""
    start = calendar.next(date.fromordinal(before)).day
    end = calendar.previous(date.fromordinal(after)).day
    return Hole(start=start, end=end, sessions=sessions)


def highest_unseen(beside: int, sessions: int) -> int:
    """Return the highest value that so many unseen sessions beside a value could hide, in whole units and exactly.

    For the lowest, negate both the value and the result.
    """
    return beside + isqrt(beside * beside * sessions) // _SHARE


def may_hide_move(before: int, after: int, sessions: int, new: int, old: int) -> bool:
    """Whether a hole may hide a session that moved at least as far, and the same way, as from ``old`` to ``new``.

    ``before`` and ``after`` are the closes on both sides of so many missing sessions, all in whole units. The moves of
    those sessions and of the one after them multiply to ``after / before``. If one of them is the move looked for, the
    others, as many as there are missing sessions, must make up the rest; and they may go a twentieth either way, √n
    times as far together for n of them. The square root is compared by squaring, so that nothing is rounded.
    """
    total, wanted = after * old, new * before  # the hole's own move and the one looked for, over one denominator
    if new < old:
        total, wanted = wanted, total
    lacking = _SHARE * (wanted - total)
    return lacking <= 0 or total * total * sessions >= lacking * lacking
