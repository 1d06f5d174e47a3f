"""What can be computed of why markets moved, and what must be known for that?"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bot.domain.attribution.contributions import KnownStocks, MarketContributions, contributions
from bot.domain.attribution.heavyweights import Weights
from bot.domain.attribution.rate_odds import RateOdds, contracts, rate_odds
from bot.domain.attribution.securities import SecurityQuote
from bot.domain.attribution.shares import LEAST_COVERAGE
from bot.domain.calendars.rate_decisions import RateDecision
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import Region
from bot.domain.snapshot import MarketSnapshot

if TYPE_CHECKING:
    from bot.domain.attribution.events import EconomicEvent
    from bot.domain.attribution.headlines import Headline
    from bot.services.ports import EventFacts, HeadlineFacts, StockFacts

_AMERICAN: Final = "XNYS"
CONTRIBUTORS: Final = 3
"""Of so many stocks, those that moved a market most, headlines are fetched and told."""


class NoStocks:
    """Knows nothing of any stock. Implements the port `StockFacts`."""

    revision = 0
    stocks = KnownStocks({}, {})

    def begin(self, wanted: Collection[str], contracts: Collection[str]) -> None:
        """Do nothing."""

    async def renew(self, wanted: Collection[str], contracts: Collection[str]) -> None:
        """Do nothing."""


class Explanations:
    """Explains markets by their heaviest stocks, and the Fed's next decisions by futures."""

    def __init__(
        self,
        stocks: "StockFacts",
        weights: Callable[[], Weights],
        decisions: Callable[[], Sequence[RateDecision]] = tuple,
        news: "HeadlineFacts | None" = None,
        publishers: Collection[str] = (),
        calendar: "EventFacts | None" = None,
    ) -> None:
        """Take what is known: of stocks, heavyweights, the central banks' decisions, headlines, economic figures.

        ``publishers`` are those who may be quoted; of replays, where nobody names any, the usual ones.
        """
        self._stocks, self._weights, self._decisions = stocks, weights, decisions
        self._news, self.publishers, self._calendar = news, publishers, calendar
        self._told: dict[Region, tuple[dt.date, tuple[str, ...]]] = {}

    @property
    def revision(self) -> int:
        """Changes whenever an explanation may."""
        others = (part.revision for part in (self._news, self._calendar) if part is not None)
        return self._stocks.revision + sum(others)

    def basis(self, now: dt.datetime) -> object:
        """Return what an answer to ``/why`` depends on besides its market: what is due comes to pass."""
        return self.revision, now.replace(second=0, microsecond=0)

    def worth_telling(self, region: Region, now: dt.datetime) -> tuple[str, ...]:
        """Return the markets of a region whose known weights cover enough of them; of a city the leading one.

        Worked out once a day: everybody who asks for a summary asks for it.
        """
        cached = self._told.get(region)
        if cached is None or cached[0] != now.date():
            weights = self._weights()
            told = tuple(
                key
                for key, market in MARKETS.items()
                if market.region is region
                and market.companion_of is None
                and 100 * weights.covers(key, now.date()) >= LEAST_COVERAGE
            )
            cached = self._told[region] = now.date(), told
        return cached[1]

    def begin(self, markets: Collection[str], now: dt.datetime, *, odds: bool) -> None:
        """Have what is known of these markets' stocks, of figures to come and the Fed's rate renewed; nobody waits."""
        self._stocks.begin(markets, self._contracts(now) if odds else ())
        if self._calendar is not None:
            self._calendar.begin()

    async def renew(self, markets: Collection[str], now: dt.datetime, *, odds: bool) -> None:
        """Wait until that is done, or cannot be."""
        await self._stocks.renew(markets, self._contracts(now) if odds else ())
        if self._calendar is not None:
            await self._calendar.renew()
        if self._news is not None:
            for market in markets:
                await self._news.renew(market, (MARKETS[market].symbol, *self._largest(market)))

    @property
    def events(self) -> "Sequence[EconomicEvent] | None":
        """The economic figures that are known of, past and to come; ``None`` where none are."""
        return self._calendar.events if self._calendar is not None else None

    @property
    def quotes(self) -> Mapping[str, SecurityQuote]:
        """The prices of stocks, sectors and contracts that are known now, by symbol."""
        return self._stocks.stocks.quotes

    @property
    def weights(self) -> Weights:
        """The tables of heavyweights."""
        return self._weights()

    @property
    def has_news(self) -> bool:
        """Whether there is a source of headlines."""
        return self._news is not None

    @property
    def decisions(self) -> Sequence[RateDecision]:
        """The central banks' decisions, in their order."""
        return self._decisions()

    def headlines(self, market: str) -> "Sequence[Headline] | None":
        """Return the headlines that are known of a market, in no order; ``None`` where none are."""
        return self._news.headlines(market) if self._news is not None else None

    async def renew_calendar(self, now: dt.datetime) -> None:
        """Wait until economic figures, and what futures put on the Fed's rate, are fresh, or cannot be."""
        await self._stocks.renew((), self._contracts(now))
        if self._calendar is not None:
            await self._calendar.renew()

    def of(self, snapshot: MarketSnapshot) -> MarketContributions | None:
        """Return what a market's heavyweights made of its move; ``None`` where it is not known."""
        if snapshot.quote.stale or snapshot.quote.session_date is None:
            return None
        return contributions(snapshot.market, snapshot.quote, snapshot.history, self._weights(), self._stocks.stocks)

    def odds(self, now: dt.datetime) -> tuple[RateOdds, ...]:
        """Return what futures put on the Fed's next decisions, the nearest first."""
        coming = [decision.day for decision in self._decisions() if decision.at > now]
        if not coming:
            return ()
        days = [decision.day for decision in self._decisions()]
        return rate_odds(self._stocks.stocks.quotes, days, coming[0], now)

    @staticmethod
    def wants_odds(market: str) -> bool:
        """Return whether the Fed's rate belongs to what is told of a market: of New York's."""
        return MARKETS[market].mic == _AMERICAN

    def _largest(self, market: str) -> list[str]:
        """Return the symbols of up to three heavyweights that moved their index most, by what is known of them."""
        quotes = self._stocks.stocks.quotes
        moved = {
            row.symbol: abs(quote.change) * (row.weight_pct or 1.0)
            for row in self._weights().of(market)
            if (quote := quotes.get(row.symbol)) is not None and quote.change is not None
        }
        return sorted(moved, key=lambda symbol: -moved[symbol])[:CONTRIBUTORS]

    def _contracts(self, now: dt.datetime) -> tuple[str, ...]:
        return tuple(contracts(now, [decision.day for decision in self._decisions()]))
