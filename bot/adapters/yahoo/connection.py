"""How is Yahoo asked from the event loop, and is it asked at all after it refused or did not answer?

Everything that blocks runs in three threads of its own, which all who ask share; every wait is bounded. Each kind of
question has a breaker of its own, so that an endpoint that fails takes nothing from the others.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from bot.adapters.yahoo.circuit_breaker import CircuitBreaker, FailureKind
from bot.adapters.yahoo.threads import DaemonThreads
from bot.domain.errors import FailureCode, NoQuotes, SourceRefuses
from bot.services.ports import Clock

if TYPE_CHECKING:
    from bot.adapters.yahoo.client import YahooClient

_T = TypeVar("_T")

THREADS: Final = 3
_PREPARATION: Final = 60.0  # seconds for importing yfinance on a slow machine
_GRACE: Final = 0.5  # seconds beyond a deadline that a thread may take to notice it

_log = logging.getLogger(__name__)


class YahooConnection:
    """The client, made when it is first needed, and the threads in which it is called."""

    def __init__(self, url: str | None, folder: Path, zones: Mapping[str, str]) -> None:
        """Ask Yahoo, or with ``url`` a server in its place; see `YahooClient` for the others."""
        self.closed = False
        self._url, self._folder, self._zones = url, folder, zones
        self._threads = DaemonThreads(THREADS, "yahoo")
        self._preparing: asyncio.Future[YahooClient] | None = None

    async def client(self) -> "YahooClient":
        """Return the client, made once in one of the threads; whoever comes meanwhile waits for the same import.

        Raises:
            NoQuotes: if it cannot be made.
        """
        if self._preparing is None or (self._preparing.done() and not _succeeded(self._preparing)):
            loop = asyncio.get_running_loop()
            self._preparing = loop.run_in_executor(self._threads, _make_client, self._url, self._folder, self._zones)
        try:
            async with asyncio.timeout(_PREPARATION):
                return await asyncio.shield(self._preparing)
        except NoQuotes:
            raise
        except Exception as error:
            _log.exception("yfinance could not be made ready")
            raise NoQuotes(FailureCode.SOURCE_SILENT) from error

    async def run(self, deadline: float, call: Callable[[float], _T]) -> _T:
        """Make a blocking call in one of the threads and wait for it no longer than until its deadline."""
        future = asyncio.get_running_loop().run_in_executor(self._threads, call, deadline)
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic()) + _GRACE):
                return await future
        except TimeoutError:
            raise NoQuotes(FailureCode.SOURCE_SILENT) from None

    def close(self) -> None:
        """Make no further request; those still unanswered are left to threads that do not delay the exit."""
        self.closed = True
        if self._preparing is not None and _succeeded(self._preparing):
            self._preparing.result().close()
        self._threads.shutdown(wait=False)


class Attempts:
    """Admits the requests of one kind, as their breaker allows, and reports their outcome to it."""

    def __init__(self, connection: YahooConnection, clock: Clock, after: "Attempts | None" = None) -> None:
        """Admit requests over a connection; none while those of ``after``, which matter more, fail."""
        self._connection, self._clock, self._after = connection, clock, after
        self._breaker = CircuitBreaker()

    @property
    def failing(self) -> bool:
        """Whether the last attempt failed."""
        return self._breaker.cause is not None

    @property
    def paused(self) -> bool:
        """Whether Yahoo is left alone now."""
        return self._breaker.open(self._clock())

    @contextlib.asynccontextmanager
    async def attempt(self) -> AsyncIterator[int]:
        """Make one attempt, if the breaker admits it, and report its outcome to the breaker.

        Raises:
            NoQuotes: if it does not, or if what is attempted does.
        """
        if self._connection.closed:
            raise NoQuotes(FailureCode.SOURCE_SILENT)
        if self._after is not None and self._after.failing:
            raise self.no_quotes()
        ticket = self._breaker.admit(self._clock())
        if ticket is None:
            raise self.no_quotes()
        try:
            yield ticket
        except NoQuotes as error:
            self.failed(ticket, error)
            raise
        except BaseException:
            self._breaker.abandoned(ticket)
            raise
        if self._breaker.cause is not None and not self.paused:
            _log.info("Yahoo answers again")
        self._breaker.worked(ticket)

    def no_quotes(self) -> NoQuotes:
        """Return the error that says why the breaker is open; a silent Yahoo where it is not."""
        if self._breaker.cause is FailureKind.REFUSED:
            return SourceRefuses(FailureCode.SOURCE_REFUSES)
        return NoQuotes(FailureCode.SOURCE_SILENT)

    def failed(self, ticket: int, error: NoQuotes) -> None:
        """Report that a request of this attempt was refused or not answered."""
        kind = FailureKind.REFUSED if isinstance(error, SourceRefuses) else FailureKind.OUTAGE
        before = self._breaker.until
        self._breaker.failed(ticket, kind, self._clock())
        if self._breaker.until != before:
            _log.warning("Yahoo: %s; left alone until %s", kind, self._breaker.until)


def _make_client(url: str | None, folder: Path, zones: Mapping[str, str]) -> "YahooClient":
    from bot.adapters.yahoo.client import YahooClient  # noqa: PLC0415 - a second and 100 MB, spent in the thread that fetches

    return YahooClient(url, folder, zones)


def _succeeded(future: "asyncio.Future[YahooClient]") -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
