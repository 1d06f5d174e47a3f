"""Who wants to be told of what has just happened in a market?"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.calendars.calendar import Calendar, Session
from bot.domain.errors import NoQuotes
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import Market
from bot.domain.posting.deliveries import Origin, PlannedDelivery
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.subscriptions import Alert, AlertKind, PostContent
from bot.domain.quotes import Observation, is_final
from bot.domain.records.events import Event, EventKind
from bot.services.market_snapshots import MarketSnapshots
from bot.services.ports import Clock, Quotes
from bot.services.posting_ports import EventSource
from bot.services.posting_stores import AlertStore

AFTERWARDS: Final = timedelta(minutes=75)
"""How long after a close a market is still watched: the close itself is known only after the longest delay."""

_AT_ONCE: Final = 500  # alerts planned in one transaction
_REMEMBERED: Final = timedelta(days=3)  # no session is watched for so long
_ROUND: Final = (EventKind.ROUND_ABOVE, EventKind.ROUND_BELOW)
_RANKS: Final = {
    EventKind.RISE: 0,
    EventKind.FALL: 0,
    EventKind.ROUND_ABOVE: 1,
    EventKind.ROUND_BELOW: 1,
    EventKind.RECORD_HIGH: 2,
    EventKind.RECORD_CLOSE: 3,
}


class MarketWatch:
    """Learns from quotes what happened in markets; asks for those alone whose session runs or has just ended."""

    def __init__(
        self, quotes: Quotes, snapshots: MarketSnapshots, calendars: Mapping[str, Calendar], clock: Clock
    ) -> None:
        """Take the quotes to look at and what they are judged by."""
        self._quotes = quotes
        self._snapshots = snapshots
        self._calendars = calendars
        self._clock = clock

    def active_markets(self, markets: Collection[str]) -> Collection[str]:
        """Name those of the markets whose session runs or has just ended."""
        now = self._clock()
        return [key for key in markets if key in MARKETS and self._awake(MARKETS[key], now)]

    async def newest_events(self, moves: Mapping[str, Collection[float]]) -> Sequence[Event]:
        """Give what the newest quotes show of the newest sessions of these markets."""
        try:
            observations = await self._quotes.observe(list(moves))
        except NoQuotes:
            return ()
        now = self._clock()
        found: list[Event] = []
        for market in (MARKETS[key] for key in moves):
            level, session = observations.get(market.key), self._calendars[market.mic].last_started(now)
            shown = self._snapshots.events(market, level, now, moves[market.key])
            found += [event for event in shown if event.day == session.day and _certain(event, level, session)]
        return found

    def _awake(self, market: Market, now: datetime) -> bool:
        calendar = self._calendars[market.mic]
        return now <= calendar.last_started(now).close + AFTERWARDS


def _certain(event: Event, observation: Observation | None, session: Session) -> bool:
    """Say whether the level that shows an event is what it is taken for: a delayed one is no close yet."""
    if event.kind is not EventKind.RECORD_CLOSE:
        return True
    return observation is not None and is_final(session, observation)


class AlertService:
    """Plans a delivery for each alert and event, once; every method raises StoreError.

    A look tells a server one event of a market at most, the weightiest; what else it showed comes with the next looks.
    """

    def __init__(self, alerts: AlertStore, events: EventSource, clock: Clock, limits: DeliveryLimits) -> None:
        """Take where alerts and their deliveries are kept, and where events are learnt."""
        self._alerts = alerts
        self._events = events
        self._clock = clock
        self._limits = limits
        self._known: set[tuple[int, Event]] = set()  # planned before: spares the database, no more
        self._farthest: dict[tuple[int, EventKind, date], float] = {}  # round number told, by alert
        self._postponed: set[Event] = set()

    async def look(self) -> int:
        """Look once at the markets that somebody has an alert on, and tell how many deliveries were planned."""
        awake = self._events.active_markets(await self._alerts.watched_markets())
        if not awake:
            self._known.clear()
            self._farthest.clear()
            self._postponed.clear()
            return 0
        wanted = await self._alerts.alert_conditions(awake)
        moves: dict[str, set[float]] = {key: set() for key in awake}
        for condition in wanted.values():
            if condition.kind is AlertKind.MOVE and condition.percent is not None and condition.market in moves:
                moves[condition.market].add(condition.percent)
        happened = dict.fromkeys([*await self._events.newest_events(moves), *self._postponed])
        met = [text for text, condition in wanted.items() if any(condition.waits_for(event) for event in happened)]
        fits: list[tuple[Alert, Event]] = []
        last = 0
        while met and (alerts := await self._alerts.list_alerts(met, last, _AT_ONCE)):
            last = alerts[-1].id
            fits += [(alert, event) for alert in alerts for event in happened if alert.condition.waits_for(event)]
            await asyncio.sleep(0)
        return await self._plan(fits)

    async def _plan(self, fits: Sequence[tuple[Alert, Event]]) -> int:
        """Plan what is to be told now, and keep in mind what is not."""
        fresh: list[tuple[Alert, Event]] = []
        async for part in _parts(fits):
            fresh += [
                (alert, event)
                for alert, event in part
                if (alert.id, event) not in self._known and self._farther(alert, event)
            ]
        first: dict[tuple[int, str], Event] = {}
        async for part in _parts(fresh):
            for alert, event in part:
                key = (alert.destination.guild, event.market)
                first[key] = max(first.get(key, event), event, key=_weight)
        chosen, rest, covered, now = 0, list[tuple[Alert, Event]](), set[tuple[int, str, EventKind]](), self._clock()
        async for part in _parts(fresh):
            now_told = [pair for pair in part if first[pair[0].destination.guild, pair[1].market] == pair[1]]
            rest += [pair for pair in part if first[pair[0].destination.guild, pair[1].market] != pair[1]]
            if now_told:
                await self._alerts.enqueue_alerts([self._planned(alert, event, now) for alert, event in now_told])
            self._note(now_told)
            covered.update(_where(alert, event) for alert, event in now_told)
            chosen += len(now_told)
        # A smaller move the same way adds nothing in the same channel; everything else waits for a later look.
        self._postponed = set()
        async for part in _parts(rest):
            self._note([(alert, event) for alert, event in part if _where(alert, event) in covered])
            self._postponed |= {event for alert, event in part if _where(alert, event) not in covered}
        if any(event.day < now.date() - _REMEMBERED for _, event in self._known):
            self._known = {known for known in self._known if known[1].day >= now.date() - _REMEMBERED}
        return chosen

    def _farther(self, alert: Alert, event: Event) -> bool:
        """Say whether an alert has not told yet of a round number as far the same way: after a jump and back, none."""
        if event.threshold is None or event.kind not in _ROUND:
            return True
        farthest = self._farthest.get((alert.id, event.kind, event.day))
        if farthest is None:
            return True
        return event.threshold > farthest if event.kind is EventKind.ROUND_ABOVE else event.threshold < farthest

    def _note(self, pairs: Sequence[tuple[Alert, Event]]) -> None:
        for alert, event in pairs:
            self._known.add((alert.id, event))
            if event.threshold is not None and event.kind in _ROUND and self._farther(alert, event):
                self._farthest[alert.id, event.kind, event.day] = event.threshold

    def _planned(self, alert: Alert, event: Event, now: datetime) -> PlannedDelivery:
        threshold = "" if event.threshold is None else f" {event.threshold:g}"
        return PlannedDelivery(
            origin=Origin.ALERT,
            origin_id=alert.id,
            event=f"{event.day} {event.kind}{threshold}",
            guild=alert.destination.guild,
            channel=alert.destination.channel,
            content=PostContent(now, alert.style, event=event),
            due=now,
            latest=now + self._limits.late,
            mention=alert.destination.mention,
            publish=alert.destination.publish,
        )


async def _parts(pairs: Sequence[tuple[Alert, Event]]) -> AsyncIterator[Sequence[tuple[Alert, Event]]]:
    """Yield so many at once as hold nobody up, and let others have their turn in between."""
    for start in range(0, len(pairs), _AT_ONCE):
        yield pairs[start : start + _AT_ONCE]
        await asyncio.sleep(0)


def _where(alert: Alert, event: Event) -> tuple[int, str, EventKind]:
    return alert.destination.channel, event.market, event.kind


def _weight(event: Event) -> tuple[int, float]:
    """Rank an event: a record is never put off, of several moves or round numbers the farthest counts."""
    threshold = event.threshold or 0.0
    return _RANKS[event.kind], -threshold if event.kind is EventKind.ROUND_BELOW else threshold
