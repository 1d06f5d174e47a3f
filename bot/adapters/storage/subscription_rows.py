"""How is a post or an alert written within a transaction that others share?"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.deliveries import move_deliveries, stop_deliveries
from bot.adapters.storage.posting_schema import DELIVERIES, SUBSCRIPTIONS, columns
from bot.domain.posting.deliveries import Origin
from bot.domain.posting.subscriptions import MOST_PER_GUILD, Alert, Post, UnreadableSubscription

_S: Final = SUBSCRIPTIONS.c
_OF_POSTS: Final = (Origin.POST, Origin.TEST)


async def insert_subscription(connection: AsyncConnection, one: Post | Alert) -> int | None:
    """Insert within a transaction that the caller holds, and give the number; ``None`` where there is no room."""
    row = columns(one)
    if connection.dialect.name != "sqlite":
        # Two who add at once would both see room for one more; SQLite's write lock keeps them apart.
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(one.destination.guild)))
    mine = sa.and_(_S.guild == one.destination.guild, _S.kind == row["kind"])
    if (await connection.execute(sa.select(sa.func.count()).where(mine))).scalar_one() >= MOST_PER_GUILD:
        return None
    insert = sa.insert(SUBSCRIPTIONS).values(row).returning(_S.id)
    return int((await connection.execute(insert)).scalar_one())


async def replace_subscription(connection: AsyncConnection, one: Post | Alert, now: datetime) -> bool:
    """Replace what is kept under its number within a transaction that the caller holds; say whether it was there."""
    # No notice of a pause that is over is sent afterwards; whoever changes something has the bot in the server.
    row = columns(one) | {"left_at": None} | ({} if one.paused else {"notice_at": None})
    mine = sa.and_(_S.id == one.id, _S.guild == one.destination.guild)
    if (await connection.execute(sa.update(SUBSCRIPTIONS).where(mine).values(row).returning(_S.id))).first() is None:
        return False
    if one.paused:
        await stop_deliveries(connection, deliveries_of(one), now)
    else:
        await move_deliveries(connection, deliveries_of(one), one.destination.channel, now)
    return True


def deliveries_of(one: Post | Alert | UnreadableSubscription) -> sa.ColumnElement[bool]:
    """Select the deliveries of a post or an alert."""
    is_alert = one.kind == "alert" if isinstance(one, UnreadableSubscription) else isinstance(one, Alert)
    return deliveries_from("alert" if is_alert else "post", one.id)


def deliveries_from(kind: str, number: int) -> sa.ColumnElement[bool]:
    """Select the deliveries of what a row of subscriptions holds."""
    origins = (Origin.ALERT,) if kind == "alert" else _OF_POSTS
    return sa.and_(DELIVERIES.c.origin.in_(origins), DELIVERIES.c.origin_id == number)
