"""Where are the posts and alerts kept that servers have set up?"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.column_values import instant, maybe_instant, milliseconds, stamp
from bot.adapters.storage.delivery_changes import insert_deliveries, stop_deliveries
from bot.adapters.storage.engine import Database
from bot.adapters.storage.guild_data import delete_expired_proposals, delete_guilds, delete_old_outcomes, left_guilds
from bot.adapters.storage.posting_schema import DELIVERIES, LIVE, SUBSCRIPTIONS
from bot.adapters.storage.subscription_changes import (
    deliveries_from,
    deliveries_of,
    insert_subscription,
    replace_subscription,
)
from bot.adapters.storage.subscription_rows import (
    read_condition,
    read_subscription,
    read_subscriptions,
    same_task,
    subscription_columns,
)
from bot.domain.errors import StoreError
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

    async def add(self, subscription: Post | Alert) -> int | None:
        """Insert a new post or alert and return its number; ``None`` if the server has ``MOST_PER_GUILD`` already."""

        async def work(connection: AsyncConnection) -> int | None:
            return await insert_subscription(connection, subscription)

        return await self._database.write(work)

    async def list_for_guild(self, guild: int) -> list[Post | Alert | UnreadableSubscription]:
        """Return a server's posts and alerts in the order in which they were added."""
        async with self._database.reading() as connection:
            rows = await connection.execute(sa.select(SUBSCRIPTIONS).where(_S.guild == guild).order_by(_S.id))
            return [read_subscription(row) for row in rows]

    async def get(self, number: int) -> Post | Alert | UnreadableSubscription | None:
        """Return the post or alert of a number."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(SUBSCRIPTIONS).where(_S.id == number))).one_or_none()
            return None if row is None else read_subscription(row)

    async def change(self, subscription: Post | Alert, now: datetime) -> None:
        """Replace what is stored under its number.

        Deliveries planned ahead are withdrawn, to be planned anew. What is due already and could not be sent follows
        into the new channel, or is given up if the subscription is paused.
        """

        async def work(connection: AsyncConnection) -> None:
            await replace_subscription(connection, subscription, now)

        await self._database.write(work)

    async def remove(self, subscription: Post | Alert | UnreadableSubscription, now: datetime) -> None:
        """Delete a post or an alert and its planned deliveries; what is being sent at that moment goes out."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.delete(SUBSCRIPTIONS).where(_S.id == subscription.id))
            await stop_deliveries(connection, deliveries_of(subscription), now)

        await self._database.write(work)

    async def list_due(self, until: datetime, limit: int) -> list[Post]:
        """Return up to ``limit`` posts whose next occurrence is due by an instant, the earliest first."""
        query = sa.select(SUBSCRIPTIONS).where(_S.next_due <= stamp(until), LIVE).order_by(_S.next_due, _S.id)
        return await self._posts(query, limit, lambda row: sa.tuple_(_S.next_due, _S.id) > (row.next_due, row.id))

    async def list_active_posts(self, after: int, limit: int) -> list[Post]:
        """Return up to ``limit`` posts, neither paused nor left, numbered above ``after``, in order."""
        query = sa.select(SUBSCRIPTIONS).where(_S.kind == "post", LIVE, _S.id > after).order_by(_S.id)
        return await self._posts(query, limit, lambda row: _S.id > row.id)

    async def save_plan(self, moved: Sequence[tuple[Post, Post]], planned: Sequence[PlannedDelivery]) -> int:
        """Insert deliveries and move posts on, each given as it was read and as it is now; return how many moved.

        What another process planned meanwhile stays as it is; a post that was changed meanwhile keeps its change, and
        no delivery of its former self is inserted.
        """

        async def work(connection: AsyncConnection) -> int:
            query = sa.select(_S.id, _S.task, _S.planned_until).where(
                _S.id.in_([before.id for before, _ in moved]), LIVE
            )
            rows = await connection.execute(query.order_by(_S.id).with_for_update())
            stored = {row.id: (row.task, row.planned_until) for row in rows}
            mine = {}
            for before, after in moved:
                task, until = stored.get(before.id, (None, None))
                if task is not None and until == stamp(before.planned_until) and same_task(task, before):
                    mine[before.id] = {"number": before.id} | _planning(after)
            if not mine:
                return 0
            update = sa.update(SUBSCRIPTIONS).where(_S.id == sa.bindparam("number"))
            await connection.execute(
                update.values(planned_until=sa.bindparam("until"), next_due=sa.bindparam("next")), list(mine.values())
            )
            await insert_deliveries(connection, [delivery for delivery in planned if delivery.origin_id in mine])
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
        """Return the markets with at least one active alert."""
        query = sa.select(_S.market).where(_S.market.is_not(None), LIVE).distinct()
        async with self._database.reading() as connection:
            return frozenset(market for (market,) in await connection.execute(query))

    async def alert_conditions(self, markets: Collection[str]) -> Mapping[str, AlertCondition]:
        """Return the distinct conditions waited for in these markets by their keys, however many alerts share one."""
        query = sa.select(_S.task).where(_S.market.in_(markets), LIVE).distinct()
        async with self._database.reading() as connection:
            conditions = {text: read_condition(text) for (text,) in await connection.execute(query)}
        return {text: condition for text, condition in conditions.items() if condition is not None}

    async def list_alerts(self, condition_keys: Collection[str], after: int, limit: int) -> list[Alert]:
        """Return up to ``limit`` alerts on these conditions, numbered above ``after``, in order."""
        query = sa.select(SUBSCRIPTIONS).where(
            _S.kind == "alert", _S.task.in_(condition_keys), _S.market.is_not(None), LIVE
        )
        alerts = await self._readable(query.where(_S.id > after).order_by(_S.id), limit, lambda row: _S.id > row.id)
        return [alert for alert in alerts if isinstance(alert, Alert)]

    async def enqueue_alerts(self, planned: Sequence[PlannedDelivery]) -> None:
        """Insert deliveries of alerts; one removed or paused since has none, one that was moved has it where it is."""

        async def work(connection: AsyncConnection) -> None:
            ids = sorted({delivery.origin_id for delivery in planned})
            query = sa.select(_S.id, _S.channel).where(_S.id.in_(ids), LIVE).order_by(_S.id).with_for_update()
            channels = {row.id: row.channel for row in await connection.execute(query)}
            here = [delivery for delivery in planned if delivery.origin_id in channels]
            live = [replace(delivery, channel=channels[delivery.origin_id]) for delivery in here]
            await insert_deliveries(connection, live)

        await self._database.write(work)

    async def pause_dead(self, now: datetime, grace: timedelta, slowest: timedelta) -> list[Post | Alert]:
        """Pause what its channel has refused for the grace period, and return it; its notice is then due.

        It must have been refused at the end of that period too, as far as retries, at the ``slowest`` pace, tell:
        where none was due any more the channel may have been mended since.
        """
        lasted = _S.problem_at - _S.failing_since >= milliseconds(max(grace - slowest, timedelta(0)))
        dead = sa.and_(_S.failing_since <= stamp(now - grace), lasted, LIVE)

        async def work(connection: AsyncConnection) -> list[Post | Alert]:
            # Locked, so that what was resumed or sent meanwhile is not paused after all.
            rows = (
                await connection.execute(sa.select(SUBSCRIPTIONS).where(dead).order_by(_S.id).with_for_update())
            ).all()
            for row in rows:
                values = {"paused": True, "next_due": None, "notice_at": stamp(now), "failing_since": None}
                await connection.execute(sa.update(SUBSCRIPTIONS).where(_S.id == row.id).values(values))
                await stop_deliveries(connection, deliveries_from(row.kind, row.id), now)
            return list(read_subscriptions(rows))

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
            subscription = read_subscription((await connection.execute(update.returning(SUBSCRIPTIONS))).one())
            if not isinstance(subscription, UnreadableSubscription):
                return subscription
            await connection.execute(sa.update(SUBSCRIPTIONS).where(_S.id == number).values(notice_at=None))
            return None  # the next one is found in the next round

        return await self._database.write(work) if await self._any(waiting) else None

    async def mark_notified(self, number: int) -> None:
        """Record that the creator was told, or cannot be."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.update(SUBSCRIPTIONS).where(_S.id == number).values(notice_at=None))

        await self._database.write(work)

    async def guilds(self) -> Mapping[int, datetime | None]:
        """Return the servers that have anything stored, with the instant since which the bot has left each."""
        query = sa.select(_S.guild, sa.func.max(_S.left_at)).group_by(_S.guild)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return {
            guild: maybe_instant(left) for guild, left in rows if type(guild) is int and type(left) in (int, type(None))
        }

    async def mark_left(self, guild: int, now: datetime) -> None:
        """Record that the bot has left a server: nothing is sent any more, and nothing is deleted yet."""

        async def work(connection: AsyncConnection) -> None:
            left = sa.and_(_S.guild == guild, _S.left_at.is_(None))
            await connection.execute(
                sa.update(SUBSCRIPTIONS).where(left).values(left_at=stamp(now), next_due=None, notice_at=None)
            )
            await stop_deliveries(connection, DELIVERIES.c.guild == guild, now)

        await self._database.write(work)

    async def restore_guild(self, guild: int, posts: Sequence[Post]) -> None:
        """Take a server's posts and alerts up again; ``posts`` are given as they go on."""

        async def work(connection: AsyncConnection) -> None:
            back = sa.and_(_S.guild == guild, _S.left_at.is_not(None))
            await connection.execute(sa.update(SUBSCRIPTIONS).where(back).values(left_at=None, failing_since=None))
            for post in posts:
                update = sa.update(SUBSCRIPTIONS).where(_S.id == post.id)
                await connection.execute(update.values(subscription_columns(post)))

        await self._database.write(work)

    async def delete_guild_data(self, guild: int) -> None:
        """Delete everything stored of a server."""

        async def work(connection: AsyncConnection) -> None:
            await delete_guilds(connection, [guild])

        self._to_erase = True
        await self._database.write(work)
        await self._erase()

    async def purge(self, *, left_before: datetime, done_before: datetime, now: datetime) -> None:
        """Delete the servers left before an instant, outcomes and texts from before another, and expired questions.

        The outcomes of servers that have nothing set up go by the first instant too.
        """

        async def work(connection: AsyncConnection) -> None:
            left = await left_guilds(connection, left_before)
            self._to_erase |= bool(left)
            await delete_guilds(connection, left)
            await delete_expired_proposals(connection, now)
            await delete_old_outcomes(connection, done_before, left_before)

        await self._database.write(work)
        await self._erase()

    async def _erase(self) -> None:
        """Leave nothing of what was deleted in the bytes of the file; where that must wait, `purge` does it."""
        if not self._to_erase:
            return
        try:
            await self._database.erase()
        except StoreError as error:
            _log.warning("What was deleted is to be erased later: %s", error)
        else:
            self._to_erase = False

    async def _posts(self, query: sa.Select[Any], limit: int, beyond: _Beyond) -> list[Post]:
        return [post for post in await self._readable(query, limit, beyond) if isinstance(post, Post)]

    async def _readable(self, query: sa.Select[Any], limit: int, beyond: _Beyond) -> list[Post | Alert]:
        """Return what of the next so many rows can be read; if none can, of those ``beyond`` the last of them.

        An empty list means that there are no more: however many damaged rows come first, they hide no other.
        """
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.limit(limit))).all()
            while not (readable := list(read_subscriptions(rows))) and len(rows) == limit:
                rows = (await connection.execute(query.where(beyond(rows[-1])).limit(limit))).all()
        return readable

    async def _any(self, condition: sa.ColumnElement[bool]) -> bool:
        """Look before the write lock is taken: there is nearly never anything."""
        async with self._database.reading() as connection:
            return (await connection.execute(sa.select(_S.id).where(condition).limit(1))).first() is not None


def _planning(post: Post) -> dict[str, Any]:
    row = subscription_columns(post)
    return {"until": row["planned_until"], "next": row["next_due"]}
