"""What do the use cases need of the outside world?"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol

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
