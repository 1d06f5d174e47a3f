"""What is known of one market at an instant?"""

from datetime import datetime
from typing import NamedTuple

from bot.domain.calendars.calendar import Calendar
from bot.domain.highlights.highlight import Highlight
from bot.domain.history.bars import History
from bot.domain.markets.market import Market
from bot.domain.model import Note
from bot.domain.quotes import Quote
from bot.domain.records.facts import USUAL_VOLATILITY, RecordFacts, Trend


class MarketSnapshot(NamedTuple):
    """One market at an instant: its quote, its records, its trend, and the notes that belong to them.

    ``history`` holds its bars up to then; ``highlights`` are what is worth saying of the session, the rarest first.
    Parts that are not known are ``None``.
    """

    market: Market
    calendar: Calendar
    quote: Quote
    record: RecordFacts | None = None
    trend: Trend | None = None
    history: History | None = None
    highlights: tuple[Highlight, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def z(self) -> float | None:
        """The move in units of the market's own volatility, to 2 decimals."""
        move, volatility = self.quote.change_pct, self.trend.volatility_pct if self.trend else None
        return None if move is None or not volatility else round(move / volatility, 2) + 0.0

    @property
    def force(self) -> float:
        """The same, in units of the usual volatility where its own is not known; 0 where there is no move."""
        return self.z if self.z is not None else (self.quote.change_pct or 0.0) / USUAL_VOLATILITY

    def is_over(self, instant: datetime) -> bool:
        """Return whether the session that the quote belongs to has closed; true where there is none."""
        session = self.calendar.session(self.quote.session_date) if self.quote.session_date else None
        return session is None or session.close <= instant
