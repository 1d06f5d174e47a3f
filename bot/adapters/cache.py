"""Is what was read last still fresh enough, and if not, who waits for the one fetch that renews it?

A source around a source. What is kept are observations; what they mean is worked out when asked. Nothing is read
that nobody asks for, but a fetch takes everything that is no longer fresh: it costs one request all the same.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Collection, Mapping

from bot.domain.catalogue import INSTRUMENTS, MARKETS
from bot.domain.errors import MarketError, NoQuotes, NoRoom
from bot.domain.quotes import SETTLING, USUAL_DELAY, Observation, Source
from bot.domain.sessions import Calendar, State
from bot.services.ports import Clock, Quotes

PERIOD = dt.timedelta(seconds=15)
"""How long a level is fresh while its exchange trades."""

SERVED_OLD = dt.timedelta(seconds=60)
"""How old a level of the same session and phase may be to be served at once while it is renewed."""

LONGEST_WAIT = 8.0
"""Seconds that an asker waits for a fetch; then the last good level must do."""

_WEEKEND_HOUR = 22  # UTC: currencies and futures rest from Friday's to Sunday's, an hour either way

_log = logging.getLogger(__name__)


class Cache:
    """Keeps the newest observation of every market and instrument, in memory, and shares fetches among askers."""

    def __init__(
        self,
        source: Quotes,
        calendars: Mapping[str, Calendar],
        clock: Clock,
        seen: Callable[[Mapping[str, Observation]], None] = lambda _: None,
        remembered: Callable[[str], Observation | None] = lambda _: None,
    ) -> None:
        """Stand before ``source``; ``seen`` is told of every batch that was read.

        ``remembered`` is what outlived the process: it must do while the source fails.
        """
        self.source: Source = source.source
        self.failing = False
        self._fault: NoRoom | None = None  # that it fails by itself, and not by its source
        self._fetch_from = source
        self._calendars = calendars
        self._clock = clock
        self._seen = seen
        self._remembered = remembered
        self._since = dt.datetime.min.replace(tzinfo=dt.UTC)
        self._kept: dict[str, Observation] = {}
        self._tried: dict[str, dt.datetime] = {}
        self._flight: asyncio.Task[None] | None = None

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return what is known of these; waits only for what is neither fresh nor servable, and 8 s at most.

        Raises:
            NoQuotes: if nothing is known of any of them and the source does not answer.
        """
        now = self._clock()
        stale = [key for key in keys if not self._fresh(key, now)]
        if stale:
            if all(self._servable(key, now) for key in stale):
                self._refresh()
            else:
                await self._renewed(stale)
        found = {key: self._kept[key] for key in keys if key in self._kept}
        if self.failing:
            lost = ((key, self._remembered(key)) for key in keys if key not in found)
            found |= {key: one for key, one in lost if one is not None}
        if not found and self.failing:
            if self._fault is not None:
                raise self._fault
            raise NoQuotes(
                "Yahoo is not answering, and nothing is kept from before. Please try again in a few minutes."
            )
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
        kept = self._kept.get(key)
        if key in INSTRUMENTS:
            return _weekend(tried) and _weekend(now)
        calendar = self._calendars[MARKETS[key].mic]
        if kept is None:
            return False
        minutes = kept.delay_minutes
        delay = (dt.timedelta(minutes=minutes) if minutes is not None else USUAL_DELAY) + SETTLING
        # A delayed source still moves when the exchange has stopped: its session ends that much later.
        then = tried - delay
        return (
            _quiet(calendar, then)
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


def _phase(calendar: Calendar, at: dt.datetime) -> tuple[State, dt.date | None]:
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
    friday_evening = at.weekday() == 4 and at.hour >= _WEEKEND_HOUR  # noqa: PLR2004 - Friday
    return friday_evening or at.weekday() == 5 or (at.weekday() == 6 and at.hour < _WEEKEND_HOUR)  # noqa: PLR2004
