"""How often may a member press a button that costs something, and a server try its posts out?"""

import contextlib
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from typing import Final, Generic, TypeVar

from bot.domain.errors import FailureCode, Refused

PAUSE: Final = 5.0
"""Seconds between two presses of a refresh button by the same member."""

TRIAL_PAUSE: Final = 60.0
"""Seconds between two trials of the same post."""

TRIALS_PER_SERVER: Final = 5
"""Trials of a server within `TRIAL_PAUSE` seconds, whichever its posts."""

_REMEMBERED: Final = 10_000  # keys

Key = TypeVar("Key", bound=Hashable)


class Cooldown(Generic[Key]):
    """Lets each key through so many ``times`` within so many ``seconds``; forgets whoever may come again.

    In memory: what one member or server does comes to one process, and a restart is rarer than a minute.
    """

    def __init__(self, seconds: float, times: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by this clock, in seconds."""
        self._seconds, self._times, self._clock = seconds, times, clock
        self._uses: OrderedDict[Key, deque[float]] = OrderedDict()  # whose last use is the oldest comes first

    def __len__(self) -> int:
        return len(self._uses)

    def wait(self, key: Key) -> int:
        """Return after how many seconds, rounded up, a key may be used again; 0 if it may be used now."""
        uses, now = self._uses.get(key), self._clock()
        if uses is None or len(uses) < self._times or now - uses[0] >= self._seconds:
            return 0
        return max(1, math.ceil(uses[0] + self._seconds - now))

    def use(self, key: Key) -> None:
        """Note a use."""
        now = self._clock()
        while self._uses:
            oldest, uses = next(iter(self._uses.items()))
            if now - uses[-1] < self._seconds and len(self._uses) < _REMEMBERED:
                break
            del self._uses[oldest]
        self._uses.setdefault(key, deque(maxlen=self._times)).append(now)
        self._uses.move_to_end(key)

    def undo(self, key: Key) -> None:
        """Take the last use of a key back."""
        if uses := self._uses.get(key):
            uses.pop()
            if not uses:
                del self._uses[key]


class PressCooldown:
    """When each member last pressed a button that costs something."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by this clock, in seconds."""
        self._members: Cooldown[int] = Cooldown(PAUSE, clock=clock)

    def __len__(self) -> int:
        return len(self._members)

    def press(self, member: int) -> None:
        """Note a press.

        Raises:
            Refused: if this member's last one was less than `PAUSE` ago; says how long to wait.
        """
        if seconds := self._members.wait(member):
            raise Refused(FailureCode.REFRESHED_TOO_SOON, seconds=seconds)
        self._members.use(member)


class TrialCooldown:
    """The trials of the last minute; each stands in a public channel and takes a place in the queue of all posts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by this clock, in seconds."""
        self._posts: Cooldown[tuple[int, int]] = Cooldown(TRIAL_PAUSE, clock=clock)
        self._guilds: Cooldown[int] = Cooldown(TRIAL_PAUSE, TRIALS_PER_SERVER, clock)

    def __len__(self) -> int:
        return len(self._posts)

    @contextlib.contextmanager
    def taken(self, guild: int, number: int) -> Iterator[None]:
        """Count a trial of a server's post, unless what is done meanwhile fails.

        Raises:
            Refused: if it comes too soon; says how many seconds to wait.
        """
        post = (guild, number)
        if seconds := self._posts.wait(post):
            raise Refused(FailureCode.TESTED_TOO_SOON, number=number, seconds=seconds)
        if seconds := self._guilds.wait(guild):
            raise Refused(FailureCode.TOO_MANY_TESTS, most=TRIALS_PER_SERVER, seconds=seconds)
        self._posts.use(post)
        self._guilds.use(guild)
        try:
            yield
        except BaseException:
            self._posts.undo(post)
            self._guilds.undo(guild)
            raise
