"""What do posts and alerts need of the database? One small Protocol a consumer; every method raises StoreError.

`bot.services.subscriptions` uses SubscriptionStore and OutcomeStore, `bot.services.alerts` AlertStore,
`bot.services.confirmations` ProposalStore, `bot.services.deliveries` Outbox and PauseStore, `bot.services.rate_limit`
RequestQueue.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.errors import Failure
from bot.domain.posting.confirmations import Action, Proposal, Settlement
from bot.domain.posting.deliveries import (
    ClaimedDelivery,
    DeliveryOutcome,
    DeliveryState,
    PlannedDelivery,
    Publication,
)
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.subscriptions import Alert, AlertCondition, Post, PostContent, UnreadableSubscription
from bot.services.posting_ports import Composed

Subscription = Post | Alert
StoredSubscription = Post | Alert | UnreadableSubscription


class SettingsStore(Protocol):
    """Where an admin's posts and alerts are kept."""

    async def add(self, subscription: Subscription) -> int | None:
        """Insert a new post or alert and return its number; ``None`` if the server has ``MOST_PER_GUILD`` already."""
        ...

    async def get(self, number: int) -> StoredSubscription | None:
        """Return the post or alert of a number."""
        ...

    async def list_for_guild(self, guild: int) -> list[StoredSubscription]:
        """Return a server's posts and alerts in the order in which they were added."""
        ...

    async def change(self, subscription: Subscription, now: datetime) -> None:
        """Replace what is stored under its number.

        Deliveries planned ahead are withdrawn, to be planned anew. What is due already and could not be sent follows
        into the new channel, or is given up if the subscription is paused.
        """
        ...

    async def remove(self, subscription: StoredSubscription, now: datetime) -> None:
        """Delete a post or an alert and its planned deliveries; what is being sent at that moment goes out."""
        ...


class PlanStore(Protocol):
    """Where it is kept which post comes next and how far each is planned."""

    async def list_due(self, until: datetime, limit: int) -> list[Post]:
        """Return up to ``limit`` posts whose next occurrence is due by an instant, the earliest first."""
        ...

    async def list_active_posts(self, after: int, limit: int) -> list[Post]:
        """Return up to ``limit`` posts, neither paused nor left, numbered above ``after``, in order."""
        ...

    async def save_plan(self, moved: Sequence[tuple[Post, Post]], planned: Sequence[PlannedDelivery]) -> int:
        """Insert deliveries and move posts on, each given as it was read and as it is now; return how many moved.

        What another process planned meanwhile stays as it is; a post that was changed meanwhile keeps its change, and
        no delivery of its former self is inserted.
        """
        ...

    async def due_counts(self, start: datetime, end: datetime) -> Mapping[datetime, int]:
        """Count the posts next due from ``start`` to ``end``, both inclusive, by instant."""
        ...


class GuildStore(Protocol):
    """What is kept of a server as a whole."""

    async def guilds(self) -> Mapping[int, datetime | None]:
        """Return the servers that have anything stored, with the instant since which the bot has left each."""
        ...

    async def mark_left(self, guild: int, now: datetime) -> None:
        """Record that the bot has left a server: nothing is sent any more, and nothing is deleted yet."""
        ...

    async def restore_guild(self, guild: int, posts: Sequence[Post]) -> None:
        """Take a server's posts and alerts up again; ``posts`` are given as they go on."""
        ...

    async def delete_guild_data(self, guild: int) -> None:
        """Delete everything stored of a server."""
        ...

    async def purge(self, *, left_before: datetime, done_before: datetime, now: datetime) -> None:
        """Delete servers left before an instant, outcomes and texts from before another, and expired questions.

        The outcomes of servers that have nothing set up go by the first instant too.
        """
        ...


class SubscriptionStore(SettingsStore, PlanStore, GuildStore, Protocol):
    """All that `bot.services.subscriptions` needs of posts and alerts."""


class AlertStore(Protocol):
    """Where it is learnt which alerts are set, and where their deliveries go."""

    async def watched_markets(self) -> frozenset[str]:
        """Return the markets with at least one active alert."""
        ...

    async def alert_conditions(self, markets: Collection[str]) -> Mapping[str, AlertCondition]:
        """Return the distinct conditions waited for in these markets by their keys, however many alerts share one."""
        ...

    async def list_alerts(self, condition_keys: Collection[str], after: int, limit: int) -> list[Alert]:
        """Return up to ``limit`` alerts on these conditions, numbered above ``after``, in order."""
        ...

    async def enqueue_alerts(self, planned: Sequence[PlannedDelivery]) -> None:
        """Insert deliveries of alerts.

        An alert removed or paused since it was read has none; one that was moved has it in its new channel.
        """
        ...


class PauseStore(Protocol):
    """Where what a dead channel refuses is paused, and its creator told once."""

    async def get(self, number: int) -> StoredSubscription | None:
        """Return the post or alert of a number."""
        ...

    async def pause_dead(self, now: datetime, grace: timedelta, slowest: timedelta) -> list[Subscription]:
        """Pause what its channel has refused for the grace period, and return it; its notice is then due.

        The refusal must have lasted to the end of that period as far as retries, at the ``slowest`` pace, can tell.
        """
        ...

    async def claim_notice(self, now: datetime, lease: timedelta) -> Subscription | None:
        """Claim, for a lease, one paused post or alert whose creator has not been told yet."""
        ...

    async def mark_notified(self, number: int) -> None:
        """Record that the creator was told, or cannot be."""
        ...


