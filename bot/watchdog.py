"""What holds the event loop up, and how does the process end all the same?

A signal reaches Python in two ways: its handler runs in the main thread wherever that executes Python or looks for
signals (`re` and `time.sleep` do), and its number can be read from a pipe by any thread that gets the interpreter's
lock. Either is enough here; an event loop's own handler needs the loop and is not.
"""

import asyncio
import contextlib
import faulthandler
import logging
import math
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Self

HELD_UP = 1.0
"""Seconds after which a loop that has not come round is looked at."""

LAST_RESORT = 6.0
"""Seconds after a signal that a thread or a blocked loop may delay the exit; containers give 10."""

HELD_UP_AT_EXIT = 1
"""The exit status where a call never gave the interpreter's lock back: the one that `faulthandler` knows."""

_GRACE = 1.0  # seconds more, where the interpreter's lock is held and only a thread outside of it can end the process
_PERIOD = 0.25  # seconds between two looks

_log = logging.getLogger(__name__)


class Watchdog:
    """A thread that logs what holds an event loop up: its stack, and how long it was when it is over.

    Further hold-ups within ``quiet`` seconds are only counted; the next report gives their number and the longest.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, held_up: float = HELD_UP, quiet: float = 60.0) -> None:
        """Watch a loop from the thread that runs it; it counts as held up after so many seconds."""
        self._loop = loop
        self._held_up = held_up
        self._quiet = quiet
        self._told = -math.inf
        self._untold: list[float] = []
        self._watched = threading.get_ident()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(_PERIOD):
            came_round = threading.Event()
            started = time.monotonic()
            try:
                self._loop.call_soon_threadsafe(came_round.set)
            except RuntimeError:  # the loop is closed
                return
            if came_round.wait(self._held_up):
                continue
            if telling := started - self._told > self._quiet:
                self._told = started
                self._tell(came_round)
            while not came_round.wait(_PERIOD):
                if self._ended.is_set():
                    return
            took = time.monotonic() - started
            if telling:
                _log.warning("The event loop goes on after %.1f s.", took)
            else:
                self._untold.append(took)

    def _tell(self, came_round: threading.Event) -> None:
        if self._untold:
            _log.warning(
                "Before this the event loop was held up %d times more, for %.1f s at the longest.",
                len(self._untold),
                max(self._untold),
            )
            self._untold.clear()
        frame = sys._current_frames().get(self._watched)  # noqa: SLF001 - documented, and the one way to it
        stack = "".join(traceback.format_stack(frame)).rstrip()
        if came_round.is_set():  # it let no other thread run either: what the stack shows came after it
            stack = "something that let no other thread run, so that its stack is not known."
        _log.warning("The event loop has been held up for more than %g s by:\n%s", self._held_up, stack)


@contextlib.contextmanager
def stopping(stop: Callable[[], None], status: int) -> Iterator[Callable[[int], None]]:
    """Call ``stop`` in the running loop on SIGTERM or SIGINT, and end the process soon after, whatever hangs.

    It ends with ``status`` after `LAST_RESORT`, or, where a call never gives the interpreter's lock back, with 1 a
    second later and the stacks of all threads on standard error. To be entered in the main thread. What it yields has
    the process end as soon without a signal, with the status that it is given.
    """
    exits = _Exit(asyncio.get_running_loop(), stop, status)
    before = {number: signal.signal(number, exits.signalled) for number in (signal.SIGTERM, signal.SIGINT)}
    woken = signal.set_wakeup_fd(exits.writer.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=exits.read, name="signals", daemon=True).start()
    try:
        yield exits.end
    finally:
        if not exits.begun:  # else the exit goes on to be watched, to the very end of the process
            signal.set_wakeup_fd(woken)
            for number, handler in before.items():
                signal.signal(number, handler)
            exits.writer.close()


class _Exit:
    """What follows a signal, in whichever thread learns of it first."""

    def __init__(self, loop: asyncio.AbstractEventLoop, stop: Callable[[], None], status: int) -> None:
        self.begun = False
        self._loop = loop
        self._stop = stop
        self._status = status
        self._reader, self.writer = socket.socketpair()
        self.writer.settimeout(0)  # as the interpreter asks of what it writes to within a signal

    def signalled(self, _: int, __: FrameType | None) -> None:
        """Begin, called in the main thread between any two of its instructions."""
        self._begin()

    def end(self, status: int) -> None:
        """Begin without a signal; nobody need be told to stop."""
        if not self.begun:
            self._stop, self._status = lambda: None, status
            self.writer.send(bytes([signal.SIGTERM]))
            self._begin()

    def read(self) -> None:
        """Begin, called in a thread of its own, when a signal's number comes through; wait, and end the process."""
        with self._reader:
            while numbers := self._reader.recv(64):
                if {signal.SIGTERM, signal.SIGINT} & set(numbers):
                    self._begin()
                    time.sleep(LAST_RESORT)
                    os._exit(self._status)

    def _begin(self) -> None:
        if self.begun:
            return
        self.begun = True
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process is ending
            self._loop.call_soon_threadsafe(self._stop)
        with contextlib.suppress(RuntimeError, ValueError, OSError):  # no standard error to write to
            # A thread of the C library's: it needs no lock of the interpreter's.
            faulthandler.dump_traceback_later(LAST_RESORT + _GRACE, exit=True)
