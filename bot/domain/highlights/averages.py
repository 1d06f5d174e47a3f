"""Did the close cross the average of the last 50 or 200 closes, for the first time in months?"""

from collections.abc import Iterator
from datetime import date
from math import pi
from typing import Final, Literal

from bot.domain.highlights.highlight import SESSIONS_A_DECADE, AverageCrossing
from bot.domain.highlights.session import JudgedSession

SPANS: Final[tuple[Literal[200], Literal[50]]] = (200, 50)
"""The closes, today's included, of the averages that wires look at."""
FEWEST: Final = 40
"""Sessions, about two months, that all closed on the other side."""


def find(session: JudgedSession) -> Iterator[AverageCrossing]:
    """Yield the longest average that a finished session crossed for the first time in long."""
    if session.past.over:
        for sessions in SPANS:
            crossing = _crossing(session, sessions)
            if crossing is not None:
                yield crossing
                return


def _crossing(session: JudgedSession, span: Literal[50, 200]) -> AverageCrossing | None:
    """Compare whole sums: a close is above the average where span times it is above the sum of all of them."""
    past, end = session.past, session.end
    closes, days = past.index.closes.values, past.index.days
    gap = next(past.gaps(past.day, past.level), None)
    first = (gap.position if gap is not None else 0) + span  # an average over a hole is not one of so many sessions
    if end <= first + FEWEST:
        return None
    total = past.level + sum(closes[end - span + 1 : end])
    side = _sign(span * past.level - total)
    position = end - 1
    total += closes[position - span + 1] - past.level
    if not side or side * (span * closes[position] - total) > 0:
        return None
    while side * (span * closes[position] - total) <= 0:
        if position <= first:
            return None  # how long it was on the other side is not known
        position -= 1
        total += closes[position - span + 1] - closes[position + 1]
    sessions = end - position
    if sessions < FEWEST:
        return None
    average = (past.level + sum(closes[end - span + 1 : end])) / span
    return AverageCrossing(
        per_decade=round(SESSIONS_A_DECADE * _share(sessions), 2),
        way="up" if side > 0 else "down",
        sessions=span,
        average=round(average / 10**past.index.market.decimals, past.index.market.decimals),
        since=date.fromordinal(days[position]),
    )


def _share(sessions: int) -> float:
    """Return on what share of all days a crossing after so many sessions or more is seen.

    Measured on eight indexes over thirty years: one in πN days.
    """
    return 1 / (pi * sessions)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
