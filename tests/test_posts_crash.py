"""Killed at any instant around a send and started again: is every post there once, and every outcome known?

The real bot as a process, real discord.py, a Discord on this machine that forgets a nonce as soon as it may.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import sqlalchemy as sa
from aiohttp import web

from bot.adapters.database import Database, open_database
from bot.adapters.posts_tables import DELIVERIES, SUBSCRIPTIONS, columns
from bot.domain.deliveries import State
from bot.domain.posts import Place, Post
from bot.domain.schedule import Daily, Subject, Timing, Topic
from tests.loopback.discord import Discord
from tests.loopback.payloads import CHANNEL, GUILD, MEMBER, guild
from tests.loopback.process import bot

NONCE = 6.0
LIMITS = {
    "POST_RATE": "45",
    "POST_SEND": "1.5",
    "POST_LEASE": "2.5",
    "POST_NONCE": str(NONCE),
    "LOG_LEVEL": "WARNING",
}
POSTS = 4  # of each round
CHANNELS = range(CHANNEL, CHANNEL + 20)  # a look through one that holds a thousand posts would take longer than a round


class Channel(Discord):
    """Takes its time after it has kept a message, forgets nonces, and gives its messages back in pages."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance
        self.readable = True
        self.delay = (0.0, 0.3)
        self.kept: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
        self.posted: list[dict[str, Any]] = []
        self.again = self.looks = 0

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST" and request.path.endswith("/messages"):
            response = await super()._rest(request)
            await asyncio.sleep(self.chance.uniform(*self.delay))  # it is there, and the sender does not know yet
            return response
        return await super()._rest(request)

    def _answer(self, request: web.Request, path: str, body: Any) -> tuple[Any, int]:
        if request.method == "GET" and path.endswith("/messages"):
            self.looks += 1
            after, limit = int(request.query.get("after", 0)), int(request.query.get("limit", 50))
            mine = [one for one in self.posted if one["channel_id"] == path.split("/")[2]]
            found = [one for one in mine if int(one["id"]) > after] if self.readable else []
            return sorted(found[:limit], key=lambda one: -int(one["id"])), 200
        return super()._answer(request, path, body)

    def _posted(self, channel: str, body: dict[str, Any]) -> dict[str, Any]:
        assert body["enforce_nonce"] is True
        known = self.kept.get((channel, body["nonce"]))
        if known is not None and time.monotonic() - known[0] <= NONCE:
            self.again += 1
            return known[1]
        posted = super()._posted(channel, body | {"enforce_nonce": False})
        self.kept[channel, body["nonce"]] = (time.monotonic(), posted)
        self.posted.append(posted)
        return posted

    def ids(self) -> Counter[str]:
        """Count the messages by the post's id that their button carries."""
        return Counter(one["components"][-1]["components"][0]["custom_id"].split(":")[1] for one in self.posted)


def channels() -> dict[str, Any]:
    """Make a server that has them all."""
    whole = guild()
    whole["channels"] = [whole["channels"][0] | {"id": str(number)} for number in CHANNELS]
    return whole


@pytest.fixture(autouse=True)
def many_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.loopback.discord.guild", channels)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    yield database
    await database.close()


def due_now(number: int) -> Post:
    """Make a post that is due at the minute that runs, or at the one before where it has just begun."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    timing = Timing(Daily(minute.time(), "UTC"))
    place = Place(guild=GUILD, channel=CHANNELS[number % len(CHANNELS)], creator=MEMBER)
    what = Subject(Topic.STATUS, ("asia", "europe")[number % 2])
    return Post(place=place, subject=what, timing=timing, planned_until=minute - timedelta(seconds=1), next_due=minute)


async def rows(database: Database) -> list[Any]:
    async with database.reading() as connection:
        return list(await connection.execute(sa.select(DELIVERIES)))


async def storm(database: Database, database_url: str, tmp_path: Path, rounds: int, seed: int) -> Channel:
    """Kill and start so often, let the last one finish, and check what must be true of every post."""
    chance = random.Random(seed)
    expected, found = 0, list[Any]()
    settings = LIMITS | {"DATABASE_URL": _written(database_url), "XDG_DATA_HOME": str(tmp_path)}
    async with Channel(random.Random(seed)) as server:
        for _ in range(rounds):
            for _ in range(POSTS):
                await _keep(database, due_now(expected))
                expected += 1
            async with bot(server, **settings) as running:
                if chance.random() < 0.1:
                    await asyncio.sleep(chance.uniform(0.5, 2.5))  # anywhere, planning included
                else:
                    seen = len(server.requests)
                    await server.request("/channels/*/messages", "POST", after=seen)
                    await asyncio.sleep(chance.uniform(0, 0.5))
                running.process.kill()
                await running.exit(10)
        async with bot(server, **settings):
            for _ in range(300):
                if _all_known(found := await rows(database), expected):
                    break
                await asyncio.sleep(0.2)
    assert len(found) == expected
    assert {row.state for row in found} == {State.SENT}, Counter(row.state for row in found)
    ids = server.ids()
    assert set(ids) == {row.nonce for row in found}
    assert set(ids.values()) == {1}
    assert {row.message for row in found} == {int(one["id"]) for one in server.posted}
    return server


def _all_known(found: list[Any], expected: int) -> bool:
    return len(found) == expected and all(row.ready_at is None for row in found)


async def _keep(database: Database, post: Post) -> None:
    """Write straight into the table: 25 are all that a server may add."""
    async with database.writing() as connection:
        await connection.execute(sa.insert(SUBSCRIPTIONS).values(columns(post)))


def _written(url: str) -> str:
    return url.replace("sqlite:///", "sqlite+aiosqlite:///")


async def test_killed_around_the_send_nothing_comes_twice_and_nothing_is_lost(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    rounds = 30 if database.sqlite else 10
    server = await storm(database, database_url, tmp_path, rounds, seed=1)
    assert server.again + server.looks > 0  # some were killed between sending and marking


@pytest.mark.slow
async def test_killed_300_times_on_sqlite_and_100_times_on_postgresql(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    rounds = 300 if database.sqlite else 100
    server = await storm(database, database_url, tmp_path, rounds, seed=2)
    assert server.again > 0
    assert server.looks > 0


async def test_without_the_channels_history_it_is_unknown_and_not_sent_again(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = guild()
    whole["roles"][0]["permissions"] = str(
        ((1 << 50) - 1) & ~discord.Permissions(read_message_history=True, administrator=True).value
    )
    monkeypatch.setattr("tests.loopback.discord.guild", lambda: whole)
    settings = LIMITS | {"DATABASE_URL": _written(database_url), "XDG_DATA_HOME": str(tmp_path)}
    async with Channel(random.Random(3)) as server:
        server.readable, server.delay = False, (1.0, 1.0)
        await _keep(database, due_now(0))
        async with bot(server, **settings) as running:
            await server.until(lambda: server.posted)
            running.process.kill()
            await running.exit(10)
        (row,) = await rows(database)
        assert row.state == State.CLAIMED
        await asyncio.sleep(NONCE)
        async with bot(server, **settings):
            for _ in range(100):
                (row,) = await rows(database)
                if row.ready_at is None:
                    break
                await asyncio.sleep(0.2)
        assert len(server.posted) == 1
        assert server.looks > 0
    assert row.state == State.UNKNOWN
    assert "Read Message History" in row.problem
