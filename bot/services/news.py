"""Which headlines are known of a market, and are they still fresh?

They are asked for where somebody asks why, and at no other time.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Collection, Sequence
from typing import Final

from bot.domain.attribution.headlines import Headline
from bot.domain.errors import MarketError
from bot.services.freshness import within
from bot.services.ports import Clock, HeadlineSource

PERIOD: Final = dt.timedelta(minutes=10)
"""How long headlines are fresh."""
RETRY: Final = dt.timedelta(minutes=1)
"""How long a source that failed is left alone."""
LONGEST_WAIT: Final = 4.0
"""Seconds for which somebody who asks why waits for them."""

_log = logging.getLogger(__name__)


class News:
    """Keeps the newest headlines of markets, in memory. Implements the port `HeadlineFacts`."""

    def __init__(self, source: HeadlineSource, clock: Clock) -> None:
        """Ask this source."""
        self.revision = 0
        self._source, self._clock = source, clock
        self._headlines: dict[str, tuple[Headline, ...]] = {}
        self._fetched: dict[str, dt.datetime] = {}
        self._failed_at: dt.datetime | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def headlines(self, market: str) -> Sequence[Headline] | None:
        """Return what is known of a market, in no order; ``None`` where nothing is."""
        return self._headlines.get(market)

    async def renew(self, market: str, symbols: Collection[str]) -> None:
        """Wait, for 4 s at most, until the headlines of a market's symbols are fresh, or cannot be."""
        now = self._clock()
        if within(self._fetched.get(market), PERIOD, now) or within(self._failed_at, RETRY, now):
            return
        task = self._tasks.get(market)
        if task is None or task.done():
            task = self._tasks[market] = asyncio.create_task(self._fetch(market, symbols), name="headlines")
        await asyncio.wait({task}, timeout=LONGEST_WAIT)

    async def close(self) -> None:
        """Cancel what is under way."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _fetch(self, market: str, symbols: Collection[str]) -> None:
        try:
            found = await self._source.headlines(symbols)
        except MarketError as error:
            _log.info("headlines: %s", error)
            self._failed_at = self._clock()
            return
        self._fetched[market] = self._clock()
        if found != self._headlines.get(market):
            self._headlines[market] = found
            self.revision += 1
