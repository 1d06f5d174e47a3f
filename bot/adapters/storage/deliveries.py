"""How is each message claimed by one process alone, and what became of it?

Claiming takes rows that nobody else holds: ``FOR UPDATE SKIP LOCKED`` on PostgreSQL, the write lock on SQLite.
"""

import logging
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.column_values import BROKEN, is_readable, milliseconds, stamp
from bot.adapters.storage.delivery_changes import (
    fail_unreadable,
    final_columns,
    following,
    hold_channel,
    insert_deliveries,
    lock_subscription,
    update_claimed,
)
from bot.adapters.storage.delivery_rows import read_claim, read_content, read_outcomes
from bot.adapters.storage.messages import MessageTables
from bot.adapters.storage.posting_schema import DELIVERIES, LIVE, SUBSCRIPTIONS
from bot.adapters.storage.problems import written_problem
from bot.domain.errors import Failure, FailureCode
from bot.domain.posting.deliveries import (
    ClaimedDelivery,
    DeliveryOutcome,
    DeliveryState,
    Origin,
    PlannedDelivery,
    Publication,
)
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.subscriptions import PostContent

_log = logging.getLogger(__name__)

_D: Final = DELIVERIES.c
_S: Final = SUBSCRIPTIONS.c
_SILENT: Final = Failure(FailureCode.NOT_RUNNING)
_SKEW: Final = timedelta(seconds=10)  # by which the clocks of two processes may differ
_FINAL: Final = (DeliveryState.SENT, DeliveryState.MISSED, DeliveryState.FAILED, DeliveryState.UNKNOWN)
_UNTRIED: Final = {"state": DeliveryState.PLANNED, "tried_at": None}
_PERHAPS_SENT: Final = {"state": DeliveryState.DOUBTFUL}


