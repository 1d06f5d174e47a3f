"""When may the next request go to Discord, whichever process on this database sends it?"""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.column_values import instant, stamp
from bot.adapters.storage.delivery_changes import insert
from bot.adapters.storage.engine import Database
from bot.adapters.storage.posting_schema import PACE

_FARTHEST: Final = 60_000_000  # microseconds; places further ahead were taken by a clock that was wrong


class RequestQueueTable:
    """One row from which all processes take places in turn; raises StoreError if the database cannot be used."""

    def __init__(self, database: Database) -> None:
        """Take a database; it is opened when first needed."""
        self._database = database

    async def acquire(self, places: int, rate: float, now: datetime) -> datetime:
        """Take places in the queue, which moves at ``rate`` a second, and return the instant of the first."""
        present, length = stamp(now) * 1000, round(places * 1_000_000 / rate)
        free = sa.case((PACE.c.free_at.between(present, present + _FARTHEST), PACE.c.free_at), else_=present)
        update = sa.update(PACE).where(PACE.c.name == "discord").values(free_at=free + length)

        async def work(connection: AsyncConnection) -> int:
            moved = (await connection.execute(update.returning(PACE.c.free_at))).scalar()
            if type(moved) is int:
                return moved
            # Lost or damaged; all but one process may come too late with a row of their own.
            await connection.execute(sa.delete(PACE).where(PACE.c.name == "discord"))
            await connection.execute(insert(connection, PACE).values(name="discord", free_at=present + length))
            return present + length

        end = await self._database.write(work)
        return instant(0) + timedelta(microseconds=end - length)
