"""May a source be asked now, after it refused or did not answer?

A refusal (429) lasts hours and every further question makes it worse; an outage ends by itself. Both close the way
for a while that grows with every failure; then one request is let through, and what becomes of it decides.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class FailureKind(StrEnum):
    """Why a source is left alone."""

    REFUSED = "refused"
    OUTAGE = "outage"


# A table, and not the doubling of `bot.domain.backoff`: a refusal lasts hours, so its pauses grow faster than that,
# and an outage begins with no pause at all, which never doubles.
PAUSES: Mapping[FailureKind, Sequence[timedelta]] = MappingProxyType(
    {
        FailureKind.REFUSED: tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30)),
        # One failure may be chance: the next question is let through at once.
        FailureKind.OUTAGE: tuple(timedelta(seconds=seconds) for seconds in (0, 5, 15, 30, 60, 120)),
    }
)

TRIAL = timedelta(seconds=60)
"""How long the one request of a half-open breaker is waited for; a request that is never heard of must not close
the way for ever."""


class CircuitBreaker:
    """Counts failures in a row and says whether the next request may be made; instants are aware, and given to it."""

    def __init__(self, pauses: Mapping[FailureKind, Sequence[timedelta]] = PAUSES, trial: timedelta = TRIAL) -> None:
        """Take the pauses after the first, second … failure in a row; the last one stands for all that follow."""
        self.trouble: FailureKind | None = None
        self.until: datetime | None = None
        self._pauses = pauses
        self._trial = trial
        self._trial_since: datetime | None = None
        self._failures = 0
        self._round = 0

    def open(self, at: datetime) -> bool:
        """Say whether the source is left alone; a clock set back by more than the pause does not lengthen it."""
        return self.until is not None and at < self.until <= at + self._pause()

    def admit(self, at: datetime) -> int | None:
        """Return a ticket for one request, to be handed in with its outcome; None while the source is left alone."""
        if self.until is None:
            return self._round
        if self.open(at):
            return None
        if self._trial_since is not None and timedelta(0) <= at - self._trial_since < self._trial:
            return None
        self._trial_since = at
        return self._round

    def worked(self, ticket: int) -> None:
        """Take note that the source answered; of a request from before the last failure nothing follows."""
        if ticket == self._round:
            self.trouble = self.until = self._trial_since = None
            self._failures = 0

    def failed(self, ticket: int, trouble: FailureKind, at: datetime) -> None:
        """Take note of a failure; many requests that were under way together count as one."""
        if ticket != self._round:
            # Those that were under way at the first failure only tell of a refusal what an outage did not.
            if trouble is FailureKind.REFUSED and self.trouble is FailureKind.OUTAGE:
                self.trouble, self.until = trouble, at + self._pause(trouble)
            return
        if trouble is FailureKind.REFUSED and self.trouble is FailureKind.OUTAGE:
            self._failures = 0
        self._round += 1
        self._failures += 1
        self._trial_since = None
        self.trouble = trouble
        self.until = at + self._pause()

    def abandoned(self, ticket: int) -> None:
        """Take note that nobody waited for the outcome."""
        if ticket == self._round:
            self._trial_since = None

    def _pause(self, trouble: FailureKind | None = None) -> timedelta:
        steps = self._pauses[trouble or self.trouble or FailureKind.OUTAGE]
        return steps[min(max(self._failures, 1), len(steps)) - 1]
