"""What does a highlight need to know of the judged session and of the market's past?"""

from typing import NamedTuple

from bot.domain.records.point_in_time import PointInTime


class JudgedSession(NamedTuple):
    """One market's session as it stands.

    Attributes:
        past: the level and the past before it; ``past.over`` says whether the level is the close.
        previous: the close of the exchange's session before, in whole units.
        volatility_pct: the market's own daily volatility in per cent, or the usual one where that is not known.
    """

    past: PointInTime
    previous: int
    volatility_pct: float
