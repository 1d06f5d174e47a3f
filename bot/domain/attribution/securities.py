"""What is known of a stock, a sector's fund or a futures contract: a price, the close before it, and when it was?"""

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

LARGEST_MOVE: Final = 0.4
"""A stock that moved by more than this share of its close is not believed: a split, or another unit of its currency."""

HALTED: Final = timedelta(minutes=30)
"""How much older than the index's a stock's last trade may be while the session runs."""


class SecurityQuote(NamedTuple):
    """The newest price of a security; both prices in the same currency, ``time`` is that of the last trade (UTC).

    ``previous_close`` is the raw close of the session before: on a day ex dividend that is what the index counts from.
    ``volume`` is the number of contracts or shares traded in the session, where the source states it.
    """

    symbol: str
    price: float
    previous_close: float | None
    time: datetime
    volume: int | None = None

    @property
    def change(self) -> float | None:
        """The change as a share of the previous close; ``None`` where it cannot be believed."""
        if self.previous_close is None or self.previous_close <= 0 or self.price <= 0:
            return None
        share = self.price / self.previous_close - 1
        return share if abs(share) <= LARGEST_MOVE else None

    @property
    def change_pct(self) -> float | None:
        """The same in per cent, to 2 decimals."""
        return None if self.change is None else round(self.change * 100, 2) + 0.0

    @property
    def rounded_pct(self) -> float | None:
        """The same in per cent, rounded once to 1 decimal."""
        return None if self.change is None else round(self.change * 100, 1) + 0.0


class BaseClose(NamedTuple):
    """A stock's close on the day that its weight is of, and the day of the newest split after it, if there was one.

    ``close`` is on the scale of today's prices; ``None`` where it is not known. That a split is not known of is known.
    """

    symbol: str
    close: float | None
    split: date | None = None
