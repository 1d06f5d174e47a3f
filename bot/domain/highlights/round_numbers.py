"""Did the close cross a round number for the first time in years?

A close is the highest of N sessions of a random walk with a chance of about 1/√(πN); and a round number lies in the way
of one day in so many as its usual move goes into the step between two of them. The product of both, times
`SESSIONS_A_DECADE`, is how often that is seen in ten years.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from math import pi, sqrt
from typing import Final

from bot.domain.highlights.highlight import SESSIONS_A_DECADE, RoundNumber
from bot.domain.highlights.session import JudgedSession
from bot.domain.records.records import round_step

LONG_AGO: Final = timedelta(days=365)
"""The last close beyond the number must be so long ago."""


def find(session: JudgedSession) -> Iterator[RoundNumber]:
    """Yield the round number that a finished session closed beyond, if none had for long; a record has its own."""
    past, previous = session.past, session.previous
    if not past.over or previous == past.level:
        return
    index, level, up = past.index, past.level, past.level > previous
    step = round_step(index.market, level)
    number = (level - 1) // step * step if up else -(-(level + 1) // step) * step
    if not (previous <= number if up else previous >= number):
        return
    maxima, sign = (index.closes, 1) if up else (index.negated_closes, -1)
    since, gap = past.last_at_or_above(maxima, past.day, number + sign, sign)
    if since is None or gap is not None or timedelta(days=past.day - since) < LONG_AGO:
        return
    sessions = past.position(past.day) - past.position(since)
    share = min(1.0, session.volatility_pct / 100 * level / step)
    yield RoundNumber(
        per_decade=round(SESSIONS_A_DECADE * share / sqrt(pi * sessions), 2),
        way="up" if up else "down",
        number=index.market.points(number),
        since=date.fromordinal(since),
    )
