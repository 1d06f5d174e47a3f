"""What is damaged, and what is then asked of it: a database with all that the bot keeps, and each way into it."""

import random
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.history import HistoryTables
from bot.domain.errors import MarketError
from bot.domain.history.bars import Bar
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import KnownLevel
from bot.domain.posting.subscriptions import Alert, AlertCondition, AlertKind, Destination
from bot.domain.records.events import Event, EventKind
from bot.services.history_sync import HistorySync
from bot.services.subscriptions import SubscriptionService
from bot.views.en import posting
from tests.fakes import FakeClock
from tests.posting import CALENDARS, Bench

GUILD, OTHER = 700_100_200_300_400_501, 700_100_200_300_400_502
KEYS = ("kosdaq", "shenzhen")


class Source:
    """Tells a hundred bars of each market."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock

    async def bars(self, key: str, *, whole: bool) -> list[Bar]:
        calendar = CALENDARS[MARKETS[key].mic]
        last = calendar.last_completed(self.clock.now).day
        days = list(calendar.sessions(last - timedelta(days=900 if whole else 30), last))
        return [Bar(day, 100_000 + day.toordinal() % 700, 101_000, 99_000, 100_000) for day in days]


class Happening:
    """Sees one event in each market that it is asked about."""

    def active_markets(self, markets: Collection[str]) -> Collection[str]:
        return [key for key in markets if key in MARKETS]

    async def newest_events(self, moves: Mapping[str, Collection[float]]) -> Sequence[Event]:
        day = datetime(2025, 9, 16, tzinfo=UTC).date()
        return [Event(key, EventKind.RISE, day, 2.0) for key in moves]


def _alert(guild: int, market: str) -> Alert:
    place = Destination(guild=guild, channel=guild + 7, creator=guild + 9)
    return Alert(destination=place, condition=AlertCondition(market, AlertKind.MOVE, 2.0))


async def fill(url: str) -> None:
    """Keep posts, alerts, histories and deliveries of every kind."""
    clock = FakeClock()
    database = open_database(url)
    bench = Bench(database, clock)
    for number in range(20):
        guild = GUILD if number % 2 else OTHER
        await bench.add(guild=guild, channel=guild + number, mention=guild + 99, publish=number % 3 == 0)
    for guild in (GUILD, OTHER):
        for market in ("nikkei", "dax"):
            await bench.posts.add(_alert(guild, market))
    for _ in range(4):
        await bench.until(hours=12)
    await bench.until(hours=11, minutes=59)  # the next ones are planned
    tables = HistoryTables(database)
    histories = HistorySync(tables, Source(clock), CALENDARS, clock)
    await histories.update(KEYS)
    day = clock.now.date()
    await tables.keep([KnownLevel(key, "close", 104_000, day, day, "seen", day) for key in KEYS])
    await database.close()


@dataclass
class Attack:
    """The bot's parts over one database, and what became of each thing that was asked of it."""

    database: Database
    clock: FakeClock = field(default_factory=lambda: FakeClock("2025-09-18T00:00:30Z"))
    unmapped: list[tuple[str, BaseException]] = field(default_factory=list)
    refused: int = 0
    done: int = 0

    def __post_init__(self) -> None:
        self.bench = Bench(self.database, self.clock)
        self.histories = HistorySync(HistoryTables(self.database), Source(self.clock), CALENDARS, self.clock)
        self.alerts = self.bench.app(Happening()).alerts

    async def _try(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except MarketError:
            self.refused += 1
        except Exception as error:  # noqa: BLE001 - what comes out is what is being tested
            self.unmapped.append((name, error))
        else:
            self.done += 1

    async def run(self) -> None:
        """Ask for everything, twice: what was met once may be met again."""
        posts, deliveries = self.bench.posts, self.bench.deliveries
        for _ in range(2):
            await self._try("open", self.histories.open)
            await self._try("update", lambda: self.histories.update(KEYS))
            await self._try("flush", self.histories.flush)
            await self._try("plan_anew", posts.plan_anew)
            await self._try("clear", posts.purge)
            await self._try("compare", lambda: posts.reconcile_guilds([GUILD, OTHER]))
            await self._try("plan", posts.plan)
            await self._try("look", self.alerts.look)
            await self._try("send_due", deliveries.send_due)
            await deliveries.settle()
            await self._try("publish_due", deliveries.publish_due)
            await self._try("tell_paused", deliveries.send_pause_notices)
            await self._try("listed", lambda: shown(posts, GUILD))
            for number in (1, 2, 3, 21, 22):
                await self._try("one", partial(posts.get, GUILD, number))
                await self._try("remove", partial(posts.remove, GUILD, number))
            self.clock.move(minutes=1)
        await self._try("leave", lambda: posts.mark_left(OTHER))
        await self._try("come_back", lambda: posts.restore_guild(OTHER))
        await self._try("forget", lambda: posts.delete_guild_data(GUILD))


async def shown(posts: SubscriptionService, guild: int) -> list[Any]:
    """Word what a server has, as its admin sees it."""
    listed = await posts.list_for_guild(guild)
    return [*posting.listed_pages(listed, alerts=False), *posting.listed_pages(listed, alerts=True)]


def scatter(file: Path, chance: random.Random, count: int = 400) -> None:
    """Change so many random bytes anywhere in a file."""
    content = bytearray(file.read_bytes())
    for _ in range(count):
        content[chance.randrange(len(content))] = chance.randrange(256)
    file.write_bytes(content)


_ODD: tuple[object, ...] = (
    None, 0, -1, 1.5, "", "x", "é" * 40, b"\xff\xfe", "�", 2**62, -(2**62), 10**18, "NaN", "0001-01-01", "9999-12-31",
    "0001-01-01 00:00:00.000000", "9999-12-31 23:59:59.999999", "2025-09-16T00:00:00+23:59", "null", "[]", "{}",
    '{"subject":{"topic":"market","key":"nosuch"},"timing":{"when":{"at":"09:00:00","zone":"Nowhere/City"}}}',
    '{"subject":{"topic":"summary","key":"nosuch"},"timing":{"when":{"mic":"XXXX","moment":"open","minutes":1}}}',
    '{"market":"nosuch","kind":"move","percent":2.0}', '{"market":"dax","kind":"move","percent":null}',
    '{"market":"dax","kind":"move","percent":1e999}', "post", "alert", "planned", "claimed", "sent", "doubtful",
)  # fmt: skip


def scramble(file: Path, chance: random.Random, count: int = 12) -> None:
    """Put something else into so many cells, text that is no UTF-8 among it; the file itself stays sound."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        tables = ("subscriptions", "deliveries", "contents", "pace", "bars", "checkpoints", "readings")
        for _ in range(count):
            table = chance.choice(tables)
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})") if row[1] != "id"]
            column = chance.choice(columns)
            rows = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            keys = [row[1] for row in database.execute(f"PRAGMA table_info({table})") if row[5]]
            key = ", ".join(keys)
            where = f"({key}) = (SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {chance.randrange(rows or 1)})"
            bad = chance.random() < 0.3
            value = "CAST(x'c3ff80' AS TEXT)" if bad else "?"
            given = () if bad else (chance.choice(_ODD),)
            try:
                database.execute(f"UPDATE {table} SET {column} = {value} WHERE {where}", given)
            except sqlite3.IntegrityError:
                continue
