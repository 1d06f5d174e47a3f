"""How does a summary tell how many went which way, and how many are counted at all?"""

from typing import Final

from bot.domain.summary.claims import PartClaim, PendingClaim, QuietClaim, RegionsClaim
from bot.domain.summary.movers import Breadth
from bot.views.en import wording
from bot.views.en.places import REGIONS, count, joined, places, prose, spot

_PARTS: Final = {"Euro area": "the euro area", "United States": "the United States"}
"""Parts of a region that are called otherwise within a sentence."""


def whole(number: int) -> str:
    """Write that it is all of so many: "the one", "both", "all three"."""
    return {1: "the one", 2: "both"}.get(number) or f"all {count(number)}"


def share(side: int, counted: int) -> str:
    """Write how many of the indexes: "four of nine indexes", "all nine indexes"."""
    return f"{whole(counted) if side == counted else f'{count(side)} of {count(counted)}'} indexes"


def part(claim: PartClaim) -> str:
    """Say that a part of the region went one way as a whole."""
    verb = "rose" if claim.direction == "up" else "fell"
    most = f"{prose(claim.most.market)} most, by {wording.plain_short(claim.most)}"
    return f"all {count(claim.count)} indexes in {_PARTS.get(claim.part, claim.part)} {verb}, {most}"


def regions(claim: RegionsClaim) -> str:
    """Say how many rose or fell in each region of the world."""
    clauses = []
    for breadth in claim.regions:
        up, down, counted = breadth.breadth.advancers, breadth.breadth.decliners, breadth.breadth.counted
        side, verb = (up, "rose") if up >= down else (down, "fell")
        who = whole(counted) if side == counted else f"{count(side)} of {count(counted)}"
        area = REGIONS[breadth.region].area
        figures = ", ".join(f"{spot(mover.market)} {wording.short(mover)}" for mover in breadth.movers)
        named = f" ({figures})" if figures else ""
        clauses.append(f"{who} {verb} in {area}{named}" if side else f"none moved in {area}{named}")
    return f"of the indexes counted, {joined(clauses)}"


def breadth(breadth: Breadth) -> str:
    """Say how many rose and fell."""
    if breadth.counted == 1:
        moved = "rose" if breadth.advancers else "fell" if breadth.decliners else "did not change"
        return f"one index is counted: it {moved}"
    if breadth.share == "all" and not breadth.is_whole:
        return f"no index {'fell' if breadth.direction == 'up' else 'rose'}"
    if breadth.share == "all":
        return f"{share(breadth.counted, breadth.counted)} {'rose' if breadth.direction == 'up' else 'fell'}"
    sides = ((breadth.advancers, "rose"), (breadth.decliners, "fell"), (breadth.unchanged, "did not change"))
    parts = [f"{count(side)} {verb}" for side, verb in sides if side]
    return f"of {count(breadth.counted)} indexes {wording.listed(parts)}"


def quiet(claim: QuietClaim) -> str:
    """Say that no index moved far."""
    largest = claim.largest
    figure = wording.short(largest)
    if claim.breadth.counted == 1:
        return f"{prose(largest.market)} ({figure}) is the one index counted"
    return f"no index moved by more than {prose(largest.market)} ({figure}); {breadth(claim.breadth)}"


def pending(claim: PendingClaim) -> str:
    """Say how many are counted so far, and who has yet to open."""
    verb = "is" if claim.counted == 1 else "are"
    text = f"{count(claim.counted)} of {claim.markets} indexes {verb} counted so far"
    if claim.waiting:
        names = first_few(places(claim.waiting))
        text += f"; {wording.listed(names)} {'have' if len(names) > 1 else 'has'} yet to open"
    return text


def first_few(names: list[str], most: int = 4) -> list[str]:
    """Name so many, and count the others."""
    return names if len(names) <= most else [*names[:most], f"{count(len(names) - most)} more"]
