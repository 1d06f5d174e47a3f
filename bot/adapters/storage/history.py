"""How are the markets' bars stored, and how does a fetch of them come into the database whole or not at all?"""

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

_PARTITION: Final = 1000  # rows read or written at a time, so that a long history does not hold up the event loop


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
    """Implements the port `HistoryStore`; every method raises StoreError where it cannot read or write."""

    def __init__(self, database: Database) -> None:
        """Take a database; it is opened when it is first needed."""
        self._database = database

    async def readings(self) -> dict[str, LastFetch]:
        """Return, by market, when its bars were last fetched."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(sa.select(READINGS))).all()
        return {row.market: fetch for row in rows if (fetch := _fetch(row)) is not None}

    async def bars(self, market: str) -> list[Bar]:
        """Return a market's bars as the source gave them, uncleaned, oldest first."""
        columns = (BARS.c.day, *(BARS.c[name] for name in _PRICES))
        query = sa.select(*columns).where(BARS.c.market == market).order_by(BARS.c.day)
        bars: list[Bar] = []
        async with self._database.reading() as connection, connection.stream(query) as rows:
            async for partition in rows.partitions(_PARTITION):
                bars.extend(map(Bar._make, _sound(market, partition)))
        return bars

    async def save(
        self, market: str, bars: Sequence[Bar], fetched_at: datetime, final: date, *, whole: bool
    ) -> Comparison | None:
        """Store the bars of one fetch, all or none, and note what they correct; return what they changed.

        Bars up to ``final`` cannot change any more. ``fetched_at`` is in UTC. Returns None, with nothing
        stored, where the last month's bars (``whole`` is false) do not reach back to the stored ones.
        """
        first = min(bar.day for bar in bars)

        async def work(connection: AsyncConnection) -> Comparison | None:
            # On PostgreSQL too the rows of one market have one writer at a time.
            query = sa.select(READINGS).where(READINGS.c.market == market).with_for_update()
            row = (await connection.execute(query)).one_or_none()
            last_fetch = _fetch(row) if row is not None else None
            if not whole and (last_fetch is None or fetched_at - last_fetch.read_at > REACH):
                return None
            stored = await self._stored(connection, market, first)
            comparison, rows = await asyncio.to_thread(_compared, market, stored, bars, fetched_at, final)
            await self._put(connection, BARS, rows)
            if corrected := [
                _correction(market, change, fetched_at) for change in comparison.changes if change.corrects
            ]:
                await connection.execute(CORRECTIONS.insert(), corrected)
            start = min(first, last_fetch.first_day) if last_fetch is not None and last_fetch.first_day else first
            fetch_row = {
                "market": market,
                "first_day": start,
                "loaded_at": fetched_at if whole or last_fetch is None else last_fetch.loaded_at,
                "read_at": fetched_at,
                "twice": comparison.twice + (last_fetch.twice if last_fetch is not None and not whole else 0),
            }
            await self._put(connection, READINGS, [fetch_row])
            return comparison

        return await self._database.write(work)

    async def corrections(self, market: str) -> int:
        """Return how many final bars of a market were corrected."""
        query = sa.select(sa.func.count()).where(CORRECTIONS.c.market == market)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def sightings(self) -> list[KnownLevel]:
        """Return the bot's own sightings of days whose bar is not stored complete, oldest first."""
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
        """Store the bot's own sightings; of one market, kind and day the last one stays."""
        rows = [
            {
                "market": sighting.market,
                "kind": sighting.kind,
                "day": sighting.date,
                "source": sighting.source,
                "level": sighting.level,
                "known_as_of": sighting.known_as_of,
                "covers_from": sighting.covers_from,
            }
            for sighting in sightings
        ]

        async def work(connection: AsyncConnection) -> None:
            await self._put(connection, CHECKPOINTS, rows)

        await self._database.write(work)

    async def _stored(self, connection: AsyncConnection, market: str, first: date) -> dict[date, StoredBar]:
        columns = (BARS.c.day, *(BARS.c[name] for name in _PRICES), BARS.c.final)
        query = sa.select(*columns).where(BARS.c.market == market, BARS.c.day >= first)
        stored: dict[date, StoredBar] = {}
        async with connection.stream(query) as rows:
            async for partition in rows.partitions(_PARTITION):
                stored.update((row[0], StoredBar(Bar._make(row[:-1]), row[-1])) for row in _sound(market, partition))
        return stored

    async def _put(self, connection: AsyncConnection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, or update those whose key exists, a partition at a time."""
        insert = (sqlite if self._database.sqlite else postgresql).insert(table)
        keys = [column.name for column in table.primary_key]
        changed = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
        upsert = insert.on_conflict_do_update(index_elements=keys, set_=changed)
        for start in range(0, len(rows), _PARTITION):
            await connection.execute(upsert, rows[start : start + _PARTITION])


def _fetch(row: sa.Row[Any]) -> LastFetch | None:
    """Return when a market's bars were fetched; None, as if they never had been, where the row is damaged."""
    if row.loaded_at is None or row.read_at is None or type(row.twice) is not int or not isinstance(row.market, str):
        _log.warning("It cannot be read when the history of %s was read; it is read again.", row.market)
        return None
    return LastFetch(row.market, row.first_day, row.loaded_at, row.read_at, row.twice)


def _sound(market: str, rows: Sequence[sa.Row[Any]]) -> Sequence[sa.Row[Any]]:
    """Return the rows without those that are no bars: their day cannot be read, or a price is no whole number."""
    # Checked by column: there are half a million bars, and nearly always nothing is wrong.
    days, *prices = zip(*(row[: len(_PRICES) + 1] for row in rows), strict=True) if rows else ((),)
    if {*map(type, days)} <= {date} and all({*map(type, column)} <= _PRICE for column in prices):
        return rows
    sound = [row for row in rows if row[0] is not None and {*map(type, row[1 : len(_PRICES) + 1])} <= _PRICE]
    _log.warning("%d bars of %s cannot be read and are left out.", len(rows) - len(sound), market)
    return sound


def _compared(
    market: str, stored: Mapping[date, StoredBar], bars: Sequence[Bar], fetched_at: datetime, final: date
) -> tuple[Comparison, list[dict[str, object]]]:
    """Compare fetched bars with the stored ones, and return the rows to write; slow for a whole history."""
    comparison = compare(stored, bars, final)
    return comparison, [_bar(market, change, fetched_at) for change in comparison.changes]


def _bar(market: str, change: BarChange, fetched_at: datetime) -> dict[str, object]:
    day, *prices = change.bar
    return {
        "market": market,
        "day": day,
        **dict(zip(_PRICES, prices, strict=True)),
        "final": change.final,
        "seen_at": fetched_at,
    }


def _correction(market: str, change: BarChange, fetched_at: datetime) -> dict[str, object]:
    assert change.was is not None
    day, *prices = change.bar
    old_prices = dict(zip((f"was_{name}" for name in _PRICES), change.was.bar[1:], strict=True))
    return {
        "market": market,
        "day": day,
        "seen_at": fetched_at,
        **dict(zip(_PRICES, prices, strict=True)),
        **old_prices,
    }
