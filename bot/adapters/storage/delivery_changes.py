"""How are deliveries written within a transaction that the caller holds?"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.column_values import stamp
from bot.adapters.storage.delivery_rows import delivery_columns
from bot.adapters.storage.posting_schema import DELIVERIES, SUBSCRIPTIONS
from bot.adapters.storage.problems import written_problem
from bot.domain.errors import Failure, FailureCode
from bot.domain.posting.deliveries import ClaimedDelivery, DeliveryState, Origin, PlannedDelivery

_D: Final = DELIVERIES.c
_S: Final = SUBSCRIPTIONS.c
_AT_ONCE: Final = 1000  # rows inserted by one statement; SQLite takes 32,766 values
_NONCE: Final = 120_000  # milliseconds after which Discord certainly knows no nonce any more
_STOPPED: Final = Failure(FailureCode.STOPPED)
_UNREADABLE: Final = Failure(FailureCode.DAMAGED_ROW)
_PLANNED: Final = sa.func.coalesce(_D.state, "") == DeliveryState.PLANNED
"""Not to be looked up by the index of states, in which a hundred thousand may be planned."""
_TRIED: Final = sa.func.coalesce(_D.state, "").in_([DeliveryState.CLAIMED, DeliveryState.DOUBTFUL])


def insert(connection: AsyncConnection, table: sa.Table) -> Any:  # noqa: ANN401 - the two dialects' inserts share no type
    """Return an insert in the connection's dialect, which can leave out what is there already."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def final_columns(state: DeliveryState, problem: Failure | None, now: datetime) -> dict[str, Any]:
    """Return the columns of a delivery that has come to an end."""
    return {
        "state": state,
        "ready_at": None,
        "token": None,
        "done_at": stamp(now),
        "problem": written_problem(problem),
    }


async def insert_deliveries(connection: AsyncConnection, planned: Sequence[PlannedDelivery]) -> None:
    """Insert deliveries; an event that its origin has already is left as it is."""
    for start in range(0, len(planned), _AT_ONCE):
        rows = [delivery_columns(delivery) for delivery in planned[start : start + _AT_ONCE]]
        await connection.execute(insert(connection, DELIVERIES).on_conflict_do_nothing(), rows)


async def stop_deliveries(connection: AsyncConnection, which: sa.ColumnElement[bool], now: datetime) -> None:
    """Give up what is due and untried, and withdraw what is planned ahead.

    What may be there already is looked for, and not sent again.
    """
    await connection.execute(sa.delete(DELIVERIES).where(which, _PLANNED, _D.due > stamp(now)))
    values = final_columns(DeliveryState.FAILED, None, now)
    values["problem"] = sa.func.coalesce(_D.problem, written_problem(_STOPPED))
    await connection.execute(sa.update(DELIVERIES).where(which, _PLANNED).values(values))
    pending = sa.and_(which, _TRIED, _D.latest > stamp(now))
    await connection.execute(sa.update(DELIVERIES).where(pending).values(latest=stamp(now)))


async def move_deliveries(
    connection: AsyncConnection, which: sa.ColumnElement[bool], channel: int, now: datetime
) -> None:
    """Send what is due and untried to another channel, and withdraw what is planned ahead, to be planned anew.

    What may be in the old channel already is looked for there before it follows.
    """
    await connection.execute(sa.delete(DELIVERIES).where(which, _PLANNED, _D.due > stamp(now)))
    elsewhere = sa.and_(which, _D.channel != channel)
    values = {"channel": channel, "ready_at": stamp(now)}
    await connection.execute(sa.update(DELIVERIES).where(elsewhere, _PLANNED).values(values))
    await connection.execute(sa.update(DELIVERIES).where(elsewhere, _TRIED).values(tried_at=_D.tried_at - _NONCE))


async def fail_unreadable(connection: AsyncConnection, ids: Collection[int], now: datetime) -> None:
    """Give up deliveries that cannot be read."""
    values = final_columns(DeliveryState.FAILED, _UNREADABLE, now)
    await connection.execute(sa.update(DELIVERIES).where(_D.id.in_(list(ids))).values(values))


async def lock_subscription(connection: AsyncConnection, claim: ClaimedDelivery) -> sa.Row[Any, Any, Any] | None:
    """Lock the post or alert of a claim, so that whoever stops or moves it now comes before this or after it."""
    query = sa.select(_S.paused, _S.left_at, _S.channel).where(_S.id == claim.origin_id)
    return (await connection.execute(query.with_for_update())).one_or_none()


def following(
    subscription: sa.Row[Any, Any, Any] | None, claim: ClaimedDelivery, values: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """Let what is certainly not there follow what became of its post or alert: into another channel, or nowhere."""
    if values["state"] != DeliveryState.PLANNED:
        return values
    stopped = subscription is not None and (subscription.paused or subscription.left_at)
    if subscription is None or (stopped and claim.origin is not Origin.TEST):
        noted = {"problem": values["problem"]} if "problem" in values else {}
        return final_columns(DeliveryState.FAILED, _STOPPED, now) | noted
    if subscription.channel != claim.channel:
        return {**values, "channel": subscription.channel, "ready_at": stamp(now)}
    return values


async def update_claimed(
    connection: AsyncConnection,
    claim: ClaimedDelivery,
    values: Mapping[str, Any],
    problem: Failure | None,
    now: datetime,
) -> bool:
    """Write what became of a claim, and note the problem at its post or alert.

    Returns whether the claim still stood; if its lease has ended another process has it, and nothing is written.
    """
    standing = sa.and_(_D.id == claim.id, _D.token == claim.token)
    if not (await connection.execute(sa.update(DELIVERIES).where(standing).values(values))).rowcount:
        return False
    if problem is not None:
        noted = {"problem": written_problem(problem), "problem_at": stamp(now)}
        await connection.execute(sa.update(SUBSCRIPTIONS).where(_S.id == claim.origin_id).values(noted))
    return True


async def hold_channel(connection: AsyncConnection, claim: ClaimedDelivery, until: datetime) -> None:
    """Let nothing that is planned go to the channel of a claim before an instant."""
    same = sa.and_(_D.guild == claim.guild, _D.channel == claim.channel, _PLANNED)
    early = sa.and_(same, _D.ready_at < stamp(until))
    await connection.execute(sa.update(DELIVERIES).where(early).values(ready_at=stamp(until)))
