"""What do the use cases need of the outside world?"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.attribution.contributions import KnownStocks
from bot.domain.attribution.events import EconomicEvent
from bot.domain.attribution.headlines import Headline
from bot.domain.attribution.securities import BaseClose, SecurityQuote
from bot.domain.history.bars import Bar, History
from bot.domain.markets.market import KnownLevel
from bot.domain.model import Source
from bot.domain.quotes import Observation

Clock = Callable[[], datetime]
"""The present instant, aware, in UTC. Answers are asked for an instant; only the edge reads a clock."""


class Quotes(Protocol):
    """A source of the newest levels. `Questions` and the alerts ask it."""

    @property
    def source(self) -> Source:
        """Whose figures these are."""
        ...

    @property
    def failing(self) -> bool:
        """Whether the last attempt to learn something new failed."""
        ...

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return what is known now of these markets and instruments; the unknown are left out.

        Raises:
            NoQuotes: if nothing could be learnt at all.
        """
        ...


class DailyBars(Protocol):
    """A source of daily bars. `HistorySync` asks it."""

    async def bars(self, key: str, *, whole: bool) -> list[Bar]:
        """Return the daily bars as the source reports them, uncleaned: all there are, or the last month's.

        Raises:
            NoQuotes: if the source does not answer.
        """
        ...


class Securities(Protocol):
    """A source of the prices of stocks, funds and futures contracts, by the source's own symbols. `Stocks` asks it."""

    async def securities(self, symbols: Collection[str]) -> Mapping[str, SecurityQuote]:
        """Return the newest believable price of each; what the source leaves out is missing.

        Raises:
            NoQuotes: if the source does not answer.
        """
        ...

    async def base_close(self, symbol: str, day: date) -> BaseClose | None:
        """Return a stock's close on a day, or the last one before, and the newest split since; None if unknown.

        Raises:
            NoQuotes: if the source does not answer.
        """
        ...


class HeadlineSource(Protocol):
    """A source of headlines, by the source's own symbols. `News` asks it."""

    async def headlines(self, symbols: Collection[str]) -> tuple[Headline, ...]:
        """Return what stands in the feeds of these symbols, whatever its publisher and time.

        Raises:
            NoQuotes: if the source does not answer.
        """
        ...


class HeadlineFacts(Protocol):
    """What headlines are known, in memory. `Explanations` chooses from them."""

    @property
    def revision(self) -> int:
        """Changes whenever anything that is known does."""
        ...

    def headlines(self, market: str) -> Sequence[Headline] | None:
        """Return what is known of a market; ``None`` where nothing is."""
        ...

    async def renew(self, market: str, symbols: Collection[str]) -> None:
        """Return once the headlines of a market's symbols are fresh, or cannot be."""
        ...


class EventCalendar(Protocol):
    """A source of economic figures and their times. `CalendarEvents` asks it."""

    async def events(self, start: date, end: date) -> tuple[EconomicEvent, ...]:
        """Return the figures of the catalogue's countries from one day (UTC) on, before another.

        Raises:
            NoQuotes: if the source does not answer.
        """
        ...


class EventFacts(Protocol):
    """What is known of a calendar, in memory. `Questions` lists it."""

    @property
    def revision(self) -> int:
        """Changes whenever anything that is known does."""
        ...

    @property
    def events(self) -> Sequence[EconomicEvent] | None:
        """What is known now; ``None`` where nothing is."""
        ...

    async def renew(self) -> None:
        """Return once it is fresh, or cannot be."""
        ...

    def begin(self) -> None:
        """Have the same done, and do not wait for it."""
        ...


class StockFacts(Protocol):
    """What is known of stocks, in memory. `Questions` explains moves by it."""

    @property
    def revision(self) -> int:
        """Changes whenever anything that is known does."""
        ...

    @property
    def stocks(self) -> KnownStocks:
        """What is known now."""
        ...

    async def renew(self, wanted: Collection[str], contracts: Collection[str]) -> None:
        """Return once all is fresh that is known of these markets' stocks, and of these contracts, or cannot be."""
        ...

    def begin(self, wanted: Collection[str], contracts: Collection[str]) -> None:
        """Have the same done, and do not wait for it."""
        ...


class StoredCloses(Protocol):
    """The stored closes that a source checks its quotes against."""

    def history(self, key: str) -> History | None:
        """Return the cleaned bars; ``None`` as long as there are none."""
        ...

    async def opened(self) -> None:
        """Return once the stored bars have been read, or cannot be."""
        ...


class Histories(Protocol):
    """The markets' pasts, in memory. `MarketSnapshots` and `StoredPast` judge by them."""

    def history(self, key: str) -> History | None:
        """Return the cleaned bars; ``None`` as long as there are none."""
        ...

    def known_levels(self, key: str) -> Collection[KnownLevel]:
        """Return the known older records and the bot's own sightings."""
        ...
