"""Are the cached quotes still fresh enough, and if not, who waits for the one fetch that renews them?

A source in front of a source. It caches observations; what they mean is worked out when somebody asks. Nothing is
fetched that nobody asks for, but a fetch takes everything that is no longer fresh: it costs one request all the same.
Only what no summary counts waits until it is asked for by name.
"""

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace

from bot.domain.calendars.calendar import Calendar
from bot.domain.calendars.rest import phase, rests, same_rest, world_rests
from bot.domain.errors import FailureCode, MarketError, NoQuotes, NoRoom
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS, of_region
from bot.domain.markets.market import Region
from bot.domain.model import Source
from bot.domain.quotes import Observation, complete_until
from bot.services.ports import Clock, Quotes

PERIOD = dt.timedelta(seconds=15)
"""How long a level is fresh while its exchange trades."""

SERVED_OLD = dt.timedelta(seconds=60)
"""How old a level of the same session and phase may be to be served at once while it is renewed."""

LONGEST_WAIT = 8.0
"""Seconds that an asker waits for a fetch; then the last good level must do."""

_RETRY = dt.timedelta(seconds=60)
"""How long a market that the source gave no usable figure for is not asked for again, by night too."""

_TOGETHER = (*(market.key for market in of_region(Region.WORLD)), *INSTRUMENTS)
"""What every fetch takes where it is no longer fresh; the rest of the catalogue, only where it was asked for."""

_log = logging.getLogger(__name__)


