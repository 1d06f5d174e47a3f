"""What happened in other markets that the reader of a region's summary should know?"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from bot.domain.calendars.calendar import ExchangeState
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.domain.markets.market import Kind, Region
from bot.domain.summary.answer import ContextItem
from bot.domain.summary.claims import Claim, ElsewhereClaim, FuturesClaim, RatesClaim, When
from bot.domain.summary.movers import CrossMarketMove, RateMove
from bot.domain.summary.trading_day import TRADING_ORDER, TradingDay

LITTLE_CHANGED: Final = 0.15
"""Per cent below which index futures are little changed."""
RECENT: Final = 4
"""Days after which another region's last session is old news."""

_MOST_CLAIMS: Final = 2
_NAMED: Final = 2
"""Markets of another region, or rates, that are named; a third one only where it is at a record."""
_LONG_RUN: Final = 4
"""Sessions in a row from which on a run in another region is mentioned."""
_LARGE: Final = 1.0
"""Per cent from which on a move of the region farther away is news."""
_WALL_STREET: Final = "sp500"
_TRADING: Final = (ExchangeState.OPEN, ExchangeState.BREAK)


def cross_market_claims(region: Region, day: TradingDay, context: Sequence[ContextItem]) -> list[Claim]:
    """Choose up to two claims: what the other regions did, rates that moved, index futures.

    ``context`` holds what is known outside the region, in the order in which markets are named.
    """
    claims: list[Claim] = []
    if region is Region.WORLD:
        # Its day begins in Wellington: what New York did hours before belongs to the day before.
        overnight = [item for item in context if item.session_date and item.session_date < day.day]
        claims.extend(_elsewhere(region, Region.AMERICAS, day, overnight) if day.phase == "during" else [])
    else:
        # The region that trades right before this one comes first, then backwards around the globe.
        position = TRADING_ORDER.index(region)
        nearest = _elsewhere(region, TRADING_ORDER[position - 1], day, context)
        farther = _elsewhere(region, TRADING_ORDER[position - 2], day, context)
        if nearest:
            claims.extend([*nearest, *(claim for claim in farther if _is_news(claim))])
        else:
            claims.extend(farther)
    extras = _rates(context) or _futures(day, context)
    return [*claims[:1], *extras, *claims[1:]][:_MOST_CLAIMS]


def _elsewhere(region: Region, other: Region, day: TradingDay, context: Sequence[ContextItem]) -> list[ElsewhereClaim]:
    """Return what another region did in its newest session, where that is still news to this one."""
    items = [
        item
        for item in context
        if item.market in MARKETS
        and MARKETS[item.market].region is other
        and item.change_pct is not None
        and not (item.running and item.stale)
    ]
    items = [item for item in items if item.running] or items
    dates = [item.session_date for item in items if item.session_date]
    if not dates:
        return []
    newest, running = max(dates), items[0].running
    items = [item for item in items if item.session_date == newest]
    when = _when(region, other, day, newest, running=running)
    if when is None:
        return []
    moves = [
        CrossMarketMove(
            market=item.market,
            change_pct=item.change_pct or 0.0,
            rounded_pct=item.rounded_pct,
            record="close" if item.record == "record_close" else "high" if item.record == "record_high" else None,
            streak=item.streak if item.streak is not None and abs(item.streak) >= _LONG_RUN else None,
        )
        for item in items
    ]
    named = moves[:_NAMED] + [move for move in moves[_NAMED:] if move.record][:1]
    return [ElsewhereClaim(region=other, when=when, date=newest, moves=tuple(named))]


def _when(region: Region, other: Region, day: TradingDay, date: dt.date, *, running: bool) -> When | None:
    """Return how another region's session of ``date`` lies to the reported day; ``None`` where it is old news."""
    trades_later = _position(other) > _position(region)
    if day.phase == "before" and region is not Region.WORLD:
        return _when_of_morning(day.today, date, running=running, trades_later=trades_later)
    ahead = (date - day.day).days
    if ahead == 0 and not running:
        return "dated" if not day.trades else "since" if trades_later else "earlier"
    if ahead >= 0:
        return "now" if running else "since"
    if -ahead > RECENT or (day.trades and not trades_later):
        return None
    return "overnight" if day.phase == "during" and ahead == -1 else "dated"


def _when_of_morning(today: dt.date, date: dt.date, *, running: bool, trades_later: bool) -> When | None:
    """Return the same as seen from the morning of a region that has not opened yet."""
    if running:
        return "now"
    if date >= today:
        return "earlier" if date == today else "since"
    if not trades_later or (today - date).days > RECENT:
        return None
    return "overnight" if today - date == dt.timedelta(days=1) else "dated"


def _position(region: Region) -> int:
    """Return the region's place in the trading order; the world comes before all."""
    return TRADING_ORDER.index(region) if region in TRADING_ORDER else -1


def _is_news(claim: ElsewhereClaim) -> bool:
    """Whether the region farther away deserves a sentence: it trades now, or something happened there since."""
    if claim.when == "now":
        return True
    return claim.when in ("earlier", "since") and any(
        move.record or abs(move.change_pct) >= _LARGE for move in claim.moves
    )


def _futures(day: TradingDay, context: Sequence[ContextItem]) -> list[Claim]:
    """Return how U.S. index futures trade while Wall Street itself is closed and the reported day runs."""
    if day.phase == "after" or any(item.market == _WALL_STREET and item.state in _TRADING for item in context):
        return []
    moves = tuple(
        CrossMarketMove(market=item.market, change_pct=item.change_pct, rounded_pct=item.rounded_pct)
        for item in context
        if item.change_pct is not None and _is_future_of_wall_street(item.market)
    )
    if not moves:
        return []
    return [FuturesClaim(moves=moves, little_changed=all(abs(move.change_pct) < LITTLE_CHANGED for move in moves))]


def _is_future_of_wall_street(key: str) -> bool:
    instrument = INSTRUMENTS.get(key)
    index = MARKETS.get(instrument.future_of or "") if instrument else None
    return index is not None and index.mic == MARKETS[_WALL_STREET].mic


def _rates(context: Sequence[ContextItem]) -> list[Claim]:
    """Return the instruments that moved most for what is usual with them, those below their threshold left out."""
    moves: list[tuple[float, RateMove]] = []
    for item in context:
        instrument = INSTRUMENTS.get(item.market)
        if instrument is None or instrument.least_move is None:
            continue
        size = item.change if instrument.kind is Kind.YIELD else item.change_pct
        if size is None or item.level is None or abs(size) < instrument.least_move:
            continue
        move = RateMove(
            market=item.market,
            level=item.level,
            change=item.change,
            change_pct=item.change_pct,
            rounded_pct=item.rounded_pct,
        )
        moves.append((abs(size) / instrument.least_move, move))
    moves.sort(key=lambda move: -move[0])
    named: dict[str, RateMove] = {}
    for _, move in moves:  # of two that say nearly the same the one that moved further
        named.setdefault(INSTRUMENTS[move.market].says_with or move.market, move)
    return [RatesClaim(moves=tuple(named.values())[:_NAMED])] if named else []
