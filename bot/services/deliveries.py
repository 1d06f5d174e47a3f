"""How does each message reach its channel once, on time and at the pace that Discord allows?

One round asks what is ready, composes what is not composed yet, waits for places in the queue that all processes share,
claims, and sends. What may go wrong at each step and what follows from it stands in `bot.domain.posting.deliveries`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from bot.domain.errors import Failure, FailureCode, StoreError, failure
from bot.domain.posting.deliveries import ClaimedDelivery, DeliveryState, Publication, next_step, next_try
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.subscriptions import PostContent, UnreadableSubscription
from bot.services.ports import Clock
from bot.services.posting_ports import (
    CannotTell,
    ChannelDead,
    Composed,
    Doubtful,
    Limiter,
    MessageComposer,
    MessageSender,
    NotSent,
    Rejected,
    SendError,
)
from bot.services.posting_stores import Outbox, PauseStore
from bot.services.rate_limit import SLEEP, Wait

Write = Callable[[], Awaitable[None]]

_log = logging.getLogger(__name__)

_BATCH: Final = 50  # deliveries claimed at once, at the most
_PART: Final = 0.25  # of a second that a batch's places last
_AT_ONCE: Final = 100  # requests under way
_REMEMBERED: Final = 64  # composed messages remembered
_MARGIN: Final = timedelta(minutes=15)  # by which a look into a channel begins before the first attempt
_PUBLISH_TRIES: Final = 12
_KEEP_TRIES: Final = 12  # over two and a half minutes
_LATE: Final = Failure(FailureCode.TOO_LATE)
_NO_ANSWER: Final = Failure(FailureCode.DISCORD_SILENT)
_UNCOMPOSED: Final = Failure(FailureCode.NOT_COMPOSED)
_UNMENTIONED: Final = Failure(FailureCode.NOT_MENTIONED)


class DeliveryService:
    """Sends what is due; any number of them, in any number of processes, share one database."""

    def __init__(
        self,
        outbox: Outbox,
        subscriptions: PauseStore,
        sender: MessageSender,
        composer: MessageComposer,
        limiter: Limiter,
        clock: Clock,
        limits: DeliveryLimits,
        wait: Wait = SLEEP,
    ) -> None:
        """Take what it sends from and with; ``wait`` sleeps so many seconds."""
        self._outbox = outbox
        self._subscriptions = subscriptions
        self._sender = sender
        self._composer = composer
        self._limiter = limiter
        self._clock = clock
        self._limits = limits
        self._wait = wait
        self._composed: dict[str, Composed] = {}  # by content key, oldest first
        self._sending: set[asyncio.Task[None]] = set()
        self._turns: dict[int, tuple[asyncio.Lock, int]] = {}  # of each channel, and how many want it
        self._failed = 0  # requests in a row that Discord did not answer
        self._batch = max(1, min(_BATCH, int(limits.rate * _PART)))

    async def send_due(self) -> int:
        """Begin to send all that is due, in order, until nothing is; return how many deliveries were taken up.

        What goes to one channel goes in turn, so that a channel with something under way is left alone until then.

        Raises:
            StoreError: if the database cannot be used; what was claimed comes up again after its lease.
        """
        await self._outbox.repair_clock_errors(self._clock(), self._limits)
        await self._outbox.expire(self._clock())
        taken = 0
        while ready := await self._outbox.ready_contents(self._clock(), self._batch, list(self._turns)):
            composed = await self._messages(ready)
            await self._limiter.acquire(self._batch)
            busy, now = list(self._turns), self._clock()
            claims = await self._outbox.claim(now, self._limits, self._batch, list(ready), busy)
            if not claims:  # another process has them
                break
            for claim in claims:
                await self._start(self._deliver(claim, composed.get(claim.content_key)))
            taken += len(claims)
            if self._failed >= self._batch:  # Discord is down: what is due waits, and nobody hammers
                self._failed = 0
                break
        return taken

    async def settle(self, seconds: float | None = None) -> None:
        """Wait until no request is under way, or so many seconds."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=seconds)

    async def publish_due(self) -> None:
        """Publish sent messages in announcement channels; Discord allows about ten an hour in each.

        Raises:
            StoreError: if the database cannot be used.
        """
        limits = self._limits
        while (outcome := await self._outbox.claim_publication(self._clock(), limits)) is not None:
            assert outcome.message is not None, "only what was sent is published"
            try:
                async with asyncio.timeout(limits.send.total_seconds()):
                    await self._sender.publish(outcome.channel, outcome.message)
            except (ChannelDead, Rejected) as error:
                await self._outbox.record_publication(outcome, Publication.FAILED, None, error.failure)
            except (SendError, TimeoutError) as error:
                if outcome.publish_attempts >= _PUBLISH_TRIES:
                    await self._outbox.record_publication(outcome, Publication.FAILED, None, _why(error))
                else:  # asking twice is harmless: it is published or it is not
                    wait = _requested_wait(error, limits) or limits.wait(limits.refused, outcome.publish_attempts)
                    await self._outbox.record_publication(outcome, Publication.DUE, self._clock() + wait, _why(error))
            else:
                await self._outbox.record_publication(outcome, Publication.DONE, None, None)

    async def send_pause_notices(self) -> None:
        """Pause what a dead channel has refused for too long, and tell those who set it up.

        Raises:
            StoreError: if the database cannot be used.
        """
        now = self._clock()
        for paused in await self._subscriptions.pause_dead(now, self._limits.grace, self._limits.slowest):
            _log.info("Paused %s %d: %s", type(paused).__name__.lower(), paused.id, paused.failure.problem)
        while (subscription := await self._subscriptions.claim_notice(now, self._limits.lease)) is not None:
            try:
                async with asyncio.timeout(self._limits.send.total_seconds()):
                    await self._sender.notify_paused(subscription)
            except (NotSent, Doubtful, TimeoutError):
                continue  # comes up again after its lease
            except SendError as error:
                _log.info("Nobody could be told that %d was paused: %s", subscription.id, error)
            await self._subscriptions.mark_notified(subscription.id)

    async def _start(self, delivery: Coroutine[Any, Any, None]) -> None:
        while len(self._sending) >= _AT_ONCE:
            await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(delivery)
        self._sending.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Its claim stands, and comes up again after the lease.
            flaw = None if isinstance(error, StoreError) else error
            _log.error("A delivery was left unfinished: %s", error, exc_info=flaw)

    async def _messages(self, ready: Mapping[str, PostContent | None]) -> Mapping[str, Composed]:
        """Find or compose the messages of these content keys; what cannot be composed now is left out."""
        missing = [key for key in ready if key not in self._composed]
        if missing:
            stored = await self._outbox.composed(missing)
            fresh = await asyncio.gather(*(self._compose(key, ready[key]) for key in missing if key not in stored))
            self._composed |= {**stored, **{key: message for key, message in fresh if message is not None}}
        messages = {key: self._composed[key] for key in ready if key in self._composed}
        while len(self._composed) > _REMEMBERED:
            del self._composed[next(iter(self._composed))]
        return messages

    async def _compose(self, key: str, content: PostContent | None) -> tuple[str, Composed | None]:
        if content is None:
            _log.error("What another version planned cannot be read: %s", key)
            return key, None
        try:
            message = await self._composer.compose(content)
        except Exception:  # noqa: BLE001 - whatever is wrong with one must not hold up the others
            _log.exception("A post could not be composed.")
            return key, None
        return key, await self._outbox.keep_composed(key, message, self._clock())

    async def _deliver(self, claim: ClaimedDelivery, composed: Composed | None) -> None:
        """Send after what goes to the same channel before it: discord.py would make it wait within its own time."""
        turn, waiting = self._turns.get(claim.channel, (asyncio.Lock(), 0))
        self._turns[claim.channel] = (turn, waiting + 1)
        try:
            async with turn:
                await self._keep(await self._decide(claim, composed))
        finally:
            waiting = self._turns[claim.channel][1] - 1
            self._turns[claim.channel] = (turn, waiting)
            if not waiting:
                del self._turns[claim.channel]

    async def _decide(self, claim: ClaimedDelivery, composed: Composed | None) -> Write:
        now = self._clock()
        if now + self._limits.send > claim.lease:  # held up since: another process may have it before this one ends
            return partial(self._outbox.release, claim, now)
        match next_step(claim, now, self._limits):
            case "missed":
                return partial(self._outbox.give_up, claim, DeliveryState.MISSED, _LATE, now)
            case "look":
                return await self._look(claim, now)
            case "send" if composed is None:
                wait = self._limits.wait(self._limits.refused, claim.attempts)
                retry_at = next_try(claim, now, wait, self._limits)
                return partial(self._outbox.retry, claim, retry_at, _UNCOMPOSED, now)
            case "send":
                return await self._send(claim, composed)

    async def _keep(self, write: Write) -> None:
        """Keep what became of a delivery: only this process knows it, so a database that is away is waited for."""
        for number in range(_KEEP_TRIES):
            try:
                return await write()
            except StoreError as error:
                _log.log(logging.INFO if number else logging.WARNING, "An outcome waits to be kept: %s", error)
                await self._wait(min(0.25 * 2**number, 30.0))
        return await write()

    async def _send(self, claim: ClaimedDelivery, composed: Composed) -> Write:
        limits = self._limits
        try:
            # Within the bound lie discord.py's own sleeps and tries.
            async with asyncio.timeout(limits.send.total_seconds()):
                mention = await self._may_mention(claim)
                role = claim.mention if mention else None
                sent = await self._sender.send(
                    claim.channel, composed, claim.nonce, claim.lease, mention=role, delayed=claim.delayed
                )
        except ChannelDead as error:
            now = self._clock()
            retry_at = next_try(claim, now, limits.wait(limits.refused, claim.attempts), limits)
            return partial(self._outbox.retry_refused, claim, retry_at, error.failure, now)
        except Rejected as error:
            # An earlier attempt may have come through all the same.
            state = DeliveryState.UNKNOWN if claim.recovered else DeliveryState.FAILED
            return partial(self._outbox.give_up, claim, state, error.failure, self._clock())
        except (NotSent, Doubtful, TimeoutError) as error:
            self._failed += 1
            now = self._clock()
            retry_at = next_try(claim, now, limits.wait(limits.backoff, claim.attempts), limits)
            retry_at = max(retry_at, now + _requested_wait(error, limits))
            write = self._outbox.retry if isinstance(error, NotSent) else self._outbox.mark_doubtful
            return partial(write, claim, retry_at, _why(error), now)
        self._failed = 0
        lost = _UNMENTIONED if claim.mention is not None and not mention else None
        return partial(self._outbox.mark_sent, claim, sent, self._clock(), lost)

    async def _look(self, claim: ClaimedDelivery, now: datetime) -> Write:
        """Find out whether a message is in its channel that was perhaps sent before."""
        since = min(claim.due, claim.tried, now) - _MARGIN
        try:
            async with asyncio.timeout(self._limits.send.total_seconds()):
                message = await self._sender.find(claim.channel, claim.nonce, since)
        except (CannotTell, ChannelDead, Rejected) as error:
            problem = failure(FailureCode.MAYBE_SENT, why=error.failure)
            return partial(self._outbox.give_up, claim, DeliveryState.UNKNOWN, problem, self._clock())
        except (SendError, TimeoutError) as error:
            self._failed += 1
            now = self._clock()
            if now > claim.latest + self._limits.grace:
                return partial(self._outbox.give_up, claim, DeliveryState.UNKNOWN, _why(error), now)
            retry_at = now + self._limits.wait(self._limits.backoff, claim.attempts)
            return partial(self._outbox.mark_doubtful, claim, retry_at, _why(error), now)
        self._failed = 0
        now = self._clock()
        if message is not None:
            return partial(self._outbox.mark_sent, claim, message, now)
        if now > claim.latest:
            return partial(self._outbox.give_up, claim, DeliveryState.MISSED, _LATE, now)
        return partial(self._outbox.mark_absent, claim, max(now, claim.due), now)

    async def _may_mention(self, claim: ClaimedDelivery) -> bool:
        if claim.mention is None:
            return False
        subscription = await self._subscriptions.get(claim.origin_id)
        if subscription is None or isinstance(subscription, UnreadableSubscription):
            return False
        destination = subscription.destination
        return await self._sender.may_mention(destination.guild, claim.channel, destination.creator, claim.mention)


def _why(error: SendError | TimeoutError) -> Failure:
    return error.failure if isinstance(error, SendError) else _NO_ANSWER


def _requested_wait(error: Exception, limits: DeliveryLimits) -> timedelta:
    """Return how long Discord asked to wait; after the slowest pace of retries it is tried in between."""
    wait = error.wait if isinstance(error, NotSent) else None
    return min(wait or timedelta(0), limits.slowest)
