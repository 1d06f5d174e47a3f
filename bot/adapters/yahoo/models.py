"""What passes between the source of Yahoo's figures and the thread that fetches them?

Light on purpose: both sides import it, and only the one that fetches may import yfinance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.history.bars import Bar
from bot.domain.markets.market import Instrument, Market

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Row(NamedTuple):
    """One daily bar, in points as Yahoo's floats; the day is a date in the exchange's zone."""

    day: date
    open: float | None
    high: float | None
    low: float | None
    close: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The daily bars of a symbol, oldest first, the quote beside them, and the days of a distribution or split."""

    rows: Sequence[Row]
    meta: Mapping[str, object]
    actions: frozenset[date]

    def bars(self, listing: Market | Instrument) -> list[Bar]:
        """Return the bars in whole units, rounded once; no bar is left out or corrected."""

        def units(points: float | None) -> int | None:
            return None if points is None else listing.units(points)

        return [Bar(row.day, units(row.close), units(row.high), units(row.low), units(row.open)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Probe:
    """What Yahoo says of a symbol: its first trading day, the instant of its last trade (UTC), its delay in minutes."""

    first: date | None
    last: datetime | None
    delay_minutes: int | None

    @classmethod
    def of(cls, listing: Market | Instrument, quote: Mapping[str, object]) -> "Probe":
        """Read them from a quote, with the fields that Yahoo gives it."""
        first, last, delay = (
            quote.get(name) for name in ("firstTradeDateMilliseconds", "regularMarketTime", "exchangeDataDelayedBy")
        )
        return cls(
            # Before 1970 on most: counted from the epoch, since not every platform takes negative timestamps.
            (_EPOCH + timedelta(milliseconds=first)).astimezone(ZoneInfo(listing.zone)).date()
            if isinstance(first, int)
            else None,
            _EPOCH + timedelta(seconds=last) if isinstance(last, int) else None,
            delay if isinstance(delay, int) else None,
        )
