"""What can be said? The closed union of everything that a question returns.

The answers to ``/index``, ``/record``, ``/help`` and ``/about`` are declared here; the others live with the rules that
make them. What all of them share, and the units of their figures, is in `bot.domain.model`.
"""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bot.domain.attribution.contributions import MarketContributions
from bot.domain.highlights.highlight import Highlight
from bot.domain.model import AnswerBase, Frozen
from bot.domain.quotes import Quote
from bot.domain.records.facts import RecordFacts, Trend
from bot.domain.status import MarketStatus, StatusAnswer

if TYPE_CHECKING:
    from bot.domain.attribution.agenda import CalendarAnswer  # the same
    from bot.domain.attribution.answer import WhyAnswer
    from bot.domain.instrument import InstrumentAnswer  # which few questions need
    from bot.domain.summary.answer import SummaryAnswer  # thirty models, which only the question for a summary imports


class IndexAnswer(AnswerBase):
    """``/index nikkei``: the level, what it means, where it comes from; ``highlights`` with the rarest first."""

    kind: Literal["index"] = "index"
    quote: Quote
    record: RecordFacts | None = None
    trend: Trend | None = None
    highlights: tuple[Highlight, ...] = ()
    why: MarketContributions | None = None
    exchange: MarketStatus


class MarketRecord(RecordFacts):
    """One market's standing on the board of records."""

    market: str
    name: str
    quote: Quote

    @property
    def nearness(self) -> tuple[int, float]:
        """What the board is sorted by: those at a record first, then by distance from it."""
        if self.distance_pct is None:
            return 3, 0.0
        return {"record_close": 0, "record_high": 1}.get(self.verdict, 2), -self.distance_pct


class RecordAnswer(AnswerBase, MarketRecord):
    """``/record nikkei``."""

    kind: Literal["record"] = "record"
    trend: Trend | None = None
    exchange: MarketStatus


class RecordsAnswer(AnswerBase):
    """``/record`` with no market: those at a record first, then by distance from it."""

    kind: Literal["records"] = "records"
    markets: tuple[MarketRecord, ...]


class CommandHelp(Frozen):
    """One command as ``/help`` lists it."""

    name: str
    description: str


class HelpAnswer(AnswerBase):
    """``/help``."""

    kind: Literal["help"] = "help"
    commands: tuple[CommandHelp, ...]


class AboutAnswer(AnswerBase):
    """``/about``: version, sources, privacy; the sentences are the views'."""

    kind: Literal["about"] = "about"
    version: str
    markets: int


Answer = Annotated[
    "IndexAnswer | WhyAnswer | CalendarAnswer | InstrumentAnswer | RecordAnswer | RecordsAnswer | SummaryAnswer"
    " | StatusAnswer | HelpAnswer | AboutAnswer",
    Field(discriminator="kind"),
]
"""Everything that can be said; views match it exhaustively."""
