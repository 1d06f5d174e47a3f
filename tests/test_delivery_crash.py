"""Killed or frozen around a send, with whatever may be wrong: is every post there once, every outcome known?

The real bot as two processes on one database, real discord.py, a Discord on this machine that loses answers on their
way in every manner that there is and forgets a nonce as soon as it may, and a PostgreSQL that is killed as well.
"""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.posting_schema import DELIVERIES, SUBSCRIPTIONS
from bot.adapters.storage.subscription_rows import subscription_columns
from bot.domain.errors import StoreError
from bot.domain.posting.deliveries import DeliveryState
from bot.domain.posting.schedule import Daily, Subject, Timing, Topic
from bot.domain.posting.subscriptions import Destination, Post
from tests.loopback.discord import Discord, Fault, Line, limited
from tests.loopback.nursery import Nursery, nursery
from tests.loopback.payloads import CHANNEL, GUILD, MEMBER, guild
from tests.loopback.process import NOBODY, bot
from tests.postgres import Crashing

NONCE = 4.0  # seconds; below the first wait after a failure, so that what is taken for unsent comes twice
LIMITS = {
    "POST_RATE": "45",
    "POST_SEND": "1.0",
    "POST_LEASE": "1.6",
    "POST_NONCE": str(NONCE),
    "LOG_LEVEL": "ERROR",
}
POSTS = 4  # of each round
CHANNELS = range(CHANNEL, CHANNEL + 20)  # a look through one that holds a thousand posts would take longer than a round
BROKEN = (Line.RESET_WITHIN, Line.END_WITHIN, Line.UNFINISHED, Line.SHORT)
LOST = [line for line in Line if line not in {Line.WHOLE, Line.UNHEARD, *BROKEN}]


class Channel(Discord):
    """Takes its time after it has kept a message, forgets nonces, and gives its messages back in pages."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance
        self.readable = True
        self.delay = (0.0, 0.3)
        self.trouble = 0.0  # the share of requests that something is wrong with
        self.played: Counter[str] = Counter()
        self.kept: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
        self.posted: list[dict[str, Any]] = []
        self.again = self.looks = 0
        self._row: Counter[str] = Counter()  # of faults, for each path

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        if not request.path.endswith("/messages"):
            return await super()._rest(request)
        path = request.path.removeprefix("/api/v10")
        if self.chance.random() < self.trouble and self._row[path] < 2:  # two in a row, and none is late
            self._row[path] += 1
            fault = self._fault(path, request.method)
            self.faults.append(fault)
        else:
            self._row[path] = 0
        response = await super()._rest(request)
        if request.method == "POST":
            await asyncio.sleep(self.chance.uniform(*self.delay))  # it is there, and the sender does not know yet
        return response

    def _fault(self, path: str, method: str) -> Fault:
        kind = self.chance.choice(["broken", "broken", "broken", "lost", "lost", "refused", "limited", "walled"])
        if kind in {"broken", "lost"}:
            line = self.chance.choice(BROKEN if kind == "broken" else LOST)
            self.played[f"{method} {line.name}"] += 1
            return Fault(path, line=line, method=method)
        self.played[f"{method} {kind}"] += 1
        if kind == "refused":
            return Fault(path, self.chance.choice([500, 502, 503]), {}, method=method)
        fault = limited(path, via=kind == "limited", after=0.2)
        fault.headers["Retry-After"] = "1"
        return fault

    async def unreachable(self, seconds: float) -> None:
        """Refuse connections for a while."""
        assert self._runner is not None
        (site,) = self._runner.sites
        await site.stop()
        await asyncio.sleep(seconds)
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    def _answer(self, request: web.Request, path: str, body: Any) -> tuple[Any, int]:
        if request.method == "GET" and path.endswith("/messages"):
            self.looks += 1
            after, limit = int(request.query.get("after", 0)), int(request.query.get("limit", 50))
            mine = [message for message in self.posted if message["channel_id"] == path.split("/")[2]]
            found = [posted for posted in mine if int(posted["id"]) > after] if self.readable else []
            return sorted(found[:limit], key=lambda message: -int(message["id"])), 200
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
        return Counter(message["components"][-1]["components"][0]["custom_id"].split(":")[1] for message in self.posted)


def channels() -> dict[str, Any]:
    """Make a server that has them all."""
    whole = guild()
    whole["channels"] = [whole["channels"][0] | {"id": str(number)} for number in CHANNELS]
    return whole


@pytest.fixture(autouse=True)
def many_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.loopback.discord.guild", channels)


def due_now(number: int) -> Post:
    """Make a post that is due at the minute that runs, or at the one before where it has just begun."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    timing = Timing(Daily(minute.time(), "UTC"))
    place = Destination(guild=GUILD, channel=CHANNELS[number % len(CHANNELS)], creator=MEMBER)
    what = Subject(Topic.STATUS, ("asia", "europe")[number % 2])
    return Post(
        destination=place, subject=what, timing=timing, planned_until=minute - timedelta(seconds=1), next_due=minute
    )


