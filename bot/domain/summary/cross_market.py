"""What happened elsewhere that the reader of a region's summary should know?"""

from collections.abc import Sequence
from typing import Final, Literal

from bot.domain.answers import ContextItem
from bot.domain.calendars.calendar import ExchangeState
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.domain.markets.market import Kind, Region
from bot.domain.summary.claims import Claim, ElsewhereClaim, FuturesClaim, RatesClaim
from bot.domain.summary.movers import CrossMarketMove, RateMove
from bot.domain.summary.trading_day import TradingDay

STILL: Final = 0.15
"""Per cent below which index futures are little changed."""
RECENT: Final = 4
"""Days after which another region's last session is old news."""
_ORDER: Final = (Region.ASIA, Region.EUROPE, Region.AMERICAS)
_RUNNING: Final = (ExchangeState.OPEN, ExchangeState.BREAK)
_MOVES: Final = 2
_RUN: Final = 4
_WALL_STREET: Final = "sp500"

When = Literal["overnight", "dated", "earlier", "since", "now"]


def elsewhere(region: Region, day: TradingDay, context: Sequence[ContextItem]) -> list[Claim]:
    """Choose up to two claims: what the other regions did, currencies and commodities that moved, index futures."""
    claims: list[Claim] = []
    if region is Region.WORLD:
        # Its day begins in Wellington: what New York did hours before belongs to the day before.
        begun = [item for item in context if item.session_date and item.session_date < day.day]
        claims.extend(_region(region, Region.AMERICAS, day, begun) if day.phase == "during" else [])
    else:
        # From the region that trades right before this one, backwards around the globe.
        at = _ORDER.index(region)
        for other in (_ORDER[at - 1], _ORDER[at - 2]):
            claims.extend(_region(region, other, day, context))
    claims = claims[:1] + [one for one in claims[1:] if _matters(one)]
    extras = _rates(context) or _futures(day, context)
    return [*claims[:1], *extras, *claims[1:]][:2]


def _region(region: Region, other: Region, day: TradingDay, context: Sequence[ContextItem]) -> list[Claim]:
    items = [
        item
        for item in context
        if item.market in MARKETS and MARKETS[item.market].region is other and item.change_pct is not None
    ]
    dates = [item.session_date for item in items if item.session_date]
    if not dates:
        return []
    newest = max(dates)
    items = [item for item in items if item.session_date == newest]
    running = any(item.state in _RUNNING for item in items)
    ahead = (newest - day.day).days
    when: When
    if running and ahead >= 0:
        when = "now"
    elif ahead > 0:
        when = "since"
    elif ahead == 0:
        when = "since" if _rank(other) > _rank(region) else "earlier"
        when = "dated" if not day.trades else when
    elif -ahead <= RECENT and (_rank(other) > _rank(region) or not day.trades):
        when = "overnight" if day.phase == "during" and ahead == -1 else "dated"
    else:
        return []
    told = [
        CrossMarketMove(
            market=item.market,
            change_pct=item.change_pct or 0.0,
            record="close" if item.record == "record_close" else "high" if item.record == "record_high" else None,
            streak=item.streak if item.streak is not None and abs(item.streak) >= _RUN else None,
        )
        for item in items
    ]
    chosen = told[:_MOVES] + [one for one in told[_MOVES:] if one.record][:1]
    return [ElsewhereClaim(region=other, when=when, date=newest, moves=tuple(chosen))]


def _rank(region: Region) -> int:
    return _ORDER.index(region) if region in _ORDER else -1


def _matters(claim: Claim) -> bool:
    """Whether the region farther away is worth a sentence: it trades now, or did something since."""
    if not isinstance(claim, ElsewhereClaim):
        return False
    fresh = claim.when in ("earlier", "since") and any(one.record or abs(one.change_pct) >= 1 for one in claim.moves)
    return claim.when == "now" or fresh


def _futures(day: TradingDay, context: Sequence[ContextItem]) -> list[Claim]:
    """Tell of U.S. index futures while Wall Street itself is shut."""
    if day.phase == "after" or any(item.market == _WALL_STREET and item.state in _RUNNING for item in context):
        return []
    moves = tuple(
        CrossMarketMove(market=item.market, change_pct=item.change_pct)
        for item in context
        if item.change_pct is not None and _is_future_of_wall_street(item.market)
    )
    if not moves:
        return []
    return [FuturesClaim(moves=moves, little_changed=all(abs(one.change_pct) < STILL for one in moves))]


def _is_future_of_wall_street(key: str) -> bool:
    instrument = INSTRUMENTS.get(key)
    ahead_of = MARKETS.get(instrument.future_of or "") if instrument else None
    return ahead_of is not None and ahead_of.mic == MARKETS[_WALL_STREET].mic


def _rates(context: Sequence[ContextItem]) -> list[Claim]:
    loud: list[tuple[float, RateMove]] = []
    for item in context:
        instrument = INSTRUMENTS.get(item.market)
        if instrument is None or instrument.least_move is None:
            continue
        least = instrument.least_move
        size = item.change if instrument.kind is Kind.YIELD else item.change_pct
        if size is None or item.level is None or abs(size) < least:
            continue
        rate = RateMove(market=item.market, level=item.level, change=item.change, change_pct=item.change_pct)
        loud.append((abs(size) / least, rate))
    loud.sort(key=lambda one: -one[0])
    return [RatesClaim(moves=tuple(rate for _, rate in loud[:2]))] if loud else []
