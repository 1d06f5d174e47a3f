"""What can a server ask to be sent by itself, and when does which post come next?"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from bot.domain.calendars.calendar import Calendar
from bot.domain.errors import BadQuestion, FailureCode
from bot.domain.posting.deliveries import DeliveryOutcome, Origin, PlannedDelivery
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.schedule import Occurrence, Timing, following, occurrences
from bot.domain.posting.subscriptions import MOST_PER_GUILD, Alert, FailureState, Post, UnreadableSubscription
from bot.services.ports import Clock
from bot.services.posting_stores import OutcomeStore, SubscriptionStore

LEAD: Final = timedelta(minutes=3)
"""How long before its instant a post is planned: the list of receivers is there when it comes."""

KEPT_AFTER_LEAVING: Final = timedelta(days=30)
"""How long a server's data is kept after the bot has left it."""

OUTCOMES_KEPT: Final = timedelta(days=90)

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 500  # posts planned in one transaction
_CAUGHT_UP: Final = 31  # occurrences of one post planned in one go, after a long rest
_UNKNOWN: Final = (KeyError, ValueError, OverflowError)
"""What working out when a post comes raises where its time names what is not known here, or what cannot be."""
_NEXT: Final = 3  # runs shown to the admin


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a post comes next, and how late the first may be because many others are due then too."""

    runs: tuple[Occurrence, ...]
    delay: timedelta


@dataclass(frozen=True, slots=True)
class ListedSubscription:
    """One post or alert as a server's admin sees it: what it is, and what became of it last."""

    what: Post | Alert | UnreadableSubscription
    last: DeliveryOutcome | None