async def rows(database: Database) -> list[Any]:
    async with database.reading() as connection:
        return list(await connection.execute(sa.select(DELIVERIES)))


class Storm:
    """Two bots on one database, of which one after the other is killed and started again."""

    def __init__(self, database_url: str, folder: Path, seed: int, postgres: Crashing | None = None) -> None:
        self.chance = random.Random(seed)
        self.server = Channel(random.Random(seed))
        self.database = open_database(database_url)
        self.postgres = postgres
        self.bots: list[int] = []
        self._url, self._folder = _written(database_url), folder
        self._expected = 0

    async def play(self, rounds: int) -> None:
        """Kill and start so often, let all go right then, and check what must be true of every post."""
        async with self.server, nursery() as bots:
            try:
                self.bots = [await self._start(bots, number) for number in (0, 1)]
                for number in range(rounds):
                    if number % 3 == 0:  # nobody is killed: what is believed of an answer is written down
                        self.server.trouble = 0.9
                        await self._post()
                        await asyncio.sleep(1.0)
                    self.server.trouble = 0.4
                    await self._round(bots, number)
                self.server.trouble = 0.0
                found = await self._settled()
            finally:
                await self.database.close()
        self.check(found)

    def check(self, found: list[Any]) -> None:
        ids = self.server.ids()
        states = Counter(row.state for row in found)
        faults = dict(sorted(self.server.played.items()))
        print(f"{len(found)} posts {dict(states)}, {len(self.server.requests)} requests, faults {faults}")
        assert set(ids.values()) == {1}, "a post came twice"
        assert len(found) == self._expected
        assert set(states) == {DeliveryState.SENT}
        assert set(ids) == {row.nonce for row in found}
        assert {row.message for row in found} == {int(message["id"]) for message in self.server.posted}

    async def _post(self) -> None:
        """Let something be due, and wait until a bot begins to send it."""
        count = len(self.server.requests)
        for _ in range(POSTS):
            await _keep(self.database, self._expected)
            self._expected += 1
        await self.server.until(lambda: self.server.found("/channels/*/messages", "POST", count), 120)

    async def _round(self, bots: Nursery, number: int) -> None:
        await self._post()
        # Mostly around a send; sometimes anywhere, planning included.
        await asyncio.sleep(self.chance.uniform(0, 0.5 if self.chance.random() < 0.9 else 2.0))
        which = number % 2
        bots.kill(self.bots[which])
        if number % 8 == 5:  # the other one wakes up when what it was about to send is another's
            self.bots[which] = await self._start(bots, which)
            return await bots.freeze(self.bots[1 - which], self.chance.uniform(1.0, NONCE + 3.0))
        if self.postgres is not None and number % 3 == 1:
            await self.postgres.crash(self.chance.uniform(0, 1))
        elif self.chance.random() < 0.1:
            await self.server.unreachable(self.chance.uniform(0, 1))
        self.bots[which] = await self._start(bots, which)
        return None

    async def _start(self, bots: Nursery, which: int) -> int:
        settings = LIMITS | {"DATABASE_URL": self._url, "XDG_DATA_HOME": str(self._folder / f"bot{which}")}
        about = {"DISCORD_TOKEN": self.server.token, "YAHOO_URL": NOBODY}
        where = {"DISCORD_API_URL": self.server.api, "DISCORD_GATEWAY_URL": self.server.gateway}
        return await bots.start(settings | about | where)

    async def _settled(self) -> list[Any]:
        """Let what is pending come at once, not after waits that have grown to minutes, and give all deliveries."""
        await asyncio.sleep(NONCE)  # what was taken for unsent would come twice now
        waiting = DELIVERIES.c.state.in_([DeliveryState.PLANNED, DeliveryState.DOUBTFUL])

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.update(DELIVERIES).where(waiting).values(ready_at=DELIVERIES.c.due))

        await self.database.write(work)
        found: list[Any] = []
        for _ in range(1000):
            with suppress(StoreError):
                if _all_known(found := await rows(self.database), self._expected):
                    break
            await asyncio.sleep(0.3)
        return found


