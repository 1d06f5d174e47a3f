"""Whatever happens, in whatever order: does each message arrive once, and does every delivery record its true outcome?

Two processes share one database. Discord loses requests and answers, channels die and recover, admins pause, move and
remove posts, processes crash, and clocks are hours off for a while.
"""

import asyncio
import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.posting_schema import DELIVERIES
from bot.domain.errors import BadQuestion
from bot.domain.posting.deliveries import DeliveryState
from bot.domain.posting.subscriptions import Post
from bot.services.posting_ports import ChannelDead, Composed, Doubtful, NotSent, Rejected
from tests.fakes import FakeClock, FakeDiscord
from tests.posting import Bench
from tests.sentences import other


class Fate(Enum):
    """What happens to one send request."""

    FINE = auto()
    NOT_SENT = auto()
    LOST = auto()  # does not arrive, and nobody knows
    ANSWER_LOST = auto()  # arrives, and nobody knows
    CRASH_BEFORE = auto()
    CRASH_AFTER = auto()
    DEAD = auto()
    REJECTED = auto()


ARRIVES = {Fate.FINE, Fate.ANSWER_LOST, Fate.CRASH_AFTER}
FAULTS: dict[Fate, BaseException] = {
    Fate.NOT_SENT: NotSent(other("Discord cannot be reached.")),
    Fate.LOST: Doubtful(other("Discord did not answer.")),
    Fate.ANSWER_LOST: Doubtful(other("Discord did not answer.")),
    Fate.CRASH_BEFORE: asyncio.CancelledError(),
    Fate.CRASH_AFTER: asyncio.CancelledError(),
    Fate.DEAD: ChannelDead(other("The channel is gone.")),
    Fate.REJECTED: Rejected(other("Discord refuses this message.")),
}


class Stormy(FakeDiscord):
    """Gives each request the fate that the story says; its clock is always right, even when the bot's is not."""

    def __init__(self, clock: FakeClock) -> None:
        self.off = timedelta(0)
        super().__init__(lambda: clock.now - self.off)
        self.fates: list[Fate] = []

    async def send(
        self, channel: int, message: Composed, nonce: str, until: datetime, *, mention: int | None, delayed: bool
    ) -> int:
        fate = self.fates.pop(0) if self.fates else Fate.FINE
        if fate not in ARRIVES:
            raise FAULTS[fate]
        sent = await super().send(channel, message, nonce, until, mention=mention, delayed=delayed)
        if fate is not Fate.FINE:
            raise FAULTS[fate]
        return sent

    async def find(self, channel: int, nonce: str, since: datetime) -> int | None:
        return await super().find(channel, nonce, since - max(self.off, timedelta(0)))  # as `DiscordSender` does


class Story:
    """Plays a story out and collects how it ended."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.bench = Bench(database)
        self.bench.discord = self.discord = Stormy(self.bench.clock)
        self.processes = [self.bench.process(), self.bench.process()]
        self.posts: list[Post] = []

    async def begin(self) -> None:
        for number in range(3):
            self.posts.append(await self.bench.add(channel=10 + number, publish=number == 0))

    async def turn(self, which: int) -> None:
        self.bench.deliveries = self.processes[which]
        await self.bench.turn()

    async def do(self, what: tuple[Any, ...]) -> None:
        match what:
            case ("wait", seconds, which):
                self.bench.clock.move(seconds=seconds)
                await self.turn(which)
            case ("fates", fates):
                self.discord.fates += fates
            case ("crash", which):  # only what is in the database survives
                self.processes[which] = self.bench.process()
            case ("clock", hours, which):
                self.bench.clock.now += timedelta(hours=hours) - self.discord.off
                self.discord.off = timedelta(hours=hours)
                await self.turn(which)
            case _:
                await self.admin(what[0], self.posts[what[1]])

    async def admin(self, name: str, post: Post) -> None:
        posts = self.bench.posts
        try:
            match name:
                case "move":
                    known = await posts.get(1, post.id)
                    assert isinstance(known, Post)
                    other = 10 + (known.destination.channel - 9) % 4
                    await posts.change(replace(known, destination=replace(known.destination, channel=other)))
                case "leave":
                    await posts.mark_left(1)
                case "back":
                    await posts.restore_guild(1)
                case _:
                    await getattr(posts, name)(1, post.id)
        except BadQuestion:
            assert name != "leave"  # the post had been removed before

    async def end(self) -> list[Any]:
        """Let everything work again until nothing can be pending, and return the deliveries."""
        self.discord.fates.clear()
        await self.do(("clock", 0, 0))
        self.processes = [self.bench.process(), self.bench.process()]
        for which in itertools.islice(itertools.cycle([0, 1]), 100):
            await self.do(("wait", 150, which))
        async with self.database.reading() as connection:
            return list(await connection.execute(sa.select(DELIVERIES)))


fates = st.lists(st.sampled_from(Fate), min_size=1, max_size=6)
waits = st.tuples(st.just("wait"), st.sampled_from([1, 6, 20, 50, 100, 130, 600, 3600, 80_000]), st.integers(0, 1))
moments = st.one_of(
    waits,
    waits,
    st.tuples(st.just("fates"), fates),
    st.tuples(st.just("crash"), st.integers(0, 1)),
    st.tuples(st.just("clock"), st.sampled_from([-5, -1, 0, 0, 2, 30]), st.integers(0, 1)),
    st.tuples(st.sampled_from(["pause", "resume", "move", "send_test", "remove", "leave", "back"]), st.integers(0, 2)),
)
_names = (f"{number}.sqlite3" for number in itertools.count())
stories = st.tuples(fates, st.lists(moments, min_size=3, max_size=30))


async def _told(story: tuple[list[Fate], list[tuple[Any, ...]]], folder: Path) -> None:
    database = open_database(f"sqlite:///{folder / next(_names)}")
    try:
        played = Story(database)
        await played.begin()
        played.bench.clock.now = datetime(2025, 9, 15, 23, 57, tzinfo=UTC)
        await played.turn(0)
        played.bench.clock.now = datetime(2025, 9, 16, tzinfo=UTC)
        for what in (("fates", story[0]), ("wait", 1, 0), *story[1]):
            await played.do(what)
        rows = await played.end()
    finally:
        await database.close()
    there = Counter(message.nonce for message in played.discord.messages)
    assert set(there.values()) <= {1}, "a message came twice"
    by_state: dict[str, set[str]] = {
        state: {row.nonce for row in rows if row.state == state} for state in DeliveryState
    }
    assert by_state[DeliveryState.SENT] <= set(there), "what is told to be sent is not there"
    assert set(there) <= by_state[DeliveryState.SENT] | by_state[DeliveryState.UNKNOWN], (
        "what is there is told not to be sent"
    )
    pending = [row for row in rows if row.ready_at is not None and row.due < _stamp(played.bench.clock.now)]
    assert not pending, "a delivery has no outcome"
    silent = [row for row in rows if row.state not in {DeliveryState.SENT, DeliveryState.PLANNED} and not row.problem]
    assert not silent, "nobody learns why"


def _stamp(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@pytest.mark.no_cover
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(story=stories)
async def test_whatever_happens_in_any_order(story: tuple[list[Fate], list[tuple[Any, ...]]], tmp_path: Path) -> None:
    await _told(story, tmp_path)


@pytest.mark.slow
@settings(max_examples=3000, suppress_health_check=list(HealthCheck), derandomize=False)
@given(story=stories)
async def test_whatever_happens_in_any_order_for_long(
    story: tuple[list[Fate], list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    await _told(story, tmp_path)
