"""What were a market's daily bars, and what of them can be believed?"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

_UNKNOWN = 0  # in a column of prices; no index ever stood at 0


class Bar(NamedTuple):
    """One trading day as a source reported it; prices in whole units of the market's last decimal."""

    day: date
    close: int | None
    high: int | None = None
    low: int | None = None
    open: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The cleaned daily bars of one market, oldest first, as columns: a bar costs 36 bytes.

    Every bar has a close; high, low and open may be unknown. ``revision`` changes whenever a bar does.
    ``dropped`` counts what cleaning left out, by rule.
    """

    market: str
    days: "array[int]"  # proleptic ordinals of the exchange's dates
    closes: "array[int]"
    highs: "array[int]"
    lows: "array[int]"
    opens: "array[int]"
    dropped: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    revision: int = 0

    @classmethod
    def of(
        cls, market: str, bars: Iterable[Bar], dropped: Mapping[str, int] | None = None, revision: int = 0
    ) -> "History":
        """Put cleaned bars, oldest first and each with a close, into columns."""
        days, closes, highs, lows, opens = array("i"), array("q"), array("q"), array("q"), array("q")
        for bar in bars:
            assert bar.close, "cleaning leaves no bar without a close"
            days.append(bar.day.toordinal())
            closes.append(bar.close)
            highs.append(bar.high or _UNKNOWN)
            lows.append(bar.low or _UNKNOWN)
            opens.append(bar.open or _UNKNOWN)
        return cls(market, days, closes, highs, lows, opens, MappingProxyType(dict(dropped or {})), revision)

    def __len__(self) -> int:
        return len(self.days)

    def __getitem__(self, index: int) -> Bar:
        """Return the bar at this position; negative positions count from the end."""
        return Bar(
            date.fromordinal(self.days[index]),
            self.closes[index],
            self.highs[index] or None,
            self.lows[index] or None,
            self.opens[index] or None,
        )

    def __iter__(self) -> Iterator[Bar]:
        return (self[index] for index in range(len(self)))

    def first_at_or_after(self, day: date) -> int:
        """Return the position of the first bar on or after this day; ``len(history)`` if there is none."""
        return bisect_left(self.days, day.toordinal())

    def on(self, day: date) -> Bar | None:
        """Return the bar of this day."""
        index = self.first_at_or_after(day)
        return self[index] if index < len(self) and self.days[index] == day.toordinal() else None

    def before(self, day: date) -> Bar | None:
        """Return the newest bar before this day, even if sessions are missing in between."""
        index = self.first_at_or_after(day)
        return self[index - 1] if index else None

    def until(self, day: date) -> "History":
        """Return the history as it stood after the close of this day."""
        end = bisect_right(self.days, day.toordinal())
        if end == len(self):
            return self
        return replace(
            self,
            days=self.days[:end],
            closes=self.closes[:end],
            highs=self.highs[:end],
            lows=self.lows[:end],
            opens=self.opens[:end],
        )