class ProposalStore(Protocol):
    """Where questions are kept that wait for a yes."""

    async def add(self, token: str, proposal: Proposal, expires: datetime) -> None:
        """Keep a question under a token until an instant."""
        ...

    async def get(self, token: str) -> Proposal | Settlement | None:
        """Return a question that is open, or how it ended; ``None`` if there is none that this version can read."""
        ...

    async def decline(self, token: str) -> Settlement | None:
        """End a question with a no if it is open; return how it ended, now or before."""
        ...

    async def carry_out(self, token: str, action: Action, post: Post, now: datetime) -> Settlement | None:
        """Add or change a post and end its question in one transaction; return how it ended, now or before.

        ``None``, with the question still open, if there is no room for the post or nothing to change any more.
        """
        ...


class OutcomeStore(Protocol):
    """Where a test is queued, and where it is read what became of a server's deliveries."""

    async def enqueue(self, planned: Sequence[PlannedDelivery]) -> None:
        """Insert deliveries; an event that its origin has already is left as it is.

        A test of a post that was removed meanwhile is not inserted.
        """
        ...

    async def last_outcomes(self, guild: int) -> list[DeliveryOutcome]:
        """Return the newest delivery of each of a server's posts and alerts, tests apart."""
        ...


class ClaimStore(Protocol):
    """Where deliveries are claimed, and what became of each claim is recorded.

    The operations after `claim` take the claim. All but `mark_sent` do nothing once its lease has ended and another
    process holds the delivery.
    """

    async def ready_contents(
        self, now: datetime, limit: int, busy_channels: Collection[int]
    ) -> Mapping[str, PostContent | None]:
        """Return what the next ``limit`` claimable deliveries say, by content key.

        Channels that are busy are left out. ``None`` is a content that this version cannot read.
        """
        ...

    async def claim(
        self,
        now: datetime,
        limits: DeliveryLimits,
        limit: int,
        content_keys: Collection[str],
        busy_channels: Collection[int],
    ) -> list[ClaimedDelivery]:
        """Claim up to ``limit`` deliveries that say one of these things, the longest due first."""
        ...

    async def mark_sent(
        self, claim: ClaimedDelivery, message: int, now: datetime, problem: Failure | None = None
    ) -> None:
        """Record that the message is there, whoever holds the claim by now, and what of it is not as it should be."""
        ...

    async def give_up(self, claim: ClaimedDelivery, state: DeliveryState, problem: Failure, now: datetime) -> None:
        """End a delivery in a final state other than sent, and record why."""
        ...

    async def release(self, claim: ClaimedDelivery, now: datetime) -> None:
        """Hand a claim back that nothing was done with; it can be claimed again at once."""
        ...

    async def retry(self, claim: ClaimedDelivery, retry_at: datetime, problem: Failure, now: datetime) -> None:
        """Schedule another attempt after one that certainly did not arrive, which says nothing of an earlier one.

        What is certainly not there follows its post or alert: into another channel, or nowhere if that is stopped.
        """
        ...

    async def retry_refused(self, claim: ClaimedDelivery, retry_at: datetime, problem: Failure, now: datetime) -> None:
        """Do as `retry` after the channel refused: nothing else is sent there before ``retry_at`` either."""
        ...

    async def mark_doubtful(self, claim: ClaimedDelivery, retry_at: datetime, problem: Failure, now: datetime) -> None:
        """Record that the message may be there or not; it is sent or looked for again at an instant."""
        ...

    async def mark_absent(self, claim: ClaimedDelivery, retry_at: datetime, now: datetime) -> None:
        """Record that the message is certainly not there: it is planned for an instant as if never tried."""
        ...

    async def repair_clock_errors(self, now: datetime, limits: DeliveryLimits) -> None:
        """Undo what a clock did that was ahead and has gone back since: what it missed, claimed or put off too far."""
        ...

    async def expire(self, now: datetime) -> int:
        """Mark what was never tried and is too late now as missed; return how many deliveries."""
        ...


class ComposedStore(Protocol):
    """Where composed messages are kept, so that all recipients and processes send the same."""

    async def composed(self, content_keys: Collection[str]) -> Mapping[str, Composed]:
        """Return the composed messages that there are, by content key."""
        ...

    async def keep_composed(self, content_key: str, message: Composed, now: datetime) -> Composed:
        """Keep a composed message and return what is kept: the first one that any process composed."""
        ...


class PublicationStore(Protocol):
    """Where it is kept which messages are still to be published in announcement channels."""

    async def claim_publication(self, now: datetime, limits: DeliveryLimits) -> DeliveryOutcome | None:
        """Claim, for a lease, one sent message that is still to be published."""
        ...

    async def record_publication(
        self, outcome: DeliveryOutcome, state: Publication, retry_at: datetime | None, problem: Failure | None
    ) -> None:
        """Record what became of publishing a message; ``retry_at`` is the instant of the next attempt."""
        ...


class RequestQueue(Protocol):
    """The queue of requests to Discord that all processes on one database share."""

    async def acquire(self, places: int, rate: float, now: datetime) -> datetime:
        """Take places in the queue, which moves at ``rate`` a second, and return the instant of the first."""
        ...


class Outbox(ClaimStore, ComposedStore, PublicationStore, Protocol):
    """All that `bot.services.deliveries` needs of deliveries."""
