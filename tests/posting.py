"""The bot's posts on a database, as one process of several has them: what the tests of posts share."""

from typing import Any

from bot.adapters.files.packaged import sessions
from bot.adapters.storage.deliveries import DeliveryTables
from bot.adapters.storage.engine import Database
from bot.adapters.storage.subscriptions import SubscriptionTables
from bot.app import App, build
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.subscriptions import Post
from bot.services.deliveries import DeliveryService
from bot.services.posting_ports import EventSource
from tests.factories import post, settings
from tests.fakes import FakeClock, FakeComposer, FakeDiscord

CALENDARS = sessions()


class Bench:
    """One process's worth of posts on a database."""

    def __init__(
        self, database: Database, clock: FakeClock | None = None, limits: DeliveryLimits | None = None
    ) -> None:
        self.clock = clock or FakeClock()
        self.limits = limits or DeliveryLimits()
        self.database = database
        self.discord = FakeDiscord(self.clock)
        self.composer = FakeComposer(self.clock)
        self.subscriptions, self.outbox = SubscriptionTables(database), DeliveryTables(database)
        app = self.app()
        self.posts, self.deliveries = app.posts, app.deliveries

    def app(self, events: EventSource | None = None) -> App:
        """Wire the bot to this database and what stands in for the world."""
        return build(
            settings(),
            database=self.database,
            subscriptions=self.subscriptions,
            outbox=self.outbox,
            clock=self.clock,
            events=events,
            composer=self.composer,
            sender=self.discord,
            limits=self.limits,
            wait=self.clock.wait,
        )

    def process(self) -> DeliveryService:
        """Start afresh, as after a crash: nothing is remembered but what the database holds."""
        return self.app().deliveries

    async def add(self, **changes: Any) -> Post:
        stored = await self.posts.add(post(**changes))
        assert isinstance(stored, Post)
        return stored

    async def turn(self) -> None:
        """Do once what the bot does every second."""
        await self.posts.plan()
        await self.deliveries.send_due()
        await self.deliveries.settle()
        await self.deliveries.publish_due()
        await self.deliveries.send_pause_notices()

    async def live(self, hours: int) -> None:
        for _ in range(hours):
            await self.until(hours=1)

    async def until(self, **step: float) -> None:
        self.clock.move(**step)
        await self.turn()
