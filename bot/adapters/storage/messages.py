"""Which messages are composed already, and which of those sent are still to be published?"""

import contextlib
import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.column_values import BROKEN, stamp, whole
from bot.adapters.storage.composed import composed_text, read_composed
from bot.adapters.storage.delivery_changes import insert
from bot.adapters.storage.delivery_rows import read_outcome
from bot.adapters.storage.engine import Database
from bot.adapters.storage.posting_schema import CONTENTS, DELIVERIES
from bot.adapters.storage.problems import written_problem
from bot.domain.errors import Failure
from bot.domain.posting.deliveries import DeliveryOutcome, Publication
from bot.domain.posting.limits import DeliveryLimits
from bot.services.posting_ports import Composed

_log = logging.getLogger(__name__)

_D: Final = DELIVERIES.c
_SKEW: Final = timedelta(seconds=10)  # by which the clocks of two processes may differ


class MessageTables:
    """The table of composed messages, and the columns of deliveries about publishing; raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Take a database; it is opened when first needed."""
        self._database = database

    async def composed(self, content_keys: Collection[str]) -> Mapping[str, Composed]:
        """Return the composed messages that there are, by content key."""
        query = sa.select(CONTENTS).where(CONTENTS.c.content.in_(content_keys))
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        messages: dict[str, Composed] = {}
        for row in rows:
            with contextlib.suppress(ValueError):  # one that is damaged is composed anew
                messages[row.content] = read_composed(row.message)
        return messages

    async def keep_composed(self, content_key: str, message: Composed, now: datetime) -> Composed:
        """Keep a composed message and return what is kept: the first one that any process composed.

        One that cannot be read is replaced.
        """
        row = {"content": content_key, "message": composed_text(message), "made_at": stamp(now)}
        same = CONTENTS.c.content == content_key

        async def work(connection: AsyncConnection) -> Composed:
            await connection.execute(insert(connection, CONTENTS).values(row).on_conflict_do_nothing())
            stored = (await connection.execute(sa.select(CONTENTS.c.message).where(same))).scalar_one()
            try:
                return read_composed(str(stored))
            except ValueError:
                await connection.execute(sa.update(CONTENTS).where(same).values(row))
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
            update = sa.update(DELIVERIES).where(_D.id == number)
            row = (await connection.execute(update.values(values).returning(DELIVERIES))).one()
            try:
                outcome = read_outcome(row)
                whole(outcome.message)
            except BROKEN as error:
                _log.warning("Delivery %d cannot be read: %s", row.id, error)
                await connection.execute(update.values(publication=Publication.FAILED, publish_at=None))
                return None  # the next one is found in the next round
            return outcome

        async with self._database.reading() as connection:
            if (await connection.execute(sa.select(_D.id).where(due).limit(1))).first() is None:
                return None
        return await self._database.write(work)

    async def record_publication(
        self, outcome: DeliveryOutcome, state: Publication, retry_at: datetime | None, problem: Failure | None
    ) -> None:
        """Record what became of publishing a message; ``retry_at`` is the instant of the next attempt."""
        values = {
            "publication": state,
            "publish_at": stamp(retry_at) if retry_at else None,
            "problem": written_problem(problem),
        }

        async def work(connection: AsyncConnection) -> None:
            same = sa.and_(_D.id == outcome.id, _D.message == outcome.message)
            await connection.execute(sa.update(DELIVERIES).where(same).values(values))

        await self._database.write(work)
