"""How much of an index's move did its heaviest stocks make, and what of that may be said?

A price-weighted index moves by ``factor · (P - P₋₁) / divisor`` for a stock, with the factor and the divisor of that
day; any other by ``w · r · I₋₁``, where the stock's weight ``w`` has drifted from its dated base with its price against
the index: ``w₀ · (P₋₁/P₀) / (I₋₁/I₀)``. Previous closes are raw. What may be said of it all is decided in `shares`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.attribution.heavyweights import DIVISOR, PRICE_WEIGHTED, Heavyweight, Weights
from bot.domain.attribution.securities import HALTED, BaseClose, SecurityQuote
from bot.domain.attribution.shares import Contribution, ShareWord, Told, Withheld
from bot.domain.history.bars import History
from bot.domain.markets.market import Market
from bot.domain.model import Frozen
from bot.domain.quotes import Quote

MOVED: Final = 0.03
"""How far an index may have moved since its stocks were read, as a share of its change."""
LATE: Final = dt.timedelta(minutes=6)
"""How much later than its index's price the newest trade of its stocks may be told: they are fresh for five minutes."""
_SECTOR: Final = 4
"""Heavyweights of one sector that must have gone one way for it to be told."""


class UnpricedStock(Frozen):
    """A heavyweight of which no price of the index's session is known, and why."""

    symbol: str
    name: str
    reason: Literal["no_quote", "other_session", "halted", "unusable"]


class HeavyweightBreadth(Frozen):
    """How many of the heavyweights with a price rose, fell and stood still."""

    advancers: int
    decliners: int
    unchanged: int

    @property
    def counted(self) -> int:
        """How many have a price."""
        return self.advancers + self.decliners + self.unchanged


class SectorAgreement(Frozen):
    """All heavyweights of a sector went one way; there are ``stocks`` of them, four at least."""

    sector: str
    way: Literal["up", "down"]
    stocks: int


class MarketContributions(Frozen):
    """What the heavyweights of a market made of its move in one session, the largest contribution first.

    ``points`` is the index's own change. ``leaders`` and ``against`` are symbols: the one to three that went its way
    and made most, and those that took most from it where that must be told. ``share_pct`` and ``share_word`` are what
    the leaders made of the net move, ``withheld`` why that is not told. ``weights_as_of`` is the date of the oldest
    weight used.
    """

    market: str
    session_date: dt.date
    running: bool
    change_pct: float | None
    points: float | None
    contributions: tuple[Contribution, ...]
    unpriced: tuple[UnpricedStock, ...] = ()
    coverage_pct: float | None = None
    leaders: tuple[str, ...] = ()
    leaders_points: float | None = None
    against: tuple[str, ...] = ()
    against_points: float | None = None
    share_pct: float | None = None
    share_word: ShareWord | None = None
    withheld: Withheld | None = None
    breadth: HeavyweightBreadth
    agreements: tuple[SectorAgreement, ...] = ()
    weights_as_of: dt.date | None = None

    def named(self, symbols: Sequence[str]) -> tuple[Contribution, ...]:
        """Return the contributions of these stocks, in this order."""
        by_symbol = {contribution.symbol: contribution for contribution in self.contributions}
        return tuple(by_symbol[symbol] for symbol in symbols)


class KnownStocks(NamedTuple):
    """What is known of stocks, by symbol: their quotes, and the closes that their weights drift from."""

    quotes: Mapping[str, SecurityQuote]
    bases: Mapping[str, BaseClose]


def contributions(
    market: Market, quote: Quote, history: History | None, weights: Weights, stocks: KnownStocks
) -> MarketContributions | None:
    """Return what a market's heavyweights made of the move that its quote tells; ``None`` where none is known of."""
    rows, day = weights.of(market.key), quote.session_date
    if not rows or day is None or quote.time is None:
        return None
    usable = _Usable(market, quote, history, weights, stocks, day)
    unpriced = tuple(stock for row in rows if (stock := _unpriced(market, row, quote, stocks)) is not None)
    if len(unpriced) == len(rows):
        return None
    without = {stock.symbol for stock in unpriced}
    parts = [usable.contribution(row) for row in rows if row.symbol not in without]
    parts.sort(key=lambda part: (part.points is None, -abs(part.points or 0.0), -abs(part.change_pct)))
    known = [part for part in parts if part.points is not None]
    doubt: Withheld | None = "no_price" if unpriced else "moved" if _has_moved(market, quote, rows, stocks) else None
    told = Told.of(quote, known, price_weighted=market.key in PRICE_WEIGHTED, doubt=doubt)
    moves = [part.change_pct for part in parts]
    breadth = HeavyweightBreadth(
        advancers=sum(move > 0 for move in moves),
        decliners=sum(move < 0 for move in moves),
        unchanged=sum(move == 0 for move in moves),
    )
    return MarketContributions(
        market=market.key,
        session_date=day,
        running=quote.running,
        change_pct=quote.change_pct,
        points=quote.change,
        contributions=tuple(parts if told.withheld in (None, "mixed") else map(_without_share, parts)),
        unpriced=unpriced,
        coverage_pct=round(sum(part.weight_pct or 0.0 for part in known), 1) if known else None,
        breadth=breadth,
        agreements=_agreements(parts),
        weights_as_of=min((row.as_of for row in usable.weighed if row.as_of), default=None),
        **told._asdict(),
    )


