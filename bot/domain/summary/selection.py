"""Which claims does a region's summary make, in which order, and how many?

The order is that of importance: records, then what is rare of a market, what goes against the region, runs, unusual
moves, holidays, and last the breadth; on a rout its size comes first, and a quiet day is reported as quiet. At most
`CLAIMS` follow the headline, no market is named twice, and what is left out stands on the board.
"""

import datetime as dt
from typing import Final

from bot.domain.highlights.highlight import RoundNumber
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import Region
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.breadth import FLAT, breadth_of, shown, sign
from bot.domain.summary.candidates import (
    Candidates,
    RegionFacts,
    closures,
    first_of_each_city,
    is_rare,
    pending,
    rarity,
    weight,
)
from bot.domain.summary.claims import (
    AgainstClaim,
    BreadthClaim,
    Claim,
    HeadlineClaim,
    HolidayClaim,
    MoveClaim,
    NoFiguresClaim,
    OthersClaim,
    PartClaim,
    QuietClaim,
    RecordsClaim,
    RegionsClaim,
    StreakClaim,
)
from bot.domain.summary.cross_market import cross_market_claims
from bot.domain.summary.headline import headline, leading_markets
from bot.domain.summary.market_closed import market_closed_claims
from bot.domain.summary.morning import is_morning, morning_claims
from bot.domain.summary.movers import Breadth, Mover, RegionBreadth
from bot.domain.summary.trading_day import TRADING_ORDER

CLAIMS: Final = 5
"""At most so many claims follow the headline."""
FEWEST: Final = 2
"""With fewer claims the breadth is added."""
NAMED: Final = 3
"""At most so many markets are named in one claim; the others stand on the board."""
NAMED_RUNS: Final = 2
NAMED_OTHERS: Final = 6
LONG_RUN: Final = 5
"""Sessions: a run that is news by itself."""
UNUSUAL: Final = 1.5
"""Volatilities: a move that is news by itself, from `UNUSUAL_PCT` on."""
UNUSUAL_PCT: Final = 1.0
HEAVY: Final = 4
"""The weight of an exchange without which a region is not whole; its holiday is news."""
SWEPT: Final = (10, 8)
"""Of so many markets so many went the same way: a sweep."""
SWEEP: Final = 0.8
"""Per cent, the median move from which on a sweep is the news."""
WITH_TONE: Final = 2
"""So many times as many markets must go with the region as against it, for the latter to be told as such."""
TRIVIAL: Final = 0.3
"""Per cent: a move up to which the run that it ends is no news."""
PART: Final = 3
"""Markets of a part of the region, not covered yet, that are worth one claim together."""


def select_claims(region_facts: RegionFacts) -> tuple[Claim, ...]:
    """Choose the claims of a region's day, the headline first."""
    candidates = Candidates.of(region_facts)
    cross_market = cross_market_claims(region_facts.region, region_facts.day, region_facts.context)
    if is_morning(region_facts):
        ended = _trading_claims(region_facts, candidates) if candidates.movers else _without_figures(region_facts)
        return (*morning_claims(region_facts, ended)[: 1 + CLAIMS - len(cross_market)], *cross_market)
    if not region_facts.day.trades:
        own = market_closed_claims(region_facts)
    elif not candidates.movers:
        own = _without_figures(region_facts)
    else:
        own = _trading_claims(region_facts, candidates)
    first, *claims = own
    # A full day of its own leaves one sentence to other regions, any other day two.
    reserved = min(len(cross_market), 1 if len(claims) >= CLAIMS - 1 else len(cross_market))
    claims = claims[: CLAIMS - reserved]
    return (first, *claims, *cross_market[: CLAIMS - len(claims)])


def _trading_claims(region_facts: RegionFacts, candidates: Candidates) -> list[Claim]:
    """Return the headline and the claims of a day of which at least one market is counted."""
    breadth = breadth_of(list(candidates.movers.values()), region_facts.markets)
    first = headline(region_facts, candidates, breadth)
    # In order of importance: each step covers the markets that it names, and the next sees only the remaining ones.
    claims: list[Claim] = [
        *_unseen_day(region_facts),
        *_sweep(first, breadth),
        *_leading_moves(candidates, first),
        *_records(candidates),
    ]
    rare = _rare_facts(candidates)
    claims += [
        *rare,
        *_against(region_facts, candidates),
        *_regions(region_facts, candidates, breadth),
        *_quiet(candidates, first, breadth),
        *_runs(candidates),
        *_unusual_moves(candidates, NAMED - sum(len(claim.movers) for claim in rare)),
        *_holidays(region_facts),
        *_pending(region_facts),
        *_parts(region_facts, candidates),
        *_others(region_facts, candidates),
    ]
    has_breadth = any(isinstance(claim, BreadthClaim | QuietClaim) for claim in claims)
    if len(claims) < FEWEST and len(candidates.covered) < breadth.counted and not has_breadth:
        claims.append(BreadthClaim(breadth=breadth))
    return [first, *claims]


