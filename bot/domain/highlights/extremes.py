"""Is the close the highest or the lowest of a long time, and did the session turn far from its own high or low?

A close is the highest of N sessions of a random walk with a chance of about 1/√(πN) (Feller, An Introduction to
Probability Theory, vol. 1, ch. III: the chance that the last of N sums is their largest).
"""

from collections.abc import Iterator
from datetime import date
from math import pi, sqrt
from typing import Final

from bot.domain.highlights.highlight import SESSIONS_A_DECADE, DayTurn, ExtremeClose, Way
from bot.domain.highlights.session import JudgedSession
from bot.domain.quotes import percent

FEWEST: Final = 20
"""Sessions, about a month, for which it must have been the highest or lowest close."""
_TURN_SHARE: Final = 3.2
_TURN_POWER: Final = 4.2
"""Days that come back so far that the level, mirrored at the day's extreme, lies x volatilities from the close before
are a share of 3.2 / x^4.2 of all. By the reflection principle it would be the normal law's tail; those of markets are
fatter, and this was fitted to eight indexes over thirty years."""
_LEAST_TURN: Final = 0.5  # per cent: how far the day's high or low must have been from the close before


def closes(session: JudgedSession) -> Iterator[ExtremeClose]:
    """Yield how long ago a close as high, or as low, was; nothing for a record, nor while the session runs."""
    past, end = session.past, session.end
    if not past.over or not end or past.level == session.previous:
        return
    index, up = past.index, session.way == "up"
    maxima, sign = (index.closes, 1) if up else (index.negated_closes, -1)
    since, gap = past.last_at_or_above(maxima, past.day, past.level, sign)
    if since is None and gap is None:
        return
    first = since if since is not None else gap.end if gap is not None else 0
    sessions = past.position(past.day) - past.position(first)
    if sessions < FEWEST:
        return
    yield ExtremeClose(
        per_decade=round(SESSIONS_A_DECADE / sqrt(pi * sessions), 2),
        way=session.way,
        since=None if since is None else date.fromordinal(since),
        since_at_least=date.fromordinal(first) if since is None else None,
    )


def turn(session: JudgedSession) -> Iterator[DayTurn]:
    """Yield the day's high or low where the level came back far from it; of two turns the rarer one."""
    turns = [turn for turn in (_turn(session, "up"), _turn(session, "down")) if turn is not None]
    if turns:
        yield min(turns, key=lambda turn: turn.per_decade)


def _turn(session: JudgedSession, way: Way) -> DayTurn | None:
    """Return how the level came back at least half of the way from the day's high or low to the close before."""
    past, previous = session.past, session.previous
    extreme, sign = (past.high, 1) if way == "up" else (past.low, -1)
    if extreme is None or sign * (extreme - previous) <= 0:
        return None
    extreme_pct, change_pct = percent(extreme, previous), percent(past.level, previous)
    if abs(extreme_pct) < _LEAST_TURN or 2 * abs(extreme - past.level) < abs(extreme - previous):
        return None
    distance = sign * (2 * extreme_pct - change_pct) / session.volatility_pct
    return DayTurn(
        per_decade=round(SESSIONS_A_DECADE * min(1.0, _TURN_SHARE / distance**_TURN_POWER), 2),
        way=way,
        extreme=past.index.market.points(extreme),
        extreme_pct=extreme_pct,
        rounded_pct=percent(extreme, previous, 1),
    )
