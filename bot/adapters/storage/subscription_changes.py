"""How is a post or an alert written within a transaction that the caller holds?"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.delivery_changes import move_deliveries, stop_deliveries
from bot.adapters.storage.posting_schema import DELIVERIES, SUBSCRIPTIONS
from bot.adapters.storage.subscription_rows import subscription_columns
from bot.domain.posting.deliveries import Origin
from bot.domain.posting.subscriptions import MOST_PER_GUILD, Alert, Post, UnreadableSubscription

_S: Final = SUBSCRIPTIONS.c
_OF_POSTS: Final = (Origin.POST, Origin.TEST)


async def insert_subscription(connection: AsyncConnection, subscription: Post | Alert) -> int | None:
    """Insert a post or an alert and return its number; ``None`` if the server has no room for it."""
    row = subscription_columns(subscription)
    if connection.dialect.name != "sqlite":
        # Two who add at once would both see room for one more; SQLite's write lock keeps them apart.
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(subscription.destination.guild)))
    mine = sa.and_(_S.guild == subscription.destination.guild, _S.kind == row["kind"])
    if (await connection.execute(sa.select(sa.func.count()).where(mine))).scalar_one() >= MOST_PER_GUILD:
        return None
    insert = sa.insert(SUBSCRIPTIONS).values(row).returning(_S.id)
    return int((await connection.execute(insert)).scalar_one())


async def replace_subscription(connection: AsyncConnection, subscription: Post | Alert, now: datetime) -> bool:
    """Replace what is stored under its number; return whether there was anything."""
    # No notice of a pause that is over is sent afterwards; whoever changes something has the bot in the server.
    row = subscription_columns(subscription) | {"left_at": None} | ({} if subscription.paused else {"notice_at": None})
    mine = sa.and_(_S.id == subscription.id, _S.guild == subscription.destination.guild)
    if (await connection.execute(sa.update(SUBSCRIPTIONS).where(mine).values(row).returning(_S.id))).first() is None:
        return False
    if subscription.paused:
        await stop_deliveries(connection, deliveries_of(subscription), now)
    else:
        await move_deliveries(connection, deliveries_of(subscription), subscription.destination.channel, now)
    return True


def deliveries_of(subscription: Post | Alert | UnreadableSubscription) -> sa.ColumnElement[bool]:
    """Select the deliveries of a post or an alert."""
    is_alert = (
        subscription.kind == "alert"
        if isinstance(subscription, UnreadableSubscription)
        else isinstance(subscription, Alert)
    )
    return deliveries_from("alert" if is_alert else "post", subscription.id)


def deliveries_from(kind: str, number: int) -> sa.ColumnElement[bool]:
    """Select the deliveries of what a row of subscriptions holds."""
    origins = (Origin.ALERT,) if kind == "alert" else _OF_POSTS
    return sa.and_(DELIVERIES.c.origin.in_(origins), DELIVERIES.c.origin_id == number)
