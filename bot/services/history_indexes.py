"""Which index speaks for a market's past? One for all that ask, and in a running bot made before anybody asks."""

from collections.abc import Collection
from typing import NamedTuple

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import History
from bot.domain.markets.market import KnownLevel, Market
from bot.domain.records.history_index import HistoryIndex


class IndexedHistory(NamedTuple):
    """The index of a history, and what it was made from."""

    history: History
    known_levels: Collection[KnownLevel]
    record_index: HistoryIndex


class HistoryIndexes:
    """The one index of each market.

    An index in use is read and grown on the event loop alone; a thread only ever builds a new index that nothing
    else uses yet, and the loop swaps it in.
    """

    def __init__(self) -> None:
        self._indexed: dict[str, IndexedHistory] = {}
        self._prepared_ahead: set[str] = set()

    def get(
        self, market: Market, calendar: Calendar, history: History, known_levels: Collection[KnownLevel]
    ) -> IndexedHistory:
        """Return the market's index, made or grown on the spot where it was not made before.

        For a market whose index is prepared ahead, what the bot has seen since is left out until it is made anew: the
        live bar that it was seen in says the same.
        """
        indexed = self._indexed.get(market.key)
        same_levels = indexed is not None and indexed.known_levels == known_levels
        if indexed is not None and indexed.history is history and (same_levels or market.key in self._prepared_ahead):
            return indexed
        if indexed is not None and same_levels and _extends(indexed.history, history):
            index = indexed.record_index  # a new session costs its own bar, not another pass over all of them
            for position in range(len(indexed.history), len(history)):
                index.add(history[position])
        else:
            index = HistoryIndex(market, calendar, history, known_levels)
        self._indexed[market.key] = IndexedHistory(history, known_levels, index)
        return self._indexed[market.key]

    def is_current(self, market: Market, history: History, known_levels: Collection[KnownLevel]) -> bool:
        """Return whether the market's index was made from exactly these."""
        indexed = self._indexed.get(market.key)
        return indexed is not None and indexed.history is history and indexed.known_levels == known_levels

    async def prepare(
        self, market: Market, calendar: Calendar, history: History, known_levels: Collection[KnownLevel]
    ) -> IndexedHistory:
        """Make a market's index off the event loop; it is in use once it is `put`."""
        from asyncio import to_thread  # noqa: PLC0415 - whoever waits for this has imported it already

        index = await to_thread(HistoryIndex, market, calendar, history, known_levels)
        return IndexedHistory(history, known_levels, index)

    def put(self, market: Market, indexed: IndexedHistory) -> None:
        """Let an index that was prepared replace the one before."""
        self._indexed[market.key] = indexed
        self._prepared_ahead.add(market.key)


def _extends(old: History, new: History) -> bool:
    """Return whether the new history is the old one with bars added at its end."""
    end = len(old)
    columns = ((old.days, new.days), (old.closes, new.closes), (old.highs, new.highs), (old.lows, new.lows))
    return end <= len(new) and all(before == after[:end] for before, after in columns)
