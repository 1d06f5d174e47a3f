"""Which facts of a region's day can be reported, and which of its markets are still to be covered?"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Final, TypeVar

from bot.domain.highlights.highlight import (
    CloseAtExtreme,
    ExtremeClose,
    FirstSession,
    Highlight,
    PeriodMove,
    RoundNumber,
    SessionGap,
)
from bot.domain.markets.catalogue import MARKETS, WEIGHTS
from bot.domain.markets.market import Region
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.answer import ContextItem, SummaryMarket, Tone
from bot.domain.summary.breadth import FLAT, sign
from bot.domain.summary.claims import PendingClaim
from bot.domain.summary.movers import Closure, Mover, RecordMove
from bot.domain.summary.moves import mover_of, record_move_of
from bot.domain.summary.reasons import NO_REASONS, Reasons
from bot.domain.summary.trading_day import TradingDay

HEAVY: Final = 4
"""The weight of an exchange without which a region is not whole; its holiday is news."""
_M = TypeVar("_M", Mover, RecordMove)

RARE: Final = 50.0
"""A fact that is seen of a market at most so often in ten years is told whatever else is."""


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """The facts of a region's day, from which claims are chosen.

    Attributes:
        region: whose day it is.
        day: which day is reported.
        tone: the region's sentiment, ``closed`` where nothing trades.
        snapshots: what is known of each of the region's markets, in catalogue order.
        markets: the same markets as the answer shows them, in the same order.
        flat: counted markets that neither clearly rose nor clearly fell.
        bucking: counted markets that clearly moved against the tone.
        context: what is known outside the region, in the order in which it is named.
        as_of: the instant that the answer speaks for, aware.
        reasons: what is known of why markets moved, and of what is ahead.
    """

    region: Region
    day: TradingDay
    tone: Tone
    snapshots: tuple[MarketSnapshot, ...]
    markets: tuple[SummaryMarket, ...]
    flat: tuple[str, ...]
    bucking: tuple[str, ...]
    context: tuple[ContextItem, ...]
    as_of: dt.datetime
    reasons: Reasons = NO_REASONS


@dataclass(slots=True)
class Candidates:
    """The counted markets, and which of them need no further claim: named in one, or spoken for by another market."""

    snapshots: dict[str, MarketSnapshot]
    movers: dict[str, Mover]
    records: dict[str, RecordMove]
    covered: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, region_facts: RegionFacts) -> "Candidates":
        """Return the counted markets of a region's day, none of them covered yet."""
        counted = {market.market for market in region_facts.markets if market.counted}
        snapshots = {
            snapshot.market.key: snapshot
            for snapshot in region_facts.snapshots
            if snapshot.market.key in counted
        }  # fmt: skip
        as_of = region_facts.as_of
        movers = {key: mover_of(snapshot, as_of) for key, snapshot in snapshots.items()}
        records = {key: record for key, snapshot in snapshots.items() if (record := record_move_of(snapshot, as_of))}
        chosen = _chosen(movers)
        return cls(
            snapshots,
            {key: _without_shared(mover, chosen) for key, mover in movers.items()},
            {key: _without_shared(record, chosen) for key, record in records.items()},
        )

    def take(self, keys: Iterable[str]) -> tuple[Mover, ...]:
        """Cover these markets, and with them those that would only say the same of the same city, or less."""
        taken = tuple(self.movers[key] for key in keys)
        self.covered.update(mover.market for mover in taken)
        for mover in taken:
            self.covered.update(
                key
                for key, other in self.movers.items()
                if city(key) == city(mover.market)
                and other.change_pct * mover.change_pct > 0
                and key not in self.records
                and not _reached_further(other, mover)
            )
        return taken

    def remaining(self) -> list[Mover]:
        """Return the markets not covered yet, in catalogue order."""
        return [mover for key, mover in self.movers.items() if key not in self.covered]

    def strongest(self, wanted: Callable[[Mover], bool], *, companions: bool = True) -> list[str]:
        """Return the markets not covered yet that are wanted, the largest move in volatilities first.

        Without ``companions`` none is told while its city's leading index went the same way and is still to be told.
        """
        remaining = {mover.market: mover for mover in self.remaining()}
        keys = [
            key for key, mover in remaining.items() if wanted(mover) and (companions or not _is_led(mover, remaining))
        ]
        return sorted(keys, key=lambda key: -abs(self.snapshots[key].force))

    def extreme(self, *, up: bool) -> Mover | None:
        """Return the market to name for a way, if any clearly went it: of those that lead a city the furthest."""
        moved = self._moved(up=up)
        leading = [
            mover
            for key, mover in moved.items()
            if not MARKETS[key].wide and (key == city(key) or city(key) not in moved)
        ]
        return _furthest(leading or moved.values())

    def furthest(self, *, up: bool) -> Mover | None:
        """Return the one that moved furthest that way of all that are counted, of equal moves the first.

        ``None`` where none clearly went that way, or where the furthest is no place to name.
        """
        mover = _furthest(self._moved(up=up).values())
        return None if mover is None or MARKETS[mover.market].wide else mover

    def _moved(self, *, up: bool) -> dict[str, Mover]:
        """Return the markets that clearly went this way, in catalogue order."""
        side = 1 if up else -1
        return {key: mover for key, mover in self.movers.items() if sign(mover.change_pct, FLAT) == side}