class DeliveryTables(MessageTables):
    """The tables of deliveries and their messages; every method raises StoreError if the database cannot be used."""

    async def enqueue(self, planned: Sequence[PlannedDelivery]) -> None:
        """Insert deliveries; an event that its origin has already is left as it is.

        A test of a post that was removed meanwhile is not inserted.
        """
        tests = [delivery.origin_id for delivery in planned if delivery.origin is Origin.TEST]
        tested = sa.select(_S.id).where(_S.id.in_(tests))

        async def work(connection: AsyncConnection) -> None:
            ids = set((await connection.execute(tested.with_for_update())).scalars()) if tests else set()
            live = [delivery for delivery in planned if delivery.origin is not Origin.TEST or delivery.origin_id in ids]
            await insert_deliveries(connection, live)

        await self._database.write(work)

    async def ready_contents(
        self, now: datetime, limit: int, busy_channels: Collection[int]
    ) -> Mapping[str, PostContent | None]:
        """Return what the next ``limit`` claimable deliveries say, by content key.

        Channels that are busy are left out. ``None`` is a content that this version cannot read.
        """
        query = sa.select(_D.id, _D.content).where(_D.ready_at <= stamp(now), _D.channel.not_in(busy_channels))
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.order_by(_D.ready_at, _D.id).limit(limit))).all()
        if unreadable := [row.id for row in rows if not is_readable(row.content)]:
            # Nobody could ever claim it by that key, and it would stay in front of the others.

            async def work(connection: AsyncConnection) -> None:
                await fail_unreadable(connection, unreadable, now)

            await self._database.write(work)
        return {row.content: read_content(row.content) for row in rows if row.id not in unreadable}

    async def claim(
        self,
        now: datetime,
        limits: DeliveryLimits,
        limit: int,
        content_keys: Collection[str],
        busy_channels: Collection[int],
    ) -> list[ClaimedDelivery]:
        """Claim up to ``limit`` deliveries that say one of these things, the longest due first."""
        present, token = stamp(now), secrets.token_hex(8)
        first = (
            sa.select(_D.id)
            .where(_D.ready_at <= present, _D.content.in_(content_keys), _D.channel.not_in(busy_channels))
            .order_by(_D.ready_at, _D.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        late = sa.and_(_D.tried_at.is_(None), _D.due <= stamp(now - limits.delayed))
        values = {
            "state": DeliveryState.CLAIMED,
            "token": token,
            "ready_at": stamp(now + limits.lease),
            "tried_at": sa.func.coalesce(_D.tried_at, present),
            # Said once: a message that is sent again is the same message.
            "delayed": sa.case((_D.tried_at.is_(None), late), else_=_D.delayed),
            "attempts": _D.attempts + 1,
        }

        async def work(connection: AsyncConnection) -> list[ClaimedDelivery]:
            ids = [number for (number,) in await connection.execute(first)]
            if not ids:
                return []
            update = sa.update(DELIVERIES).where(_D.id.in_(ids)).values(values).returning(DELIVERIES)
            claims, unreadable = [], []
            for row in await connection.execute(update):
                try:
                    claims.append(read_claim(row, present))
                except BROKEN as error:
                    _log.warning("Delivery %d cannot be read: %s", row.id, error)
                    unreadable.append(row.id)
            if unreadable:
                await fail_unreadable(connection, unreadable, now)
            return sorted(claims, key=lambda claim: (claim.due, claim.id))

        return await self._database.write(work)

    async def mark_sent(
        self, claim: ClaimedDelivery, message: int, now: datetime, problem: Failure | None = None
    ) -> None:
        """Record that the message is there, whoever holds the claim by now, and what of it is not as it should be.

        What went wrong meanwhile and made it late stays the last problem of its post; what did not is forgotten.
        """
        values: dict[str, Any] = final_columns(DeliveryState.SENT, problem, now) | {"message": message}
        if claim.publish:
            values |= {"publication": Publication.DUE, "publish_at": stamp(now)}
        failure: dict[str, Any] = {"failing_since": None}
        failed = sa.or_(_S.failing_since.is_not(None), _S.problem.is_not(None))
        if problem is not None:
            failure |= {"problem": written_problem(problem), "problem_at": stamp(now)}
            failed = sa.true()
        elif not claim.delayed:
            passing = _S.problem_at >= stamp(claim.due)
            failure |= {name: sa.case((passing, None), else_=_S[name]) for name in ("problem", "problem_at")}

        async def work(connection: AsyncConnection) -> None:
            live = sa.and_(_S.id == claim.origin_id, _S.paused == sa.false(), failed)
            await connection.execute(sa.update(SUBSCRIPTIONS).where(live).values(failure))
            # A second process that found the same message leaves its publication as it is. SQLite gives a number again
            # once it is free: the nonce tells whose it is.
            unsent = sa.and_(_D.id == claim.id, _D.nonce == claim.nonce, _D.state != DeliveryState.SENT)
            await connection.execute(sa.update(DELIVERIES).where(unsent).values(values))

        await self._database.write(work)

    async def give_up(self, claim: ClaimedDelivery, state: DeliveryState, problem: Failure, now: datetime) -> None:
        """End a delivery in a final state other than sent, and record why."""

        async def work(connection: AsyncConnection) -> None:
            await lock_subscription(connection, claim)
            await update_claimed(connection, claim, final_columns(state, problem, now), problem, now)

        await self._database.write(work)

    async def release(self, claim: ClaimedDelivery, now: datetime) -> None:
        """Hand a claim back that nothing was done with; it can be claimed again at once."""
        await self._reschedule(claim, _before(claim), now, None, now)

    async def retry(self, claim: ClaimedDelivery, retry_at: datetime, problem: Failure, now: datetime) -> None:
        """Schedule another attempt after one that certainly did not arrive, which says nothing of an earlier one."""
        await self._reschedule(claim, _before(claim), retry_at, problem, now)

    async def retry_refused(self, claim: ClaimedDelivery, retry_at: datetime, problem: Failure, now: datetime) -> None:
        """Schedule another attempt after the channel refused; nothing else is sent there before that either."""

        async def work(connection: AsyncConnection) -> None:
            subscription = await lock_subscription(connection, claim)
            values = _scheduled(_before(claim), retry_at, problem)
            if not await update_claimed(connection, claim, following(subscription, claim, values, now), problem, now):
                return
            if subscription is not None and subscription.channel == claim.channel:
                since = sa.func.coalesce(_S.failing_since, stamp(now))
                failing = sa.update(SUBSCRIPTIONS).where(_S.id == claim.origin_id).values(failing_since=since)
                await connection.execute(failing)
            await hold_channel(connection, claim, retry_at)

        await self._database.write(work)

    async def mark_doubtful(self, claim: ClaimedDelivery, retry_at: datetime, problem: Failure, now: datetime) -> None:
        """Record that the message may be there or not; it is sent or looked for again at an instant."""
        await self._reschedule(claim, _PERHAPS_SENT, retry_at, problem, now)

    async def mark_absent(self, claim: ClaimedDelivery, retry_at: datetime, now: datetime) -> None:
        """Record that the message is certainly not there: it is planned for an instant as if never tried."""
        await self._reschedule(claim, _UNTRIED, retry_at, None, now)

    async def repair_clock_errors(self, now: datetime, limits: DeliveryLimits) -> None:
        """Undo what a clock did that was ahead and has gone back since.

        What it marked as missed is planned again. A claim whose lease, or a retry whose wait, ends later than any
        could is ready at once.
        """
        present, longest = stamp(now), milliseconds(limits.slowest + _SKEW)
        wanted = sa.exists().where(_S.id == _D.origin_id, LIVE)
        premature = sa.and_(
            _D.state == DeliveryState.MISSED, _D.latest >= present, sa.or_(wanted, _D.origin == Origin.TEST)
        )
        ahead = sa.or_(
            sa.and_(_D.state == DeliveryState.CLAIMED, _D.ready_at > stamp(now + limits.lease + _SKEW)),
            # Its nonce would be taken for known again when the clock comes round to that time.
            sa.and_(_D.state.in_([DeliveryState.CLAIMED, DeliveryState.DOUBTFUL]), _D.tried_at > stamp(now + _SKEW)),
            sa.and_(_D.attempts > 0, _D.ready_at > present + longest, _D.ready_at > _D.due + longest),
        )
        if not await self._any(premature, *ahead.clauses):
            return
        channel = sa.select(_S.channel).where(_S.id == _D.origin_id).scalar_subquery()
        planned = {
            "state": DeliveryState.PLANNED,
            "ready_at": _D.due,
            "done_at": None,
            "problem": None,
            "channel": sa.func.coalesce(channel, _D.channel),
        }

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.update(DELIVERIES).where(premature).values(planned))
            await connection.execute(sa.update(DELIVERIES).where(ahead).values(ready_at=present))

        await self._database.write(work)

    async def expire(self, now: datetime) -> int:
        """Mark what was never tried and is too late now as missed; return how many deliveries."""
        late = sa.and_(_D.state == DeliveryState.PLANNED, _D.latest < stamp(now))
        if not await self._any(late):
            return 0

        async def work(connection: AsyncConnection) -> int:
            silent = _S.id.in_(sa.select(_D.origin_id).where(late, _D.problem.is_(None)))
            noted = {"problem": written_problem(_SILENT), "problem_at": stamp(now)}
            await connection.execute(sa.update(SUBSCRIPTIONS).where(silent).values(noted))
            missed = final_columns(DeliveryState.MISSED, None, now)
            missed["problem"] = sa.func.coalesce(_D.problem, written_problem(_SILENT))
            return (await connection.execute(sa.update(DELIVERIES).where(late).values(missed))).rowcount

        return await self._database.write(work)

    async def last_outcomes(self, guild: int) -> list[DeliveryOutcome]:
        """Return the newest delivery of each of a server's posts and alerts, tests apart."""
        newest = (
            sa.select(sa.func.max(_D.due).label("due"), _D.origin, _D.origin_id)
            .where(_D.guild == guild, _D.origin != Origin.TEST, _D.state.in_(_FINAL))
            .group_by(_D.origin, _D.origin_id)
            .subquery()
        )
        same = sa.and_(_D.origin == newest.c.origin, _D.origin_id == newest.c.origin_id, _D.due == newest.c.due)
        query = sa.select(DELIVERIES).join(newest, same).where(_D.state.in_(_FINAL)).order_by(_D.id)
        async with self._database.reading() as connection:
            return list(read_outcomes(await connection.execute(query)))

    async def list_outcomes(self, origin: Origin, origin_id: int) -> list[DeliveryOutcome]:
        """Return all deliveries of an origin in the order of their instants."""
        query = sa.select(DELIVERIES).where(_D.origin == origin, _D.origin_id == origin_id)
        async with self._database.reading() as connection:
            return list(read_outcomes(await connection.execute(query.order_by(_D.due, _D.id))))

    async def _reschedule(
        self,
        claim: ClaimedDelivery,
        state: Mapping[str, Any],
        retry_at: datetime,
        problem: Failure | None,
        now: datetime,
    ) -> None:
        async def work(connection: AsyncConnection) -> None:
            subscription = await lock_subscription(connection, claim)
            values = following(subscription, claim, _scheduled(state, retry_at, problem), now)
            await update_claimed(connection, claim, values, problem, now)

        await self._database.write(work)

    async def _any(self, *conditions: sa.ColumnElement[bool]) -> bool:
        """Look before the write lock is taken: there is nearly never anything. Each condition has its own index."""
        found = sa.or_(*(sa.exists(sa.select(_D.id).where(condition)) for condition in conditions))
        async with self._database.reading() as connection:
            return bool((await connection.execute(sa.select(found))).scalar())


def _before(claim: ClaimedDelivery) -> Mapping[str, Any]:
    """Return the state of a delivery as it was before this claim."""
    return _PERHAPS_SENT if claim.recovered else _UNTRIED


def _scheduled(state: Mapping[str, Any], retry_at: datetime, problem: Failure | None) -> Mapping[str, Any]:
    noted = {"problem": written_problem(problem)} if problem is not None else {}
    return {**state, **noted, "ready_at": stamp(retry_at), "token": None}
