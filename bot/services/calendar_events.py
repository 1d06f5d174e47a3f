"""Which economic figures are due in the coming weeks, and is what is known of them still fresh?"""

import asyncio
import datetime as dt
import logging
from collections.abc import Sequence
from typing import Final

from bot.domain.attribution.agenda import LONGEST
from bot.domain.attribution.events import EconomicEvent
from bot.domain.errors import MarketError
from bot.services.freshness import within
from bot.services.ports import Clock, EventCalendar

PERIOD: Final = dt.timedelta(minutes=15)
"""How long a calendar is fresh: figures come in it minutes after they are published."""
RETRY: Final = dt.timedelta(minutes=1)
"""How long a source that failed is left alone."""
LONGEST_WAIT: Final = 8.0
"""Seconds for which somebody who asks waits."""

_log = logging.getLogger(__name__)


class CalendarEvents:
    """Keeps the calendar of the source, in memory. Implements the port `EventFacts`."""

    def __init__(self, source: EventCalendar, clock: Clock) -> None:
        """Ask this source."""
        self.revision = 0
        self.events: Sequence[EconomicEvent] | None = None
        self._source, self._clock = source, clock
        self._fetched: dt.datetime | None = None
        self._failed_at: dt.datetime | None = None
        self._task: asyncio.Task[None] | None = None

    async def renew(self) -> None:
        """Wait, for 8 s at most, until the calendar is fresh, or cannot be."""
        self.begin()
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task}, timeout=LONGEST_WAIT)

    def begin(self) -> None:
        """Fetch the calendar in the background, if it is not fresh."""
        now = self._clock()
        if within(self._fetched, PERIOD, now) or within(self._failed_at, RETRY, now):
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._fetch(now), name="calendar")

    async def close(self) -> None:
        """Cancel the fetch under way, if there is one."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _fetch(self, now: dt.datetime) -> None:
        today = now.date()
        try:
            found = await self._source.events(today, today + dt.timedelta(days=LONGEST + 1))
        except MarketError as error:
            _log.info("calendar: %s", error)
            self._failed_at = now
            return
        self._fetched = now
        if found != self.events:
            self.events = found
            self.revision += 1
