"""How long to wait before something that has failed is tried again?

The one answer for all that is tried again later each time. A source's circuit breaker alone has steps of its own
(`bot.adapters.yahoo.circuit_breaker`).
"""

from datetime import timedelta
from typing import Final, TypeVar

_DOUBLINGS: Final = 40  # more would leave what a length of time can hold; every longest wait is reached before

Span = TypeVar("Span", float, timedelta)


def backoff(first: Span, failures: int, longest: Span) -> Span:
    """Return the wait after so many failures in a row: the first, then twice as long each time, up to the longest.

    Without a failure, and after one, it is the first. Seconds or lengths of time alike; jitter is the caller's.
    """
    wait = first
    for _ in range(min(failures - 1, _DOUBLINGS)):
        wait = min(wait * 2, longest)
        if wait == longest:
            break
    return min(wait, longest)
