"""What makes a region's day, in one line: which character has it, and which markets show it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.summary.answer import SummaryMarket
from bot.domain.summary.candidates import (
    Candidates,
    RegionFacts,
    closures,
    first_of_each_city,
    most_exchanges_closed,
    pending,
)
from bot.domain.summary.claims import Character, HeadlineClaim
from bot.domain.summary.movers import Breadth, Mover, RecordMove

RECORDS: Final = 5
"""Records that a headline may draw its up to three names from, since Tokyo and TOPIX are one name."""
QUIET: Final = 0.7
"""Per cent: a mixed day on which no move was larger, nor larger than one of its volatilities, is quiet."""
QUIET_LEANING: Final = 0.3
"""Per cent: the same of a day that leans one way."""
QUIET_FEWEST: Final = 3
"""Counted markets without which nobody can call a day quiet."""
SHARP: Final = 2.5
"""Per cent and volatilities from which on a move leads the headline."""
SHARP_IN_SELLOFF: Final = 2.0
"""The same on a sell-off, whose news is its size."""
SHARP_BESIDE_RECORDS: Final = 4.0
"""The same where other markets are at records and the region does not fall."""
DIVIDED: Final = 1.0
"""Per cent from which on moves both ways divide a region."""
LEADING: Final = 3
"""At most so many markets lead a sharp day's first sentence."""

_FALLING: Final = ("lower", "selloff")


@dataclass(frozen=True, slots=True)
class _Extremes:
    """The market that a headline leads with, the one that moved furthest the other way, and who won.

    ``turned`` says that the lead goes to a market that moved against the region's tone.
    """

    first: Mover | None
    second: Mover | None
    turned: bool

    @property
    def both_large(self) -> bool:
        """Whether both moves are large enough to divide the region."""
        return _is_large(self.first) and _is_large(self.second)


def headline(region_facts: RegionFacts, candidates: Candidates, breadth: Breadth) -> HeadlineClaim:
    """Choose what makes the day, from a region of which at least one market is counted."""
    records = tuple(record for record in candidates.records.values() if record.how != "faded")[:RECORDS]
    extremes = _extremes(region_facts, candidates, breadth, has_records=bool(records))
    character = _character(region_facts, candidates, breadth, records, extremes)
    closed = closures(region_facts)
    return HeadlineClaim(
        character=character,
        region=region_facts.region,
        tone=region_facts.tone,
        day=region_facts.day.day,
        breadth=breadth,
        records=() if character == "sharp" else records,
        movers=_movers(candidates, extremes, character),
        against=_against(region_facts, breadth, extremes, character),
        counted=tuple(candidates.movers),
        holiday=closed[0].name if len(closed) == 1 else None,
        alone=all(market.counted or _is_closed(market) for market in region_facts.markets),
    )


def leading_markets(candidates: Candidates, claim: HeadlineClaim) -> list[str]:
    """Return the markets of the first sentence: the headline's, and those that moved nearly as far the same way.

    On a sharp day a quarter of the headline's move is near enough, else a half.
    """
    first = claim.movers[0]
    same = [mover for mover in candidates.movers.values() if (mover.change_pct > 0) == (first.change_pct > 0)]
    same.sort(key=lambda mover: -abs(mover.change_pct))
    least = max(DIVIDED, abs(first.change_pct) / (4 if claim.character == "sharp" else 2))
    large = [mover.market for mover in same if abs(mover.change_pct) >= least]
    leading = first_of_each_city([first.market, *large])[: LEADING - len(claim.against)]
    return [*leading, *(mover.market for mover in claim.against)]


def _is_closed(market: SummaryMarket) -> bool:
    return market.missing is not None and market.missing.reason in ("holiday", "weekend")


