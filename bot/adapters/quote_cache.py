"""Is what was read last still fresh enough, and if not, who waits for the one fetch that renews it?

A source around a source. What is kept are observations; what they mean is worked out when asked. Nothing is read
that nobody asks for, but a fetch takes everything that is no longer fresh: it costs one request all the same.
"""

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace

from bot.domain.calendars.calendar import Calendar, ExchangeState, is_weekend
from bot.domain.errors import FailureCode, MarketError, NoQuotes, NoRoom
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.domain.model import Source
from bot.domain.quotes import Observation, complete_until
from bot.services.ports import Clock, Quotes

PERIOD = dt.timedelta(seconds=15)
"""How long a level is fresh while its exchange trades."""

SERVED_OLD = dt.timedelta(seconds=60)
"""How old a level of the same session and phase may be to be served at once while it is renewed."""

LONGEST_WAIT = 8.0
"""Seconds that an asker waits for a fetch; then the last good level must do."""

_WEEKEND_LEAD = dt.timedelta(hours=2)  # currencies and futures rest from 22:00 UTC on Friday to 22:00 UTC on Sunday
_TRIED_AGAIN = dt.timedelta(seconds=60)
"""How long a figure that the source could not give is not asked for again, by night too."""

_log = logging.getLogger(__name__)


