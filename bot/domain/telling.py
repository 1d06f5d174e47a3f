"""What of a region's day is told, in which order, and how much of it?

The order is that of importance: records, then what goes against the region, then runs, unusual moves, holidays, and
last the breadth; on a rout the size of it comes first, and a quiet day is told as quiet. At most `SENTENCES` claims
follow the headline, a market is told once, and what is left out stands on the board.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.domain.abroad import elsewhere
from bot.domain.answers import ContextItem, SummaryMarket
from bot.domain.claims import (
    AgainstClaim,
    Breadth,
    BreadthClaim,
    Claim,
    ClosedClaim,
    Closure,
    HeadlineClaim,
    HolidayClaim,
    MoveClaim,
    Mover,
    NoFiguresClaim,
    OthersClaim,
    PartClaim,
    PendingClaim,
    QuietClaim,
    RecordMove,
    RecordsClaim,
    RegionBreadth,
    RegionsClaim,
    Share,
    StreakClaim,
    Week,
    WeekClaim,
)
from bot.domain.markets import Region
from bot.domain.notable import MarketFacts, mover, record_move
from bot.domain.region_day import RegionDay
from bot.domain.sentiment import FLAT, UNCHANGED, WEIGHTS, Tone

SENTENCES: Final = 5
NAMED: Final = 3
"""At most so many markets are told together; the rest stands on the board."""
OTHERS: Final = 6
QUIET: Final = 0.7
"""Per cent: a day on which nothing moved by more, nor by more than one of its volatilities, is quiet."""
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
ADDING: Final = 1.0
"""Per cent: the least rise over the last week to which a market is said to add."""
PART: Final = 3


@dataclass(frozen=True, slots=True)
class Scene:
    """The facts of a region's day, from which claims are chosen."""

    region: Region
    day: RegionDay
    tone: Tone
    facts: tuple[MarketFacts, ...]
    markets: tuple[SummaryMarket, ...]
    flat: tuple[str, ...]
    bucking: tuple[str, ...]
    context: tuple[ContextItem, ...]
    as_of: dt.datetime


@dataclass(slots=True)
class _Cast:
    """The counted markets, and who of them is still to be told."""

    facts: dict[str, MarketFacts]
    movers: dict[str, Mover]
    records: dict[str, RecordMove]
    told: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, scene: Scene) -> "_Cast":
        counted = {one.market for one in scene.markets if one.counted}
        facts = {one.market.key: one for one in scene.facts if one.market.key in counted}
        records = {key: found for key, one in facts.items() if (found := record_move(one, scene.as_of))}
        return cls(facts, {key: mover(one, scene.as_of) for key, one in facts.items()}, records)

    def take(self, keys: Iterable[str]) -> tuple[Mover, ...]:
        taken = tuple(self.movers[key] for key in keys)
        self.told.update(one.market for one in taken)
        return taken

    def left(self, wanted: Callable[[Mover], bool]) -> list[str]:
        """Return who is not told yet and wanted, the most forceful first."""
        keys = [key for key, one in self.movers.items() if key not in self.told and wanted(one)]
        return sorted(keys, key=lambda key: -abs(self.facts[key].force))

    def extreme(self, *, up: bool) -> Mover | None:
        """Return who moved furthest that way, in per cent; ``None`` where nobody clearly did."""
        ways = [one for one in self.movers.values() if abs(one.change_pct) >= FLAT and (one.change_pct > 0) == up]
        return max(ways, key=lambda one: abs(one.change_pct), default=None)


def tell(scene: Scene) -> tuple[Claim, ...]:
    """Choose the claims of a region's day, the headline first."""
    cast = _Cast.of(scene)
    abroad = elsewhere(scene.region, scene.day, scene.context)
    if not scene.day.trades:
        own = _closed(scene)
    elif not cast.movers:
        own = _nothing_known(scene)
    else:
        own = _told(scene, cast)
    headline, *claims = own
    room = SENTENCES - min(len(abroad), 2 if len(claims) < SENTENCES - 1 else 1)
    claims = claims[:room]
    return (headline, *claims, *abroad[: SENTENCES - len(claims)])


def _told(scene: Scene, cast: _Cast) -> list[Claim]:
    breadth = _breadth(list(cast.movers.values()), scene.markets)
    headline = _headline(scene, cast, breadth)
    claims: list[Claim] = []
    if headline.character == "sharp":
        claims.append(MoveClaim(movers=cast.take(_leading(cast, headline))))
        if breadth.share == "all" and breadth.counted > NAMED:
            claims.append(BreadthClaim(breadth=breadth))
    claims.extend(_records(cast))
    claims.extend(_against(scene, cast))
    if headline.character == "quiet":
        largest = max(cast.movers.values(), key=lambda one: abs(one.change_pct))
        claims.append(QuietClaim(largest=largest, breadth=breadth))
        cast.told.update(cast.movers)
    if runs := cast.left(lambda one: max(abs(one.streak or 0), abs(one.ended or 0)) >= LONG_RUN)[: NAMED - 1]:
        claims.append(StreakClaim(movers=cast.take(runs)))
    if unusual := cast.left(lambda one: _unusual(cast.facts[one.market], one))[:NAMED]:
        claims.append(MoveClaim(movers=cast.take(unusual)))
    claims.extend(_holidays(scene))
    claims.extend(_pending(scene, len(cast.movers)))
    claims.extend(_rest(scene, cast))
    if len(claims) < 2 and not any(isinstance(one, BreadthClaim | QuietClaim) for one in claims):  # noqa: PLR2004
        claims.append(BreadthClaim(breadth=breadth))
    return [headline, *claims]


