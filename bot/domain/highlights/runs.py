"""Does the session go on with a run of rises or falls, or end one?

Of sessions that rise or fall like a coin, a run has reached n on one in 2ⁿ⁻¹ of all days, and ends on half as many.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Final

from bot.domain.highlights.highlight import SESSIONS_A_DECADE, Run, RunEnded
from bot.domain.highlights.session import JudgedSession
from bot.domain.quotes import percent
from bot.domain.records.point_in_time import Close
from bot.domain.records.trend import count_streak

SHORTEST: Final = 3
"""Sessions: two of a kind are no run."""
COMPARED: Final = 6
"""Sessions from which on a run is compared with earlier ones."""
_MOST: Final = 60  # closes that are looked at; no index ever went one way for so long


def find(session: JudgedSession) -> Iterator[Run | RunEnded]:
    """Yield the run that the session belongs to, or the one that it ended."""
    past = session.past
    closes = list(islice(past.backwards(past.day), _MOST))
    if len(closes) <= SHORTEST or closes[0].level != session.previous or not closes[0].joined:
        return
    length = count_streak(past.level, closes)
    if length is None:
        return
    if abs(length) >= SHORTEST:
        yield _run(session, closes, abs(length))
    elif abs(length) == 1 and (ended := count_streak(closes[0].level, closes[1:])) and abs(ended) >= SHORTEST:
        yield _run_ended(session, closes, abs(ended))


def _run(session: JudgedSession, closes: Sequence[Close], length: int) -> Run:
    level, start = session.past.level, closes[length - 1].level
    return Run(
        per_decade=round(SESSIONS_A_DECADE / 2 ** (length - 1), 2),
        way=session.way,
        sessions=length,
        total_pct=percent(level, start),
        rounded_pct=percent(level, start, 1),
        longest_since=_longest_since(session, length) if length >= COMPARED else None,
    )


def _run_ended(session: JudgedSession, closes: Sequence[Close], length: int) -> RunEnded:
    level, newest, start = session.past.level, closes[0].level, closes[length].level
    return RunEnded(
        per_decade=round(SESSIONS_A_DECADE / 2**length, 2),
        way="down" if session.way == "up" else "up",
        sessions=length,
        total_pct=percent(newest, start),
        rounded_pct=percent(newest, start, 1),
        recouped_pct=100 * (level - newest) // (start - newest),
    )


def _longest_since(session: JudgedSession, length: int) -> date | None:
    """Return the day of the last earlier run as long; ``None`` where there is none or a hole comes first.

    A hole breaks no run that could not go on through it, so nothing is said beyond one.
    """
    past, sign = session.past, 1 if session.way == "up" else -1
    days, closes = past.index.days, past.index.closes.values
    newest_gap = next(past.gaps(past.day, past.level), None)
    first = newest_gap.position if newest_gap is not None else 0
    found, position = 0, session.end - length
    while position > first:
        if sign * (closes[position] - closes[position - 1]) > 0:
            found += 1
            if found == length:
                return date.fromordinal(days[position + length - 1])
        else:
            found = 0
        position -= 1
    return None