def _all_known(found: list[Any], expected: int) -> bool:
    return len(found) == expected and all(row.ready_at is None for row in found)


async def _keep(database: Database, number: int) -> None:
    """Write straight into the table: 25 are all that a server may add."""
    row = subscription_columns(due_now(number)) | {"id": number + 1}
    for _ in range(100):
        try:
            async with database.writing() as connection:
                await connection.execute(sa.insert(SUBSCRIPTIONS).values(row))
        except IntegrityError:  # it came through before, and the answer was lost
            return
        except StoreError:
            await asyncio.sleep(0.2)
        else:
            return
    raise AssertionError("the database does not come back")


def _written(url: str) -> str:
    return url.replace("sqlite:///", "sqlite+aiosqlite:///")


def _lost(storm: Storm) -> int:
    return sum(count for name, count in storm.server.played.items() if name.startswith("POST") and name.isupper())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the bots are forked from one process")
@pytest.mark.parametrize("rounds", [10, pytest.param(300, marks=pytest.mark.slow)])
async def test_two_bots_on_sqlite_are_killed_and_answers_are_lost(rounds: int, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    storm = Storm(f"sqlite:///{tmp_path / 'data' / 'bell.sqlite3'}", tmp_path, rounds)
    await storm.play(rounds)
    assert _lost(storm) > 0
    assert storm.server.again + storm.server.looks > 0


@pytest.mark.parametrize("rounds", [10, pytest.param(100, marks=pytest.mark.slow)])
async def test_two_bots_on_postgresql_are_killed_and_the_server_too(
    rounds: int, tmp_path: Path, crashing_postgres: Crashing
) -> None:
    storm = Storm(crashing_postgres.url, tmp_path, rounds, crashing_postgres)
    await storm.play(rounds)
    assert _lost(storm) > 0
    assert crashing_postgres.crashes > 0
    assert storm.server.again + storm.server.looks > 0


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    yield database
    await database.close()


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
        await _keep(database, 0)
        async with bot(server, **settings) as running:
            await server.until(lambda: server.posted)
            running.process.kill()
            await running.exit(10)
        (row,) = await rows(database)
        assert row.state == DeliveryState.CLAIMED
        await asyncio.sleep(NONCE)
        async with bot(server, **settings):
            for _ in range(100):
                (row,) = await rows(database)
                if row.ready_at is None:
                    break
                await asyncio.sleep(0.2)
        assert len(server.posted) == 1
        assert server.looks > 0
    assert row.state == DeliveryState.UNKNOWN
    assert "history_unreadable" in row.problem
