"""Who wants to be told of what has just happened in a market?"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.catalogue import MARKETS
from bot.domain.deliveries import Limits, Origin, Planned
from bot.domain.errors import NoQuotes
from bot.domain.events import Event, EventKind
from bot.domain.markets import Market
from bot.domain.posts import Alert, AlertKind, Telling
from bot.domain.quotes import Observation
from bot.domain.sessions import Calendar
from bot.services.ports import Clock, Quotes
from bot.services.post_ports import Events, Subscriptions
from bot.services.standing import Standings

AFTERWARDS: Final = timedelta(minutes=75)
"""How long after a close a market is still watched: the close itself is known only after the longest delay."""

_AT_ONCE: Final = 500  # alerts planned in one transaction


class Watch:
    """Learns from quotes what happened in markets; asks for those alone whose session runs or has just ended."""

    def __init__(self, quotes: Quotes, standings: Standings, calendars: Mapping[str, Calendar], clock: Clock) -> None:
        """Take the quotes to look at and what they are judged by."""
        self._quotes = quotes
        self._standings = standings
        self._calendars = calendars
        self._clock = clock

    def awake(self, markets: Collection[str]) -> Collection[str]:
        """Name those of the markets whose session runs or has just ended."""
        now = self._clock()
        return [key for key in markets if key in MARKETS and self._awake(MARKETS[key], now)]

    async def happened(self, moves: Mapping[str, Collection[float]]) -> Sequence[Event]:
        """Give what the newest quotes show of the newest sessions of these markets."""
        try:
            seen = await self._quotes.observe(list(moves))
        except NoQuotes:
            return ()
        now = self._clock()
        found: list[Event] = []
        for market in (MARKETS[key] for key in moves):
            level, session = seen.get(market.key), self._calendars[market.mic].last_started(now)
            shown = self._standings.events(market, level, now, moves[market.key])
            found += [event for event in shown if event.day == session.day and _certain(event, level, session.close)]
        return found

    def _awake(self, market: Market, now: datetime) -> bool:
        calendar = self._calendars[market.mic]
        return now <= calendar.last_started(now).close + AFTERWARDS


def _certain(event: Event, seen: Observation | None, close: datetime) -> bool:
    """Say whether the level that shows an event is what it is taken for: a delayed one is no close yet."""
    if event.kind is not EventKind.RECORD_CLOSE:
        return True
    return seen is not None and seen.fetched_at >= close + timedelta(minutes=seen.delay_minutes or 0)


class Alerts:
    """Plans a delivery for each alert and event, once; every method raises StoreError."""

    def __init__(self, subscriptions: Subscriptions, events: Events, clock: Clock, limits: Limits) -> None:
        """Take where alerts and their deliveries are kept, and where events are learnt."""
        self._subscriptions = subscriptions
        self._events = events
        self._clock = clock
        self._limits = limits
        self._known: set[tuple[int, Event]] = set()  # planned before: spares the database, no more

    async def look(self) -> int:
        """Look once at the markets that somebody has an alert on, and tell how many deliveries were planned."""
        awake = self._events.awake(await self._subscriptions.watched())
        if not awake:
            self._known.clear()
            return 0
        wanted = await self._subscriptions.wanted(awake)
        moves: dict[str, set[float]] = {key: set() for key in awake}
        for one in wanted.values():
            if one.kind is AlertKind.MOVE and one.percent is not None and one.market in moves:
                moves[one.market].add(one.percent)
        happened = await self._events.happened(moves)
        met = [text for text, one in wanted.items() if any(one.waits_for(event) for event in happened)]
        now, count, known = self._clock(), 0, set[tuple[int, Event]]()
        last = 0
        while met and (alerts := await self._subscriptions.alerts(met, last, _AT_ONCE)):
            last = alerts[-1].id
            fits = {(one.id, event): one for one in alerts for event in happened if one.wanted.waits_for(event)}
            planned = [self._planned(one, key[1], now) for key, one in fits.items() if key not in self._known]
            if planned:
                await self._subscriptions.happened(planned)
            known |= fits.keys()
            count += len(planned)
            await asyncio.sleep(0)
        self._known = known
        return count

    def _planned(self, one: Alert, event: Event, now: datetime) -> Planned:
        threshold = "" if event.threshold is None else f" {event.threshold:g}"
        return Planned(
            origin=Origin.ALERT,
            origin_id=one.id,
            event=f"{event.day} {event.kind}{threshold}",
            guild=one.place.guild,
            channel=one.place.channel,
            telling=Telling(now, one.style, event=event),
            due=now,
            latest=now + self._limits.late,
            mention=one.place.mention,
            publish=one.place.publish,
        )
