"""Which times and rates do deliveries keep?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.backoff import backoff


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLimits:
    """The times and rates that deliveries keep; a send ends before its lease, a lease before Discord's nonce.

    ``nonce`` is how long Discord gives back the message that it already has. ``late`` is how long after its time a
    post still makes sense, ``delayed`` from when on it says that it is late. ``grace`` is how long a channel may
    refuse before its posts are paused. ``rate`` is requests a second, of all processes on one database. The defaults
    stand here alone: settings take theirs from here.
    """

    send: timedelta = timedelta(seconds=30)
    lease: timedelta = timedelta(seconds=45)
    nonce: timedelta = timedelta(minutes=2)
    late: timedelta = timedelta(hours=2)
    delayed: timedelta = timedelta(minutes=5)
    grace: timedelta = timedelta(hours=2)
    backoff: timedelta = timedelta(seconds=5)
    refused: timedelta = timedelta(minutes=1)
    slowest: timedelta = timedelta(minutes=30)
    rate: float = 40.0

    def __post_init__(self) -> None:
        """Refuse limits under which a message could be sent twice; ValueError."""
        if not timedelta(0) < self.send < self.lease < self.nonce or self.rate <= 0:
            raise ValueError("a send must end before its lease, a lease before the nonce, and the rate be above 0")

    def wait(self, first: timedelta, attempts: int) -> timedelta:
        """Return the wait before the next attempt, after so many."""
        return backoff(first, attempts, max(self.slowest, first))

    def queue_delay(self, due_counts: Mapping[datetime, int], due: datetime) -> timedelta:
        """Return how late the first post at an instant may be, as so many are due then and in the time before."""
        queue, since = 0.0, due - self.late
        for moment, count in sorted(due_counts.items()):
            queue = max(0.0, queue - (moment - since).total_seconds() * self.rate) + count
            since = moment
        left = max(0.0, queue - (due - since).total_seconds() * self.rate)
        return timedelta(seconds=left / self.rate)
