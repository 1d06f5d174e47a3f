"""Where are the markets' bars kept, and how does a reading come into the database whole or not at all?"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.engine import Database
from bot.adapters.storage.types import Day, Instant
from bot.domain.history.bars import Bar
from bot.domain.history.refresh_policy import REACH, BarChange, Comparison, LastFetch, StoredBar, compare
from bot.domain.markets.market import KnownLevel

_log = logging.getLogger(__name__)

_PART: Final = 1000  # rows read at a time, so that a long history does not hold up the loop


_tables: Final = sa.MetaData()
_PRICES: Final = ("close", "high", "low", "open")  # in the order of a Bar
_PRICE: Final = {int, type(None)}

BARS: Final = sa.Table(
    "bars",
    _tables,
    sa.Column("market", sa.String(32), primary_key=True),
    sa.Column("day", Day, primary_key=True),
    *(sa.Column(name, sa.BigInteger) for name in _PRICES),
    sa.Column("final", sa.Boolean, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
)
CORRECTIONS: Final = sa.Table(
    "corrections",
    _tables,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("market", sa.String(32), nullable=False),
    sa.Column("day", Day, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    *(sa.Column(name, sa.BigInteger) for name in _PRICES),
    *(sa.Column(f"was_{name}", sa.BigInteger) for name in _PRICES),
)
CHECKPOINTS: Final = sa.Table(
    "checkpoints",
    _tables,
    sa.Column("market", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("day", Day, primary_key=True),
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("level", sa.BigInteger, nullable=False),
    sa.Column("known_as_of", Day, nullable=False),
    sa.Column("covers_from", Day),
)
READINGS: Final = sa.Table(
    "readings",
    _tables,
    sa.Column("market", sa.String(32), primary_key=True),
    sa.Column("first_day", Day),
    sa.Column("loaded_at", Instant, nullable=False),
    sa.Column("read_at", Instant, nullable=False),
    sa.Column("twice", sa.Integer, nullable=False),
)


class HistoryTables:
    """The tables of bars, corrections, checkpoints and readings; every method raises StoreError where it cannot."""

    def __init__(self, database: Database) -> None:
        """Take a database; it is opened when first needed."""
        self._database = database

    async def readings(self) -> dict[str, LastFetch]:
        """Return when each market was read, by its key."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(sa.select(READINGS))).all()
        return {row.market: found for row in rows if (found := _reading(row)) is not None}

    async def bars(self, market: str) -> list[Bar]:
        """Return a market's bars as they came, uncleaned, oldest first."""
        columns = (BARS.c.day, *(BARS.c[name] for name in _PRICES))
        query = sa.select(*columns).where(BARS.c.market == market).order_by(BARS.c.day)
        bars: list[Bar] = []
        async with self._database.reading() as connection, connection.stream(query) as rows:
            async for part in rows.partitions(_PART):
                bars.extend(map(Bar._make, _whole(market, part)))
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
            row = (await connection.execute(query)).one_or_none()
            before = _reading(row) if row is not None else None
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

    async def sightings(self) -> list[KnownLevel]:
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
            KnownLevel(row.market, row.kind, row.level, row.day, row.known_as_of, row.source, row.covers_from)
            for row in rows
            if row.kind in ("close", "high") and type(row.level) is int and row.day and row.known_as_of
        ]

    async def keep(self, sightings: Collection[KnownLevel]) -> None:
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

    async def _kept(self, connection: AsyncConnection, market: str, first: date) -> dict[date, StoredBar]:
        columns = (BARS.c.day, *(BARS.c[name] for name in _PRICES), BARS.c.final)
        query = sa.select(*columns).where(BARS.c.market == market, BARS.c.day >= first)
        kept: dict[date, StoredBar] = {}
        async with connection.stream(query) as rows:
            async for part in rows.partitions(_PART):
                kept.update((row[0], StoredBar(Bar._make(row[:-1]), row[-1])) for row in _whole(market, part))
        return kept

    async def _put(self, connection: AsyncConnection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, or change those whose key is there; at most so many at a time that the loop is not held up."""
        insert = (sqlite if self._database.sqlite else postgresql).insert(table)
        keys = [column.name for column in table.primary_key]
        changed = {name: insert.excluded[name] for name in table.c.keys() if name not in keys}  # noqa: SIM118
        put = insert.on_conflict_do_update(index_elements=keys, set_=changed)
        for start in range(0, len(rows), _PART):
            await connection.execute(put, rows[start : start + _PART])


def _reading(row: sa.Row[Any]) -> LastFetch | None:
    """Read when a market was read; ``None``, as if it never had been, where that is damaged."""
    if row.loaded_at is None or row.read_at is None or type(row.twice) is not int or not isinstance(row.market, str):
        _log.warning("It cannot be read when the history of %s was read; it is read again.", row.market)
        return None
    return LastFetch(row.market, row.first_day, row.loaded_at, row.read_at, row.twice)


def _whole(market: str, rows: Sequence[sa.Row[Any]]) -> Sequence[sa.Row[Any]]:
    """Leave out what is no bar: a day that cannot be read, or a price that is no whole number."""
    # Looked at by columns: there are half a million bars, and nearly always nothing is wrong.
    days, *prices = zip(*(row[: len(_PRICES) + 1] for row in rows), strict=True) if rows else ((),)
    if {*map(type, days)} <= {date} and all({*map(type, column)} <= _PRICE for column in prices):
        return rows
    whole = [row for row in rows if row[0] is not None and {*map(type, row[1 : len(_PRICES) + 1])} <= _PRICE]
    _log.warning("%d bars of %s cannot be read and are left out.", len(rows) - len(whole), market)
    return whole


def _compared(
    market: str, kept: Mapping[date, StoredBar], read: Sequence[Bar], at: datetime, final: date
) -> tuple[Comparison, list[dict[str, object]]]:
    """Compare a reading with what is kept; run off the loop, for a whole history takes a while."""
    found = compare(kept, read, final)
    return found, [_bar(market, one, at) for one in found.changes]


def _bar(market: str, change: BarChange, at: datetime) -> dict[str, object]:
    day, *prices = change.bar
    return {
        "market": market,
        "day": day,
        **dict(zip(_PRICES, prices, strict=True)),
        "final": change.final,
        "seen_at": at,
    }


def _correction(market: str, change: BarChange, at: datetime) -> dict[str, object]:
    assert change.was is not None
    day, *prices = change.bar
    was = dict(zip((f"was_{name}" for name in _PRICES), change.was.bar[1:], strict=True))
    return {"market": market, "day": day, "seen_at": at, **dict(zip(_PRICES, prices, strict=True)), **was}
