"""Which claims does a region's summary make, in which order, and how many?

The order is that of importance: records, then what is rare of a market, what goes against the region, runs, unusual
moves, holidays, and last the breadth; on a rout its size comes first, and a quiet day is reported as quiet. At most
`CLAIMS` follow the headline, no market is named twice, and what is left out stands on the board. What all wait
for, a central bank's decision or a figure, is a clause of a sentence on other regions, and one of the claims where
there is none.
"""

import datetime as dt
from typing import Final

from bot.domain.highlights.highlight import RoundNumber
from bot.domain.markets.market import Region
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.agenda import agenda_of_next_weekday, ahead
from bot.domain.summary.breadth import breadth_of, shown, sign
from bot.domain.summary.candidates import (
    Candidates,
    RegionFacts,
    closures,
    first_of_each_city,
    heavy_closures,
    is_rare,
    pending,
    rarity,
)
from bot.domain.summary.claims import (
    AgainstClaim,
    BreadthClaim,
    Claim,
    ContributionsClaim,
    HeadlineClaim,
    HolidayClaim,
    MoveClaim,
    NoFiguresClaim,
    QuietClaim,
    RecordsClaim,
    StreakClaim,
)
from bot.domain.summary.cross_market import cross_market_claims
from bot.domain.summary.group_claims import NAMED, others, parts, quiet, regions, sweep
from bot.domain.summary.headline import headline, leading_markets
from bot.domain.summary.market_closed import market_closed_claims
from bot.domain.summary.morning import is_morning, morning_claims
from bot.domain.summary.movers import Mover
from bot.domain.summary.reasons import worth_telling

CLAIMS: Final = 5
"""At most so many claims follow the headline."""
FEWEST: Final = 2
"""With fewer claims the breadth is added."""
NAMED_RUNS: Final = 2
LONG_RUN: Final = 5
"""Sessions: a run that is news by itself."""
UNUSUAL: Final = 1.5
"""Volatilities: a move that is news by itself, from `UNUSUAL_PCT` on."""
UNUSUAL_PCT: Final = 1.0
WITH_TONE: Final = 2
"""So many times as many markets must go with the region as against it, for the latter to be told as such."""
TRIVIAL: Final = 0.3
"""Per cent: a move up to which the run that it ends is no news."""


def select_claims(region_facts: RegionFacts) -> tuple[Claim, ...]:
    """Choose the claims of a region's day, the headline first."""
    candidates = Candidates.of(region_facts)
    cross_market = cross_market_claims(region_facts.region, region_facts.day, region_facts.context)
    coming_up = ahead(region_facts)
    if is_morning(region_facts):
        ended = _trading_claims(region_facts, candidates) if candidates.movers else _without_figures(region_facts)
        others = cross_market or coming_up
        return (*morning_claims(region_facts, ended)[: 1 + CLAIMS - len(others)], *cross_market, *coming_up)
    if not region_facts.day.trades:
        own = market_closed_claims(region_facts)
    elif not candidates.movers:
        own = _without_figures(region_facts)
    else:
        own = _trading_claims(region_facts, candidates)
    first, *claims = own
    coming = agenda_of_next_weekday(region_facts)
    others = cross_market or coming_up
    # What stocks made is told beside the rest; a full day of its own leaves one sentence to other regions, others two.
    most = CLAIMS + any(isinstance(claim, ContributionsClaim) for claim in claims)
    reserved = min(len(others), 1 if len(claims) >= most - 1 else len(others)) + len(coming)
    claims = [*claims[: most - reserved], *coming]
    return (first, *claims, *cross_market[: most - len(claims)], *coming_up)


def _trading_claims(region_facts: RegionFacts, candidates: Candidates) -> list[Claim]:
    """Return the headline and the claims of a day of which at least one market is counted."""
    breadth = breadth_of(list(candidates.movers.values()), region_facts.markets)
    first = headline(region_facts, candidates, breadth)
    # In order of importance: each step covers the markets that it names, and the next sees only the remaining ones.
    claims: list[Claim] = [
        *_unseen_day(region_facts),
        *sweep(first, breadth),
        *_leading_moves(candidates, first),
        *_records(candidates),
    ]
    claims += _contributions(region_facts, candidates)
    rare = _rare_facts(candidates)
    claims += [
        *rare,
        *_against(region_facts, candidates),
        *regions(region_facts, candidates, breadth),
        *quiet(candidates, first, breadth),
        *_runs(candidates),
        *_unusual_moves(candidates, NAMED - sum(len(claim.movers) for claim in rare)),
        *_holidays(region_facts),
        *_pending(region_facts),
        *parts(region_facts, candidates),
        *others(region_facts, candidates),
    ]
    has_breadth = any(isinstance(claim, BreadthClaim | QuietClaim) for claim in claims)
    if len(claims) < FEWEST and len(candidates.covered) < breadth.counted and not has_breadth:
        claims.append(BreadthClaim(breadth=breadth))
    return [first, *claims]


def _unseen_day(region_facts: RegionFacts) -> list[Claim]:
    unseen = region_facts.day.unseen
    return [_no_figures(region_facts, unseen)] if unseen else []


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


def _contributions(region_facts: RegionFacts, candidates: Candidates) -> list[Claim]:
    """Return what stocks made of the moves told so far, or else of the largest; no market is covered by it."""
    known = region_facts.reasons.contributions
    told = worth_telling(known, tuple(candidates.movers), tuple(candidates.covered))
    return [ContributionsClaim(markets=told)] if told else []


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
    heavy = heavy_closures(region_facts, closures(region_facts))
    return [HolidayClaim(closures=heavy)] if heavy else []


def _pending(region_facts: RegionFacts) -> list[Claim]:
    claim = pending(region_facts)
    return [claim] if claim else []


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
