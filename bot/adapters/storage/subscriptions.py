"""Where are kept the posts and alerts that servers have asked for?"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.deliveries import insert_deliveries, stop_deliveries
from bot.adapters.storage.engine import Database
from bot.adapters.storage.posting_schema import (
    CONTENTS,
    DELIVERIES,
    LIVE,
    PROPOSALS,
    SUBSCRIPTIONS,
    columns,
    instant,
    maybe,
    milliseconds,
    read_wanted,
    same_task,
    stamp,
    subscription,
    subscriptions,
)
from bot.adapters.storage.subscription_rows import (
    deliveries_from,
    deliveries_of,
    insert_subscription,
    replace_subscription,
)
from bot.domain.errors import StoreError
from bot.domain.posting.confirmations import ANSWERED_WITHIN
from bot.domain.posting.deliveries import PlannedDelivery
from bot.domain.posting.subscriptions import Alert, AlertCondition, Post, UnreadableSubscription

_log = logging.getLogger(__name__)

_S: Final = SUBSCRIPTIONS.c
_Beyond = Callable[[sa.Row[Any]], sa.ColumnElement[bool]]


class SubscriptionTables:
    """The table of posts and alerts; every method raises StoreError where the database cannot be used."""

    def __init__(self, database: Database) -> None:
        """Take a database; it is opened when first needed."""
        self._database = database
        self._to_erase = False  # something was deleted that may still stand in the file

    async def add(self, one: Post | Alert) -> int | None:
        """Keep a new post or alert and give its number; ``None`` where the server has `MOST` of them already."""

        async def work(connection: AsyncConnection) -> int | None:
            return await insert_subscription(connection, one)

        return await self._database.write(work)

    async def list_for_guild(self, guild: int) -> list[Post | Alert | UnreadableSubscription]:
        """Give a server's posts and alerts in the order in which they were added."""
        async with self._database.reading() as connection:
            rows = await connection.execute(sa.select(SUBSCRIPTIONS).where(_S.guild == guild).order_by(_S.id))
            return [subscription(row) for row in rows]

    async def get(self, number: int) -> Post | Alert | UnreadableSubscription | None:
        """Give a post or an alert by its number."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(SUBSCRIPTIONS).where(_S.id == number))).one_or_none()
            return None if row is None else subscription(row)

    async def change(self, one: Post | Alert, now: datetime) -> None:
        """Replace what is kept under its number.

        What was planned ahead is taken back, to be planned anew. What is due already and could not be sent follows
        into the channel, or, where paused, is given up.
        """

        async def work(connection: AsyncConnection) -> None:
            await replace_subscription(connection, one, now)

        await self._database.write(work)

    async def remove(self, one: Post | Alert | UnreadableSubscription, now: datetime) -> None:
        """Forget a post or an alert and what was planned of it; what somebody is sending at that moment goes out."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.delete(SUBSCRIPTIONS).where(_S.id == one.id))
            await stop_deliveries(connection, deliveries_of(one), now)

        await self._database.write(work)

    async def list_due(self, until: datetime, limit: int) -> list[Post]:
        """Give up to so many posts whose next occurrence is due by an instant, the earliest first."""
        query = sa.select(SUBSCRIPTIONS).where(_S.next_due <= stamp(until), LIVE).order_by(_S.next_due, _S.id)
        return await self._posts(query, limit, lambda row: sa.tuple_(_S.next_due, _S.id) > (row.next_due, row.id))

    async def list_active_posts(self, after: int, limit: int) -> list[Post]:
        """Give up to so many posts that are neither paused nor left, those numbered above ``after``, in order."""
        query = sa.select(SUBSCRIPTIONS).where(_S.kind == "post", LIVE, _S.id > after).order_by(_S.id)
        return await self._posts(query, limit, lambda row: _S.id > row.id)

    async def save_plan(self, moved: Sequence[tuple[Post, Post]], planned: Sequence[PlannedDelivery]) -> int:
        """Keep deliveries and how far each post is planned now, given as it was read and as it is; give how many were.

        What another process planned meanwhile stays as it is; a post that was changed meanwhile keeps its change, and
        nothing of what it was is planned.
        """

        async def work(connection: AsyncConnection) -> int:
            query = sa.select(_S.id, _S.task, _S.planned_until).where(
                _S.id.in_([before.id for before, _ in moved]), LIVE
            )
            rows = await connection.execute(query.order_by(_S.id).with_for_update())
            kept = {row.id: (row.task, row.planned_until) for row in rows}
            mine = {}
            for before, after in moved:
                task, until = kept.get(before.id, (None, None))
                if task is not None and until == stamp(before.planned_until) and same_task(task, before):
                    mine[before.id] = {"number": before.id} | _planning(after)
            if not mine:
                return 0
            update = sa.update(SUBSCRIPTIONS).where(_S.id == sa.bindparam("number"))
            await connection.execute(
                update.values(planned_until=sa.bindparam("until"), next_due=sa.bindparam("next")), list(mine.values())
            )
            await insert_deliveries(connection, [one for one in planned if one.origin_id in mine])
            return len(mine)

        return await self._database.write(work)

    async def due_counts(self, start: datetime, end: datetime) -> Mapping[datetime, int]:
        """Count the posts that are next due from start to end, both inclusive, by instant."""
        query = (
            sa.select(_S.next_due, sa.func.count())
            .where(_S.next_due >= stamp(start), _S.next_due <= stamp(end))
            .group_by(_S.next_due)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return {instant(due): count for due, count in rows if type(due) is int}

    async def watched_markets(self) -> frozenset[str]:
        """Give the markets that somebody has an alert on."""
        query = sa.select(_S.market).where(_S.market.is_not(None), LIVE).distinct()
        async with self._database.reading() as connection:
            return frozenset(market for (market,) in await connection.execute(query))

    async def alert_conditions(self, markets: Collection[str]) -> Mapping[str, AlertCondition]:
        """Give what is waited for in these markets, each once and by its name, however many alerts wait for it."""
        query = sa.select(_S.task).where(_S.market.in_(markets), LIVE).distinct()
        async with self._database.reading() as connection:
            found = {text: read_wanted(text) for (text,) in await connection.execute(query)}
        return {text: one for text, one in found.items() if one is not None}

    async def list_alerts(self, wanted: Collection[str], after: int, limit: int) -> list[Alert]:
        """Give up to so many alerts that wait for one of these, by their names; those numbered above ``after``."""
        query = sa.select(SUBSCRIPTIONS).where(_S.kind == "alert", _S.task.in_(wanted), _S.market.is_not(None), LIVE)
        found = await self._readable(query.where(_S.id > after).order_by(_S.id), limit, lambda row: _S.id > row.id)
        return [one for one in found if isinstance(one, Alert)]

    async def enqueue_alerts(self, planned: Sequence[PlannedDelivery]) -> None:
        """Keep deliveries of alerts; those removed or paused since they were read have none, moved ones go along."""

        async def work(connection: AsyncConnection) -> None:
            ids = sorted({one.origin_id for one in planned})
            query = sa.select(_S.id, _S.channel).where(_S.id.in_(ids), LIVE).order_by(_S.id).with_for_update()
            channels = {row.id: row.channel for row in await connection.execute(query)}
            live = [replace(one, channel=channels[one.origin_id]) for one in planned if one.origin_id in channels]
            await insert_deliveries(connection, live)

        await self._database.write(work)

    async def pause_dead(self, now: datetime, grace: timedelta, slowest: timedelta) -> list[Post | Alert]:
        """Pause what its channel has refused for the grace period, and give it; its notice is then due.

        It must have been refused at the end of that period too, as far as retries, at the ``slowest`` pace, tell:
        where none was due any more the channel may have been mended since.
        """
        seen = _S.problem_at - _S.failing_since >= milliseconds(max(grace - slowest, timedelta(0)))
        dead = sa.and_(_S.failing_since <= stamp(now - grace), seen, LIVE)

        async def work(connection: AsyncConnection) -> list[Post | Alert]:
            # Locked, so that what was resumed or sent meanwhile is not paused after all.
            rows = (
                await connection.execute(sa.select(SUBSCRIPTIONS).where(dead).order_by(_S.id).with_for_update())
            ).all()
            for row in rows:
                values = {"paused": True, "next_due": None, "notice_at": stamp(now), "failing_since": None}
                await connection.execute(sa.update(SUBSCRIPTIONS).where(_S.id == row.id).values(values))
                await stop_deliveries(connection, deliveries_from(row.kind, row.id), now)
            return list(subscriptions(rows))

        return await self._database.write(work) if await self._any(dead) else []

    async def claim_notice(self, now: datetime, lease: timedelta) -> Post | Alert | None:
        """Claim, for a lease, one paused post or alert whose creator has not been told yet."""
        # What waits longer than any can was put there by a clock that was wrong.
        waiting = sa.or_(_S.notice_at <= stamp(now), _S.notice_at > stamp(now + 2 * lease))

        async def work(connection: AsyncConnection) -> Post | Alert | None:
            query = sa.select(_S.id).where(waiting).order_by(_S.notice_at).limit(1)
            number = (await connection.execute(query.with_for_update(skip_locked=True))).scalar()
            if number is None:
                return None
            update = sa.update(SUBSCRIPTIONS).where(_S.id == number).values(notice_at=stamp(now + lease))
            found = subscription((await connection.execute(update.returning(SUBSCRIPTIONS))).one())
            if not isinstance(found, UnreadableSubscription):
                return found
            await connection.execute(sa.update(SUBSCRIPTIONS).where(_S.id == number).values(notice_at=None))
            return None  # the next one is found in the next round

        return await self._database.write(work) if await self._any(waiting) else None

    async def mark_notified(self, number: int) -> None:
        """Keep that the creator was told, or cannot be."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.update(SUBSCRIPTIONS).where(_S.id == number).values(notice_at=None))

        await self._database.write(work)

    async def guilds(self) -> Mapping[int, datetime | None]:
        """Give the servers that have something kept, and since when the bot has left each."""
        query = sa.select(_S.guild, sa.func.max(_S.left_at)).group_by(_S.guild)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return {guild: maybe(left) for guild, left in rows if type(guild) is int and type(left) in (int, type(None))}

    async def mark_left(self, guild: int, at: datetime) -> None:
        """Keep that the bot has left a server: nothing comes any more, and nothing is lost yet."""

        async def work(connection: AsyncConnection) -> None:
            left = sa.and_(_S.guild == guild, _S.left_at.is_(None))
            await connection.execute(
                sa.update(SUBSCRIPTIONS).where(left).values(left_at=stamp(at), next_due=None, notice_at=None)
            )
            await stop_deliveries(connection, DELIVERIES.c.guild == guild, at)

        await self._database.write(work)

    async def restore_guild(self, guild: int, posts: Sequence[Post]) -> None:
        """Take a server's posts and alerts up again; the posts are given as they go on."""

        async def work(connection: AsyncConnection) -> None:
            back = sa.and_(_S.guild == guild, _S.left_at.is_not(None))
            await connection.execute(sa.update(SUBSCRIPTIONS).where(back).values(left_at=None, failing_since=None))
            for one in posts:
                await connection.execute(sa.update(SUBSCRIPTIONS).where(_S.id == one.id).values(columns(one)))

        await self._database.write(work)

    async def delete_guild_data(self, guild: int) -> None:
        """Delete all that is kept of a server."""

        async def work(connection: AsyncConnection) -> None:
            await _forget(connection, [guild])

        self._to_erase = True
        await self._database.write(work)
        await self._erase()

    async def purge(self, *, left_before: datetime, done_before: datetime, now: datetime) -> None:
        """Delete the servers left before an instant, outcomes and texts from before another, and expired questions.

        The outcomes of servers that have nothing set up go by the first instant too.
        """

        async def work(connection: AsyncConnection) -> None:
            query = sa.select(_S.guild).where(_S.left_at <= stamp(left_before)).distinct()
            left = [guild for (guild,) in await connection.execute(query)]
            self._to_erase |= bool(left)
            await _forget(connection, left)
            # What expires later than any question can was asked by a clock that was wrong.
            expires, longest = PROPOSALS.c.expires_at, 2 * ANSWERED_WITHIN
            gone = sa.or_(expires <= stamp(now), expires > stamp(now + longest))
            await connection.execute(sa.delete(PROPOSALS).where(gone))
            old = stamp(done_before)
            await connection.execute(sa.delete(DELIVERIES).where(DELIVERIES.c.done_at <= old))
            idle = sa.and_(DELIVERIES.c.done_at <= stamp(left_before), DELIVERIES.c.guild.not_in(sa.select(_S.guild)))
            await connection.execute(sa.delete(DELIVERIES).where(idle))
            # What is still to be sent keeps its text, however old.
            waiting = sa.select(DELIVERIES.c.content).where(DELIVERIES.c.ready_at >= 0)  # by its index
            await connection.execute(
                sa.delete(CONTENTS).where(CONTENTS.c.made_at <= old, CONTENTS.c.content.not_in(waiting))
            )

        await self._database.write(work)
        await self._erase()

    async def _erase(self) -> None:
        """Leave nothing of what was deleted in the bytes of the file; where that must wait, `clear` does it."""
        if not self._to_erase:
            return
        try:
            await self._database.erase()
        except StoreError as error:
            _log.warning("What was deleted is to be erased later: %s", error)
        else:
            self._to_erase = False

    async def _posts(self, query: sa.Select[Any], limit: int, beyond: _Beyond) -> list[Post]:
        return [one for one in await self._readable(query, limit, beyond) if isinstance(one, Post)]

    async def _readable(self, query: sa.Select[Any], limit: int, beyond: _Beyond) -> list[Post | Alert]:
        """Give what of the next so many rows can be read; where none can, of those ``beyond`` the last of them.

        An empty list means that there are no more: however many damaged rows come first, they hide no other.
        """
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.limit(limit))).all()
            while not (found := list(subscriptions(rows))) and len(rows) == limit:
                rows = (await connection.execute(query.where(beyond(rows[-1])).limit(limit))).all()
        return found

    async def _any(self, condition: sa.ColumnElement[bool]) -> bool:
        """Look before the write lock is taken: there is nearly never anything."""
        async with self._database.reading() as connection:
            return (await connection.execute(sa.select(_S.id).where(condition).limit(1))).first() is not None


def _planning(post: Post) -> dict[str, Any]:
    row = columns(post)
    return {"until": row["planned_until"], "next": row["next_due"]}


async def _forget(connection: AsyncConnection, guilds: Collection[int]) -> None:
    """Delete all rows of these servers, whatever tables there are, and the texts that nothing is sent of any more."""
    if not guilds:
        return
    for name in await connection.run_sync(_tables_of_guilds):
        table = sa.table(name, sa.column("guild", sa.BigInteger))
        await connection.execute(sa.delete(table).where(table.c.guild.in_(list(guilds))))
    used = sa.select(DELIVERIES.c.content)
    await connection.execute(sa.delete(CONTENTS).where(CONTENTS.c.content.not_in(used)))


def _tables_of_guilds(connection: sa.Connection) -> list[str]:
    """Name the tables with a column ``guild``: whatever keeps something of a server has one."""
    inspector = sa.inspect(connection)
    return [
        name
        for name in inspector.get_table_names()
        if any(column["name"] == "guild" for column in inspector.get_columns(name))
    ]