def _headline(scene: Scene, cast: _Cast, breadth: Breadth) -> HeadlineClaim:
    records = tuple(one for one in cast.records.values() if one.how != "faded")[:NAMED]
    rise, fall = cast.extreme(up=True), cast.extreme(up=False)
    down = scene.tone in ("lower", "selloff")
    first, second = (fall, rise) if down else (rise, fall)
    if scene.tone == "mixed" and rise and fall and abs(fall.change_pct) > rise.change_pct:
        first, second = fall, rise
    character: Literal["records", "sharp", "divided", "quiet", "broad", "mixed"]
    movers: tuple[Mover, ...] = (first,) if first else ()
    against: tuple[Mover, ...] = ()
    if first and _sharp(scene, cast, first, has_records=bool(records)):
        character = "sharp"
        records = ()
        if scene.tone == "mixed" and second and abs(second.change_pct) >= DIVIDED:
            against = (second,)
    elif records:
        character, movers = "records", ()
    elif all(abs(one.change_pct) < QUIET and abs(cast.facts[one.market].force) < 1 for one in cast.movers.values()):
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
    )


def _sharp(scene: Scene, cast: _Cast, first: Mover, *, has_records: bool) -> bool:
    """Whether the largest move is what makes the day."""
    if first.market in cast.records:
        return False
    size, force = abs(first.change_pct), abs(cast.facts[first.market].force)
    least = ROUT if scene.tone == "selloff" else SHARP
    if has_records and scene.tone not in ("lower", "selloff"):
        least = OWN_DAY
    return size >= least and force >= least


def _leading(cast: _Cast, headline: HeadlineClaim) -> list[str]:
    """Return whom a sharp day's first sentence tells: those that moved furthest the same way, and the other side."""
    first = headline.movers[0]
    same = [one for one in cast.movers.values() if (one.change_pct > 0) == (first.change_pct > 0)]
    same.sort(key=lambda one: -abs(one.change_pct))
    # Two indexes of one exchange say the same thing twice.
    mics: dict[str, str] = {}
    for one in same:
        if abs(one.change_pct) >= max(DIVIDED, abs(first.change_pct) / 4):
            mics.setdefault(cast.facts[one.market].market.mic, one.market)
    room = NAMED - len(headline.against)
    return [*list(mics.values())[:room], *(one.market for one in headline.against)]


def _records(cast: _Cast) -> list[Claim]:
    left = [one for key, one in cast.records.items() if key not in cast.told]
    left.sort(key=lambda one: one.how == "faded")
    if not left:
        return []
    cast.told.update(one.market for one in left)
    return [RecordsClaim(told=tuple(left[:NAMED]), others=tuple(left[NAMED:]))]


def _against(scene: Scene, cast: _Cast) -> list[Claim]:
    keys = cast.left(lambda one: one.market in scene.bucking)[:NAMED]
    if not keys:
        return []
    return [AgainstClaim(tone=scene.tone, movers=cast.take(keys), only=len(scene.bucking) == 1)]


def _unusual(facts: MarketFacts, one: Mover) -> bool:
    if one.highest_since or one.lowest_since or one.rebound_pct:
        return True
    return abs(facts.force) >= UNUSUAL and abs(one.change_pct) >= 1


def _rest(scene: Scene, cast: _Cast) -> list[Claim]:
    """Tell briefly what is left: the regions of the world, parts that went one way, then names."""
    if scene.region is Region.WORLD:
        return _regions(scene, cast)
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
    flat = tuple(one for one in left if one.market in scene.flat)[:NAMED]
    moved = sorted((one for one in left if one.market not in scene.flat), key=lambda one: -_weight(scene, one.market))
    named = moved[: OTHERS - len(flat)]
    rose = tuple(sorted((one for one in named if one.change_pct > 0), key=lambda one: -one.change_pct))
    fell = tuple(sorted((one for one in named if one.change_pct < 0), key=lambda one: one.change_pct))
    if rose or fell or flat:
        cast.told.update(one.market for one in (*rose, *fell, *flat))
        claims.append(OthersClaim(rose=rose, fell=fell, flat=flat))
    return claims


def _regions(scene: Scene, cast: _Cast) -> list[Claim]:
    regions = []
    for region in (Region.ASIA, Region.EUROPE, Region.AMERICAS):
        movers = [one for key, one in cast.movers.items() if cast.facts[key].market.region is region]
        if movers:
            regions.append(RegionBreadth(region=region, breadth=_breadth(movers, scene.markets)))
    return [RegionsClaim(regions=tuple(regions))] if regions else []


