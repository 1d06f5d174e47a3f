"""What does a highlight need to know of the judged session and of the market's past?"""

from datetime import date
from typing import NamedTuple

from bot.domain.highlights.highlight import Way
from bot.domain.records.point_in_time import PointInTime


class JudgedSession(NamedTuple):
    """One market's session as it stands.

    Attributes:
        past: the level and the past before it; ``past.over`` says whether the level is the close.
        previous: the close of the exchange's session before, in whole units.
        volatility_pct: the market's own daily volatility in per cent, or the usual one where that is not known.
        end: the bars before the session, whose newest is the one of ``previous``; 0 where that is not so.
    """

    past: PointInTime
    previous: int
    volatility_pct: float
    end: int

    @classmethod
    def of(cls, past: PointInTime, previous: int, volatility_pct: float) -> "JudgedSession":
        """Return the session, with how many bars can be relied on to lead up to it."""
        days, closes = past.index.days, past.index.closes.values
        end = past.position(past.day)
        eve = past.index.calendar.previous(date.fromordinal(past.day)).day.toordinal()
        if not end or days[end - 1] != eve or closes[end - 1] != previous:
            end = 0  # the session before is not a bar of the history, so what lies between is not known
        return cls(past, previous, volatility_pct, end)

    @property
    def way(self) -> Way:
        """Which way the level went; "up" where it did not move."""
        return "down" if self.past.level < self.previous else "up"

    @property
    def day(self) -> date:
        """The session's date, in the exchange's zone."""
        return date.fromordinal(self.past.day)
