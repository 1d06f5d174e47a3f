"""When may the next request go to Discord, so that all processes together keep to its pace?"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bot.services.ports import Clock
from bot.services.posting_stores import RequestQueue

Wait = Callable[[float], Awaitable[None]]
"""Sleeps for so many seconds."""

SLEEP: Final[Wait] = asyncio.sleep


class RateLimiter:
    """Waits for places in the queue of requests that all processes on one database share."""

    def __init__(self, queue: RequestQueue, rate: float, clock: Clock, wait: Wait = SLEEP) -> None:
        """Take the queue and its rate in requests a second."""
        self._queue = queue
        self._rate = rate
        self._clock = clock
        self._wait = wait

    async def acquire(self, places: int = 1) -> None:
        """Wait for so many places, one a request, and take them.

        Raises:
            StoreError: if the database cannot be used.
        """
        now = self._clock()
        start = await self._queue.acquire(places, self._rate, now)
        if start > now:
            await self._wait((start - now).total_seconds())
