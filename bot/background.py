"""What runs beside the connection to Discord, how often, and what happens when one of it fails?

A job that fails stops neither itself nor the others: it is tried again, later each time, and the log says so once and
once more when it works again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.domain.backoff import backoff
from bot.domain.errors import MarketError
from bot.views.en.failures import sentence

LONGEST: Final = 60.0
"""Seconds after which a failed job is tried again at the latest, however often it has failed; or its own period."""

_HEALTHY: Final = 60.0  # seconds of running after which a failure is a new one

_log = logging.getLogger(__name__)


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to be done again and again, by a name for the log.

    ``period`` is the seconds from one end to the next beginning; a job that runs until it is cancelled is begun anew
    after them. While the ``guard`` says no it is not begun. What is to be done ``once`` is over when it has worked.
    """

    name: str
    work: Callable[[], Awaitable[object]]
    period: float
    guard: Callable[[], bool] = _always
    once: bool = False


@dataclass(slots=True)
class JobState:
    """How a job has gone: how often it was done, and how often in a row it has failed since it last was."""

    runs: int = 0
    failures: int = 0
    problem: str | None = field(default=None, repr=False)


class BackgroundJobs:
    """Runs jobs side by side; ``states`` has, by their names, how they have gone."""

    def __init__(self, jobs: Sequence[Job], wait: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        """Take the jobs, each with a name of its own; ``wait`` sleeps so many seconds."""
        self._jobs = tuple(jobs)
        self._wait = wait
        self.states = {job.name: JobState() for job in self._jobs}
        assert len(self.states) == len(self._jobs), "two jobs have one name"

    async def run(self) -> None:
        """Run until cancelled; the jobs are cancelled with it."""
        await asyncio.gather(*(self._repeat(job) for job in self._jobs))

    async def _repeat(self, job: Job) -> None:
        state = self.states[job.name]
        while True:
            if job.guard():
                await self._attempt(job, state)
                if job.once and not state.failures:
                    return
            await self._wait(pause(job.period, state.failures))

    async def _attempt(self, job: Job, state: JobState) -> None:
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            await job.work()
        except Exception as error:  # noqa: BLE001 - whatever it is, a job that ended would be missed by everybody
            if clock() - started > _HEALTHY:
                state.failures = 0
            state.failures += 1
            self._log_failure(job, state, error)
        else:
            if state.failures:
                _log.info("The job “%s” works again after %d failures.", job.name, state.failures)
            state.runs, state.failures, state.problem = state.runs + 1, 0, None

    @staticmethod
    def _log_failure(job: Job, state: JobState, error: Exception) -> None:
        """Log a failure, unless it is the one that the log knows already."""
        known = isinstance(error, MarketError)
        problem = f"{type(error).__name__}: {error}"
        if isinstance(error, MarketError):
            problem = sentence(error.failure, operator=True)
        level = logging.DEBUG if problem == state.problem else logging.WARNING
        state.problem = problem
        text = "The job “%s” has failed and is tried again in %g s: %s"
        _log.log(level, text, job.name, pause(job.period, state.failures), problem, exc_info=None if known else error)


def pause(period: float, failures: int) -> float:
    """Return the seconds until a job is done again: its period, twice as long for each failure in a row."""
    return backoff(period, failures + 1, max(period, LONGEST))
