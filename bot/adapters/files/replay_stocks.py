"""What did stocks and futures on the Fed's rate stand at, at an instant of the past, according to folders of CSV files?

``stocks.csv`` holds raw closes (``symbol,date,close,previous_close``; a day's close is not known before its exchange
has closed), ``futures.csv`` prices of one moment each (``symbol,price,time,volume``). Symbols that the tables of
heavyweights do not name are passed over.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from bot.adapters.files import csv_files
from bot.domain.attribution.contributions import KnownStocks
from bot.domain.attribution.heavyweights import Heavyweight, Weights
from bot.domain.attribution.securities import BaseClose, SecurityQuote
from bot.domain.calendars.calendar import Calendar
from bot.domain.errors import FailureCode, Unusable, reason_of
from bot.domain.markets.catalogue import MARKETS


class ReplayStocks:
    """Implements the port `StockFacts` at one instant; of two rows for a stock and day the later folder's counts."""

    revision = 0

    def __init__(
        self, folders: Sequence[Path], weights: Weights, calendars: Mapping[str, Calendar], at: dt.datetime
    ) -> None:
        """Read the folders' files.

        Raises:
            BadQuestion: if a file cannot be read, or a row is wrong.
        """
        self._weights, self._calendars, self._at = weights, calendars, at
        rows = {row.symbol: row for row in weights.rows}
        closes: dict[str, dict[dt.date, SecurityQuote]] = {}
        for folder in folders:
            if csv_files.is_there(path := folder / "stocks.csv"):
                for quote, day in self._closes(path, rows):
                    closes.setdefault(quote.symbol, {})[day] = quote
        quotes = {symbol: by_day[max(by_day)] for symbol, by_day in closes.items()}
        for folder in folders:
            if csv_files.is_there(path := folder / "futures.csv"):
                quotes |= self._futures(path)
        bases = {symbol: _base(rows[symbol], by_day) for symbol, by_day in closes.items()}
        self.stocks = KnownStocks(quotes, bases)

    def begin(self, wanted: Collection[str], contracts: Collection[str]) -> None:
        """Do nothing: all is known."""

    async def renew(self, wanted: Collection[str], contracts: Collection[str]) -> None:
        """Do nothing: all is known."""

    def _closes(self, path: Path, rows: Mapping[str, Heavyweight]) -> list[tuple[SecurityQuote, dt.date]]:
        columns, found = ("symbol", "date", "close", "previous_close"), []
        for line, (symbol, date_text, close_text, previous_text) in csv_files.read_rows(
            path, "close of a stock", columns
        ):
            if symbol not in rows:
                continue
            try:
                day, close = csv_files.day(date_text), _price(close_text)
                previous = _price(previous_text) if previous_text else None
            except ValueError as error:
                raise csv_files.wrong(path, line, "close of a stock", reason_of(error)) from None
            session = self._calendars[MARKETS[rows[symbol].market].mic].session(day)
            if session is not None and session.close <= self._at:
                found.append((SecurityQuote(symbol, close, previous, session.close), day))
        return found

    def _futures(self, path: Path) -> dict[str, SecurityQuote]:
        quotes = {}
        columns = ("symbol", "price", "time", "volume")
        for line, (symbol, price_text, time_text, volume_text) in csv_files.read_rows(
            path, "price of a future", columns
        ):
            try:
                price, time = _price(price_text), csv_files.instant(time_text)
                volume = int(_price(volume_text)) if volume_text.strip("0") else 0
            except ValueError as error:
                raise csv_files.wrong(path, line, "price of a future", reason_of(error)) from None
            if time <= self._at:
                quotes[symbol] = SecurityQuote(symbol, price, None, time, volume)
        return quotes


def _base(row: Heavyweight, closes: Mapping[dt.date, SecurityQuote]) -> BaseClose:
    """Return the close that a stock's weight drifts from, as far as the files have it; they tell of no split."""
    days = [day for day in closes if row.as_of is not None and day <= row.as_of]
    return BaseClose(row.symbol, closes[max(days)].price if days else None)


def _price(text: str) -> float:
    """Read a price above zero; Unusable, with the reason, where it is none."""
    price = csv_files.figure(text)
    if price <= 0:
        raise Unusable(FailureCode.NOT_POSITIVE)
    return price
