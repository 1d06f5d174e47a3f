"""What stands in for the outside world: a clock that is moved by hand, Discord, a composer, questions' answers."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from bot.discord_app.sender import message_body
from bot.domain.answers import AboutAnswer, Answer, CommandHelp, HelpAnswer, IndexAnswer
from bot.domain.markets.search import find
from bot.domain.posting.subscriptions import Alert, Post, PostContent
from bot.services.posting_ports import CannotTell, Composed, SendError
from bot.services.questions import Questions
from tests.factories import AT, index_answer
from tests.sentences import other

NONCE = timedelta(minutes=2)


class FakeClock:
    """An instant that stands until it is moved; ``wait`` moves it instead of sleeping."""

    def __init__(self, now: str | datetime = "2025-09-15T12:00Z") -> None:
        self.now = datetime.fromisoformat(now).astimezone(UTC) if isinstance(now, str) else now
        self._start = self.now

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        """Return the seconds since the clock was made, as `time.monotonic` counts them."""
        return (self.now - self._start).total_seconds()

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
class FakeDiscord:
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
    notified: list[Post | Alert] = field(default_factory=list)
    telling: SendError | None = None

    async def send(
        self, channel: int, message: Composed, nonce: str, until: datetime, *, mention: int | None, delayed: bool
    ) -> int:
        self.sends += 1
        await asyncio.sleep(0)
        if self.before is not None:
            await self.before(channel)
        known = [posted for posted in self.messages if (posted.channel, posted.nonce) == (channel, nonce)]
        fresh = [message for message in known if self.clock() - message.at <= NONCE]
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
        found = [
            message.id
            for message in self.messages
            if (message.channel, message.nonce) == (channel, nonce) and message.at >= since
        ]
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
        self.notified.append(subscription)


class FakeComposer:
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


def fails(error: Exception, times: int = 1_000_000) -> Callable[[int], Awaitable[None]]:
    """Raise an error so many times, then let everything pass."""
    left = [times]

    async def fail(_channel: int) -> None:
        if left[0] > 0:
            left[0] -= 1
            raise error

    return fail


UNREADABLE = CannotTell(other("I lack Read Message History there."))


class FakeQuestions:
    """Answers `/index`, `/help` and `/about`.

    ``gate`` keeps an answer back until it is set, waited for through ``outside``; ``turns`` are turns of the loop that
    an answer takes; ``error`` is raised instead of it; ``hang`` is how many seconds a thread sits in a library
    meanwhile; ``block`` is called on the loop.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answered = 0
        self.gate: asyncio.Event | None = None
        self.outside: Callable[[Awaitable[Any]], Awaitable[Any]] = lambda waiting: waiting
        self.error: Exception | None = None
        self.turns = 0
        self.hang = 0.0
        self.block: Callable[[], object] | None = None
        self.level = 45055.38
        self.renewed: list[datetime] = []

    async def renew(self, since: datetime) -> None:
        self.renewed.append(since)

    @property
    def questions(self) -> Questions:
        return cast("Questions", self)

    async def answer(self, query: Callable[[], Awaitable[Answer]]) -> Answer:
        return await query()

    def level_query(self, text: str) -> Callable[[], Awaitable[Answer]]:
        return lambda: self.index(text)

    def help_query(self) -> Callable[[], Awaitable[Answer]]:
        return self.help

    def about_query(self) -> Callable[[], Awaitable[Answer]]:
        return self.about

    async def index(self, text: str) -> IndexAnswer:
        self.asked.append(text)
        market = find(text)
        await self._wait()
        self.answered += 1
        return index_answer(market.key, self.level)

    async def help(self) -> Answer:
        return HelpAnswer(as_of=AT, source="yahoo", commands=(CommandHelp(name="index", description="Level."),))

    async def about(self) -> Answer:
        return AboutAnswer(as_of=AT, source="yahoo", version="1.2.3", markets=34)

    async def _wait(self) -> None:
        if self.block is not None:
            self.block()
        for _ in range(self.turns):
            await asyncio.sleep(0)
        if self.hang:
            await asyncio.to_thread(time.sleep, self.hang)
        if self.gate is not None:
            await self.outside(self.gate.wait())
        if self.error is not None:
            raise self.error
