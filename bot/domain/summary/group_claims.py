"""Which claims speak of several markets at once: a sweep, regions of the world, parts of a region, what is left?"""

from typing import Final

from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import Region
from bot.domain.summary.breadth import FLAT, breadth_of, sign
from bot.domain.summary.candidates import Candidates, RegionFacts, first_of_each_city, weight
from bot.domain.summary.claims import (
    BreadthClaim,
    Claim,
    HeadlineClaim,
    OthersClaim,
    PartClaim,
    QuietClaim,
    RegionsClaim,
)
from bot.domain.summary.movers import Breadth, RegionBreadth
from bot.domain.summary.trading_day import TRADING_ORDER

NAMED: Final = 3
"""At most so many markets are named in one claim; the others stand on the board."""
NAMED_OTHERS: Final = 6
SWEPT: Final = (10, 8)
"""Of so many markets so many went the same way: a sweep."""
SWEEP: Final = 0.8
"""Per cent, the median move from which on a sweep is the news."""
PART: Final = 3
"""Markets of a part of the region, not covered yet, that are worth one claim together."""


def sweep(first: HeadlineClaim, breadth: Breadth) -> list[Claim]:
    """Return the breadth, where nearly all of a region went far the same way: then it is the news."""
    larger = max(breadth.advancers, breadth.decliners)
    swept = breadth.speaks_for_region and SWEPT[0] * larger >= SWEPT[1] * breadth.counted
    if first.character in ("sharp", "broad") and swept and abs(breadth.median_pct) >= SWEEP:
        return [BreadthClaim(breadth=breadth)]
    return []


def regions(region_facts: RegionFacts, candidates: Candidates, breadth: Breadth) -> list[Claim]:
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


def quiet(candidates: Candidates, first: HeadlineClaim, breadth: Breadth) -> list[Claim]:
    """Return the largest move of a quiet day; it covers all others."""
    if first.character != "quiet":
        return []
    largest = max(candidates.movers.values(), key=lambda mover: abs(mover.change_pct))
    candidates.covered.update(candidates.movers)
    return [QuietClaim(largest=largest, breadth=breadth)]


def parts(region_facts: RegionFacts, candidates: Candidates) -> list[Claim]:
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


def others(region_facts: RegionFacts, candidates: Candidates) -> list[Claim]:
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
