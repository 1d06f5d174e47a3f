"""What do posts and alerts need of the outside world, and how may sending fail?

SendError            str(error) is the reason, fit to be shown to the server's admin
├── NotSent          certainly not there; may work later
├── Doubtful         no answer: it may be there or not
├── ChannelDead      certainly not there: the channel is gone or refuses the bot
├── Rejected         certainly not there, and the same message never will be
└── CannotTell       a look into the channel proves nothing
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.posting.confirmations import Action, Proposal, Settlement
from bot.domain.posting.deliveries import (
    ClaimedDelivery,
    DeliveryOutcome,
    DeliveryState,
    Origin,
    PlannedDelivery,
    Publication,
)
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.subscriptions import Alert, AlertCondition, Post, PostContent, UnreadableSubscription
from bot.domain.records.events import Event


class SendError(Exception):
    """A request to Discord did not do what it should; ``str(error)`` is one sentence for the admin."""


class NotSent(SendError):
    """The message is certainly not there; ``wait`` is how long Discord asked to wait, if it did."""

    def __init__(self, problem: str, wait: timedelta | None = None) -> None:
        """Say why, and how long to wait."""
        super().__init__(problem)
        self.wait = wait


class Doubtful(SendError):
    """Nobody knows whether the message is there."""


class ChannelDead(SendError):
    """The channel is gone, or the bot may not write there."""


class Rejected(SendError):
    """Discord refuses this very message."""


class CannotTell(SendError):
    """Whether a message is in a channel cannot be found out."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A message before it goes to any channel in particular; only its composer and its sender look inside.

    ``body`` is the JSON object of the message, with a mark where the nonce of a delivery belongs. ``delayed_line`` is
    the text that the sender adds where the message comes late. ``files`` are names and contents.
    """

    body: Mapping[str, Any]
    delayed_line: str | None
    files: tuple[tuple[str, bytes], ...] = ()


class MessageSender(Protocol):
    """Discord, as far as posts need it; every method raises SendError."""

    async def send(self, channel: int, message: str, nonce: str, until: datetime) -> int:
        """Send a message, given as the JSON of its body, under a nonce; return its id.

        From ``until`` on nothing is written any more, however long it was held up: another process may have it then.
        """
        ...

    async def find(self, channel: int, nonce: str, since: datetime) -> int | None:
        """Look for the message of this nonce in what the channel holds since an instant; return its id.

        ``None`` says that it is certainly not there; CannotTell that nobody knows.
        """
        ...

    async def publish(self, channel: int, message: int) -> None:
        """Publish a message in an announcement channel; one that is published already is no error."""
        ...

    async def may_mention(self, guild: int, channel: int, member: int, role: int) -> bool:
        """Tell whether a member may mention a role in a channel now."""
        ...

    async def tell(self, subscription: Post | Alert) -> None:
        """Tell its creator, or failing that the server, that a post or an alert was paused, and why."""
        ...


class MessageComposer(Protocol):
    """Who turns what is to be said into a message."""

    async def compose(self, telling: PostContent) -> str:
        """Return the JSON that `bot.services.deliveries.fill` makes a message of, quotes or no quotes."""
        ...


class EventSource(Protocol):
    """Where it is learnt what happened in a market."""

    def awake(self, markets: Collection[str]) -> Collection[str]:
        """Name those of the markets whose session runs or has just ended."""
        ...

    async def happened(self, moves: Mapping[str, Collection[float]]) -> Sequence[Event]:
        """Give what the newest quotes show of the newest sessions of these markets, all of them awake.

        For each market the moves are named, in per cent, that are asked for.
        """
        ...


class SubscriptionStore(Protocol):
    """Where posts and alerts are kept; every method raises StoreError."""

    async def add(self, one: Post | Alert) -> int | None: ...  # noqa: D102 (bot/adapters/storage/subscriptions.py tells)
    async def of(self, guild: int) -> list[Post | Alert | UnreadableSubscription]: ...  # noqa: D102
    async def one(self, number: int) -> Post | Alert | UnreadableSubscription | None: ...  # noqa: D102
    async def change(self, one: Post | Alert, now: datetime) -> None: ...  # noqa: D102
    async def remove(self, one: Post | Alert | UnreadableSubscription, now: datetime) -> None: ...  # noqa: D102
    async def due(self, until: datetime, limit: int) -> list[Post]: ...  # noqa: D102
    async def waiting(self, after: int, limit: int) -> list[Post]: ...  # noqa: D102
    async def plan(self, moved: Sequence[tuple[Post, Post]], planned: Sequence[PlannedDelivery]) -> int: ...  # noqa: D102
    async def due_counts(self, start: datetime, end: datetime) -> Mapping[datetime, int]: ...  # noqa: D102
    async def watched(self) -> frozenset[str]: ...  # noqa: D102
    async def wanted(self, markets: Collection[str]) -> Mapping[str, AlertCondition]: ...  # noqa: D102
    async def alerts(self, wanted: Collection[str], after: int, limit: int) -> list[Alert]: ...  # noqa: D102
    async def happened(self, planned: Sequence[PlannedDelivery]) -> None: ...  # noqa: D102
    async def pause_dead(self, now: datetime, grace: timedelta, slowest: timedelta) -> list[Post | Alert]: ...  # noqa: D102
    async def claim_notice(self, now: datetime, lease: timedelta) -> Post | Alert | None: ...  # noqa: D102
    async def mark_notified(self, number: int) -> None: ...  # noqa: D102
    async def guilds(self) -> Mapping[int, datetime | None]: ...  # noqa: D102
    async def leave(self, guild: int, at: datetime) -> None: ...  # noqa: D102
    async def restore_guild(self, guild: int, posts: Sequence[Post]) -> None: ...  # noqa: D102
    async def forget(self, guild: int) -> None: ...  # noqa: D102
    async def clear(self, *, left_before: datetime, done_before: datetime, now: datetime) -> None: ...  # noqa: D102


class Proposals(Protocol):
    """Where questions are kept that wait for a yes; every method raises StoreError."""

    async def propose(self, token: str, proposal: Proposal, expires: datetime) -> None: ...  # noqa: D102 (bot/adapters/storage/confirmations.py tells)
    async def proposal(self, token: str) -> Proposal | Settlement | None: ...  # noqa: D102
    async def decline(self, token: str) -> Settlement | None: ...  # noqa: D102
    async def carry_out(self, token: str, action: Action, post: Post, now: datetime) -> Settlement | None: ...  # noqa: D102


class Outbox(Protocol):
    """Where deliveries are kept and claimed; every method raises StoreError."""

    async def insert(self, planned: Sequence[PlannedDelivery]) -> None: ...  # noqa: D102 (bot/adapters/storage/deliveries.py tells)
    async def ready(self, now: datetime, limit: int, busy: Collection[int]) -> Mapping[str, PostContent | None]: ...  # noqa: D102
    async def claim(  # noqa: D102
        self, now: datetime, limits: DeliveryLimits, limit: int, contents: Collection[str], busy: Collection[int]
    ) -> list[ClaimedDelivery]: ...
    async def sent(self, claim: ClaimedDelivery, message: int, now: datetime, problem: str | None = None) -> None: ...  # noqa: D102
    async def finish(self, claim: ClaimedDelivery, state: DeliveryState, problem: str, now: datetime) -> None: ...  # noqa: D102
    async def again(  # noqa: D102
        self,
        claim: ClaimedDelivery,
        at: datetime,
        problem: str | None,
        now: datetime,
        *,
        doubtful: bool,
        dead: bool = False,
    ) -> None: ...
    async def expire(self, now: datetime, limits: DeliveryLimits) -> int: ...  # noqa: D102
    async def pace(self, places: int, rate: float, now: datetime) -> datetime: ...  # noqa: D102
    async def messages(self, contents: Collection[str]) -> Mapping[str, str]: ...  # noqa: D102
    async def keep(self, content: str, message: str, now: datetime) -> str: ...  # noqa: D102
    async def publishable(self, now: datetime, limits: DeliveryLimits) -> DeliveryOutcome | None: ...  # noqa: D102
    async def published(  # noqa: D102
        self, outcome: DeliveryOutcome, state: Publication, again: datetime | None, problem: str | None
    ) -> None: ...
    async def last(self, guild: int) -> list[DeliveryOutcome]: ...  # noqa: D102
    async def outcomes(self, origin: Origin, origin_id: int) -> list[DeliveryOutcome]: ...  # noqa: D102
