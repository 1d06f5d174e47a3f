"""What of a region's day is told, in which order, and how much of it?

The order is that of importance: records, then what goes against the region, then runs, unusual moves, holidays, and
last the breadth; on a rout the size of it comes first, and a quiet day is told as quiet. At most `SENTENCES` claims
follow the headline, a market is told once, and what is left out stands on the board.
"""

import datetime as dt
from typing import Final, Literal

from bot.domain.markets.market import Region
from bot.domain.summary.candidates import Candidates, RegionFacts, breadth_of, closures, distinct, weight
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
    PendingClaim,
    QuietClaim,
    RecordsClaim,
    RegionsClaim,
    StreakClaim,
)
from bot.domain.summary.cross_market import elsewhere
from bot.domain.summary.highlights import MarketFacts
from bot.domain.summary.market_closed import market_closed
from bot.domain.summary.movers import Breadth, Mover, RegionBreadth
from bot.domain.summary.sentiment import FLAT

SENTENCES: Final = 5
FEWEST: Final = 2
NAMED: Final = 3
"""At most so many markets are told together; the rest stands on the board."""
OTHERS: Final = 6
HEADLINE: Final = 5
"""Records that a headline may draw its up to three names from, since Tokyo and TOPIX are one name."""
QUIET: Final = 0.7
"""Per cent: a mixed day on which nothing moved by more, nor by more than one of its volatilities, is quiet."""
STILL: Final = 0.3
"""Per cent: the same of a day that leans one way."""
SHARP: Final = 2.5
"""Per cent and volatilities from which on a move leads the headline; 2 on a sell-off."""
ROUT: Final = 2.0
OWN_DAY: Final = 4.0
"""Per cent: a move that leads even where others are at records."""
DIVIDED: Final = 1.0
LONG_RUN: Final = 5
"""Sessions: a run that is told for its own sake."""
UNUSUAL: Final = 1.5
"""Volatilities: a move that is told for its own sake, from 1 % on."""
HEAVY: Final = 4
"""The weight of an exchange without which a region is not whole; its holiday is told."""
PART: Final = 3


def select_claims(scene: RegionFacts) -> tuple[Claim, ...]:
    """Choose the claims of a region's day, the headline first."""
    cast = Candidates.of(scene)
    abroad = elsewhere(scene.region, scene.day, scene.context)
    if not scene.day.trades:
        own = market_closed(scene)
    elif not cast.movers:
        own = _nothing_known(scene)
    else:
        own = _told(scene, cast)
    headline, *claims = own
    # A full day of its own leaves one sentence to elsewhere, another day two.
    room = SENTENCES - min(len(abroad), 1 if len(claims) >= SENTENCES - 1 else len(abroad))
    claims = claims[:room]
    return (headline, *claims, *abroad[: SENTENCES - len(claims)])


def _told(scene: RegionFacts, cast: Candidates) -> list[Claim]:
    breadth = breadth_of(list(cast.movers.values()), scene.markets)
    headline = _headline(scene, cast, breadth)
    claims: list[Claim] = [_no_figures(scene, scene.day.unseen)] if scene.day.unseen else []
    if headline.character == "sharp":
        claims.append(MoveClaim(movers=cast.take(_leading(cast, headline))))
        if breadth.share == "all" and breadth.counted > len(cast.told):
            claims.append(BreadthClaim(breadth=breadth))
    claims.extend(_records(cast))
    claims.extend(_against(scene, cast))
    if scene.region is Region.WORLD and breadth.share != "all":
        claims.extend(_regions(scene, cast))
    if headline.character == "quiet":
        largest = max(cast.movers.values(), key=lambda one: abs(one.change_pct))
        claims.append(QuietClaim(largest=largest, breadth=breadth))
        cast.told.update(cast.movers)
    if runs := distinct(cast.left(lambda one: max(abs(one.streak or 0), abs(one.ended or 0)) >= LONG_RUN)):
        claims.append(StreakClaim(movers=cast.take(runs[: NAMED - 1])))
    if unusual := distinct(cast.left(lambda one: _unusual(cast.facts[one.market], one))):
        claims.append(MoveClaim(movers=cast.take(unusual[:NAMED])))
    claims.extend(_holidays(scene))
    claims.extend(_pending(scene, len(cast.movers)))
    claims.extend(_rest(scene, cast))
    if (
        len(claims) < FEWEST
        and len(cast.told) < breadth.counted
        and not any(isinstance(one, BreadthClaim | QuietClaim) for one in claims)
    ):
        claims.append(BreadthClaim(breadth=breadth))
    return [headline, *claims]