class SubscriptionService:
    """A server's posts and alerts; every method raises StoreError where they cannot be read or kept."""

    def __init__(
        self,
        subscriptions: SubscriptionStore,
        outbox: OutcomeStore,
        calendars: Mapping[str, Calendar],
        clock: Clock,
        limits: DeliveryLimits,
    ) -> None:
        """Take where posts and deliveries are kept, and what times are worked out from."""
        self._subscriptions = subscriptions
        self._outbox = outbox
        self._calendars = calendars
        self._clock = clock
        self._limits = limits

    async def forecast(self, timing: Timing) -> Forecast:
        """Work out the next three runs of a timing, and how late the first may be.

        Raises:
            BadQuestion: if it never comes.
        """
        runs = tuple(islice(occurrences(timing, self._clock(), self._calendars), _NEXT))
        if not runs:
            raise BadQuestion(FailureCode.NEVER_COMES)
        return Forecast(runs, await self._delay(runs[0].due))

    async def add(self, subscription: Post | Alert) -> Post | Alert:
        """Store a new post or alert and return it with its number.

        Raises:
            BadQuestion: if the server has as many as it may have, or the post never comes.
        """
        if isinstance(subscription, Post):
            subscription = self.start(subscription)
        number = await self._subscriptions.add(subscription)
        if number is None:
            raise self.too_many(subscription)
        return replace(subscription, id=number)

    async def list_for_guild(self, guild: int) -> list[ListedSubscription]:
        """Return a server's posts and alerts, each with its last outcome, in the order of their numbers."""
        outcomes = await self._outbox.last_outcomes(guild)
        last = {(outcome.origin, outcome.origin_id): outcome for outcome in outcomes}
        stored = await self._subscriptions.list_for_guild(guild)
        return [ListedSubscription(item, last.get((_origin(item), item.id))) for item in stored]

    async def get(self, guild: int, number: int) -> Post | Alert:
        """Return one of a server's own posts or alerts.

        Raises:
            BadQuestion: if it has none of this number, or it cannot be read.
        """
        subscription = await self._stored(guild, number)
        if isinstance(subscription, UnreadableSubscription):
            raise BadQuestion(FailureCode.UNREADABLE_SUBSCRIPTION, kind=subscription.kind, number=number)
        return subscription

    @staticmethod
    def too_many(subscription: Post | Alert) -> BadQuestion:
        """Return the refusal of one more where a server has as many as it may have."""
        kind = "alert" if isinstance(subscription, Alert) else "post"
        return BadQuestion(FailureCode.TOO_MANY_SUBSCRIPTIONS, most=MOST_PER_GUILD, kind=kind)

    @staticmethod
    def not_found(number: int) -> BadQuestion:
        """Return the refusal of a number that a server has not."""
        return BadQuestion(FailureCode.NO_SUCH_NUMBER, number=number)

    async def change(self, subscription: Post | Alert) -> Post | Alert:
        """Replace what is stored under its number; a change starts it again, with its failures forgotten.

        Raises:
            BadQuestion: if the post never comes.
        """
        subscription = replace(subscription, paused=False, failure=FailureState())
        if isinstance(subscription, Post):
            subscription = self.start(subscription)
        await self._subscriptions.change(subscription, self._clock())
        return subscription

    async def pause(self, guild: int, number: int) -> Post | Alert:
        """Stop a post or an alert until it is resumed; raises as `get` does."""
        subscription = replace(await self.get(guild, number), paused=True)
        if isinstance(subscription, Post):
            subscription = replace(subscription, next_due=None)
        await self._subscriptions.change(subscription, self._clock())
        return subscription

    async def resume(self, guild: int, number: int) -> Post | Alert:
        """Let a post or an alert go on from now; what it missed is not made up for. Raises as `get` does."""
        return await self.change(await self.get(guild, number))

    async def remove(self, guild: int, number: int) -> Post | Alert | UnreadableSubscription:
        """Delete a post or an alert, also one that cannot be read.

        Raises:
            BadQuestion: if the server has none of this number.
        """
        subscription = await self._stored(guild, number)
        await self._subscriptions.remove(subscription, self._clock())
        return subscription

    async def send_test(self, guild: int, number: int) -> Post:
        """Send a post once, now, through the same deliveries; raises as `get` does.

        Raises:
            BadQuestion: if there is no such post, or it is an alert.
        """
        post = await self.get(guild, number)
        if not isinstance(post, Post):
            raise BadQuestion(FailureCode.ALERT_NOT_TESTED)
        now = self._clock()
        run = Occurrence(f"{now:%Y-%m-%d} {secrets.token_hex(6)}", now)
        await self._outbox.enqueue([replace(self._planned(post, run), origin=Origin.TEST)])
        return post

    async def plan(self) -> int:
        """Turn what is due soon into deliveries and return how many posts were planned; what is old is planned too.

        Whoever is late for it marks it as missed, so that nothing goes without an account.
        """
        until, count = self._clock() + LEAD, 0
        while posts := await self._subscriptions.list_due(until, _AT_ONCE):
            moved, planned = [], []
            for post in posts:
                try:
                    after, deliveries = self._moved(post, until)
                except _UNKNOWN as error:  # a zone or a market that is no more: the others must not wait for it
                    _log.warning("Post %d cannot be planned: %s is not known any more.", post.id, error)
                    after, deliveries = replace(post, next_due=None), []
                moved.append((post, after))
                planned += deliveries
            mine = await self._subscriptions.save_plan(moved, planned)
            if not mine:  # another process has just planned them
                break
            count += mine
            await asyncio.sleep(0)
        return count

    async def plan_anew(self) -> int:
        """Work out again when each post comes next and return how many changed: zones and holidays may be new.

        What was planned by the old tables stays: an event that was planned is never planned again.
        """
        number = changed = 0
        while posts := await self._subscriptions.list_active_posts(number, _AT_ONCE):
            number = posts[-1].id
            moved = [(post, replace(post, next_due=self._next_known(post))) for post in posts]
            moved = [(before, after) for before, after in moved if before.next_due != after.next_due]
            if moved:
                await self._subscriptions.save_plan(moved, [])
                changed += len(moved)
            await asyncio.sleep(0)
        return changed

    async def mark_left(self, guild: int) -> None:
        """Record that the bot has left a server: its data is kept for a while, and nothing is sent any more."""
        await self._subscriptions.mark_left(guild, self._clock())

    async def restore_guild(self, guild: int) -> None:
        """Take a server's posts up again, from now on and with their failures forgotten."""
        now = self._clock()
        stored = await self._subscriptions.list_for_guild(guild)
        posts = [post for post in stored if isinstance(post, Post) and not post.paused]
        started = [replace(post, planned_until=now, failure=FailureState()) for post in posts]
        planned = [replace(post, next_due=self._next_known(post)) for post in started]
        await self._subscriptions.restore_guild(guild, planned)

    async def reconcile_guilds(self, guilds: Sequence[int], mine: Callable[[int], bool] | None = None) -> None:
        """Bring the servers that something is kept for in line with those that the bot is in.

        It may have been put out of a server, or taken back, while it was not running. ``mine`` tells which servers
        this process would hear of at all.
        """
        there = set(guilds)
        for guild, left in (await self._subscriptions.guilds()).items():
            if mine is not None and not mine(guild):
                continue
            if guild not in there and left is None:
                await self.mark_left(guild)
            elif guild in there and left is not None:
                await self.restore_guild(guild)

    async def delete_guild_data(self, guild: int) -> None:
        """Delete everything stored of a server."""
        await self._subscriptions.delete_guild_data(guild)

    async def purge(self) -> None:
        """Delete what is too old to be kept: servers left long ago, old outcomes, questions that nobody answered.

        Of a server that has nothing set up any more nobody would notice that the bot has left it: its outcomes go as
        soon as if it had.
        """
        now = self._clock()
        await self._subscriptions.purge(left_before=now - KEPT_AFTER_LEAVING, done_before=now - OUTCOMES_KEPT, now=now)

    async def _stored(self, guild: int, number: int) -> Post | Alert | UnreadableSubscription:
        subscription = await self._subscriptions.get(number)
        if subscription is None or _owner(subscription) != guild:
            raise self.not_found(number)
        return subscription

    def start(self, post: Post) -> Post:
        """Let a post begin now.

        Raises:
            BadQuestion: if it never comes.
        """
        started = replace(post, planned_until=self._clock())
        if (due := self._next(started)) is None:
            raise BadQuestion(FailureCode.NEVER_COMES)
        return replace(started, next_due=due)

    def _next(self, post: Post) -> datetime | None:
        run = following(post.timing, post.planned_until, self._calendars)
        return run.due if run else None

    def _next_known(self, post: Post) -> datetime | None:
        """Work out when a post comes next; ``None`` if its zone or market is no more."""
        try:
            return self._next(post)
        except _UNKNOWN:
            return None

    def _moved(self, post: Post, until: datetime) -> tuple[Post, list[PlannedDelivery]]:
        """Plan a post's occurrences due by an instant, and move it on to the first one after them."""
        planned: list[PlannedDelivery] = []
        after = post.planned_until
        for run in occurrences(post.timing, after, self._calendars):
            if run.due > until or len(planned) >= _CAUGHT_UP:
                return replace(post, planned_until=after, next_due=run.due), planned
            planned.append(self._planned(post, run))
            after = run.due
        return replace(post, planned_until=after, next_due=None), planned

    def _planned(self, post: Post, run: Occurrence) -> PlannedDelivery:
        latest = run.due + self._limits.late
        return PlannedDelivery(
            origin=Origin.POST,
            origin_id=post.id,
            event=run.event,
            guild=post.destination.guild,
            channel=post.destination.channel,
            content=post.content(run),
            due=run.due,
            latest=min(latest, run.latest) if run.latest else latest,
            mention=None if run.skipped else post.destination.mention,
            publish=post.destination.publish,
        )

    async def _delay(self, due: datetime) -> timedelta:
        """Work out how long the queue is at an instant, from all posts that are due then or in the time before."""
        since = due - self._limits.late
        return self._limits.queue_delay(await self._subscriptions.due_counts(since, due), due)


def _owner(subscription: Post | Alert | UnreadableSubscription) -> int:
    return subscription.guild if isinstance(subscription, UnreadableSubscription) else subscription.destination.guild


def _origin(subscription: Post | Alert | UnreadableSubscription) -> Origin:
    if isinstance(subscription, UnreadableSubscription):
        return Origin.ALERT if subscription.kind == "alert" else Origin.POST
    return Origin.ALERT if isinstance(subscription, Alert) else Origin.POST
