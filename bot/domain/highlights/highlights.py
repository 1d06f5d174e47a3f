"""Which highlights does a market's session have, the rarest first?"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from bot.domain.highlights import averages, breaks, crossings, extremes, periods, ranges, round_numbers, runs, size
from bot.domain.highlights.highlight import Highlight
from bot.domain.highlights.session import JudgedSession
from bot.domain.records.facts import USUAL_VOLATILITY, Trend
from bot.domain.records.history_index import HistoryIndex, LiveBar
from bot.domain.records.point_in_time import PointInTime

OFTEN: Final = 650.0
"""What a reader sees so often in ten years, about every fourth session, is not worth saying."""

_FINDERS: Final[tuple[Callable[[JudgedSession], Iterable[Highlight]], ...]] = (
    size.find,
    round_numbers.find,
    crossings.find,
    extremes.closes,
    extremes.turn,
    ranges.close_at_extreme,
    ranges.gap,
    breaks.first_session,
    runs.find,
    averages.find,
    periods.find,
    periods.year_turn,
)


def highlights(index: HistoryIndex, live: LiveBar, trend: Trend, until: date | None = None) -> tuple[Highlight, ...]:
    """Return what is worth saying of a live bar's session, the rarest first; nothing without the session before.

    Bars after ``until``, and of a session that runs, do not exist.
    """
    past = PointInTime(index, live, until)
    previous = live.previous
    if previous is None:
        before = next(past.backwards(past.day), None)
        if before is None or not before.joined:
            return ()
        previous = before.level
    session = JudgedSession.of(past, previous, trend.volatility_pct or USUAL_VOLATILITY)
    found = [highlight for find in _FINDERS for highlight in find(session) if highlight.per_decade <= OFTEN]
    return tuple(sorted(found, key=lambda highlight: highlight.per_decade))