def _headline(scene: RegionFacts, cast: Candidates, breadth: Breadth) -> HeadlineClaim:
    records = tuple(one for one in cast.records.values() if one.how != "faded")[:HEADLINE]
    rise, fall = cast.extreme(up=True), cast.extreme(up=False)
    down = scene.tone in ("lower", "selloff")
    first, second = (fall, rise) if down else (rise, fall)
    if scene.tone == "mixed" and rise and fall and abs(fall.change_pct) > rise.change_pct:
        first, second = fall, rise
    turned = bool(second and first and scene.tone != "mixed" and _sharp(scene, cast, second, has_records=bool(records)))
    if turned and second and first and abs(second.change_pct) > abs(first.change_pct):
        first, second = second, first
    else:
        turned = False
    character: Literal["records", "sharp", "divided", "quiet", "broad", "mixed", "thin", "early"]
    movers: tuple[Mover, ...] = (first,) if first else ()
    against: tuple[Mover, ...] = ()
    if _pending(scene, len(cast.movers)):
        character = "early"
    elif first and _sharp(scene, cast, first, has_records=bool(records)):
        character = "sharp"
        records = ()
        if (turned or scene.tone == "mixed") and second and abs(second.change_pct) >= DIVIDED:
            against = (second,)
    elif records:
        character, movers = "records", ()
    elif 2 * sum(len(one.markets) for one in closures(scene)) > len(scene.facts):
        character = "thin"
    elif len(cast.movers) >= NAMED and all(
        abs(one.change_pct) < (QUIET if scene.tone == "mixed" else STILL) and abs(cast.facts[one.market].force) < 1
        for one in cast.movers.values()
    ):
        character, movers = "quiet", ()
    elif scene.tone == "mixed":
        wide = first and second and min(abs(first.change_pct), abs(second.change_pct)) >= DIVIDED
        character = "divided" if wide else "mixed"
        against = (second,) if second else ()
    else:
        character = "broad"
    return HeadlineClaim(
        character=character,
        region=scene.region,
        tone=scene.tone,
        day=scene.day.day,
        breadth=breadth,
        records=records,
        movers=movers,
        against=against,
        holiday=_one_holiday(scene),
    )


def _sharp(scene: RegionFacts, cast: Candidates, first: Mover, *, has_records: bool) -> bool:
    """Whether the largest move is what makes the day."""
    if first.market in cast.records:
        return False
    size, force = abs(first.change_pct), abs(cast.facts[first.market].force)
    least = ROUT if scene.tone == "selloff" else SHARP
    if has_records and scene.tone not in ("lower", "selloff"):
        least = OWN_DAY
    return size >= least and force >= least


def _leading(cast: Candidates, headline: HeadlineClaim) -> list[str]:
    """Return whom a sharp day's first sentence tells: those that moved furthest the same way, and the other side."""
    first = headline.movers[0]
    same = [one for one in cast.movers.values() if (one.change_pct > 0) == (first.change_pct > 0)]
    same.sort(key=lambda one: -abs(one.change_pct))
    least = max(DIVIDED, abs(first.change_pct) / 4)
    leading = distinct([first.market, *(one.market for one in same if abs(one.change_pct) >= least)])
    return [*leading[: NAMED - len(headline.against)], *(one.market for one in headline.against)]


def _records(cast: Candidates) -> list[Claim]:
    left = [one for key, one in cast.records.items() if key not in cast.told]
    first = distinct(one.market for one in left)
    left.sort(key=lambda one: (one.how == "faded", one.market not in first))
    if not left:
        return []
    cast.take(one.market for one in left)
    return [RecordsClaim(told=tuple(left[:NAMED]), others=tuple(left[NAMED:]))]


def _against(scene: RegionFacts, cast: Candidates) -> list[Claim]:
    keys = cast.left(lambda one: one.market in scene.bucking)[:NAMED]
    if not keys:
        return []
    return [AgainstClaim(tone=scene.tone, movers=cast.take(keys), only=len(scene.bucking) == 1)]


