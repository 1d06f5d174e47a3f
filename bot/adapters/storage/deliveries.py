"""How is each message claimed by one process alone, and what became of it?

Claiming takes rows that nobody else holds: ``FOR UPDATE SKIP LOCKED`` on PostgreSQL, the write lock on SQLite. The pace
of sending is one row, from which every process takes its places in turn.
"""

import contextlib
import logging
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.composed import composed_text, read_composed
from bot.adapters.storage.engine import Database
from bot.adapters.storage.posting_schema import (
    BROKEN,
    CONTENTS,
    DELIVERIES,
    LIVE,
    PACE,
    SUBSCRIPTIONS,
    delivery_columns,
    instant,
    milliseconds,
    outcomes,
    read_claim,
    read_outcome,
    stamp,
    telling,
    whole,
)
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
from bot.services.posting_ports import Composed

_log = logging.getLogger(__name__)

_D: Final = DELIVERIES.c
_PART: Final = 1000  # rows inserted by one statement; SQLite takes 32,766 values
_AHEAD: Final = 60_000_000  # microseconds; places further ahead come from a clock that was wrong
_STOPPED: Final = Failure(FailureCode.STOPPED)
_UNREADABLE: Final = Failure(FailureCode.DAMAGED_ROW)
_SILENT: Final = Failure(FailureCode.NOT_RUNNING)
_SKEW: Final = timedelta(seconds=10)  # by which the clocks of two processes may differ
_PLANNED: Final = sa.func.coalesce(_D.state, "") == DeliveryState.PLANNED
"""Not to be looked up by the index of states, in which a hundred thousand may be planned."""
_TRIED: Final = sa.func.coalesce(_D.state, "").in_([DeliveryState.CLAIMED, DeliveryState.DOUBTFUL])
_NONCE: Final = 120_000  # milliseconds after which Discord certainly knows no nonce any more
_FINAL: Final = (DeliveryState.SENT, DeliveryState.MISSED, DeliveryState.FAILED, DeliveryState.UNKNOWN)


