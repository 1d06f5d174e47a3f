"""Where are the markets' bars kept, and how does a reading come into the database whole or not at all?"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.database import Database
from bot.domain.history import Bar
from bot.domain.markets import Checkpoint
from bot.domain.upkeep import REACH, Change, Comparison, Kept, Reading, compare

_PART: Final = 1000  # rows read at a time, so that a long history does not hold up the loop


class Instant(sa.TypeDecorator[datetime]):
    """An aware instant in UTC; SQLite keeps no zone and gives it back without one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC; an instant without a zone is refused."""
        if value is None:
            return None
        assert value.tzinfo is not None, "instants are aware"
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


_tables: Final = sa.MetaData()
_PRICES: Final = ("close", "high", "low", "open")  # in the order of a Bar

BARS: Final = sa.Table(
    "bars",
    _tables,
    sa.Column("market", sa.String(32), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    *(sa.Column(name, sa.BigInteger) for name in _PRICES),
    sa.Column("final", sa.Boolean, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
)
CORRECTIONS: Final = sa.Table(
    "corrections",
    _tables,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("market", sa.String(32), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    *(sa.Column(name, sa.BigInteger) for name in _PRICES),
    *(sa.Column(f"was_{name}", sa.BigInteger) for name in _PRICES),
)
CHECKPOINTS: Final = sa.Table(
    "checkpoints",
    _tables,
    sa.Column("market", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("level", sa.BigInteger, nullable=False),
    sa.Column("known_as_of", sa.Date, nullable=False),
    sa.Column("covers_from", sa.Date),
)
READINGS: Final = sa.Table(
    "readings",
    _tables,
    sa.Column("market", sa.String(32), primary_key=True),
    sa.Column("first_day", sa.Date),
    sa.Column("loaded_at", Instant, nullable=False),
    sa.Column("read_at", Instant, nullable=False),
    sa.Column("twice", sa.Integer, nullable=False),
)


class HistoryTables:
    """The tables of bars, corrections, checkpoints and readings; every method raises StoreError where it cannot."""

    def __init__(self, database: Database) -> None:
        """Take a database; it is opened when first needed."""
        self._database = database

    async def readings(self) -> dict[str, Reading]:
        """Return when each market was read, by its key."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(sa.select(READINGS))).all()
        return {row.market: Reading(row.market, row.first_day, row.loaded_at, row.read_at, row.twice) for row in rows}

    async def bars(self, market: str) -> list[Bar]:
        """Return a market's bars as they came, uncleaned, oldest first."""
        columns = (BARS.c.day, *(BARS.c[name] for name in _PRICES))
        query = sa.select(*columns).where(BARS.c.market == market).order_by(BARS.c.day)
        bars: list[Bar] = []
        async with self._database.reading() as connection, connection.stream(query) as rows:
            async for part in rows.partitions(_PART):
                bars.extend(map(Bar._make, part))
        return bars

    async def save(
        self, market: str, read: Sequence[Bar], at: datetime, final: date, *, whole: bool
    ) -> Comparison | None:
        """Bring one reading in, whole or not at all, and log what it corrects.

        Bars up to ``final`` cannot move any more. The last month's bars join on to what is there; None, and nothing is
        kept, where there is nothing to join on to.
        """
        first = min(bar.day for bar in read)

        async def work(connection: AsyncConnection) -> Comparison | None:
            # On PostgreSQL too the rows of one market have one writer at a time.
            query = sa.select(READINGS).where(READINGS.c.market == market).with_for_update()
            before = (await connection.execute(query)).one_or_none()
            if not whole and (before is None or at - before.read_at > REACH):
                return None
            kept = await self._kept(connection, market, first)
            found, rows = await asyncio.to_thread(_compared, market, kept, read, at, final)
            await self._put(connection, BARS, rows)
            if corrected := [_correction(market, one, at) for one in found.changes if one.corrects]:
                await connection.execute(CORRECTIONS.insert(), corrected)
            start = min(first, before.first_day) if before is not None and before.first_day else first
            reading = {
                "market": market,
                "first_day": start,
                "loaded_at": at if whole or before is None else before.loaded_at,
                "read_at": at,
                "twice": found.twice + (before.twice if before is not None and not whole else 0),
            }
            await self._put(connection, READINGS, [reading])
            return found

        return await self._database.write(work)

    async def corrections(self, market: str) -> int:
        """Count the corrections of a market's final bars."""
        query = sa.select(sa.func.count()).where(CORRECTIONS.c.market == market)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def sightings(self) -> list[Checkpoint]:
        """Return what the bot saw itself of days whose bar is not kept whole, oldest first."""
        bar = sa.and_(BARS.c.market == CHECKPOINTS.c.market, BARS.c.day == CHECKPOINTS.c.day)
        query = (
            sa.select(CHECKPOINTS)
            .outerjoin(BARS, bar)
            .where(sa.or_(BARS.c.close.is_(None), BARS.c.high.is_(None)))
            .order_by(CHECKPOINTS.c.day)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return [
            Checkpoint(row.market, row.kind, row.level, row.day, row.known_as_of, row.source, row.covers_from)
            for row in rows
        ]

    async def keep(self, sightings: Collection[Checkpoint]) -> None:
        """Keep what the bot saw itself; of one day the last sighting stays."""
        rows = [
            {
                "market": one.market,
                "kind": one.kind,
                "day": one.date,
                "source": one.source,
                "level": one.level,
                "known_as_of": one.known_as_of,
                "covers_from": one.covers_from,
            }
            for one in sightings
        ]

        async def work(connection: AsyncConnection) -> None:
            await self._put(connection, CHECKPOINTS, rows)

        await self._database.write(work)

    async def _kept(self, connection: AsyncConnection, market: str, first: date) -> dict[date, Kept]:
        columns = (BARS.c.day, *(BARS.c[name] for name in _PRICES), BARS.c.final)
        query = sa.select(*columns).where(BARS.c.market == market, BARS.c.day >= first)
        kept: dict[date, Kept] = {}
        async with connection.stream(query) as rows:
            async for part in rows.partitions(_PART):
                kept.update((row[0], Kept(Bar._make(row[:-1]), row[-1])) for row in part)
        return kept

    async def _put(self, connection: AsyncConnection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, or change those whose key is there; at most so many at a time that the loop is not held up."""
        insert = (sqlite if self._database.sqlite else postgresql).insert(table)
        keys = [column.name for column in table.primary_key]
        changed = {name: insert.excluded[name] for name in table.c.keys() if name not in keys}  # noqa: SIM118
        put = insert.on_conflict_do_update(index_elements=keys, set_=changed)
        for start in range(0, len(rows), _PART):
            await connection.execute(put, rows[start : start + _PART])


def _compared(
    market: str, kept: Mapping[date, Kept], read: Sequence[Bar], at: datetime, final: date
) -> tuple[Comparison, list[dict[str, object]]]:
    """Compare a reading with what is kept; run off the loop, for a whole history takes a while."""
    found = compare(kept, read, final)
    return found, [_bar(market, one, at) for one in found.changes]


def _bar(market: str, change: Change, at: datetime) -> dict[str, object]:
    day, *prices = change.bar
    return {
        "market": market,
        "day": day,
        **dict(zip(_PRICES, prices, strict=True)),
        "final": change.final,
        "seen_at": at,
    }


def _correction(market: str, change: Change, at: datetime) -> dict[str, object]:
    assert change.was is not None
    day, *prices = change.bar
    was = dict(zip((f"was_{name}" for name in _PRICES), change.was.bar[1:], strict=True))
    return {"market": market, "day": day, "seen_at": at, **dict(zip(_PRICES, prices, strict=True)), **was}
