"""What is known, in memory, of the markets' pasts?

The cleaned bars of each market, when they were fetched, and what the bot saw itself of days that they lack. What
questions are answered from; how it gets here, and into the store, is the matter of `bot.services.history_sync`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import Bar, History
from bot.domain.history.cleaning import clean
from bot.domain.history.refresh_policy import Comparison, LastFetch, StoredBar, compare, expected
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import KnownLevel, Market
from bot.domain.quotes import Observation
from bot.services.history_indexes import HistoryIndexes
from bot.services.sightings import is_covered


class HistoryCache:
    """The histories, fetches and sightings of all markets, by the market's key; changed on the event loop alone."""

    def __init__(self, calendars: Mapping[str, Calendar], indexes: HistoryIndexes | None) -> None:
        """Take the exchanges' calendars by MIC; ``indexes`` are built anew before a history that comes in counts."""
        self._calendars = calendars
        self._indexes = indexes
        self._histories: dict[str, History] = {}
        self._fetches: dict[str, LastFetch] = {}
        self._sightings: dict[str, dict[tuple[str, date], KnownLevel]] = {}
        self._checkpoints: dict[str, tuple[KnownLevel, ...]] = {}  # worked out when first asked for
        self._revision = 0

    def history(self, key: str) -> History | None:
        """Return the cleaned bars of a market; ``None`` as long as there are none."""
        return self._histories.get(key)

    def fetch(self, key: str) -> LastFetch | None:
        """Return when a market's bars were fetched."""
        return self._fetches.get(key)

    def last(self, key: str) -> Observation | None:
        """Return the last close as an observation: the last good figure where no source answers."""
        history, fetch = self._histories.get(key), self._fetches.get(key)
        if not history or fetch is None:
            return None
        bar = history[-1]
        session = self._calendars[MARKETS[key].mic].session(bar.day)
        if bar.close is None or session is None:
            return None
        return Observation(key, bar.close, session.close, fetch.read_at, None, bar.high, bar.low, bar_agrees=True)

    def known_levels(self, key: str) -> tuple[KnownLevel, ...]:
        """Return known older records, and the bot's own sightings of days that the history lacks."""
        if (levels := self._checkpoints.get(key)) is None:
            levels = self._checkpoints[key] = self._levels_beside(key, self._histories.get(key))
        return levels

    def add_sighting(self, sighting: KnownLevel) -> bool:
        """Put a sighting beside the history where that lacks the level; return whether it is new."""
        own = self._sightings.setdefault(sighting.market, {})
        known = own.get((sighting.kind, sighting.date)) == sighting
        if known or is_covered(sighting, self._histories.get(sighting.market)):
            return False
        own[sighting.kind, sighting.date] = sighting
        self._checkpoints.pop(sighting.market, None)
        return True

    async def publish(self, market: Market, bars: list[Bar], fetch: LastFetch) -> None:
        """Clean the bars off the loop and let answers have them; an unchanged history stays the same object."""
        calendar, old = self._calendars[market.mic], self._histories.get(market.key)
        self._revision += 1
        final = expected(calendar, fetch.read_at)
        new = await asyncio.to_thread(clean, market, bars, calendar, final, self._revision)
        if old is None or replace(old, revision=new.revision) != new:
            if self._indexes is not None:
                levels = self._levels_beside(market.key, new)
                book = await self._indexes.prepare(market, calendar, new, levels)
                self._indexes.put(market, book)
            self._histories[market.key] = new
        self._fetches[market.key] = fetch
        for (kind, day), sighting in list(self._sightings.get(market.key, {}).items()):
            if is_covered(sighting, self._histories.get(market.key)):
                del self._sightings[market.key][kind, day]
        self._checkpoints.pop(market.key, None)

    async def joined(self, key: str, bars: Sequence[Bar], final: date) -> tuple[Comparison, list[Bar]]:
        """Join the bars of a fetch on to the history, off the loop, where the store cannot; nothing is published.

        Bars up to ``final`` cannot change any more.
        """
        return await asyncio.to_thread(_joined, self._histories.get(key), bars, final)

    async def renew_indexes(self) -> None:
        """Build those indexes anew, off the loop, that lack what the bot has seen since."""
        if self._indexes is None:
            return
        for key, history in list(self._histories.items()):
            market, levels = MARKETS[key], self.known_levels(key)
            if not self._indexes.is_current(market, history, levels):
                book = await self._indexes.prepare(market, self._calendars[market.mic], history, levels)
                self._indexes.put(market, book)

    def _levels_beside(self, key: str, history: History | None) -> tuple[KnownLevel, ...]:
        """Return what is known of a market beside a history; sightings that the history covers are left out."""
        if key not in MARKETS:
            return ()
        own = [sighting for sighting in self._sightings.get(key, {}).values() if not is_covered(sighting, history)]
        return (*MARKETS[key].known_levels, *sorted(own, key=lambda sighting: sighting.date))


def _joined(history: History | None, bars: Sequence[Bar], final: date) -> tuple[Comparison, list[Bar]]:
    stored = {bar.day: StoredBar(bar, bar.day <= final) for bar in history or ()}
    comparison = compare(stored, bars, final)
    joined = {day: row.bar for day, row in stored.items()} | {
        change.bar.day: change.bar for change in comparison.changes
    }
    return comparison, [joined[day] for day in sorted(joined)]
