"""Which ledger speaks for a market's past? One for all that ask, and in a running bot made before anybody asks."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import History
from bot.domain.markets.market import KnownLevel, Market
from bot.domain.records.history_index import HistoryIndex


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """What a history says of records and trends, and what it was made from."""

    history: History
    checkpoints: Collection[KnownLevel]
    ledger: HistoryIndex


class HistoryIndexes:
    """The one ledger of each market.

    A ledger that is given out is read and grown on the event loop alone; what is made in a thread is a new one that
    nobody else knows yet, and takes the old one's place on the loop.
    """

    def __init__(self) -> None:
        self._books: dict[str, Book] = {}
        self._ahead: set[str] = set()

    def book(self, market: Market, calendar: Calendar, history: History, checkpoints: Collection[KnownLevel]) -> Book:
        """Return the market's book, made or grown on the spot where it was not made before.

        Of a market that `prepare` looks after, what the bot has seen since is left out until it is made anew: the
        reading that it was seen in says the same.
        """
        book = self._books.get(market.key)
        same = book is not None and book.checkpoints == checkpoints
        if book is not None and book.history is history and (same or market.key in self._ahead):
            return book
        if book is not None and same and _goes_on(book.history, history):
            ledger = book.ledger  # a new session costs its own bar, not another pass over all of them
            for position in range(len(book.history), len(history)):
                ledger.add(history[position])
        else:
            ledger = HistoryIndex(market, calendar, history, checkpoints)
        self._books[market.key] = Book(history, checkpoints, ledger)
        return self._books[market.key]

    def is_current(self, market: Market, history: History, checkpoints: Collection[KnownLevel]) -> bool:
        """Say whether the market's book stands on just these."""
        book = self._books.get(market.key)
        return book is not None and book.history is history and book.checkpoints == checkpoints

    async def prepare(
        self, market: Market, calendar: Calendar, history: History, checkpoints: Collection[KnownLevel]
    ) -> Book:
        """Make a market's book off the loop; it counts once it is `put`."""
        return Book(history, checkpoints, await asyncio.to_thread(HistoryIndex, market, calendar, history, checkpoints))

    def put(self, market: Market, book: Book) -> None:
        """Let a book that was prepared take the place of the one before."""
        self._books[market.key] = book
        self._ahead.add(market.key)


def _goes_on(old: History, new: History) -> bool:
    """Say whether the new history is the old one with bars added at its end."""
    end = len(old)
    pairs = ((old.days, new.days), (old.closes, new.closes), (old.highs, new.highs), (old.lows, new.lows))
    return end <= len(new) and all(before == after[:end] for before, after in pairs)
