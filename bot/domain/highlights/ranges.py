"""Where did a finished session end in its range, and did that range leave the one of the session before behind?

How often either is seen differs much from index to index: some close in an auction at the day's high every tenth time,
others publish an average as their close and never do. The laws below were fitted to Tokyo, New York and Frankfurt over
thirty years.
"""

from collections.abc import Iterator
from math import exp
from typing import Final

from bot.domain.highlights.highlight import CloseAtExtreme, SessionGap
from bot.domain.highlights.session import JudgedSession
from bot.domain.quotes import percent

_AT_EXTREME: Final = 80.0
"""Sessions that close at their high or low after a move of one volatility or more, in ten years. After a larger move it
is rarer, but says no more than the size of the move."""
_GAPS: Final = 330.0
_GAPS_DECAY: Final = 3.1
_WIDEST_GAP: Final = 0.5
"""Sessions that leave a gap of x volatilities to the range before: 330 · e^(−3.1 x) in ten years. A gap wider than half
a volatility is no rarer than that, for it says no more than the size of the move."""


def close_at_extreme(session: JudgedSession) -> Iterator[CloseAtExtreme]:
    """Yield the close where it is the day's high of a session that rose unusually far, or its low of one that fell."""
    past = session.past
    extreme, opposite = (past.high, past.low) if session.way == "up" else (past.low, past.high)
    force = abs(percent(past.level, session.previous)) / session.volatility_pct
    if past.over and past.level == extreme and opposite not in (None, extreme) and force >= 1:
        yield CloseAtExtreme(per_decade=_AT_EXTREME, way=session.way)


def gap(session: JudgedSession) -> Iterator[SessionGap]:
    """Yield the gap between this session's range and the one of the session before, where both ranges are known."""
    past, end = session.past, session.end
    if not past.over or not end:
        return
    index = past.index
    if session.way == "up":
        edge, nearest, way = index.highs[end - 1], past.low, 1
    else:
        edge, nearest, way = index.lows[end - 1], past.high, -1
    if not edge or nearest is None or way * (nearest - edge) <= 0:
        return
    gap_pct = percent(nearest, edge)
    width = min(abs(gap_pct) / session.volatility_pct, _WIDEST_GAP)
    yield SessionGap(
        per_decade=round(_GAPS * exp(-_GAPS_DECAY * width), 2),
        way=session.way,
        edge=index.market.points(edge),
        gap_pct=gap_pct,
    )
