"""May a source be asked now, after it refused or did not answer?

A refusal (429) lasts hours and every further request makes it worse; an outage ends by itself. Either opens the
breaker for a pause that grows with every failure in a row; then one request is let through on trial, and its outcome
decides.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class FailureKind(StrEnum):
    """Why the breaker opened."""

    REFUSED = "refused"
    OUTAGE = "outage"


# A table, and not the doubling of `bot.domain.backoff`: a refusal lasts hours, so its pauses grow faster than that,
# and an outage begins with no pause at all, which never doubles.
PAUSES: Mapping[FailureKind, Sequence[timedelta]] = MappingProxyType(
    {
        FailureKind.REFUSED: tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30)),
        # One failure may be chance: the next request is let through at once.
        FailureKind.OUTAGE: tuple(timedelta(seconds=seconds) for seconds in (0, 5, 15, 30, 60, 120)),
    }
)

TRIAL = timedelta(seconds=60)
"""How long the one request of a half-open breaker is waited for; one that is never heard of must not keep it open for
ever."""


class CircuitBreaker:
    """Counts failures in a row and decides whether the next request may be made; it reads no clock.

    ``cause`` is the kind of the last failure, ``until`` the instant (aware) up to which the breaker is open; both are
    None after a success.
    """

    def __init__(self, pauses: Mapping[FailureKind, Sequence[timedelta]] = PAUSES, trial: timedelta = TRIAL) -> None:
        """Take the pauses after the first, second … failure in a row (the last for all that follow), and a trial's."""
        self.cause: FailureKind | None = None
        self.until: datetime | None = None
        self._pauses = pauses
        self._trial = trial
        self._trial_since: datetime | None = None
        self._failures = 0
        self._round = 0

    def open(self, now: datetime) -> bool:
        """Return whether the source is left alone; a clock set back by more than the pause does not lengthen it."""
        return self.until is not None and now < self.until <= now + self._pause()

    def admit(self, now: datetime) -> int | None:
        """Return a ticket for one request, to be reported with its outcome; None while the source is left alone."""
        if self.until is None:
            return self._round
        if self.open(now):
            return None
        if self._trial_since is not None and timedelta(0) <= now - self._trial_since < self._trial:
            return None
        self._trial_since = now
        return self._round

    def worked(self, ticket: int) -> None:
        """Report that the source answered; a request from before the last failure proves nothing."""
        if ticket == self._round:
            self.cause = self.until = self._trial_since = None
            self._failures = 0

    def failed(self, ticket: int, kind: FailureKind, now: datetime) -> None:
        """Report a failure; requests that were under way together count as one."""
        if ticket != self._round:
            # Of those that were under way at the first failure, only a refusal adds something: to an outage.
            if kind is FailureKind.REFUSED and self.cause is FailureKind.OUTAGE:
                self.cause, self.until = kind, now + self._pause(kind)
            return
        if kind is FailureKind.REFUSED and self.cause is FailureKind.OUTAGE:
            self._failures = 0
        self._round += 1
        self._failures += 1
        self._trial_since = None
        self.cause = kind
        self.until = now + self._pause()

    def abandoned(self, ticket: int) -> None:
        """Report that nobody waited for the outcome."""
        if ticket == self._round:
            self._trial_since = None

    def _pause(self, kind: FailureKind | None = None) -> timedelta:
        steps = self._pauses[kind or self.cause or FailureKind.OUTAGE]
        return steps[min(max(self._failures, 1), len(steps)) - 1]