class QuoteCache:
    """Keeps the newest observation of every market and instrument, in memory, and lets askers share fetches.

    ``failing`` says whether the last fetch failed. Implements the port `Quotes`.
    """

    def __init__(
        self,
        source: Quotes,
        calendars: Mapping[str, Calendar],
        clock: Clock,
        record: Callable[[Mapping[str, Observation]], None] = lambda _: None,
        stored: Callable[[str], Observation | None] = lambda _: None,
        is_believable: Callable[[Observation], bool] = lambda _: True,
        opened: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Stand in front of ``source``, with the exchanges' calendars by MIC.

        Args:
            source: where observations are fetched from.
            calendars: the exchanges' calendars by MIC.
            clock: the present instant.
            record: is given every batch that was fetched.
            stored: returns the last close that outlived the process, by key; shown where the source has nothing
                usable.
            is_believable: returns whether a cached observation is still believed.
            opened: waits until ``stored`` has been read, right after a start.
        """
        self.source: Source = source.source
        self.failing = False
        self._no_room: NoRoom | None = None  # that it fails for want of room, and not because of Yahoo
        self._origin = source
        self._calendars = calendars
        self._clock = clock
        self._record = record
        self._stored = stored
        self._is_believable = is_believable
        self._opened = opened
        self._since = dt.datetime.min.replace(tzinfo=dt.UTC)
        self._newest: dict[str, Observation] = {}
        self._fetched: dict[str, dt.datetime] = {}
        self._rejected: set[str] = set()
        self._asked_for: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return what is known of these keys; waits only for what is neither fresh nor servable, and 8 s at most.

        Raises:
            NoQuotes: if nothing is known of any of them and the source does not answer; NoRoom if the disk is full.
        """
        now, deadline = self._clock(), asyncio.get_running_loop().time() + LONGEST_WAIT
        stale = [key for key in keys if not self._fresh(key, now)]
        if stale:
            if all(self._servable(key, now) for key in stale):
                self._refresh(stale)
            else:
                await self._wait_for_fresh(stale)
        if self._opened is not None and any(key not in self._newest for key in keys):
            await self._wait_for_stored(deadline)
        observations = {key: observation for key in keys if (observation := self._last_good(key)) is not None}
        if not observations and self.failing:
            if self._no_room is not None:
                raise self._no_room
            raise NoQuotes(FailureCode.SOURCE_SILENT_NOTHING_KEPT)
        return observations

    async def renew(self, since: dt.datetime) -> None:
        """Wait, for 8 s at most, until all that may have moved was fetched at or after ``since``, a past instant."""
        self._since = max(self._since, since)
        now = self._clock()
        if stale := [key for key in _TOGETHER if not self._fresh(key, now)]:
            await self._wait_for_fresh(stale)

    async def close(self) -> None:
        """Cancel the fetch under way, if there is one."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _last_good(self, key: str) -> Observation | None:
        """Return the newest observation that can be shown, marked where the source's newest one cannot be."""
        newest = self._newest.get(key)
        if newest is not None and not self._is_believable(newest):
            newest, refused = None, True
        else:
            refused = key in self._rejected
        if newest is not None and not refused:
            return newest
        stored = self._stored(key)
        last = newest if stored is None or (newest is not None and newest.time >= stored.time) else stored
        # In an outage the answer says so as a whole.
        return replace(last, rejected=True) if last is not None and refused and not self.failing else last

    async def _wait_for_stored(self, deadline: float) -> None:
        """Wait until what outlived the process has been read; ``deadline`` is an instant of the event loop's clock."""
        if self._opened is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(deadline):
                    await self._opened()
                self._opened = None  # from now on no answer yields to the event loop for it

    async def _wait_for_fresh(self, keys: Collection[str]) -> None:
        """Wait for the fetch under way, and for one more if that began before these keys grew stale."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LONGEST_WAIT
        for _ in range(2):
            # An asker who gives up, or is cancelled, ends only their own wait.
            await asyncio.wait({self._refresh(keys)}, timeout=max(0.0, deadline - loop.time()))
            now = self._clock()
            if self.failing or all(self._fresh(key, now) for key in keys) or loop.time() >= deadline:
                return

    def _refresh(self, keys: Collection[str]) -> asyncio.Task[None]:
        """Return the fetch under way, or begin one; what it does not ask for the next one does."""
        self._asked_for.update(keys)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._fetch(), name="quotes")
        return self._task

    async def _fetch(self) -> None:
        now = self._clock()
        keys = [key for key in dict.fromkeys((*_TOGETHER, *sorted(self._asked_for))) if not self._fresh(key, now)]
        self._asked_for.clear()
        try:
            observations = await self._origin.observe(keys)
        except MarketError as error:
            if not self.failing:
                _log.warning("quotes: %s", error)
            self.failing, self._no_room = True, error if isinstance(error, NoRoom) else None
            return
        except Exception:  # noqa: BLE001 - a flaw in a source must not end the task that askers wait for
            _log.exception("quotes: the source failed in an unexpected way")
            self.failing, self._no_room = True, None
            return
        self.failing, self._no_room = False, None
        self._fetched.update(dict.fromkeys(keys, now))
        self._rejected = {key for key in (*self._rejected, *keys) if key not in observations}
        for key, observation in observations.items():
            before = self._newest.get(key)
            # A source that falls behind takes nothing back; what a wrong clock dated into the future is replaced.
            if before is None or observation.time >= before.time or before.fetched_at > now:
                self._newest[key] = observation
        self._record(observations)

    def _fresh(self, key: str, now: dt.datetime) -> bool:
        """Return whether fetching again could bring nothing new."""
        last_fetch = self._fetched.get(key)
        if last_fetch is None or last_fetch > now:  # never, or the clock was set back
            return False
        if now - last_fetch < PERIOD and last_fetch >= min(self._since, now):
            return True
        if key in self._rejected:
            return now - last_fetch < _RETRY and last_fetch >= min(self._since, now)
        observation = self._newest.get(key)
        if key in INSTRUMENTS:
            return world_rests(last_fetch) and world_rests(now)
        calendar = self._calendars[MARKETS[key].mic]
        if observation is None:
            return False
        # A delayed source still moves when the exchange has stopped: its session, or its morning, ends later. After
        # what `is_final` takes for the close it may still be corrected until then.
        return (
            rests(calendar, complete_until(observation, last_fetch))
            and rests(calendar, last_fetch)
            and calendar.next_open(last_fetch) > now
            and same_rest(calendar, last_fetch, now)
        )

    def _servable(self, key: str, now: dt.datetime) -> bool:
        observation = self._newest.get(key)
        if observation is None or not dt.timedelta(0) <= now - observation.fetched_at < SERVED_OLD:
            return False
        if key in INSTRUMENTS:
            return True
        calendar = self._calendars[MARKETS[key].mic]
        return phase(calendar, observation.fetched_at) == phase(calendar, now)
