"""What must a store of the markets' daily bars be able to do?"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.history.bars import Bar
from bot.domain.history.refresh_policy import Comparison, LastFetch
from bot.domain.markets.market import KnownLevel


class HistoryStore(Protocol):
    """Where the bars outlive the process; every method raises StoreError where it cannot read or write."""

    async def readings(self) -> Mapping[str, LastFetch]:
        """Return, by market, when its bars were last fetched."""
        ...

    async def bars(self, market: str, /) -> list[Bar]:
        """Return a market's bars as the source gave them, uncleaned, oldest first."""
        ...

    async def save(
        self, market: str, bars: Sequence[Bar], fetched_at: datetime, final: date, *, whole: bool
    ) -> Comparison | None:
        """Store the bars of one fetch, all or none; return what they changed.

        Args:
            market: the market's key.
            bars: as the source gave them, uncleaned.
            fetched_at: when they were asked for, in UTC.
            final: the newest day whose bar cannot change any more.
            whole: whether these are all bars that the source has, rather than the last month's.

        Returns:
            None, with nothing stored, where the last month's bars do not reach back to the stored ones.
        """
        ...

    async def sightings(self) -> Collection[KnownLevel]:
        """Return the bot's own sightings of days whose bar is not stored complete."""
        ...

    async def keep(self, sightings: Collection[KnownLevel], /) -> None:
        """Store the bot's own sightings; of one market, kind and day the last one stays."""
        ...
