"""What is asked by `/why`, what must be known for its answer, and what is made of that?"""

import datetime as dt
from typing import Final

from bot.domain.attribution.agenda import due_decisions
from bot.domain.attribution.answer import Agenda, Part, SectorMove, WhyAnswer
from bot.domain.attribution.contributions import MarketContributions
from bot.domain.attribution.events import around, seen_from
from bot.domain.attribution.headlines import PUBLISHERS, Headline, HeadlineWindow, select_headlines
from bot.domain.attribution.sectors import sector_moves
from bot.domain.markets.market import Market
from bot.domain.snapshot import MarketSnapshot
from bot.services.explanations import CONTRIBUTORS, Explanations
from bot.services.market_snapshots import MarketSnapshots
from bot.services.notes import all_notes
from bot.services.ports import Quotes
from bot.services.query import Observations, Query

_SOON: Final = dt.timedelta(days=1)
_DECISIONS: Final = 2


def why_query(
    market: Market, explanations: Explanations, snapshots: MarketSnapshots, quotes: Quotes
) -> Query[WhyAnswer]:
    """Ask what can be computed or quoted of a market's move; whoever asks that waits for its stocks."""
    odds = explanations.wants_odds(market.key)

    async def renew(now: dt.datetime) -> None:
        await explanations.renew((market.key,), now, odds=odds)

    def make(observations: Observations, now: dt.datetime) -> WhyAnswer:
        snapshot = snapshots.of(market, observations[market.key], now)
        why, sectors = explanations.of(snapshot), _sectors(explanations, snapshot)
        put = explanations.odds(now)[:_DECISIONS] if odds else None
        headlines = _headlines(explanations, snapshot, why, now)
        missing: dict[Part, bool] = {
            "stocks": why is None,
            "weights": why is not None and why.coverage_pct is None,
            "sectors": sectors == (),
            "rate_odds": put == (),
            "headlines": headlines is None and explanations.has_news,
        }
        return WhyAnswer(
            as_of=now,
            source=quotes.source,
            notes=all_notes(quotes, snapshot),
            quote=snapshot.quote,
            why=why,
            sectors=sectors or None,
            rate_odds=put or None,
            agenda=_agenda(explanations, snapshot, now),
            headlines=headlines,
            unavailable=tuple(part for part, is_missing in missing.items() if is_missing),
        )

    return Query(f"why {market.key}", (market,), make, depends=explanations.basis, renew=renew)


def _sectors(explanations: Explanations, snapshot: MarketSnapshot) -> tuple[SectorMove, ...] | None:
    """Return what sectors did; ``None`` where the market has none with a symbol."""
    proxies = explanations.weights.sectors(snapshot.market.key)
    return sector_moves(snapshot.market, snapshot.quote, proxies, explanations.quotes) if proxies else None


def _agenda(explanations: Explanations, snapshot: MarketSnapshot, now: dt.datetime) -> Agenda:
    """Return what came since a market's previous close, and what is due within a day."""
    until, day = now + _SOON, snapshot.quote.session_date
    since = snapshot.calendar.previous(day).close if day is not None else now
    events = None if explanations.events is None else seen_from(explanations.events, now)
    return Agenda(
        decisions=due_decisions(explanations.decisions, explanations.odds(now), now, until),
        events=None if events is None else around(events, snapshot.market.mic, since, until),
    )


def _headlines(
    explanations: Explanations, snapshot: MarketSnapshot, why: MarketContributions | None, now: dt.datetime
) -> tuple[Headline, ...] | None:
    """Choose the headlines since a market's previous close; ``None`` where none are known of, and of old levels."""
    market, day = snapshot.market, snapshot.quote.session_date
    offered = explanations.headlines(market.key)
    if offered is None or day is None or snapshot.quote.stale:
        return None
    contributors = why.contributions[:CONTRIBUTORS] if why is not None else ()
    return select_headlines(
        offered,
        HeadlineWindow(snapshot.calendar.previous(day).close, now),
        [market.name, market.short, *(part.name for part in contributors)],
        [market.symbol, *(part.symbol for part in contributors)],
        explanations.publishers or PUBLISHERS,
    )