class DeliveryTables:
    """The tables of deliveries, their texts and the pace; raises StoreError where the database cannot be used."""

    def __init__(self, database: Database) -> None:
        """Take a database; it is opened when first needed."""
        self._database = database

    async def enqueue(self, planned: Sequence[PlannedDelivery]) -> None:
        """Keep deliveries; an event that its origin has already is left as it is.

        A test of a post that was removed meanwhile is none any more.
        """
        tests = [one.origin_id for one in planned if one.origin is Origin.TEST]
        there = sa.select(SUBSCRIPTIONS.c.id).where(SUBSCRIPTIONS.c.id.in_(tests))

        async def work(connection: AsyncConnection) -> None:
            ids = set((await connection.execute(there.with_for_update())).scalars()) if tests else set()
            live = [one for one in planned if one.origin is not Origin.TEST or one.origin_id in ids]
            await insert_deliveries(connection, live)

        await self._database.write(work)

    async def ready_contents(
        self, now: datetime, limit: int, busy: Collection[int]
    ) -> Mapping[str, PostContent | None]:
        """Give what up to so many deliveries say that may be claimed at an instant, by its name, each once.

        Channels that are ``busy`` are left out. ``None`` is what this version cannot read.
        """
        query = sa.select(_D.id, _D.content).where(_D.ready_at <= stamp(now), _D.channel.not_in(busy))
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(_D.ready_at, _D.id).limit(limit))
            found = rows.all()
        if lost := [row.id for row in found if not _whole(row.content)]:
            # Nobody could ever claim it by that name, and it would hold its place in front of the others.
            await self._lose(lost, now)
        return {row.content: telling(row.content) for row in found if row.id not in lost}

    async def claim(
        self, now: datetime, limits: DeliveryLimits, limit: int, contents: Collection[str], busy: Collection[int]
    ) -> list[ClaimedDelivery]:
        """Claim up to so many deliveries that say one of these things, the longest due first."""
        at, token = stamp(now), secrets.token_hex(8)
        first = (
            sa.select(_D.id)
            .where(_D.ready_at <= at, _D.content.in_(contents), _D.channel.not_in(busy))
            .order_by(_D.ready_at, _D.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        late = sa.and_(_D.tried_at.is_(None), _D.due <= stamp(now - limits.delayed))
        values = {
            "state": DeliveryState.CLAIMED,
            "token": token,
            "ready_at": stamp(now + limits.lease),
            "tried_at": sa.func.coalesce(_D.tried_at, at),
            # Said once: a message that is sent again is the same message.
            "delayed": sa.case((_D.tried_at.is_(None), late), else_=_D.delayed),
            "attempts": _D.attempts + 1,
        }

        async def work(connection: AsyncConnection) -> list[ClaimedDelivery]:
            ids = [number for (number,) in await connection.execute(first)]
            if not ids:
                return []
            update = sa.update(DELIVERIES).where(_D.id.in_(ids)).values(values).returning(DELIVERIES)
            claims, lost = [], []
            for row in await connection.execute(update):
                try:
                    claims.append(read_claim(row, at))
                except BROKEN as error:
                    _log.warning("Delivery %d cannot be read: %s", row.id, error)
                    lost.append(row.id)
            if lost:
                await _lost(connection, lost, now)
            return sorted(claims, key=lambda claim: (claim.due, claim.id))

        return await self._database.write(work)

    async def mark_sent(
        self, claim: ClaimedDelivery, message: int, now: datetime, problem: Failure | None = None
    ) -> None:
        """Keep that a message is there, whoever holds the claim by now, and what of it was not as it should be.

        What went wrong meanwhile and made it late stays the last problem; what did not is forgotten.
        """
        publish = claim.publish
        values: dict[str, Any] = _final(DeliveryState.SENT, problem, now) | {"message": message}
        if publish:
            values |= {"publication": Publication.DUE, "publish_at": stamp(now)}
        origin = SUBSCRIPTIONS.c
        trouble: dict[str, Any] = {"failing_since": None}
        troubled = sa.or_(origin.failing_since.is_not(None), origin.problem.is_not(None))
        if problem is not None:
            trouble |= {"problem": written_problem(problem), "problem_at": stamp(now)}
            troubled = sa.true()
        elif not claim.delayed:
            passing = origin.problem_at >= stamp(claim.due)
            trouble |= {name: sa.case((passing, None), else_=origin[name]) for name in ("problem", "problem_at")}

        async def work(connection: AsyncConnection) -> None:
            live = sa.and_(origin.id == claim.origin_id, origin.paused == sa.false(), troubled)
            await connection.execute(sa.update(SUBSCRIPTIONS).where(live).values(trouble))
            # A second process that found the same message leaves its publication as it is. SQLite gives a number again
            # once it is free: the nonce tells whose it is.
            open_ = sa.and_(_D.id == claim.id, _D.nonce == claim.nonce, _D.state != DeliveryState.SENT)
            await connection.execute(sa.update(DELIVERIES).where(open_).values(values))

        await self._database.write(work)

    async def give_up(self, claim: ClaimedDelivery, state: DeliveryState, problem: Failure, now: datetime) -> None:
        """Keep that a message will not be sent any more, and why."""
        await self._set(claim, _final(state, problem, now), problem, now)

    async def again(
        self,
        claim: ClaimedDelivery,
        at: datetime,
        problem: Failure | None,
        now: datetime,
        *,
        doubtful: bool,
        dead: bool = False,
    ) -> None:
        """Let it be tried again at an instant; doubtful where the message may be there already.

        Where the channel refuses (``dead``) nothing else is sent there before that instant either. What is certainly
        not there follows what became of its post or alert meanwhile: into another channel, or nowhere.
        """
        values: dict[str, Any] = {"ready_at": stamp(at), "token": None}
        values |= {"problem": written_problem(problem)} if problem is not None else {}
        values |= {"state": DeliveryState.DOUBTFUL} if doubtful else {"state": DeliveryState.PLANNED, "tried_at": None}
        await self._set(claim, values, problem, now, dead_until=at if dead else None)

    async def expire(self, now: datetime, limits: DeliveryLimits) -> int:
        """Mark what is too late as missed; give how many.

        A clock that has gone back since is made good: what it had marked is taken up again, and so is a claim whose
        lease, or a retry whose wait, ends later than any could.
        """
        at, longest = stamp(now), milliseconds(limits.slowest + _SKEW)
        late = sa.and_(_D.state == DeliveryState.PLANNED, _D.latest < at)
        wanted = sa.exists().where(SUBSCRIPTIONS.c.id == _D.origin_id, LIVE)
        early = sa.and_(_D.state == DeliveryState.MISSED, _D.latest >= at, sa.or_(wanted, _D.origin == Origin.TEST))
        ahead = sa.or_(
            sa.and_(_D.state == DeliveryState.CLAIMED, _D.ready_at > stamp(now + limits.lease + _SKEW)),
            # Its nonce would be taken for known again when the clock comes round to that time.
            sa.and_(_D.state.in_([DeliveryState.CLAIMED, DeliveryState.DOUBTFUL]), _D.tried_at > stamp(now + _SKEW)),
            sa.and_(_D.attempts > 0, _D.ready_at > at + longest, _D.ready_at > _D.due + longest),
        )

        async def work(connection: AsyncConnection) -> int:
            channel = sa.select(SUBSCRIPTIONS.c.channel).where(SUBSCRIPTIONS.c.id == _D.origin_id).scalar_subquery()
            back: dict[str, Any] = {
                "state": DeliveryState.PLANNED,
                "ready_at": _D.due,
                "done_at": None,
                "problem": None,
            }
            back |= {"channel": sa.func.coalesce(channel, _D.channel)}
            await connection.execute(sa.update(DELIVERIES).where(early).values(back))
            await connection.execute(sa.update(DELIVERIES).where(ahead).values(ready_at=at))
            silent = SUBSCRIPTIONS.c.id.in_(sa.select(_D.origin_id).where(late, _D.problem.is_(None)))
            why = {"problem": written_problem(_SILENT), "problem_at": at}
            await connection.execute(sa.update(SUBSCRIPTIONS).where(silent).values(why))
            gone: dict[str, Any] = _final(DeliveryState.MISSED, None, now)
            gone |= {"problem": sa.func.coalesce(_D.problem, written_problem(_SILENT))}
            return (await connection.execute(sa.update(DELIVERIES).where(late).values(gone))).rowcount

        async with self._database.reading() as connection:
            queries = [sa.select(_D.id).where(one).limit(1) for one in (early, *ahead.clauses, late)]
            found = [(await connection.execute(query)).first() for query in queries]
        if not any(found):  # the write lock is for those who need it
            return 0
        return await self._database.write(work)

    async def acquire(self, places: int, rate: float, now: datetime) -> datetime:
        """Take places in the queue of requests to Discord and give the instant of the first.

        The others follow at the rate. All processes on the database draw from one row.
        """
        at, length = stamp(now) * 1000, round(places * 1_000_000 / rate)
        # A queue that starts far ahead was filled by a clock that was wrong.
        free = sa.case((PACE.c.free_at.between(at, at + _AHEAD), PACE.c.free_at), else_=at)
        update = sa.update(PACE).where(PACE.c.name == "discord").values(free_at=free + length)

        async def work(connection: AsyncConnection) -> int:
            moved = (await connection.execute(update.returning(PACE.c.free_at))).scalar()
            if type(moved) is int:
                return moved
            # Lost or damaged; all but one process may come too late with a row of their own.
            await connection.execute(sa.delete(PACE).where(PACE.c.name == "discord"))
            await connection.execute(_insert(connection, PACE).values(name="discord", free_at=at + length))
            return at + length

        end = await self._database.write(work)
        return instant(0) + timedelta(microseconds=end - length)

    async def composed(self, contents: Collection[str]) -> Mapping[str, Composed]:
        """Return the composed messages that there are, by content key; what cannot be read is not there."""
        query = sa.select(CONTENTS).where(CONTENTS.c.content.in_(contents))
        messages: dict[str, Composed] = {}
        async with self._database.reading() as connection:
            for row in await connection.execute(query):
                with contextlib.suppress(ValueError):
                    messages[row.content] = read_composed(row.message)
        return messages

    async def keep_composed(self, content: str, message: Composed, now: datetime) -> Composed:
        """Keep a composed message and return what is kept: the first one that any process composed.

        One that cannot be read is replaced.
        """
        row = {"content": content, "message": composed_text(message), "made_at": stamp(now)}

        async def work(connection: AsyncConnection) -> Composed:
            insert = _insert(connection, CONTENTS).values(row).on_conflict_do_nothing()
            await connection.execute(insert)
            kept = sa.select(CONTENTS.c.message).where(CONTENTS.c.content == content)
            try:
                return read_composed(str((await connection.execute(kept)).scalar_one()))
            except ValueError:
                damaged = sa.update(CONTENTS).where(CONTENTS.c.content == content)
                await connection.execute(damaged.values(message=row["message"], made_at=row["made_at"]))
                return message

        return await self._database.write(work)

    async def claim_publication(self, now: datetime, limits: DeliveryLimits) -> DeliveryOutcome | None:
        """Claim, for a lease, one sent message that is still to be published."""
        # What waits longer than any can was put there by a clock that was wrong.
        due = sa.or_(_D.publish_at <= stamp(now), _D.publish_at > stamp(now + limits.slowest + _SKEW))
        first = sa.select(_D.id).where(due).order_by(_D.publish_at).limit(1).with_for_update(skip_locked=True)

        async def work(connection: AsyncConnection) -> DeliveryOutcome | None:
            if (number := (await connection.execute(first)).scalar()) is None:
                return None
            values = {"publish_at": stamp(now + limits.lease), "publish_attempts": _D.publish_attempts + 1}
            this = sa.update(DELIVERIES).where(_D.id == number)
            row = (await connection.execute(this.values(values).returning(DELIVERIES))).one()
            try:
                found = read_outcome(row)
                whole(found.message)
            except BROKEN as error:
                _log.warning("Delivery %d cannot be read: %s", row.id, error)
                await connection.execute(this.values(publication=Publication.FAILED, publish_at=None))
                return None  # the next one is found in the next round
            return found

        async with self._database.reading() as connection:
            if (await connection.execute(sa.select(_D.id).where(due).limit(1))).first() is None:
                return None
        return await self._database.write(work)

    async def record_publication(
        self, outcome: DeliveryOutcome, state: Publication, again: datetime | None, problem: Failure | None
    ) -> None:
        """Keep what became of publishing a message; ``again`` is the instant of the next try."""
        values = {
            "publication": state,
            "publish_at": stamp(again) if again else None,
            "problem": written_problem(problem),
        }

        async def work(connection: AsyncConnection) -> None:
            same = sa.and_(_D.id == outcome.id, _D.message == outcome.message)
            await connection.execute(sa.update(DELIVERIES).where(same).values(values))

        await self._database.write(work)

    async def last_outcomes(self, guild: int) -> list[DeliveryOutcome]:
        """Give the newest delivery of each of a server's posts and alerts, tests apart."""
        newest = (
            sa.select(sa.func.max(_D.due).label("due"), _D.origin, _D.origin_id)
            .where(_D.guild == guild, _D.origin != Origin.TEST, _D.state.in_(_FINAL))
            .group_by(_D.origin, _D.origin_id)
            .subquery()
        )
        same = sa.and_(_D.origin == newest.c.origin, _D.origin_id == newest.c.origin_id, _D.due == newest.c.due)
        query = sa.select(DELIVERIES).join(newest, same).where(_D.state.in_(_FINAL)).order_by(_D.id)
        async with self._database.reading() as connection:
            return list(outcomes(await connection.execute(query)))

    async def list_outcomes(self, origin: Origin, origin_id: int) -> list[DeliveryOutcome]:
        """Give all deliveries of an origin in the order of their instants."""
        query = sa.select(DELIVERIES).where(_D.origin == origin, _D.origin_id == origin_id)
        async with self._database.reading() as connection:
            return list(outcomes(await connection.execute(query.order_by(_D.due, _D.id))))

    async def _lose(self, ids: Collection[int], now: datetime) -> None:
        async def work(connection: AsyncConnection) -> None:
            await _lost(connection, ids, now)

        await self._database.write(work)

    async def _set(
        self,
        claim: ClaimedDelivery,
        values: dict[str, Any],
        problem: Failure | None,
        now: datetime,
        dead_until: datetime | None = None,
    ) -> None:
        origin = SUBSCRIPTIONS.c
        # Locked before all else, so that whoever stops or moves it now comes before this or after it.
        owner = sa.select(origin.paused, origin.left_at, origin.channel).where(origin.id == claim.origin_id)

        async def work(connection: AsyncConnection) -> None:
            row = (await connection.execute(owner.with_for_update())).one_or_none()
            here = row is not None and row.channel == claim.channel
            new, mine = values, sa.and_(_D.id == claim.id, _D.token == claim.token)
            if values["state"] == DeliveryState.PLANNED:
                if row is None or ((row.paused or row.left_at) and claim.origin is not Origin.TEST):
                    new = _final(DeliveryState.FAILED, problem or _STOPPED, now)
                elif not here:
                    new = values | {"channel": row.channel, "ready_at": stamp(now)}
            if not (await connection.execute(sa.update(DELIVERIES).where(mine).values(new))).rowcount:
                return  # the lease ended meanwhile, and another process has it
            trouble: dict[str, Any] = (
                {"problem": written_problem(problem), "problem_at": stamp(now)} if problem is not None else {}
            )
            if dead_until is not None and here:
                trouble["failing_since"] = sa.func.coalesce(origin.failing_since, stamp(now))
            if trouble:
                await connection.execute(sa.update(SUBSCRIPTIONS).where(origin.id == claim.origin_id).values(trouble))
            if dead_until is not None:
                same = sa.and_(_D.guild == claim.guild, _D.channel == claim.channel, _PLANNED)
                soon = sa.and_(same, _D.ready_at < stamp(dead_until))
                await connection.execute(sa.update(DELIVERIES).where(soon).values(ready_at=stamp(dead_until)))

        await self._database.write(work)


async def insert_deliveries(connection: AsyncConnection, planned: Sequence[PlannedDelivery]) -> None:
    """Insert within a transaction that the caller holds; an event that is there already is left as it is."""
    for start in range(0, len(planned), _PART):
        rows = [delivery_columns(one) for one in planned[start : start + _PART]]
        await connection.execute(_insert(connection, DELIVERIES).on_conflict_do_nothing(), rows)


async def stop_deliveries(connection: AsyncConnection, which: sa.ColumnElement[bool], now: datetime) -> None:
    """Give up what is due and untried within a transaction that the caller holds, and take back what is to come.

    What may be there already is looked for, and not sent again.
    """
    await connection.execute(sa.delete(DELIVERIES).where(which, _PLANNED, _D.due > stamp(now)))
    values = _final(DeliveryState.FAILED, None, now) | {
        "problem": sa.func.coalesce(_D.problem, written_problem(_STOPPED))
    }
    await connection.execute(sa.update(DELIVERIES).where(which, _PLANNED).values(values))
    pending = sa.and_(which, _TRIED, _D.latest > stamp(now))
    await connection.execute(sa.update(DELIVERIES).where(pending).values(latest=stamp(now)))


async def move_deliveries(
    connection: AsyncConnection, which: sa.ColumnElement[bool], channel: int, now: datetime
) -> None:
    """Let what is due and untried go to another channel, and take back what is to come, to be planned anew.

    What may be in the old channel already is looked for there before it follows.
    """
    await connection.execute(sa.delete(DELIVERIES).where(which, _PLANNED, _D.due > stamp(now)))
    elsewhere = sa.and_(which, _D.channel != channel)
    values = {"channel": channel, "ready_at": stamp(now)}
    await connection.execute(sa.update(DELIVERIES).where(elsewhere, _PLANNED).values(values))
    await connection.execute(sa.update(DELIVERIES).where(elsewhere, _TRIED).values(tried_at=_D.tried_at - _NONCE))


async def _lost(connection: AsyncConnection, ids: Collection[int], now: datetime) -> None:
    """Give up, within a transaction that the caller holds, deliveries that cannot be read."""
    values = _final(DeliveryState.FAILED, _UNREADABLE, now)
    await connection.execute(sa.update(DELIVERIES).where(_D.id.in_(list(ids))).values(values))


def _whole(text: object) -> bool:
    """Say whether text is as it was written: what the database could not decode is replaced by U+FFFD."""
    return isinstance(text, str) and "\ufffd" not in text


def _insert(connection: AsyncConnection, table: sa.Table) -> Any:  # noqa: ANN401 (of either dialect)
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def _final(state: DeliveryState, problem: Failure | None, now: datetime) -> dict[str, Any]:
    return {
        "state": state,
        "ready_at": None,
        "token": None,
        "done_at": stamp(now),
        "problem": written_problem(problem),
    }
