"""What does the embedded sample hold? One moment of a trading day in all markets, without network or token.

`bot.build.sample_day` makes the figures; every answer from them says that they are not quotes.
"""

import base64
import datetime as dt
import json
import zlib
from array import array
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from bot.domain.attribution.contributions import KnownStocks
from bot.domain.attribution.heavyweights import DIVISOR, PRICE_WEIGHTED, Heavyweight, PriceFactor, Weights
from bot.domain.attribution.securities import BaseClose, SecurityQuote
from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import Bar, History
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.domain.markets.market import KnownLevel
from bot.domain.model import Source
from bot.domain.quotes import Observation

MOMENT = dt.datetime(2025, 9, 16, 5, 10, tzinfo=dt.UTC)
"""The instant that everything is seen from: 14:10 in Tokyo."""

FIRST = dt.date(2023, 9, 15)
"""The first day of the made-up history."""

_BEFORE = 100.0  # the close before of every stock: only changes and weights are told
_DELAY = 15  # minutes; a figure like any other of the sample


class Sample:
    """Quotes and histories at the sample's moment. Implements the ports `Quotes`, `Histories` and `StockFacts`."""

    source: Source = "sample"
    failing = False
    revision = 0

    def __init__(self, calendars: Mapping[str, Calendar]) -> None:
        self._calendars = calendars
        self._data: dict[str, Any] = json.loads((Path(__file__).parents[2] / "data" / "sample.json").read_bytes())
        self._histories: dict[str, History] = {}
        self._checkpoints: dict[str, tuple[KnownLevel, ...]] = {}
        self._observations: dict[str, Observation] = {}

    def clock(self) -> dt.datetime:
        """Return the sample's moment."""
        return MOMENT

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return what is `known`; nothing has to be waited for."""
        return self.known(keys)

    def known(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return the level at the moment where a session runs, else the last close.

        A market that was added after the sample was built is left out.
        """
        for key in keys:
            if key not in self._observations and self._holds(key):
                self._observations[key] = self._observation(key)
        return {key: self._observations[key] for key in keys if key in self._observations}

    def history(self, key: str) -> History | None:
        """Return the made-up bars of a market; None where the sample has none."""
        if key not in MARKETS or not self._holds(key):
            return None
        if key not in self._histories:
            numbers = array("i")
            numbers.frombytes(zlib.decompress(base64.b85decode(self._data["markets"][key]["bars"])))
            days, closes, highs, lows = (numbers[column::4] for column in range(4))
            rows = zip(map(dt.date.fromordinal, days), closes, highs, lows, strict=True)
            self._histories[key] = History.of(key, (Bar(*row) for row in rows))
        return self._histories[key]

    def known_levels(self, key: str) -> Collection[KnownLevel]:
        """Return older records: the catalogue's, and those from before the sample's first day."""
        if key in self._checkpoints:
            return self._checkpoints[key]
        as_of = FIRST - dt.timedelta(days=1)
        (close, close_day), (high, high_day) = self._data["older"].get(key, [[0, ""], [0, ""]])
        older = (
            (
                KnownLevel(key, "close", close, dt.date.fromisoformat(close_day), as_of, "sample"),
                KnownLevel(key, "high", high, dt.date.fromisoformat(high_day), as_of, "sample"),
            )
            if close
            else ()
        )
        catalogued = tuple(level for level in MARKETS[key].known_levels if level.date <= MOMENT.date())
        self._checkpoints[key] = (*catalogued, *older)
        return self._checkpoints[key]

    def weights(self) -> Weights:
        """Return the heavyweights of the sample: made-up weights of its own day, so that its story adds up."""
        stocks, day = self._data["stocks"], MOMENT.date()
        rows = [
            Heavyweight(market, symbol, name, {}, sector, weight, day, "sample")
            for market, symbol, name, sector, weight, _ in stocks
        ]
        levels = {market: MARKETS[market].points(self._data["markets"][market]["quote"][1]) for market, *_ in stocks}
        factors = [
            PriceFactor(row.market, row.symbol, (row.weight_pct or 0.0) / 100 * levels[row.market] / _BEFORE, day, day)
            for row in rows
            if row.market in PRICE_WEIGHTED
        ]
        divisors = [PriceFactor(market, DIVISOR, 1.0, day, day) for market in sorted(PRICE_WEIGHTED)]
        return Weights(rows, [*factors, *divisors])

    @property
    def stocks(self) -> KnownStocks:
        """Return the stocks of the sample at its moment, each at 100 the day before, and futures on the Fed's rate."""
        changes = {symbol: change for _, symbol, _, _, _, change in self._data["stocks"]}
        quotes = {
            symbol: SecurityQuote(symbol, _BEFORE + change, _BEFORE, MOMENT) for symbol, change in changes.items()
        }
        futures = {
            symbol: SecurityQuote(symbol, price, price, MOMENT, 1) for symbol, price in self._data["futures"].items()
        }
        return KnownStocks(quotes | futures, {symbol: BaseClose(symbol, _BEFORE) for symbol in changes})

    def begin(self, wanted: Collection[str], contracts: Collection[str]) -> None:
        """Do nothing: all is known."""

    async def renew(self, wanted: Collection[str], contracts: Collection[str]) -> None:
        """Do nothing: all is known."""

    def _holds(self, key: str) -> bool:
        return key in self._data["context" if key in INSTRUMENTS else "markets"]

    def _observation(self, key: str) -> Observation:
        if key in INSTRUMENTS:
            level, previous = self._data["context"][key]
            return Observation(key, level, MOMENT, MOMENT, previous, delay_minutes=0)
        calendar, quote = self._calendars[MARKETS[key].mic], self._data["markets"][key]["quote"]
        if quote:
            level, previous, high, low = quote
            session = calendar.current(MOMENT)
            resting = session and session.break_start and session.break_start <= MOMENT
            time = session.break_start if session and session.break_start and resting else MOMENT
            if session and session.break_end and session.break_end <= MOMENT:
                time = MOMENT
            return Observation(key, level, time, MOMENT, previous, high, low, delay_minutes=_DELAY)
        history = self.history(key)
        assert history is not None
        bar = history[-1]
        assert bar.close is not None
        close_time = calendar.last_completed(MOMENT).close
        return Observation(key, bar.close, close_time, MOMENT, None, bar.high, bar.low, delay_minutes=_DELAY)
