"""How is Discord reached, and how does the bot stay connected to it?

Knows discord.py and nothing of markets. Three facts of discord.py 2.7.1 shape it: both of its base addresses are
constants, its sharded client leaves `start` when REST or ``/gateway/bot`` does not answer, and it handles no signal.
"""

import asyncio
import contextlib
import itertools
import logging
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import discord

from bot.discord_app.faults import TRANSIENT, describe
from bot.discord_app.patches import addressed
from bot.discord_app.request_outcomes import watch
from bot.domain.backoff import backoff
from bot.domain.errors import CodedError, FailureCode
from bot.services.ports import Clock
from bot.views.en.failures import sentence
from bot.watchdog import Watchdog, stopping

C = TypeVar("C", bound=discord.Client)

STOPPED, REFUSED = 0, 3
"""Exit statuses: stopped by a signal; Discord takes neither this token nor this set-up, so asking again is no use."""

_REFUSALS = {
    4004: FailureCode.CREDENTIAL_REFUSED,
    4010: FailureCode.SHARD_REFUSED,
    4011: FailureCode.MORE_SHARDS,
    4012: FailureCode.GATEWAY_VERSION,
    4013: FailureCode.INTENT_UNKNOWN,
    4014: FailureCode.INTENT_REFUSED,
}
_CLOSING = 4.0  # seconds for a close handshake, which a silent gateway never finishes
_HEALTHY = 60.0  # seconds of a connection after which the next failure is a new one

_log = logging.getLogger(__name__)


class TokenRefused(CodedError):
    """Discord will refuse however often it is asked; the failure says what to do."""


class Clients(Generic[C]):
    """Makes a client for each attempt to connect, and knows the newest: all that talks to Discord goes through it."""

    def __init__(self, make: Callable[[], C], clock: Clock) -> None:
        """Start with no client; ``make`` makes one that has not connected yet."""
        self._make = make
        self.clock = clock
        self.newest: C | None = None
        self.ahead = timedelta(0)
        """By how much this machine's clock is ahead of Discord's, as far as is known."""

    def __call__(self) -> C:
        """Make the client of the next attempt, its requests watched."""
        client = self._make()
        client.http.http_trace = watch(self._dated)
        self.newest = client
        return client

    @property
    def connected(self) -> bool:
        """Whether there is a connection to send through."""
        client = self.newest
        return (
            client is not None and not client.is_closed() and client.http.token is not None and client.user is not None
        )

    def _dated(self, instant: datetime) -> None:
        self.ahead = self.clock() - instant


def delays(first: float = 1.0, longest: float = 60.0) -> Iterator[float]:
    """Yield seconds to wait before each new attempt: doubling, and jittered so that many bots do not come at once."""
    for failures in itertools.count(1):
        span = backoff(first, failures, longest)
        yield random.uniform(span / 2, span)  # noqa: S311 - no secret hangs on it


async def serve(
    client: Callable[[], discord.Client], token: str, *, api: str | None = None, gateway: str | None = None
) -> int:
    """Keep a client connected until SIGTERM or SIGINT, and return the exit status.

    Whatever ends a client but a signal or a refusal is tried again with a new one, later each time. After a signal or
    a refusal the process is gone within 8 s, whatever hangs.
    """
    signalled = asyncio.Event()

    def stop() -> None:
        _log.info("Stopping.")
        signalled.set()

    waits = delays()
    loop = asyncio.get_running_loop()
    clock = loop.time
    with stopping(stop, STOPPED) as end, Watchdog(loop), addressed(api, gateway):
        while True:
            started = clock()
            try:
                _require_header(token)
                if await _connected(client(), token, signalled):
                    _log.info("Stopped.")
                    return STOPPED
                fault: BaseException | None = None
            except TokenRefused as refusal:
                _log.critical("%s", sentence(refusal.failure, operator=True))
                end(REFUSED)
                return REFUSED
            except Exception as unexpected:  # noqa: BLE001 - a bot that is up tomorrow serves more than one that is not
                fault = unexpected
            if clock() - started > _HEALTHY:
                waits = delays()
            pause = next(waits)
            _log.warning(
                "Discord cannot be reached (%s); trying again in %.1f s.",
                describe(fault),
                pause,
                exc_info=None if fault is None or isinstance(fault, TRANSIENT) else fault,
            )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await signalled.wait()


def _require_header(token: str) -> None:
    """Refuse a token that cannot stand in an HTTP header, which would look like the network's fault."""
    if not token.strip().isprintable() or len(token.split()) != 1:
        raise TokenRefused(_REFUSALS[4004])


async def _connected(client: discord.Client, token: str, signalled: asyncio.Event) -> bool:
    """Run a client until it ends or a signal comes; say whether it was a signal."""
    running = asyncio.create_task(client.start(token))
    waiting = asyncio.create_task(signalled.wait())
    try:
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if signalled.is_set():
            return True
        _raise(running)
        return False
    finally:
        waiting.cancel()
        closing = asyncio.create_task(client.close())
        await asyncio.wait({closing}, timeout=_CLOSING)
        running.cancel()
        closing.cancel()
        await asyncio.gather(running, closing, return_exceptions=True)


def _raise(running: asyncio.Task[None]) -> None:
    try:
        running.result()
    except discord.LoginFailure:
        raise TokenRefused(_REFUSALS[4004]) from None
    except discord.PrivilegedIntentsRequired:
        raise TokenRefused(_REFUSALS[4014]) from None
    except discord.ConnectionClosed as closed:
        if closed.code in _REFUSALS:
            raise TokenRefused(_REFUSALS[closed.code]) from None
        raise
