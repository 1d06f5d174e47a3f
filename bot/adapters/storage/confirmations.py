"""Where is kept what admins were asked, and what makes sure that it is carried out once?"""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.column_values import stamp
from bot.adapters.storage.engine import Database
from bot.adapters.storage.posting_schema import PROPOSALS
from bot.adapters.storage.subscription_changes import insert_subscription, replace_subscription
from bot.adapters.storage.subscription_rows import dump_post, read_post
from bot.domain.posting.confirmations import Action, Ending, Proposal, Settlement
from bot.domain.posting.subscriptions import Post

_P: Final = PROPOSALS.c


class ConfirmationTables:
    """The table of questions that wait for an answer; every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Take a database; it is opened when first needed."""
        self._database = database

    async def add(self, token: str, proposal: Proposal, expires: datetime) -> None:
        """Keep a question under a token until an instant."""
        row = {
            "token": token,
            "guild": proposal.guild,
            "action": proposal.action,
            "post": dump_post(proposal.post) if proposal.post else None,
            "expires_at": stamp(expires),
        }

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.insert(PROPOSALS).values(row))

        await self._database.write(work)

    async def get(self, token: str) -> Proposal | Settlement | None:
        """Return a question that is open, or how it ended; ``None`` if there is none that this version can read."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(PROPOSALS).where(_P.token == token))).one_or_none()
        if row is None or row.ending is not None:
            return None if row is None else _settlement(row)
        try:
            return Proposal(row.guild, Action(row.action), None if row.post is None else read_post(row.post))
        except ValueError:
            return None

    async def decline(self, token: str) -> Settlement | None:
        """End a question with a no if it is open; return how it ended, now or before."""

        async def work(connection: AsyncConnection) -> Settlement | None:
            row = await _locked(connection, token)
            if row is None or row.ending is not None:
                return None if row is None else _settlement(row)
            await _end(connection, token, Ending.DECLINED, None)
            return Settlement(Ending.DECLINED, Action(row.action))

        return await self._database.write(work)

    async def carry_out(self, token: str, action: Action, post: Post, now: datetime) -> Settlement | None:
        """Add or change a post and end its question in one transaction; return how it ended, now or before.

        ``None``, with the question still open, if there is no room for the post or nothing to change any more.
        """

        async def work(connection: AsyncConnection) -> Settlement | None:
            row = await _locked(connection, token)
            if row is None:
                return Settlement(Ending.ANSWERED)
            if row.ending is not None:
                return _settlement(row)
            number: int | None = post.id
            if action is Action.ADD:
                number = await insert_subscription(connection, post)
            elif not await replace_subscription(connection, post, now):
                number = None
            if number is None:
                return None
            await _end(connection, token, Ending.DONE, number)
            return Settlement(Ending.DONE, action, number)

        return await self._database.write(work)


async def _locked(connection: AsyncConnection, token: str) -> sa.Row[Any] | None:
    query = sa.select(PROPOSALS).where(_P.token == token).with_for_update()
    return (await connection.execute(query)).one_or_none()


async def _end(connection: AsyncConnection, token: str, ending: Ending, number: int | None) -> None:
    # What was asked is needed no more: the post itself is kept elsewhere, or is not to be kept.
    values = {"ending": ending, "number": number, "post": None}
    await connection.execute(sa.update(PROPOSALS).where(_P.token == token).values(values))


def _settlement(row: sa.Row[Any]) -> Settlement:
    return Settlement(Ending(row.ending), Action(row.action), row.number)
