"""How often may a server try its posts out?"""

import contextlib
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from bot.domain.errors import Refused

OF_A_POST: Final = 60.0
"""Seconds between two trials of the same post."""

OF_A_SERVER: Final = 5
"""Trials of a server within `OF_A_POST` seconds, whichever its posts."""


class Trials:
    """The trials of the last minute; each stands in a public channel and takes a place in the queue of all posts.

    In memory: a server's commands come to one process, and a restart is rarer than a minute.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by this clock, in seconds."""
        self._clock = clock
        self._taken: deque[tuple[float, int, int]] = deque()  # when, server and number; oldest first

    def __len__(self) -> int:
        return len(self._taken)

    @contextlib.contextmanager
    def taken(self, guild: int, number: int) -> Iterator[None]:
        """Count a trial of a server's post, unless what is done meanwhile fails.

        Raises:
            Refused: if it comes too soon; says how many seconds to wait.
        """
        now = self._clock()
        while self._taken and self._taken[0][0] <= now - OF_A_POST:
            self._taken.popleft()
        mine = [(then, post) for then, server, post in self._taken if server == guild]
        same = [then for then, post in mine if post == number]
        if same:
            raise Refused(f"Post {number} was just tested: you can test it again in {_left(same[-1], now)} s.")
        if len(mine) >= OF_A_SERVER:
            left = _left(mine[-OF_A_SERVER][0], now)
            raise Refused(f"This server has tested {OF_A_SERVER} posts within a minute: try again in {left} s.")
        trial = (now, guild, number)
        self._taken.append(trial)
        try:
            yield
        except BaseException:
            with contextlib.suppress(ValueError):
                self._taken.remove(trial)
            raise


def _left(then: float, now: float) -> int:
    return max(1, math.ceil(then + OF_A_POST - now))
