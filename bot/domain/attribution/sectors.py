"""What did the sectors of a market do, where each has an index or a fund of its own?"""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from bot.domain.attribution.answer import SectorMove
from bot.domain.attribution.heavyweights import SectorProxy
from bot.domain.attribution.securities import SecurityQuote
from bot.domain.markets.market import Market
from bot.domain.quotes import Quote


def sector_moves(
    market: Market, quote: Quote, proxies: Iterable[SectorProxy], quotes: Mapping[str, SecurityQuote]
) -> tuple[SectorMove, ...]:
    """Return the sectors of which a price of the market's own session is known, from the best to the worst."""
    moves = []
    for proxy in proxies:
        stock = quotes.get(proxy.symbol)
        if stock is None or stock.change_pct is None or stock.rounded_pct is None:
            continue
        if stock.time.astimezone(ZoneInfo(market.zone)).date() == quote.session_date:
            moves.append(
                SectorMove(
                    symbol=proxy.symbol,
                    sector=proxy.sector,
                    change_pct=stock.change_pct,
                    rounded_pct=stock.rounded_pct,
                )
            )
    return tuple(sorted(moves, key=lambda move: -move.change_pct))
