"""How is an admin asked before something is carried out, so that it is carried out once?

A question is kept where posts are, so that a restart does not end it. Answering it and carrying it out are one
transaction: what fails leaves it open, and of two answers at once the second learns what became of the first.
"""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bot.domain.posting.confirmations import ANSWERED_WITHIN, Action, Ending, Proposal, Settlement
from bot.domain.posting.subscriptions import FailureState, Post
from bot.services.ports import Clock
from bot.services.posting_stores import ProposalStore
from bot.services.subscriptions import SubscriptionService

_ANSWERED: Final = Settlement(Ending.ANSWERED)
_EXPIRED: Final = Settlement(Ending.EXPIRED)


class ConfirmationService:
    """Questions that wait for a yes; every method raises StoreError where they cannot be read or kept."""

    def __init__(self, posts: SubscriptionService, proposals: ProposalStore, clock: Clock) -> None:
        """Take what is carried out with, and where questions are kept."""
        self._posts = posts
        self._proposals = proposals
        self._clock = clock

    async def ask(self, proposal: Proposal) -> tuple[str, datetime]:
        """Keep a question; give the token that answers it and the instant at which it expires."""
        expires = (self._clock() + ANSWERED_WITHIN).replace(microsecond=0)
        token = f"{int(expires.timestamp()):x}-{secrets.token_hex(8)}"  # tells the instant when all else is gone
        await self._proposals.add(token, proposal, expires)
        return token, expires

    async def answer(self, guild: int, token: str, *, yes: bool) -> Settlement:
        """Carry out what was asked in a server, or do not; tell how the question ended, now or before.

        Raises:
            BadQuestion: if it cannot be carried out as things are now; the question stays open.
        """
        now = self._clock()
        if expiry(token) <= now:
            return _EXPIRED
        found = await self._proposals.get(token)
        if isinstance(found, Settlement):
            return found
        if found is None or found.guild != guild:
            return _ANSWERED
        if not yes:
            return await self._proposals.decline(token) or _ANSWERED
        if found.action is Action.DELETE:  # the question goes with all the rest; twice is as good as once
            await self._posts.delete_guild_data(guild)
            return Settlement(Ending.DONE, Action.DELETE)
        assert found.post is not None, "only a deletion has none"
        return await self._carried_out(token, found, found.post)

    async def _carried_out(self, token: str, proposal: Proposal, post: Post) -> Settlement:
        post = self._posts.start(replace(post, paused=False, failure=FailureState()))
        settlement = await self._proposals.carry_out(token, proposal.action, post, self._clock())
        if settlement is None:
            raise self._posts.not_found(post.id) if proposal.action is Action.CHANGE else self._posts.too_many(post)
        return settlement


def expiry(token: str) -> datetime:
    """Read from a token when its question expires."""
    return datetime.fromtimestamp(int(token.partition("-")[0], 16), UTC)