def _unseen_day(region_facts: RegionFacts) -> list[Claim]:
    unseen = region_facts.day.unseen
    return [_no_figures(region_facts, unseen)] if unseen else []


def _sweep(first: HeadlineClaim, breadth: Breadth) -> list[Claim]:
    """Return the breadth, where nearly all of a region went far the same way: then it is the news."""
    larger = max(breadth.advancers, breadth.decliners)
    swept = breadth.speaks_for_region and SWEPT[0] * larger >= SWEPT[1] * breadth.counted
    if first.character in ("sharp", "broad") and swept and abs(breadth.median_pct) >= SWEEP:
        return [BreadthClaim(breadth=breadth)]
    return []


def _leading_moves(candidates: Candidates, first: HeadlineClaim) -> list[Claim]:
    """Return the moves behind a headline that names them."""
    if not first.movers or first.movers[0].market in candidates.records:
        return []  # a market at a record gets its own sentence
    return [MoveClaim(movers=candidates.take(leading_markets(candidates, first)))]


def _records(candidates: Candidates) -> list[Claim]:
    records = [record for key, record in candidates.records.items() if key not in candidates.covered]
    if not records:
        return []
    leading = first_of_each_city(record.market for record in records)
    # One that was merely touched never leads over a close at a record.
    rank = {"close": 0, "high": 1, "on_course": 1, "faded": 2}
    records.sort(key=lambda record: (rank[record.how], record.market not in leading))
    candidates.take(record.market for record in records)
    return [RecordsClaim(told=tuple(records[:NAMED]), others=tuple(records[NAMED:]))]


def _rare_facts(candidates: Candidates) -> list[MoveClaim]:
    """Return the markets that something rare sets apart, the rarest first."""
    keys = sorted(candidates.strongest(is_rare, companions=False), key=lambda key: rarity(candidates.movers[key]))
    return [MoveClaim(movers=candidates.take(keys[:NAMED]))] if keys else []


def _against(region_facts: RegionFacts, candidates: Candidates) -> list[Claim]:
    bucking = region_facts.bucking
    if region_facts.region is Region.WORLD:
        return []  # its regions say as much
    with_tone = len(candidates.movers) - len(bucking) - len(region_facts.flat)
    keys = candidates.strongest(lambda mover: mover.market in bucking)[:NAMED]
    if not keys or with_tone < WITH_TONE * len(bucking):
        return []
    side = sign(candidates.movers[keys[0]].change_pct)
    only = sum(sign(shown(mover)) == side for mover in candidates.movers.values()) == 1
    return [AgainstClaim(tone=region_facts.tone, movers=candidates.take(keys), only=only)]


def _regions(region_facts: RegionFacts, candidates: Candidates, breadth: Breadth) -> list[Claim]:
    """Return the breadth of each region of the world, following the sun, with markets of each.

    Nothing where all went the same way and markets of each are told already.
    """
    if region_facts.region is not Region.WORLD:
        return []
    counted = {candidates.snapshots[key].market.region for key in candidates.movers}
    if breadth.share == "all" and counted == {candidates.snapshots[key].market.region for key in candidates.covered}:
        return []
    regions = []
    for region in TRADING_ORDER:
        movers = [
            mover for key, mover in candidates.movers.items() if candidates.snapshots[key].market.region is region
        ]
        if movers:
            markets = [market for market in region_facts.markets if MARKETS[market.market].region is region]
            places = [key for mover in movers if _is_a_place(key := mover.market) and key not in candidates.covered]
            keys = sorted(places, key=lambda key: -weight(region_facts, key))
            named = candidates.take(keys[:NAMED])
            regions.append(RegionBreadth(region=region, breadth=breadth_of(movers, markets), movers=named))
    return [RegionsClaim(regions=tuple(regions))] if regions else []


def _is_a_place(key: str) -> bool:
    """Whether an index stands for a city: no companion of another one, and none of many countries."""
    return not MARKETS[key].wide and MARKETS[key].companion_of is None


def _quiet(candidates: Candidates, first: HeadlineClaim, breadth: Breadth) -> list[Claim]:
    if first.character != "quiet":
        return []
    largest = max(candidates.movers.values(), key=lambda mover: abs(mover.change_pct))
    candidates.covered.update(candidates.movers)
    return [QuietClaim(largest=largest, breadth=breadth)]


def _runs(candidates: Candidates) -> list[Claim]:
    keys = candidates.strongest(_is_run, companions=False)
    keys = first_of_each_city(keys)[:NAMED_RUNS]
    return [StreakClaim(movers=candidates.take(keys))] if keys else []


