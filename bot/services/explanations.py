"""What can be computed of why markets moved, and what must be known for that?"""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Final

from bot.domain.attribution.agenda import due_decisions
from bot.domain.attribution.answer import Agenda, Part, SectorMove, WhyAnswer
from bot.domain.attribution.contributions import KnownStocks, MarketContributions, contributions
from bot.domain.attribution.events import EconomicEvent, around, seen_from, weighty
from bot.domain.attribution.headlines import PUBLISHERS, Headline, HeadlineWindow, select_headlines
from bot.domain.attribution.heavyweights import Weights
from bot.domain.attribution.rate_odds import RateOdds, contracts, rate_odds
from bot.domain.attribution.sectors import sector_moves
from bot.domain.attribution.shares import LEAST_COVERAGE
from bot.domain.calendars.rate_decisions import RateDecision
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import Region
from bot.domain.snapshot import MarketSnapshot

if TYPE_CHECKING:
    from bot.domain.model import Note, Source
    from bot.services.ports import EventFacts, HeadlineFacts, StockFacts

_AMERICAN: Final = "XNYS"
_SOON: Final = dt.timedelta(days=1)
_CONTRIBUTORS: Final = 3
"""Of so many stocks, those that made most of a market's move, headlines are looked for."""


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
        publishers: Collection[str] = PUBLISHERS,
        calendar: "EventFacts | None" = None,
    ) -> None:
        """Take what is known: of stocks, heavyweights, the central banks' decisions, headlines, economic figures.

        ``publishers`` are those who may be quoted.
        """
        self._stocks, self._weights, self._decisions = stocks, weights, decisions
        self._news, self._publishers, self._calendar = news, publishers, calendar

    @property
    def revision(self) -> int:
        """Changes whenever an explanation may."""
        others = (part.revision for part in (self._news, self._calendar) if part is not None)
        return self._stocks.revision + sum(others)

    def basis(self, now: dt.datetime) -> object:
        """Return what an answer to ``/why`` depends on besides its market: what is due comes to pass."""
        return self.revision, now.replace(second=0, microsecond=0)

    def worth_telling(self, region: Region, now: dt.datetime) -> tuple[str, ...]:
        """Return the markets of a region whose known weights cover enough of them; of a city the leading one."""
        weights = self._weights()
        return tuple(
            key
            for key, market in MARKETS.items()
            if market.region is region
            and market.companion_of is None
            and 100 * weights.covers(key, now.date()) >= LEAST_COVERAGE
        )

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
    def events(self) -> Sequence[EconomicEvent] | None:
        """The economic figures that are known of, past and to come; ``None`` where none are."""
        return self._calendar.events if self._calendar is not None else None

    def awaited(self, now: dt.datetime) -> EconomicEvent | None:
        """Return the figure that all markets wait for, if one is due within a day."""
        return weighty(self.events or (), now)

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

    def answer(
        self, snapshot: MarketSnapshot, now: dt.datetime, source: "Source", notes: "tuple[Note, ...]"
    ) -> WhyAnswer:
        """Answer ``/why`` for a market."""
        why, sectors = self.of(snapshot), self._sectors(snapshot)
        odds = self.odds(now)[:2] if self.wants_odds(snapshot.market.key) else None
        missing: list[Part] = []
        if why is None:
            missing.append("stocks")
        elif why.coverage_pct is None:
            missing.append("weights")
        if sectors == ():
            missing.append("sectors")
        if odds == ():
            missing.append("rate_odds")
        headlines = self._headlines(snapshot, why, now)
        if headlines is None and self._news is not None:
            missing.append("headlines")
        return WhyAnswer(
            as_of=now,
            source=source,
            notes=notes,
            quote=snapshot.quote,
            why=why,
            sectors=sectors or None,
            rate_odds=odds or None,
            agenda=self._agenda(snapshot, now),
            headlines=headlines,
            unavailable=tuple(missing),
        )

    @staticmethod
    def wants_odds(market: str) -> bool:
        """Return whether the Fed's rate belongs to what is told of a market: of New York's."""
        return MARKETS[market].mic == _AMERICAN

    def _agenda(self, snapshot: MarketSnapshot, now: dt.datetime) -> Agenda:
        """Return what came since a market's previous close, and what is due within a day."""
        until, day = now + _SOON, snapshot.quote.session_date
        since = snapshot.calendar.previous(day).close if day is not None else now
        events = None if self.events is None else seen_from(self.events, now)
        return Agenda(
            decisions=due_decisions(self._decisions(), self.odds(now), now, until),
            events=None if events is None else around(events, snapshot.market.mic, since, until),
        )

    def _largest(self, market: str) -> list[str]:
        """Return the symbols of up to three heavyweights that moved their index most, by what is known of them."""
        quotes = self._stocks.stocks.quotes
        moved = {
            row.symbol: abs(quote.change) * (row.weight_pct or 1.0)
            for row in self._weights().of(market)
            if (quote := quotes.get(row.symbol)) is not None and quote.change is not None
        }
        return sorted(moved, key=lambda symbol: -moved[symbol])[:_CONTRIBUTORS]

    def _headlines(
        self, snapshot: MarketSnapshot, why: MarketContributions | None, now: dt.datetime
    ) -> tuple[Headline, ...] | None:
        """Choose the headlines since a market's previous close; ``None`` where none are known of, and of old levels."""
        market, day = snapshot.market, snapshot.quote.session_date
        offered = self._news.headlines(market.key) if self._news is not None else None
        if offered is None or day is None or snapshot.quote.stale:
            return None
        contributors = why.contributions[:_CONTRIBUTORS] if why is not None else ()
        return select_headlines(
            offered,
            HeadlineWindow(snapshot.calendar.previous(day).close, now),
            [market.name, market.short, *(part.name for part in contributors)],
            [market.symbol, *(part.symbol for part in contributors)],
            self._publishers,
        )

    def _contracts(self, now: dt.datetime) -> tuple[str, ...]:
        return tuple(contracts(now, [decision.day for decision in self._decisions()]))

    def _sectors(self, snapshot: MarketSnapshot) -> tuple[SectorMove, ...] | None:
        proxies = self._weights().sectors(snapshot.market.key)
        if not proxies:
            return None
        return sector_moves(snapshot.market, snapshot.quote, proxies, self._stocks.stocks.quotes)
