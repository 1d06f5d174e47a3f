"""Which stocks weigh most in an index, and what is known of their weights?

Two reviewed tables hold facts, each with its date and source: the heavyweights themselves with their weights, and the
factors and divisors of the indexes that are weighted by price (S&P Dow Jones Indices, "Index Mathematics"; Nikkei Inc.,
"Nikkei Stock Average Guidebook"). A fact that nobody has looked at for longer than `REVIEW` is not used.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

REVIEW: Final = timedelta(days=270)
"""How long a weight, factor or divisor is used after the day it was known on; indexes are reviewed twice a year."""

DIVISOR: Final = "divisor"
PRICE_WEIGHTED: Final = frozenset({"nikkei", "dow"})
"""Markets whose index is a sum of prices, each times its factor, over a divisor; all others weigh by capital."""

_LANGUAGES: Final = ("ja", "ko", "zh-TW", "zh-CN")
_HEAVYWEIGHTS: Final = ["market", "symbol", "name", *_LANGUAGES, "sector", "weight_pct", "as_of", "source"]
_FACTORS: Final = ["market", "symbol", "factor", "valid_from", "checked", "source"]
_SECTORS: Final = ["market", "symbol", "sector", "what"]


class Heavyweight(NamedTuple):
    """A stock of an index; ``weight_pct`` is its share of the index at the close of ``as_of``, ``None`` if not known.

    ``sector`` is one of the eleven of the Global Industry Classification Standard.
    """

    market: str
    symbol: str
    name: str
    names: Mapping[str, str]
    sector: str
    weight_pct: float | None
    as_of: date | None
    source: str


class PriceFactor(NamedTuple):
    """By what a stock's price is multiplied in an index, or the index's divisor (`DIVISOR`), from a day on.

    ``checked`` is the last day on which it was known to hold.
    """

    market: str
    symbol: str
    factor: float
    valid_from: date
    checked: date


class SectorProxy(NamedTuple):
    """The symbol of an index, or of a fund on one, that stands for a sector of a market."""

    market: str
    symbol: str
    sector: str


class Weights:
    """The tables, by market."""

    def __init__(
        self, heavyweights: Sequence[Heavyweight], factors: Sequence[PriceFactor], sectors: Sequence[SectorProxy] = ()
    ) -> None:
        """Take the rows of the tables, in their order."""
        self.rows = tuple(heavyweights)
        self.factors = tuple(factors)
        self._heavyweights: dict[str, list[Heavyweight]] = {}
        self._sectors: dict[str, list[SectorProxy]] = {}
        for row in heavyweights:
            self._heavyweights.setdefault(row.market, []).append(row)
        for proxy in sectors:
            self._sectors.setdefault(proxy.market, []).append(proxy)

    def of(self, market: str) -> Sequence[Heavyweight]:
        """Return the heavyweights of a market, the heaviest first; none where the table has none."""
        return self._heavyweights.get(market, ())

    def sectors(self, market: str) -> Sequence[SectorProxy]:
        """Return what stands for the sectors of a market; none where no symbol is known."""
        return self._sectors.get(market, ())

    def symbols(self, market: str) -> tuple[str, ...]:
        """Return all symbols that must be asked for to say why a market moved."""
        return (*(row.symbol for row in self.of(market)), *(proxy.symbol for proxy in self.sectors(market)))

    def covers(self, market: str, day: date) -> float:
        """Return the share of an index that the weights of its heavyweights make, of those that may be used on a day.

        Of a price-weighted index, whose weights follow from factors and prices, those that the table names count.
        """
        by_price = market in PRICE_WEIGHTED and self.factor(market, DIVISOR, day) is not None
        shares = [
            (row.weight_pct or 0.0) / 100
            if by_price and self.factor(market, row.symbol, day)
            else self.weight(row, day)
            for row in self.of(market)
        ]
        return sum(share or 0.0 for share in shares)

    def factor(self, market: str, symbol: str, day: date) -> float | None:
        """Return the factor, or the divisor, that held on a day: that day's own, never a later one."""
        valid = [row for row in self.factors if (row.market, row.symbol) == (market, symbol) and row.valid_from <= day]
        if not valid:
            return None
        newest = max(valid, key=lambda row: row.valid_from)
        return newest.factor if day - newest.checked <= REVIEW else None

    def weight(self, row: Heavyweight, day: date) -> float | None:
        """Return a stock's weight as a share, as of its own date, if it may be used on a day."""
        if row.weight_pct is None or row.as_of is None or not timedelta(0) <= day - row.as_of <= REVIEW:
            return None
        return row.weight_pct / 100

    def outdated(self, today: date) -> list[Heavyweight | PriceFactor]:
        """Return the facts that are too old to be used, and those that have no date at all."""
        newest = {(row.market, row.symbol): row for row in sorted(self.factors, key=lambda row: row.valid_from)}
        return [
            *(row for row in self.rows if row.market not in PRICE_WEIGHTED and self.weight(row, today) is None),
            *(row for row in newest.values() if today - row.checked > REVIEW),
        ]


def parse_heavyweights(text: str) -> tuple[Heavyweight, ...]:
    """Read the table of heavyweights; ValueError, with the line, where a row is wrong."""
    return tuple(_heavyweight(row) for row in _rows(text, _HEAVYWEIGHTS))


def parse_factors(text: str) -> tuple[PriceFactor, ...]:
    """Read the table of factors and divisors; ValueError, with the line, where a row is wrong."""
    return tuple(
        PriceFactor(
            row["market"],
            row["symbol"],
            float(row["factor"]),
            date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min,
            date.fromisoformat(row["checked"]),
        )
        for row in _rows(text, _FACTORS)
    )


def parse_sectors(text: str) -> tuple[SectorProxy, ...]:
    """Read the table of sectors; ValueError, with the line, where a row is wrong."""
    return tuple(SectorProxy(row["market"], row["symbol"], row["sector"]) for row in _rows(text, _SECTORS))


def _heavyweight(row: Mapping[str, str]) -> Heavyweight:
    return Heavyweight(
        market=row["market"],
        symbol=row["symbol"],
        name=row["name"],
        names=MappingProxyType({language: row[language] for language in _LANGUAGES}),
        sector=row["sector"],
        weight_pct=float(row["weight_pct"]) if row["weight_pct"] else None,
        as_of=date.fromisoformat(row["as_of"]) if row["as_of"] else None,
        source=row["source"],
    )


def _rows(text: str, columns: list[str]) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text), restkey="beyond")
    if reader.fieldnames != columns:
        message = f"line 1: the columns must be {', '.join(columns)}"
        raise ValueError(message)
    rows: list[dict[str, str]] = []
    for row in reader:
        if "beyond" in row or None in row.values():
            message = f"line {reader.line_num}: not {len(columns)} cells"
            raise ValueError(message)
        rows.append(row)
    return rows