def _is_run(mover: Mover) -> bool:
    if abs(mover.streak or 0) >= LONG_RUN:
        return True
    return abs(mover.ended or 0) >= LONG_RUN and abs(mover.change_pct) > TRIVIAL


def _unusual_moves(candidates: Candidates, most: int) -> list[Claim]:
    """Return what else moved unusually, so many at most."""
    keys = candidates.strongest(lambda mover: _is_unusual(candidates.snapshots[mover.market], mover), companions=False)
    keys = first_of_each_city(keys)[:most]
    return [MoveClaim(movers=candidates.take(keys))] if keys else []


def _is_unusual(snapshot: MarketSnapshot, mover: Mover) -> bool:
    if mover.highest_since or mover.lowest_since or mover.rebound_pct:
        return True
    if any(isinstance(fact, RoundNumber) for fact in mover.highlights):
        return True
    return abs(snapshot.force) >= UNUSUAL and abs(mover.change_pct) >= UNUSUAL_PCT


def _holidays(region_facts: RegionFacts) -> list[Claim]:
    """Return the holidays that close a heavy exchange or much of the region."""
    heavy = tuple(
        closure
        for closure in closures(region_facts)
        if any(weight(region_facts, key) >= HEAVY for key in closure.markets)
        or 3 * len(closure.markets) >= len(region_facts.markets)
    )
    return [HolidayClaim(closures=heavy)] if heavy else []


def _pending(region_facts: RegionFacts) -> list[Claim]:
    claim = pending(region_facts)
    return [claim] if claim else []


def _parts(region_facts: RegionFacts, candidates: Candidates) -> list[Claim]:
    """Return the parts of a region that went one way as a whole; the world has regions instead."""
    if region_facts.region is Region.WORLD:
        return []
    parts = dict.fromkeys(snapshot.market.part for snapshot in region_facts.snapshots)
    claims = (_part(part, candidates) for part in parts)
    return [claim for claim in claims if claim]


def _part(part: str, candidates: Candidates) -> PartClaim | None:
    """Cover a part of the region whose markets all clearly went the same way, if enough of it is not covered yet."""
    movers = [mover for key, mover in candidates.movers.items() if candidates.snapshots[key].market.part == part]
    remaining = [mover for mover in movers if mover.market not in candidates.covered]
    signs = {sign(mover.change_pct, FLAT) for mover in movers}
    if len(remaining) < PART or len(signs) != 1 or 0 in signs:
        return None
    most = max(remaining, key=lambda mover: abs(mover.change_pct))
    if most.change_pct != max((mover.change_pct for mover in movers), key=abs):
        return None
    candidates.covered.update(mover.market for mover in movers)
    return PartClaim(
        part=part,
        direction="up" if most.change_pct > 0 else "down",
        count=len(movers),
        markets=tuple(mover.market for mover in movers),
        most=most,
    )


def _others(region_facts: RegionFacts, candidates: Candidates) -> list[Claim]:
    """Name the heaviest of the remaining markets, one a city."""
    if region_facts.region is Region.WORLD:
        return []
    keys = first_of_each_city(mover.market for mover in candidates.remaining())
    flat = [key for key in keys if key in region_facts.flat][:NAMED]
    moved = sorted((key for key in keys if key not in region_facts.flat), key=lambda key: -weight(region_facts, key))
    named = [candidates.movers[key] for key in moved[: NAMED_OTHERS - len(flat)]]
    rose = sorted((mover for mover in named if mover.change_pct > 0), key=lambda mover: -mover.change_pct)
    fell = sorted((mover for mover in named if mover.change_pct < 0), key=lambda mover: mover.change_pct)
    if not (rose or fell or flat):
        return []
    candidates.covered.update((*flat, *(mover.market for mover in (*rose, *fell))))
    return [OthersClaim(rose=tuple(rose), fell=tuple(fell), flat=tuple(candidates.movers[key] for key in flat))]


def _without_figures(region_facts: RegionFacts) -> list[Claim]:
    """Return the claims of a day that trades and of which nothing is known."""
    day = region_facts.day
    first = HeadlineClaim(character="no_figures", region=region_facts.region, tone=region_facts.tone, day=day.day)
    return [first, _no_figures(region_facts, day.unseen or day.day)]


def _no_figures(region_facts: RegionFacts, day: dt.date) -> NoFiguresClaim:
    snapshots = region_facts.snapshots
    return NoFiguresClaim(
        day=day,
        told=region_facts.day.day,
        markets=sum(snapshot.calendar.is_session(day) for snapshot in snapshots),
        unusable=any(snapshot.quote.rejected or snapshot.quote.session_date == day for snapshot in snapshots),
    )
