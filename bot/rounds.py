"""What runs beside the connection to Discord, how often, and what happens when one of it fails?"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.domain.errors import MarketError
from bot.posting import Channels
from bot.services.alerts import Alerts
from bot.services.deliveries import Deliveries
from bot.services.posts import Posts

_log = logging.getLogger(__name__)


class Round:
    """What runs beside the connection: planning, sending, publishing, looking for events, clearing up."""

    def __init__(
        self, posts: Posts, deliveries: Deliveries, alerts: Alerts, channels: Channels, *, tick: float = 1.0
    ) -> None:
        """Take what is to be run; ``tick`` is the seconds between two looks at what is due."""
        self._channels = channels
        self._posts = posts
        self._deliveries = deliveries
        self._alerts = alerts
        self._tick = tick

    async def run(self) -> None:
        """Run until cancelled; a fault in one thing is logged and stops neither it nor the others."""
        tick = self._tick
        loops = (
            self._every(3600.0, self._posts.clear),
            self._every(5 * tick, self._posts.plan),
            self._every(tick, self._deliveries.send_due, connected=True),
            self._every(tick, self._deliveries.publish_due, connected=True),
            self._every(tick, self._deliveries.tell_paused, connected=True),
            self._every(60.0, self._alerts.look),
            self._guarded(self._posts.plan_anew),
        )
        try:
            await asyncio.gather(*loops)
        finally:
            await self._deliveries.settle(2.0)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[object]], *, connected: bool = False) -> None:
        while True:
            if self._channels.ready or not connected:
                await self._guarded(work)
            await asyncio.sleep(seconds)

    async def _guarded(self, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except MarketError as error:
            _log.warning("Posts: %s", error)
        except Exception:  # noqa: BLE001 - a loop that ended would end all posts
            _log.exception("Posts: something went wrong.")