def _without_share(part: Contribution) -> Contribution:
    """Leave out a stock's share of a move of which none may be told."""
    return part.model_copy(update={"share_pct": None})


def _has_moved(market: Market, quote: Quote, rows: Sequence[Heavyweight], stocks: KnownStocks) -> bool:
    """Return whether an index has moved on since its stocks were read, or trades and is told earlier than they are.

    Its own price was read together with theirs, where a source was asked; the newest trade of heavy stocks, which
    change hands every second, tells how late these are told.
    """
    if quote.time is None or quote.level is None or quote.change is None:
        return False
    index = stocks.quotes.get(market.symbol)
    if index is not None and abs(quote.level - index.price) > MOVED * abs(quote.change):
        return True
    newest = max(stocks.quotes[row.symbol].time for row in rows if row.symbol in stocks.quotes)
    return quote.running and newest < quote.time - LATE


class _Usable:
    """What is known of a market on a day, for the contribution of each of its stocks."""

    def __init__(
        self,
        market: Market,
        quote: Quote,
        history: History | None,
        weights: Weights,
        stocks: KnownStocks,
        day: dt.date,
    ) -> None:
        self._market, self._quote, self._history = market, quote, history
        self._weights, self._stocks, self._day = weights, stocks, day
        self.weighed: list[Heavyweight] = []

    def contribution(self, row: Heavyweight) -> Contribution:
        """Return what a stock with a price did, with its points where its weight is known."""
        stock, level, net = self._stocks.quotes[row.symbol], self._quote.previous_close, self._quote.change
        assert stock.change is not None, "what has no change is unpriced"
        assert stock.change_pct is not None, "the same"
        assert stock.rounded_pct is not None, "the same"
        weight = self._weight(row, stock) if level else None
        points = weight * stock.change * level if weight is not None and level else None
        return Contribution(
            symbol=row.symbol,
            name=row.name,
            sector=row.sector,
            change_pct=stock.change_pct,
            rounded_pct=stock.rounded_pct,
            weight_pct=None if weight is None else round(weight * 100, 1),
            points=None if points is None else round(points, 2) + 0.0,
            share_pct=round(points / net * 100, 1) + 0.0 if points is not None and net else None,
        )

    def _weight(self, row: Heavyweight, stock: SecurityQuote) -> float | None:
        """Return a stock's weight at the previous close as a share; a split since it was known voids it."""
        base, level, previous = self._stocks.bases.get(row.symbol), self._quote.previous_close, stock.previous_close
        if base is None or base.split is not None or not level or previous is None:
            return None
        if row.market in PRICE_WEIGHTED:
            factor = self._weights.factor(row.market, row.symbol, self._day)
            divisor = self._weights.factor(row.market, DIVISOR, self._day)
            if factor is None or divisor is None:
                return None
            self.weighed.append(row)
            return factor * previous / divisor / level
        weight, base_level = self._weights.weight(row, self._day), self._base_level(row)
        if weight is None or base.close is None or base_level is None:
            return None
        self.weighed.append(row)
        return weight * (previous / base.close) / (level / base_level)

    def _base_level(self, row: Heavyweight) -> float | None:
        """Return the index's close of the day that a weight is of, or of the last session before it."""
        if self._history is None or row.as_of is None:
            return None
        bar = self._history.on(row.as_of) or self._history.before(row.as_of)
        return self._market.points(bar.close) if bar is not None and bar.close else None


def _unpriced(market: Market, row: Heavyweight, quote: Quote, stocks: KnownStocks) -> UnpricedStock | None:
    """Return why a stock has no price of the index's session; ``None`` where it has one."""
    stock = stocks.quotes.get(row.symbol)
    if stock is None:
        return UnpricedStock(symbol=row.symbol, name=row.name, reason="no_quote")
    if stock.time.astimezone(ZoneInfo(market.zone)).date() != quote.session_date:
        return UnpricedStock(symbol=row.symbol, name=row.name, reason="other_session")
    if stock.change is None:
        return UnpricedStock(symbol=row.symbol, name=row.name, reason="unusable")
    assert quote.time is not None, "an index without a time is not explained"
    if quote.running and stock.time < quote.time - HALTED:
        return UnpricedStock(symbol=row.symbol, name=row.name, reason="halted")
    return None


def _agreements(parts: Sequence[Contribution]) -> tuple[SectorAgreement, ...]:
    """Return the sectors of which at least four heavyweights have a price, and all of them went one way."""
    by_sector: dict[str, list[float]] = {}
    for part in parts:
        by_sector.setdefault(part.sector, []).append(part.rounded_pct)
    return tuple(
        SectorAgreement(sector=sector, way="up" if moves[0] > 0 else "down", stocks=len(moves))
        for sector, moves in by_sector.items()
        if len(moves) >= _SECTOR and (min(moves) > 0 or max(moves) < 0)
    )
