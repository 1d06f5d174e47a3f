"""What are the prices of stocks, funds and futures contracts at Yahoo, and the close that a weight drifts from?

They are asked for apart from the indexes' quotes: where this fails, the figures still come, without a reason.
"""

import time
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

from bot.adapters.yahoo.connection import Attempts
from bot.adapters.yahoo.fields import field, number
from bot.adapters.yahoo.source import BARS_PATIENCE, PATIENCE, YahooSource
from bot.domain.attribution.securities import BaseClose, SecurityQuote
from bot.services.ports import Clock

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(minutes=5)  # of the clock, that a source's clock may be
_LATEST: Final = 32503680000  # the year 3000 in seconds


class YahooSecurities:
    """Implements the port `Securities` over the connection of the quotes; while these fail it asks nothing."""

    def __init__(self, quotes: YahooSource, clock: Clock) -> None:
        """Share the connection of the source of quotes."""
        self._connection, self._clock = quotes.connection, clock
        self._attempts = Attempts(quotes.connection, clock, after=quotes.attempts)

    async def securities(self, symbols: Collection[str]) -> Mapping[str, SecurityQuote]:
        """Return the newest believable price of each symbol, fifty a request; see the port."""
        async with self._attempts.attempt():
            client = await self._connection.client()
            asked = list(dict.fromkeys(symbols))
            quotes = await self._connection.run(time.monotonic() + PATIENCE, partial(client.quotes, asked))
            if asked and not quotes:
                raise self._attempts.no_quotes()
        now = self._clock()
        checked = {symbol: _quote(symbol, quotes[symbol], now) for symbol in asked if symbol in quotes}
        return {symbol: quote for symbol, quote in checked.items() if quote is not None}

    async def base_close(self, symbol: str, day: date) -> BaseClose | None:
        """Return a stock's close on a day and the newest split since; see the port."""
        async with self._attempts.attempt():
            client = await self._connection.client()
            chart = await self._connection.run(time.monotonic() + BARS_PATIENCE, partial(client.raw_chart, symbol))
        return _base_close(symbol, day, chart) if chart is not None else None


def _quote(symbol: str, fields: Mapping[str, object], now: datetime) -> SecurityQuote | None:
    """Return a quote of Yahoo's as far as it can be believed; None without a price, or with one of the future."""
    price, seconds = _positive(fields.get("regularMarketPrice")), _positive(fields.get("regularMarketTime"))
    if price is None or seconds is None or seconds > _LATEST:
        return None
    traded = _EPOCH + timedelta(seconds=seconds)
    if traded > now + _AHEAD:
        return None
    volume = _positive(fields.get("regularMarketVolume"))
    previous = _positive(fields.get("regularMarketPreviousClose"))
    return SecurityQuote(symbol, price, previous, min(traded, now), None if volume is None else int(volume))


def _base_close(symbol: str, day: date, chart: Mapping[str, object]) -> BaseClose | None:
    """Read Yahoo's chart; None where it is not one."""
    try:
        offset = timedelta(seconds=number(field(field(chart, "meta"), "gmtoffset")) or 0.0)
        stamps = field(chart, "timestamp")
        indicators = field(field(chart, "indicators"), "quote")
        closes = field(indicators[0], "close") if isinstance(indicators, list) and indicators else None
        if not isinstance(stamps, list) or not isinstance(closes, list):
            return None
        base: float | None = None
        for stamp, close in zip(stamps, closes, strict=False):
            seconds, points = _positive(stamp), _positive(close)
            if seconds is None or points is None or seconds > _LATEST:
                continue
            if (_EPOCH + timedelta(seconds=seconds) + offset).date() <= day:
                base = points
        splits = field(field(chart, "events"), "splits")
        times = [_positive(field(split, "date")) for split in splits.values()] if isinstance(splits, dict) else []
        days = [(_EPOCH + timedelta(seconds=at) + offset).date() for at in times if at is not None and at <= _LATEST]
    except (OverflowError, ValueError):
        return None
    return BaseClose(symbol, base, max((split for split in days if split > day), default=None))


def _positive(value: object) -> float | None:
    found = number(value)
    return found if found is not None and found > 0 else None
