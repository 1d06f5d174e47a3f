"""Who plays a part in a region's day: its facts set out for telling, and who is still to be told."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.domain.answers import ContextItem, SummaryMarket
from bot.domain.markets.catalogue import MARKETS, WEIGHTS
from bot.domain.markets.market import Region
from bot.domain.summary.highlights import MarketFacts, mover, record_move
from bot.domain.summary.movers import Breadth, Closure, Mover, RecordMove, Share
from bot.domain.summary.sentiment import FLAT, UNCHANGED, Tone
from bot.domain.summary.trading_day import TradingDay

WENT_ON: Final = 3
"""Sessions in a row, today's included, with which a market goes on as it went before."""
ADDING: Final = 1.0
"""Per cent: the least rise over the last week to which a market is said to add."""


def city(key: str) -> str:
    """Return the index that leads the same city."""
    return MARKETS[key].companion_of or key


def distinct(keys: Iterable[str]) -> list[str]:
    """Keep the first of each city."""
    first: dict[str, str] = {}
    for key in keys:
        first.setdefault(city(key), key)
    return list(first.values())


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """The facts of a region's day, from which claims are chosen."""

    region: Region
    day: TradingDay
    tone: Tone
    facts: tuple[MarketFacts, ...]
    markets: tuple[SummaryMarket, ...]
    flat: tuple[str, ...]
    bucking: tuple[str, ...]
    context: tuple[ContextItem, ...]
    as_of: dt.datetime


@dataclass(slots=True)
class Candidates:
    """The counted markets, and who of them is still to be told."""

    facts: dict[str, MarketFacts]
    movers: dict[str, Mover]
    records: dict[str, RecordMove]
    told: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, scene: RegionFacts) -> "Candidates":
        """Set out the counted markets of a scene."""
        counted = {one.market for one in scene.markets if one.counted}
        facts = {one.market.key: one for one in scene.facts if one.market.key in counted}
        records = {key: found for key, one in facts.items() if (found := record_move(one, scene.as_of))}
        return cls(facts, {key: mover(one, scene.as_of) for key, one in facts.items()}, records)

    def take(self, keys: Iterable[str]) -> tuple[Mover, ...]:
        """Take these to be told, and leave untold those that would only say the same of the same city."""
        taken = tuple(self.movers[key] for key in keys)
        self.told.update(one.market for one in taken)
        for one in taken:
            self.told.update(
                key
                for key, other in self.movers.items()
                if city(key) == city(one.market) and other.change_pct * one.change_pct > 0 and key not in self.records
            )
        return taken

    def left(self, wanted: Callable[[Mover], bool]) -> list[str]:
        """Return who is not told yet and wanted, the most forceful first."""
        keys = [key for key, one in self.movers.items() if key not in self.told and wanted(one)]
        return sorted(keys, key=lambda key: -abs(self.facts[key].force))

    def extreme(self, *, up: bool) -> Mover | None:
        """Return who moved furthest that way, in per cent; ``None`` where nobody clearly did."""
        ways = {
            key: one for key, one in self.movers.items() if abs(one.change_pct) >= FLAT and (one.change_pct > 0) == up
        }
        leading = [
            one for key, one in ways.items() if not MARKETS[key].wide and (key == city(key) or city(key) not in ways)
        ]
        return max(leading or ways.values(), key=lambda one: abs(one.change_pct), default=None)


def breadth_of(movers: Sequence[Mover], markets: Sequence[SummaryMarket]) -> Breadth:
    """Count who rose and fell among these, and say what share the larger side is."""
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
    return sign * run >= WENT_ON or sign * week >= ADDING


def weight(scene: RegionFacts, key: str) -> float:
    """Return the weight of a market's exchange."""
    return next(WEIGHTS.get(one.market.mic, 1) for one in scene.facts if one.market.key == key)


def closures(scene: RegionFacts) -> tuple[Closure, ...]:
    """Return who is shut by which holiday on the day told."""
    shut: dict[str | None, list[str]] = {}
    for one in scene.markets:
        if one.missing and one.missing.reason == "holiday":
            shut.setdefault(one.missing.name, []).append(one.market)
    return tuple(Closure(name=name, markets=tuple(keys)) for name, keys in shut.items())