def _movers(candidates: Candidates, extremes: _Extremes, character: Character) -> tuple[Mover, ...]:
    """Return the markets that a headline names: one a city where few are counted, otherwise the leading one."""
    if character == "few":
        few = [candidates.movers[key] for key in first_of_each_city(candidates.movers)]
        return tuple(sorted(few, key=lambda mover: -abs(mover.change_pct)))
    first = extremes.first
    if first is not None and character == "broad":  # whose headline says that nobody went further
        first = candidates.furthest(up=first.change_pct > 0)
    return (first,) if first is not None and character not in ("records", "quiet") else ()


def _extremes(region_facts: RegionFacts, candidates: Candidates, breadth: Breadth, *, has_records: bool) -> _Extremes:
    rise, fall = candidates.extreme(up=True), candidates.extreme(up=False)
    tone = region_facts.tone
    if tone == "mixed" and (breadth.is_mixed or breadth.direction == "even"):
        fall_leads = fall is not None and (rise is None or abs(fall.change_pct) > rise.change_pct)
        return _Extremes(fall, rise, turned=False) if fall_leads else _Extremes(rise, fall, turned=False)
    falls = tone in _FALLING if tone != "mixed" else breadth.direction == "down"
    first, second = (fall, rise) if falls else (rise, fall)
    if (
        first
        and second
        and _is_sharp(region_facts, candidates, second, has_records=has_records)
        and abs(second.change_pct) > abs(first.change_pct)
    ):
        return _Extremes(second, first, turned=True)
    return _Extremes(first, second, turned=False)


def _character(
    region_facts: RegionFacts,
    candidates: Candidates,
    breadth: Breadth,
    records: Sequence[RecordMove],
    extremes: _Extremes,
) -> Character:
    """Return the character of the day: the first of these rules that applies."""
    first = extremes.first
    rules: tuple[tuple[Character, bool], ...] = (
        ("early", pending(region_facts) is not None),
        ("few", not breadth.speaks_for_region),
        ("sharp", bool(first and _is_sharp(region_facts, candidates, first, has_records=bool(records)))),
        ("records", bool(records)),
        ("thin", most_exchanges_closed(region_facts)),
        ("quiet", _is_quiet(region_facts, candidates)),
        ("broad", region_facts.tone != "mixed" or not (breadth.is_mixed or breadth.direction == "even")),
        ("divided", extremes.both_large),
    )
    return next((character for character, applies in rules if applies), "mixed")


def _against(
    region_facts: RegionFacts, breadth: Breadth, extremes: _Extremes, character: Character
) -> tuple[Mover, ...]:
    """Return the market that a headline sets against the leading one."""
    second = extremes.second
    if second is None:
        return ()
    one_sided = region_facts.tone == "mixed" and not breadth.is_mixed
    match character:
        case "sharp":
            divided = (extremes.turned or region_facts.tone == "mixed") and _is_large(second)
            return (second,) if divided else ()
        case "divided" | "mixed":
            return (second,)
        case "broad" if one_sided and _is_large(second):
            return (second,)
        case _:
            return ()


def _is_large(mover: Mover | None) -> bool:
    return mover is not None and abs(mover.change_pct) >= DIVIDED


def _is_sharp(region_facts: RegionFacts, candidates: Candidates, mover: Mover, *, has_records: bool) -> bool:
    """Whether this market's move makes the day; one at a record is news by its record."""
    if mover.market in candidates.records:
        return False
    least = SHARP_IN_SELLOFF if region_facts.tone == "selloff" else SHARP
    if has_records and region_facts.tone not in _FALLING:
        least = SHARP_BESIDE_RECORDS
    return abs(mover.change_pct) >= least and abs(candidates.snapshots[mover.market].force) >= least


def _is_quiet(region_facts: RegionFacts, candidates: Candidates) -> bool:
    """Whether no market left its usual day."""
    least = QUIET if region_facts.tone == "mixed" else QUIET_LEANING
    return len(candidates.movers) >= QUIET_FEWEST and all(
        abs(mover.change_pct) < least and abs(candidates.snapshots[key].force) < 1
        for key, mover in candidates.movers.items()
    )