def _shared(fact: Highlight) -> str | None:
    """Name what many markets have in common on one day, so that it is told of one of them: a week that ends, a gap."""
    match fact:
        case PeriodMove():
            return fact.period
        case SessionGap() | CloseAtExtreme() | FirstSession():
            return fact.kind
        case _:
            return None


def _chosen(movers: Mapping[str, Mover]) -> dict[str, str]:
    """Return for each thing that markets can share the one of which it is told: the one of which it is rarest.

    It is no companion of an index of which it could be told as well.
    """
    sharing = {
        (name, key): fact.per_decade
        for key, mover in movers.items()
        for fact in mover.highlights
        if (name := _shared(fact)) is not None
    }
    chosen: dict[str, str] = {}
    for name, key in sorted(sharing, key=sharing.__getitem__):
        if key == city(key) or (name, city(key)) not in sharing:
            chosen.setdefault(name, key)
    return chosen


def _without_shared(move: _M, chosen: Mapping[str, str]) -> _M:
    """Leave out of a market's move what is told of another market."""
    facts = tuple(fact for fact in move.highlights if chosen.get(_shared(fact) or "", move.market) == move.market)
    return move if facts == move.highlights else move.model_copy(update={"highlights": facts})


def _reached_further(other: Mover, mover: Mover) -> bool:
    """Whether an index closed at a level that is rare, and rarer than that of the one told of the same city."""
    rare = _rarity_of_level(other)
    return rare <= RARE and rare < _rarity_of_level(mover)


def _rarity_of_level(mover: Mover) -> float:
    levels = (fact.per_decade for fact in mover.highlights if isinstance(fact, ExtremeClose | RoundNumber))
    return min(levels, default=inf)


def is_rare(mover: Mover) -> bool:
    """Whether something sets a market's move apart that a reader sees a few times a year at most."""
    return rarity(mover) <= RARE


def rarity(mover: Mover) -> float:
    """Return how often in ten years the rarest fact of a market's move is seen; infinity where there is none."""
    return min((fact.per_decade for fact in mover.highlights), default=inf)


def _furthest(movers: Iterable[Mover]) -> Mover | None:
    return max(movers, key=lambda mover: abs(mover.change_pct), default=None)


def _is_led(mover: Mover, remaining: Mapping[str, Mover]) -> bool:
    leader = remaining.get(city(mover.market))
    return leader is not None and leader is not mover and leader.change_pct * mover.change_pct > 0


def city(key: str) -> str:
    """Return the key of the index that stands for the same city."""
    return MARKETS[key].companion_of or key


def first_of_each_city(keys: Iterable[str]) -> list[str]:
    """Return the keys without those that follow another of the same city."""
    first: dict[str, str] = {}
    for key in keys:
        first.setdefault(city(key), key)
    return list(first.values())


def weight(region_facts: RegionFacts, key: str) -> float:
    """Return the weight of a market's exchange."""
    return next(WEIGHTS.get(facts.market.mic, 1) for facts in region_facts.snapshots if facts.market.key == key)


def most_exchanges_closed(region_facts: RegionFacts) -> bool:
    """Return whether more than half of the region's exchanges are closed for a holiday, however many their indexes."""
    exchanges = {snapshot.market.key: snapshot.market.mic for snapshot in region_facts.snapshots}
    closed = {exchanges[key] for closure in closures(region_facts) for key in closure.markets}
    return 2 * len(closed) > len(set(exchanges.values()))


def closures(region_facts: RegionFacts) -> tuple[Closure, ...]:
    """Return which markets are closed on the reported day, by holiday."""
    closed: dict[str | None, list[str]] = {}
    for market in region_facts.markets:
        if market.missing and market.missing.reason == "holiday":
            closed.setdefault(market.missing.name, []).append(market.market)
    return tuple(Closure(name=name, markets=tuple(keys)) for name, keys in closed.items())


def heavy_closures(region_facts: RegionFacts, closed: Iterable[Closure]) -> tuple[Closure, ...]:
    """Return those of some closures that close a heavy exchange or much of the region."""
    return tuple(
        closure
        for closure in closed
        if any(weight(region_facts, key) >= HEAVY for key in closure.markets)
        or 3 * len(closure.markets) >= len(region_facts.markets)
    )


def pending(region_facts: RegionFacts) -> PendingClaim | None:
    """Return which markets are still to be counted, where they outnumber the counted ones."""
    waiting, unseen = (
        tuple(market.market for market in region_facts.markets if market.missing and market.missing.reason == reason)
        for reason in ("not_yet_open", "no_trade")
    )
    counted = sum(market.counted for market in region_facts.markets)
    if len(waiting) + len(unseen) <= counted:
        return None
    return PendingClaim(waiting=waiting, unseen=unseen, counted=counted, markets=len(region_facts.markets))