class QuoteCache:
    """Keeps the newest observation of every market and instrument, in memory, and shares fetches among askers."""

    def __init__(
        self,
        source: Quotes,
        calendars: Mapping[str, Calendar],
        clock: Clock,
        seen: Callable[[Mapping[str, Observation]], None] = lambda _: None,
        remembered: Callable[[str], Observation | None] = lambda _: None,
        believable: Callable[[Observation], bool] = lambda _: True,
        opened: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Stand before ``source``; ``seen`` is told of every batch that was read.

        ``remembered`` is what outlived the process: it must do where the source fails or has nothing that can be
        used, and right after a start its being ``opened`` is waited for. ``believable`` tells of what was read before
        that whether it still is.
        """
        self.source: Source = source.source
        self.failing = False
        self._fault: NoRoom | None = None  # that it fails by itself, and not by its source
        self._fetch_from = source
        self._calendars = calendars
        self._clock = clock
        self._seen = seen
        self._remembered = remembered
        self._believable = believable
        self._opened = opened
        self._since = dt.datetime.min.replace(tzinfo=dt.UTC)
        self._kept: dict[str, Observation] = {}
        self._tried: dict[str, dt.datetime] = {}
        self._rejected: set[str] = set()
        self._flight: asyncio.Task[None] | None = None

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return what is known of these; waits only for what is neither fresh nor servable, and 8 s at most.

        Raises:
            NoQuotes: if nothing is known of any of them and the source does not answer.
        """
        now, deadline = self._clock(), asyncio.get_running_loop().time() + LONGEST_WAIT
        stale = [key for key in keys if not self._fresh(key, now)]
        if stale:
            if all(self._servable(key, now) for key in stale):
                self._refresh()
            else:
                await self._renewed(stale)
        if self._opened is not None and any(key not in self._kept for key in keys):
            await self._until_opened(deadline)
        found = {key: one for key in keys if (one := self._last_good(key)) is not None}
        if not found and self.failing:
            if self._fault is not None:
                raise self._fault
            raise NoQuotes(FailureCode.SOURCE_SILENT_NOTHING_KEPT)
        return found

    async def renew(self, since: dt.datetime) -> None:
        """Wait until all that may have moved has been read at or after an instant that is past; 8 s at most."""
        self._since = max(self._since, since)
        now = self._clock()
        if stale := [key for key in (*MARKETS, *INSTRUMENTS) if not self._fresh(key, now)]:
            await self._renewed(stale)

    async def close(self) -> None:
        """Give up the fetch under way, if there is one."""
        if self._flight is not None:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)

    def _last_good(self, key: str) -> Observation | None:
        """Return the newest level that can be shown, marked where the source's newest figure cannot be."""
        kept = self._kept.get(key)
        if kept is not None and not self._believable(kept):
            kept, refused = None, True
        else:
            refused = key in self._rejected
        if kept is not None and not refused:
            return kept
        stored = self._remembered(key)
        last = kept if stored is None or (kept is not None and kept.time >= stored.time) else stored
        # In an outage the answer says so as a whole.
        return replace(last, rejected=True) if last is not None and refused and not self.failing else last

    async def _until_opened(self, deadline: float) -> None:
        """Wait for what outlived the process, as long as an asker waits at most."""
        if self._opened is not None:
            with contextlib.suppress(TimeoutError):
                left = max(0.0, deadline - asyncio.get_running_loop().time())
                await asyncio.wait_for(self._opened(), left)
                self._opened = None  # from now on no answer gives up the loop for it

    async def _renewed(self, keys: Collection[str]) -> None:
        """Wait for the fetch under way, and for one more if that was begun before these keys grew old."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LONGEST_WAIT
        for _ in range(2):
            # An asker who gives up, or is cancelled, ends his own wait and nobody else's.
            await asyncio.wait({self._refresh()}, timeout=max(0.0, deadline - loop.time()))
            now = self._clock()
            if self.failing or all(self._fresh(key, now) for key in keys) or loop.time() >= deadline:
                return

    def _refresh(self) -> asyncio.Task[None]:
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._fetch(), name="quotes")
        return self._flight

    async def _fetch(self) -> None:
        now = self._clock()
        keys = [key for key in (*MARKETS, *INSTRUMENTS) if not self._fresh(key, now)]
        try:
            found = await self._fetch_from.observe(keys)
        except MarketError as error:
            if not self.failing:
                _log.warning("quotes: %s", error)
            self.failing, self._fault = True, error if isinstance(error, NoRoom) else None
            return
        except Exception:  # noqa: BLE001 - a flaw in a source must not end the task that askers wait for
            _log.exception("quotes: the source failed in a way that it should not")
            self.failing, self._fault = True, None
            return
        self.failing, self._fault = False, None
        self._tried.update(dict.fromkeys(keys, now))
        self._rejected = {key for key in (*self._rejected, *keys) if key not in found}
        for key, seen in found.items():
            kept = self._kept.get(key)
            # A source that falls behind takes nothing back; what a wrong clock put into the future does not stay.
            if kept is None or seen.time >= kept.time or kept.fetched_at > now:
                self._kept[key] = seen
        self._seen(found)

    def _fresh(self, key: str, now: dt.datetime) -> bool:
        """Say whether reading again could tell anything new."""
        tried = self._tried.get(key)
        if tried is None or tried > now:  # never, or the clock was set back
            return False
        if now - tried < PERIOD and tried >= min(self._since, now):
            return True
        if key in self._rejected:
            return now - tried < _TRIED_AGAIN and tried >= min(self._since, now)
        kept = self._kept.get(key)
        if key in INSTRUMENTS:
            return _weekend(tried) and _weekend(now)
        calendar = self._calendars[MARKETS[key].mic]
        if kept is None:
            return False
        # A delayed source still moves when the exchange has stopped: its session, or its morning, ends later. After
        # what `is_final` takes for the close it may still be corrected until then.
        return (
            _quiet(calendar, complete_until(kept, tried))
            and _quiet(calendar, tried)
            and calendar.next_open(tried) > now
            and _same_rest(calendar, tried, now)
        )

    def _servable(self, key: str, now: dt.datetime) -> bool:
        kept = self._kept.get(key)
        if kept is None or not dt.timedelta(0) <= now - kept.fetched_at < SERVED_OLD:
            return False
        if key in INSTRUMENTS:
            return True
        calendar = self._calendars[MARKETS[key].mic]
        return _phase(calendar, kept.fetched_at) == _phase(calendar, now)


def _phase(calendar: Calendar, at: dt.datetime) -> tuple[ExchangeState, dt.date | None]:
    session = calendar.current(at)
    return calendar.state(at), session.day if session else None


def _quiet(calendar: Calendar, at: dt.datetime) -> bool:
    session = calendar.current(at)
    if session is None or not session.open <= at < session.close:
        return True
    return (
        session.break_start is not None
        and session.break_end is not None
        and (session.break_start <= at < session.break_end)
    )


def _same_rest(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> bool:
    """Say whether nothing traded between two instants that are both within the same break or night."""
    session = calendar.current(start)
    resumes = session.break_end if session else None
    return not (resumes is not None and start < resumes <= end)


def _weekend(at: dt.datetime) -> bool:
    return is_weekend((at + _WEEKEND_LEAD).date())