def _breadth(movers: Sequence[Mover], markets: Sequence[SummaryMarket]) -> Breadth:
    up = sum(one.change_pct >= UNCHANGED for one in movers)
    down = sum(one.change_pct <= -UNCHANGED for one in movers)
    side = max(up, down)
    share: Share = "none"
    if side:
        share = "all" if side == len(movers) else "most" if 2 * side > len(movers) else "few"
        share = "half" if 2 * side == len(movers) else share
    direction: Literal["up", "down", "even"] = "up" if up > down else "down" if down > up else "even"
    sign = {"up": 1, "down": -1, "even": 0}[direction]
    by_key = {one.market: one for one in markets}
    extended = sum(
        sign * one.change_pct >= FLAT and _went_on(by_key[one.market], sign) for one in movers
    )  # fmt: skip
    return Breadth(
        advancers=up,
        decliners=down,
        unchanged=len(movers) - up - down,
        counted=len(movers),
        direction=direction,
        share=share,
        extended=extended,
    )


def _went_on(market: SummaryMarket, sign: int) -> bool:
    run, week = market.streak or 0, market.last_week_pct or 0.0
    return sign * run >= 3 or sign * week >= ADDING  # noqa: PLR2004 - today and two sessions before it


def _weight(scene: Scene, key: str) -> float:
    return next(WEIGHTS.get(one.market.mic, 1) for one in scene.facts if one.market.key == key)


def _closures(scene: Scene) -> tuple[Closure, ...]:
    shut: dict[str | None, list[str]] = {}
    for one in scene.markets:
        if one.missing and one.missing.reason == "holiday":
            shut.setdefault(one.missing.name, []).append(one.market)
    return tuple(Closure(name=name, markets=tuple(keys)) for name, keys in shut.items())


def _holidays(scene: Scene) -> list[Claim]:
    """Tell of holidays where a weighty exchange, or much of the region, is away."""
    heavy = tuple(
        closure
        for closure in _closures(scene)
        if any(_weight(scene, key) >= HEAVY for key in closure.markets) or 3 * len(closure.markets) >= len(scene.facts)
    )
    return [HolidayClaim(closures=heavy)] if heavy else []


def _pending(scene: Scene, counted: int) -> list[Claim]:
    """Say who is not counted yet, where that is more than who is."""
    waiting = tuple(one.market for one in scene.markets if one.missing and one.missing.reason == "not_yet_open")
    unseen = tuple(one.market for one in scene.markets if one.missing and one.missing.reason == "no_trade")
    if len(waiting) + len(unseen) <= counted:
        return []
    return [PendingClaim(waiting=waiting, unseen=unseen, counted=counted, markets=len(scene.markets))]


def _nothing_known(scene: Scene) -> list[Claim]:
    headline = HeadlineClaim(character="no_figures", region=scene.region, tone=scene.tone, day=scene.day.day)
    return [headline, NoFiguresClaim(markets=sum(one.calendar.is_session(scene.day.day) for one in scene.facts))]


def _closed(scene: Scene) -> list[Claim]:
    """Say why nothing traded, and give the week."""
    day = scene.day.day
    closures = _closures(scene)
    reason: Literal["weekend", "holiday"] = "weekend" if day.weekday() >= 5 else "holiday"  # noqa: PLR2004
    largest = max(closures, key=lambda one: len(one.markets), default=None)
    headline = HeadlineClaim(
        character="closed",
        region=scene.region,
        tone="closed",
        day=day,
        holiday=largest.name if largest else None,
        breadth=None,
    )
    return [headline, ClosedClaim(reason=reason, closures=closures), *_week(scene)]


def _week(scene: Scene) -> list[Claim]:
    dates = [one.quote.session_date for one in scene.markets if one.quote.session_date]
    if not dates:
        return []
    ended = max(dates)
    week = [
        Week(market=one.market, week_pct=one.week_pct)
        for one in scene.markets
        if one.week_pct is not None and one.quote.session_date
        and one.quote.session_date.isocalendar()[:2] == ended.isocalendar()[:2]
    ]  # fmt: skip
    if not week:
        return []
    week.sort(key=lambda one: -one.week_pct)
    higher = [one for one in week if one.week_pct >= UNCHANGED]
    lower = [one for one in week[::-1] if one.week_pct <= -UNCHANGED]
    sunday = ended + dt.timedelta(days=7 - ended.isoweekday())
    finished = not any(
        one.calendar.is_session(ended + dt.timedelta(days=ahead))
        for one in scene.facts
        for ahead in range(1, (sunday - ended).days + 1)
    )
    claim = WeekClaim(
        ended=ended,
        finished=finished,
        higher=len(higher),
        lower=len(lower),
        counted=len(week),
        best=tuple(higher[:2]),
        worst=tuple(lower[:2]),
    )
    return [claim]