def _unusual(facts: MarketFacts, one: Mover) -> bool:
    if one.highest_since or one.lowest_since or one.rebound_pct:
        return True
    return abs(facts.force) >= UNUSUAL and abs(one.change_pct) >= 1


def _rest(scene: RegionFacts, cast: Candidates) -> list[Claim]:
    """Tell briefly what is left: the regions of the world, parts that went one way, then names."""
    if scene.region is Region.WORLD:
        return []
    claims: list[Claim] = []
    for part in dict.fromkeys(one.market.part for one in scene.facts):
        movers = [one for key, one in cast.movers.items() if cast.facts[key].market.part == part]
        clear = {one.change_pct > 0 for one in movers if abs(one.change_pct) >= FLAT}
        untold = [one for one in movers if one.market not in cast.told]
        if len(untold) >= PART and len(clear) == 1 and not any(abs(one.change_pct) < FLAT for one in movers):
            most = max(untold, key=lambda one: abs(one.change_pct))
            if most.change_pct == max((one.change_pct for one in movers), key=abs):
                claims.append(
                    PartClaim(
                        part=part,
                        direction="up" if most.change_pct > 0 else "down",
                        count=len(movers),
                        markets=tuple(one.market for one in movers),
                        most=most,
                    )
                )
                cast.told.update(one.market for one in movers)
    left = [one for key, one in cast.movers.items() if key not in cast.told]
    left = [cast.movers[key] for key in distinct(one.market for one in left)]
    flat = tuple(one for one in left if one.market in scene.flat)[:NAMED]
    moved = sorted((one for one in left if one.market not in scene.flat), key=lambda one: -weight(scene, one.market))
    named = moved[: OTHERS - len(flat)]
    rose = tuple(sorted((one for one in named if one.change_pct > 0), key=lambda one: -one.change_pct))
    fell = tuple(sorted((one for one in named if one.change_pct < 0), key=lambda one: one.change_pct))
    if rose or fell or flat:
        cast.told.update(one.market for one in (*rose, *fell, *flat))
        claims.append(OthersClaim(rose=rose, fell=fell, flat=flat))
    return claims


def _regions(scene: RegionFacts, cast: Candidates) -> list[Claim]:
    regions = []
    for region in (Region.ASIA, Region.EUROPE, Region.AMERICAS):
        movers = [one for key, one in cast.movers.items() if cast.facts[key].market.region is region]
        if movers:
            regions.append(RegionBreadth(region=region, breadth=breadth_of(movers, scene.markets)))
    return [RegionsClaim(regions=tuple(regions))] if regions else []


def _one_holiday(scene: RegionFacts) -> str | None:
    """Name the holiday where all that is shut is shut by one."""
    shut = closures(scene)
    return shut[0].name if len(shut) == 1 else None


def _holidays(scene: RegionFacts) -> list[Claim]:
    """Tell of holidays where a weighty exchange, or much of the region, is away."""
    heavy = tuple(
        closure
        for closure in closures(scene)
        if any(weight(scene, key) >= HEAVY for key in closure.markets) or 3 * len(closure.markets) >= len(scene.facts)
    )
    return [HolidayClaim(closures=heavy)] if heavy else []


def _pending(scene: RegionFacts, counted: int) -> list[Claim]:
    """Say who is not counted yet, where that is more than who is."""
    waiting = tuple(one.market for one in scene.markets if one.missing and one.missing.reason == "not_yet_open")
    unseen = tuple(one.market for one in scene.markets if one.missing and one.missing.reason == "no_trade")
    if len(waiting) + len(unseen) <= counted:
        return []
    return [PendingClaim(waiting=waiting, unseen=unseen, counted=counted, markets=len(scene.markets))]


def _nothing_known(scene: RegionFacts) -> list[Claim]:
    headline = HeadlineClaim(character="no_figures", region=scene.region, tone=scene.tone, day=scene.day.day)
    return [headline, _no_figures(scene, scene.day.unseen or scene.day.day)]


def _no_figures(scene: RegionFacts, day: dt.date) -> NoFiguresClaim:
    markets = sum(one.calendar.is_session(day) for one in scene.facts)
    unusable = any(one.quote.rejected or one.quote.session_date == day for one in scene.facts)
    return NoFiguresClaim(day=day, told=scene.day.day, markets=markets, unusable=unusable)
