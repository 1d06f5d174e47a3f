"""What may a summary tell of why its markets moved, and of what is ahead?"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.domain.attribution.contributions import MarketContributions
from bot.domain.attribution.events import EconomicEvent
from bot.domain.attribution.rate_odds import RateOdds
from bot.domain.calendars.rate_decisions import RateDecision

MOST: Final = 2
"""Markets whose move is put down to its stocks in one summary."""


class Reasons(NamedTuple):
    """What is known: the contributions of markets, the central bank's decision that is due, what futures put on it.

    ``asked`` are the markets of which contributions would have been told, ``figure`` one that is due and that all
    markets wait for.
    """

    contributions: tuple[MarketContributions, ...] = ()
    decision: RateDecision | None = None
    odds: tuple[RateOdds, ...] = ()
    asked: tuple[str, ...] = ()
    figure: EconomicEvent | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The markets of which nothing was known in time."""
        known = {each.market for each in self.contributions}
        return tuple(key for key in self.asked if key not in known)


NO_REASONS: Final = Reasons()
"""Nothing is known."""


def worth_telling(
    known: Sequence[MarketContributions], counted: Sequence[str], first: Sequence[str]
) -> tuple[MarketContributions, ...]:
    """Return the contributions to tell, of at most two markets: those told of first, then those that moved most.

    Only of counted markets, and only where there is a share, or both sides of a mixed day.
    """
    told = [
        each
        for each in known
        if each.market in counted and each.leaders and (each.share_word is not None or each.withheld == "mixed")
    ]
    told.sort(key=lambda each: (each.market not in first, -abs(each.change_pct or 0.0)))
    return tuple(told[:MOST])
