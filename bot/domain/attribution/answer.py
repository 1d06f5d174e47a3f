"""What does `/why` answer: figures beside one another, and no cause?"""

from typing import Literal

from bot.domain.attribution.agenda import DueDecision
from bot.domain.attribution.contributions import MarketContributions
from bot.domain.attribution.events import EconomicEvent
from bot.domain.attribution.headlines import Headline
from bot.domain.attribution.rate_odds import RateOdds
from bot.domain.model import AnswerBase, Frozen
from bot.domain.quotes import Quote

Part = Literal["stocks", "weights", "sectors", "rate_odds", "headlines"]
"""What was asked for and is not there: prices of the heavyweights, the closes that their weights rest on, sectors,
futures on the Fed's rate, headlines."""


class SectorMove(Frozen):
    """What an index or fund of one sector did in the session, in per cent."""

    symbol: str
    sector: str
    change_pct: float
    rounded_pct: float


class Agenda(Frozen):
    """What came since a market's previous close, and what is due within a day; told by time alone.

    ``events`` is ``None`` where the source's calendar is not known.
    """

    decisions: tuple[DueDecision, ...] = ()
    events: tuple[EconomicEvent, ...] | None = None


class WhyAnswer(AnswerBase):
    """``/why nikkei``: what can be computed of a market's move.

    ``sectors`` are those of which a price of the session is known, from the best to the worst; ``None`` where there
    are none. ``rate_odds`` is what futures put on the Fed's next decisions, the nearest first. ``headlines`` are at
    most two, as they were published; none is a normal answer. ``unavailable`` lists what was asked for and is not
    there.
    """

    kind: Literal["why"] = "why"
    quote: Quote
    why: MarketContributions | None = None
    sectors: tuple[SectorMove, ...] | None = None
    rate_odds: tuple[RateOdds, ...] | None = None
    agenda: Agenda = Agenda()
    headlines: tuple[Headline, ...] | None = None
    unavailable: tuple[Part, ...] = ()
