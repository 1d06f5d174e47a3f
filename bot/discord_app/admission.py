"""Which interactions are taken on at once, which wait, and which are left out when more is asked than can be answered?

Discord takes an answer for 3 s. Of what waits, whoever can no longer be answered in time is dropped before anything is
worked out for him; what is under way is bounded, so that the first answers go out while the others still wait. Age is
counted from the arrival in this process, not from Discord's clock, which may be another.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from bot.discord_app.faults import GONE, lost

Payload = dict[str, Any]

LIFE: Final = 3.0
"""Seconds within which Discord must be told something."""

RESERVE: Final = 0.3
"""Seconds of an interaction's life that are left for its answer's way, besides twice what answers take just now."""

CALM: Final = 0.5
"""Seconds of waiting from which on the newest come first: those who have waited longest are the least likely to be
answered in time, and a fresh one is answered at once."""

UNANSWERED: Final = 64
"""Interactions under way of which Discord has been told nothing yet."""

UNDER_WAY: Final = 1000
"""All that are under way: also those who see "thinking…" while a fetch is waited for."""

WAITING: Final = 3000
"""More than can be answered within `LIFE`."""

FIRST, MINUTE = 1.0, 60.0
"""Seconds from the first count to its line in the log, and from one line to the next."""

_log = logging.getLogger(__name__)


class Tally:
    """Counts what may happen a thousand times a second: one line in the log a minute, the first one after a second."""

    def __init__(self) -> None:
        """Count from nothing."""
        self._counts: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0.0  # on the loop's clock

    def __getitem__(self, what: str) -> int:
        """Give the count since the last line."""
        return self._counts[what]

    def count(self, what: str) -> None:
        """Count one; ``what`` goes into the line behind its number."""
        self._counts[what] += 1
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(self._next, loop.time() + FIRST), self._tell, loop)

    def close(self) -> None:
        """Tell what has been counted so far."""
        if self._timer is not None:
            self._timer.cancel()
            self._tell(asyncio.get_running_loop())

    def _tell(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer, self._next = None, loop.time() + MINUTE
        counts = ", ".join(f"{count} {what}" for what, count in self._counts.most_common())
        level = logging.INFO if self._counts.keys() <= {GONE} else logging.WARNING  # whoever has gone is no trouble
        _log.log(level, "Interactions without an answer: %s.", counts)
        self._counts.clear()


TOO_MANY: Final = "came faster than they can be answered"


class Quiet(logging.Filter):
    """Counts what discord.py would log with a traceback each time, such as a list of choices that came too late."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep all other records."""
        what = lost(record.exc_info[1]) if record.exc_info else None
        if what is not None:
            self._tally.count(what)
        return what is None


class Slot:
    """The place that one interaction takes while it is under way."""

    def __init__(self, admission: "Admission", arrived: float, admitted: float) -> None:
        self.arrived = arrived
        self.admitted = admitted
        self._admission = admission
        self._tasks = 0

    def watch(self, task: asyncio.Task[Any]) -> None:
        """Keep the place until this task, too, is done."""
        self._tasks += 1
        task.add_done_callback(self._done)

    def acknowledged(self) -> None:
        """Note that Discord knows that an answer comes, for which it gives 15 minutes."""
        self._admission.acknowledge(self)

    def left(self, seconds: float) -> float:
        """Give what is left of so many seconds since it arrived."""
        return max(0.0, seconds - self._admission.age(self))

    def release(self) -> None:
        """Leave, unless a task still runs."""
        if not self._tasks:
            self._admission.leave(self)

    def _done(self, _: asyncio.Task[Any]) -> None:
        self._tasks -= 1
        self.release()


_slot: ContextVar[Slot | None] = ContextVar("slot", default=None)


def slot() -> Slot | None:
    """Give the place of the interaction that the running task answers."""
    return _slot.get()


def watch(task: asyncio.Task[Any]) -> None:
    """Count a task that an interaction set off as its own."""
    if (slot := _slot.get()) is not None:
        slot.watch(task)


class Admission:
    """Takes interactions on as there is room for them."""

    def __init__(
        self, take_on: Callable[[Payload], None], tally: Tally, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Hand each interaction to ``take_on``, which sets off the tasks that answer it and returns."""
        self._take_on = take_on
        self._tally = tally
        self._clock = clock
        self._waiting: deque[tuple[float, Payload]] = deque()  # oldest first
        self._unanswered: dict[Slot, None] = {}  # oldest first, as good as
        self._under_way = 0
        self._admitting = False
        self._takes = 0.0  # seconds from taking on to acknowledgement, a moving mean

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def under_way(self) -> int:
        """How many have been taken on and are not done."""
        return self._under_way

    def arrive(self, payload: Payload) -> None:
        """Take an interaction on, now or later or not at all."""
        self._waiting.append((self._clock(), payload))
        if len(self._waiting) > WAITING:
            self._drop()
        self._admit()

    def age(self, slot: Slot) -> float:
        """Give the seconds since an interaction arrived."""
        return self._clock() - slot.arrived

    def acknowledge(self, slot: Slot) -> None:
        """Let the next one in: this one only waits for its answer."""
        if slot in self._unanswered:
            del self._unanswered[slot]
            self._takes += (self._clock() - slot.admitted - self._takes) / 16
        self._admit()

    def leave(self, slot: Slot) -> None:
        """Let the next one in: this one is done."""
        self._under_way -= 1
        self.acknowledge(slot)

    def _admit(self) -> None:
        if self._admitting:  # what was taken on left at once; the loop below goes on
            return
        self._admitting = True
        try:
            now = self._clock()
            patience = max(LIFE / 2, LIFE - RESERVE - 2 * self._takes)
            while self._waiting and now - self._waiting[0][0] > patience:
                self._drop()
            while self._waiting and self._room(now):
                self._enter(now)
        finally:
            self._admitting = False

    def _drop(self) -> None:
        self._waiting.popleft()
        self._tally.count(TOO_MANY)

    def _room(self, now: float) -> bool:
        while self._unanswered:
            eldest = next(iter(self._unanswered))
            if now - eldest.arrived <= LIFE:
                break
            del self._unanswered[eldest]  # whatever it hangs at, no answer of it would be taken any more
        return len(self._unanswered) < UNANSWERED and self._under_way < UNDER_WAY

    def _enter(self, now: float) -> None:
        late = now - self._waiting[0][0] > CALM
        arrived, payload = self._waiting.pop() if late else self._waiting.popleft()
        slot = Slot(self, arrived, now)
        self._unanswered[slot] = None
        self._under_way += 1
        token = _slot.set(slot)
        try:
            self._take_on(payload)
        finally:
            _slot.reset(token)
            slot.release()
