"""How long to wait before something that has failed is tried again?

The one rule for everything that is retried after longer and longer waits. Only a source's circuit breaker has steps of
its own (`bot.adapters.yahoo.circuit_breaker`).
"""

from datetime import timedelta
from typing import Final, TypeVar

_DOUBLINGS: Final = 40  # more would overflow a timedelta; every longest wait is reached before

Span = TypeVar("Span", float, timedelta)


def backoff(first: Span, failures: int, longest: Span) -> Span:
    """Return the wait after so many failures in a row: the first, then twice as long each time, up to the longest.

    After none or one it is the first. Works for seconds and for timedeltas; jitter is the caller's.
    """
    wait = first
    for _ in range(min(failures - 1, _DOUBLINGS)):
        wait = min(wait * 2, longest)
        if wait == longest:
            break
    return min(wait, longest)
