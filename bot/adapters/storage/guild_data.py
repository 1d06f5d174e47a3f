"""How is everything deleted that is stored of a server, and what is too old to be kept?

The functions write within a transaction that the caller holds.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.column_values import stamp
from bot.adapters.storage.posting_schema import CONTENTS, DELIVERIES, PROPOSALS, SUBSCRIPTIONS
from bot.domain.posting.confirmations import ANSWERED_WITHIN

_S: Final = SUBSCRIPTIONS.c
_D: Final = DELIVERIES.c


async def delete_guilds(connection: AsyncConnection, guilds: Collection[int]) -> None:
    """Delete all rows of these servers, whatever tables there are, and the texts that nothing is sent of any more."""
    if not guilds:
        return
    for name in await connection.run_sync(_tables_of_guilds):
        table = sa.table(name, sa.column("guild", sa.BigInteger))
        await connection.execute(sa.delete(table).where(table.c.guild.in_(list(guilds))))
    used = sa.select(_D.content)
    await connection.execute(sa.delete(CONTENTS).where(CONTENTS.c.content.not_in(used)))


async def left_guilds(connection: AsyncConnection, left_before: datetime) -> list[int]:
    """Return the servers that the bot left before an instant."""
    query = sa.select(_S.guild).where(_S.left_at <= stamp(left_before)).distinct()
    return [guild for (guild,) in await connection.execute(query)]


async def delete_expired_proposals(connection: AsyncConnection, now: datetime) -> None:
    """Delete the questions that nobody answered in time."""
    # What expires later than any question can was asked by a clock that was wrong.
    expires, longest = PROPOSALS.c.expires_at, 2 * ANSWERED_WITHIN
    expired = sa.or_(expires <= stamp(now), expires > stamp(now + longest))
    await connection.execute(sa.delete(PROPOSALS).where(expired))


async def delete_old_outcomes(connection: AsyncConnection, done_before: datetime, left_before: datetime) -> None:
    """Delete outcomes and texts from before an instant, and by ``left_before`` those of servers with nothing set up."""
    old = stamp(done_before)
    await connection.execute(sa.delete(DELIVERIES).where(_D.done_at <= old))
    idle = sa.and_(_D.done_at <= stamp(left_before), _D.guild.not_in(sa.select(_S.guild)))
    await connection.execute(sa.delete(DELIVERIES).where(idle))
    # What is still to be sent keeps its text, however old.
    waiting = sa.select(_D.content).where(_D.ready_at >= 0)  # by its index
    await connection.execute(sa.delete(CONTENTS).where(CONTENTS.c.made_at <= old, CONTENTS.c.content.not_in(waiting)))


def _tables_of_guilds(connection: sa.Connection) -> list[str]:
    """Name the tables with a column ``guild``: whatever keeps something of a server has one."""
    inspector = sa.inspect(connection)
    return [
        name
        for name in inspector.get_table_names()
        if any(column["name"] == "guild" for column in inspector.get_columns(name))
    ]
