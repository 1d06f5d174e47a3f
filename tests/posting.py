"""A Discord of a few lines, a clock that is moved by hand, and posts to send: what the tests of posts share."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.adapters.files.packaged import sessions
from bot.adapters.storage.deliveries import DeliveryTables
from bot.adapters.storage.engine import Database
from bot.adapters.storage.subscriptions import SubscriptionTables
from bot.discord_app.sender import message_body
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.schedule import Daily, Subject, Timing, Topic
from bot.domain.posting.subscriptions import Alert, Destination, Post, PostContent
from bot.services.deliveries import DeliveryService
from bot.services.posting_ports import CannotTell, Composed, SendError
from bot.services.subscriptions import SubscriptionService
from tests.sentences import other

NONCE = timedelta(minutes=2)
CALENDARS = sessions()


class Clock:
    """An instant that stands until it is moved."""

    def __init__(self, now: str = "2025-09-15T12:00Z") -> None:
        self.now = datetime.fromisoformat(now).astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class Message:
    id: int
    channel: int
    nonce: str
    at: datetime
    body: str

    @property
    def text(self) -> str:
        return "\n".join(part.get("content", "") for part in json.loads(self.body)["components"])


@dataclass
class Discord:
    """Keeps messages and gives back the one that it has for a nonce, for two minutes."""

    clock: Callable[[], datetime]
    messages: list[Message] = field(default_factory=list)
    before: Callable[[int], Awaitable[None]] | None = None  # may raise: the message does not arrive
    after: Callable[[int], Awaitable[None]] | None = None  # may raise: it arrives, the answer does not
    looking: SendError | None = None
    publishing: SendError | None = None
    mentionable: bool = True
    sends: int = 0
    looks: int = 0
    published: list[int] = field(default_factory=list)
    told: list[Post | Alert] = field(default_factory=list)
    telling: SendError | None = None

    async def send(
        self, channel: int, message: Composed, nonce: str, until: datetime, *, mention: int | None, delayed: bool
    ) -> int:
        self.sends += 1
        await asyncio.sleep(0)
        if self.before is not None:
            await self.before(channel)
        known = [one for one in self.messages if (one.channel, one.nonce) == (channel, nonce)]
        fresh = [one for one in known if self.clock() - one.at <= NONCE]
        if not fresh:
            body = json.dumps(message_body(message, nonce, mention, delayed=delayed), ensure_ascii=False)
            fresh = [Message(len(self.messages) + 1, channel, nonce, self.clock(), body)]
            self.messages += fresh
        if self.after is not None:
            await self.after(channel)
        return fresh[0].id

    async def find(self, channel: int, nonce: str, since: datetime) -> int | None:
        self.looks += 1
        if self.looking is not None:
            raise self.looking
        found = [one.id for one in self.messages if (one.channel, one.nonce) == (channel, nonce) and one.at >= since]
        return found[0] if found else None

    async def publish(self, channel: int, message: int) -> None:
        if self.publishing is not None:
            raise self.publishing
        self.published.append(message)

    async def may_mention(self, guild: int, channel: int, member: int, role: int) -> bool:
        return self.mentionable

    async def notify_paused(self, subscription: Post | Alert) -> None:
        if self.telling is not None:
            raise self.telling
        self.told.append(subscription)


class Composer:
    """Says what it was asked to say, and counts."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.asked: list[tuple[PostContent, datetime]] = []

    async def compose(self, telling: PostContent) -> Composed:
        self.asked.append((telling, self.clock()))
        about = telling.subject or telling.event
        button = {"type": 2, "style": 2, "label": "now", "custom_id": "post:?"}
        parts = [{"type": 10, "content": f"{about} {telling.skipped}"}, {"type": 1, "components": [button]}]
        return Composed({"flags": 32768, "components": parts}, "delayed")


class Bench:
    """One process's worth of posts on a database."""

    def __init__(self, database: Database, clock: Clock | None = None, limits: DeliveryLimits | None = None) -> None:
        self.clock = clock or Clock()
        self.limits = limits or DeliveryLimits()
        self.database = database
        self.discord = Discord(self.clock)
        self.composer = Composer(self.clock)
        self.subscriptions, self.outbox = SubscriptionTables(database), DeliveryTables(database)
        self.posts = SubscriptionService(self.subscriptions, self.outbox, CALENDARS, self.clock, self.limits)
        self.deliveries = self.process()

    def process(self) -> DeliveryService:
        """Start afresh, as after a crash: nothing is remembered but what the database holds."""
        clock = self.clock
        return DeliveryService(
            self.outbox, self.subscriptions, self.discord, self.composer, clock, self.limits, wait=clock.wait
        )

    async def add(self, **changes: Any) -> Post:
        kept = await self.posts.add(post(**changes))
        assert isinstance(kept, Post)
        return kept

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


NINE = Timing(Daily(time(9), "Asia/Tokyo"))
ASIA = Subject(Topic.SUMMARY, "asia")


def post(
    guild: int = 1,
    channel: int = 10,
    timing: Timing = NINE,
    subject: Subject = ASIA,
    mention: int | None = None,
    publish: bool = False,
) -> Post:
    place = Destination(guild=guild, channel=channel, creator=5, mention=mention, publish=publish)
    return Post(destination=place, subject=subject, timing=timing, planned_until=datetime(2025, 1, 1, tzinfo=UTC))


def fails(error: Exception, times: int = 1_000_000) -> Callable[[int], Awaitable[None]]:
    """Raise an error so many times, then let everything pass."""
    left = [times]

    async def fail(_channel: int) -> None:
        if left[0] > 0:
            left[0] -= 1
            raise error

    return fail


UNREADABLE = CannotTell(other("I lack Read Message History there."))
