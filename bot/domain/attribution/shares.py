"""What may be said of the contributions to an index's move: a share of it, names alone, or neither?

A share is told only where it holds with all that is not known of it; how, and when not, is decided here alone.
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from bot.domain.model import Frozen
from bot.domain.quotes import Quote

SMALL_MOVE: Final = 0.3
"""Per cent: of an index that moved less no share is told, for shares explode where the whole is near nothing."""
LEAST_COVERAGE: Final = 35.0
"""Per cent of an index that the known weights must cover for a share of its move."""
MOST_NAMED: Final = 3
_BESIDE: Final = 0.5
"""Told beside the largest contributor: who made at least so much of what it made."""
_COUNTS: Final = 0.1
"""A contributor of less than this share of the move leads nothing."""
_MIXED: Final = 1 / 3
"""Against the move: so large a share of it that both sides must be told."""
_ERRORS: Final = {True: 0.015, False: 0.05}
"""How wrong a sum of contributions may be, as a share of it: of a price-weighted index, of any other."""
_WORDS: Final[tuple[tuple[float, "ShareWord"], ...]] = (
    (1.05, "more_than_all"), (0.9, "almost_all"), (0.6, "most"), (0.4, "about_half"), (0.2, "led_by"),
)  # fmt: skip
_REST: Final = 3.0
"""The rest of an index is not believed to have moved more than so many times as far as the index itself."""

ShareWord = Literal["more_than_all", "almost_all", "most", "about_half", "led_by"]
"""What the leaders made of the net move: above 105 %, 90 to 105, 60 to 90, 40 to 60; ``led_by`` names them alone."""

Withheld = Literal["no_change", "small_move", "no_price", "moved", "coverage", "implausible", "mixed"]
"""Why no share is told: the index's own change is not known or is too small, a heavyweight has no price, the index
has moved on since its stocks were read, the weights that are known cover too little, the rest would have moved beyond
belief, or both sides must be told."""


class Contribution(Frozen):
    """What one stock did: its change in per cent, the index points that this made, and its share of the net move.

    ``weight_pct`` is its weight at the previous close. ``None`` is what is not known.
    """

    symbol: str
    name: str
    sector: str
    change_pct: float
    rounded_pct: float
    weight_pct: float | None = None
    points: float | None = None
    share_pct: float | None = None


class Told(NamedTuple):
    """What may be said of the contributions, as `MarketContributions` holds it."""

    leaders: tuple[str, ...] = ()
    leaders_points: float | None = None
    against: tuple[str, ...] = ()
    against_points: float | None = None
    share_pct: float | None = None
    share_word: ShareWord | None = None
    withheld: Withheld | None = None

    @classmethod
    def of(cls, quote: Quote, known: Sequence[Contribution], *, price_weighted: bool, doubt: Withheld | None) -> "Told":
        """Decide it from an index's quote and the contributions with points; ``doubt`` is what forbids any share."""
        net, change = quote.change, quote.change_pct
        if net is None or change is None:
            return cls(withheld="no_change")
        if abs(change) < SMALL_MOVE or net == 0:
            return cls(withheld="small_move")
        leaders, led = _largest(known, net)
        why = doubt or _withheld(known, net, change)
        if why == "implausible" or not leaders or abs(led) < _COUNTS * abs(net):
            return cls(withheld=why)
        if why is not None:
            return cls(leaders=leaders, leaders_points=round(led, 2), withheld=why)
        others, taken = _largest(known, -net)
        if abs(taken) >= _MIXED * abs(net):
            return cls(leaders, round(led, 2), others, round(taken, 2), withheld="mixed")
        share = led / net
        word = _share_word(share, _ERRORS[price_weighted])
        return cls(leaders, round(led, 2), share_pct=round(share * 100), share_word=word)


def _withheld(known: Sequence[Contribution], net: float, change_pct: float) -> Withheld | None:
    """Return why no share of an index's move may be told, whichever way its stocks went."""
    coverage = sum(part.weight_pct or 0.0 for part in known)
    if coverage < LEAST_COVERAGE:
        return "coverage"
    level = abs(net / change_pct * 100)
    rest = net - sum(part.points or 0.0 for part in known)
    weight = max(0.0, 1 - coverage / 100)
    return "implausible" if abs(rest) > _REST * weight * max(0.01, abs(change_pct) / 100) * level else None


def _largest(known: Sequence[Contribution], way: float) -> tuple[tuple[str, ...], float]:
    """Return the one to three that made most in a way, none far behind the largest, and what they made together."""
    parts = [part for part in known if part.points and part.points * way > 0]
    parts.sort(key=lambda part: -abs(part.points or 0.0))
    near = [part for part in parts if abs(part.points or 0.0) >= _BESIDE * abs(parts[0].points or 0.0)][:MOST_NAMED]
    return tuple(part.symbol for part in near), sum(part.points or 0.0 for part in near)


def _share_word(share: float, error: float) -> ShareWord | None:
    """Return the word for a share that holds however wrong it may be; where two could hold, the names alone."""
    lowest, highest = _word(share * (1 - error)), _word(share * (1 + error))
    if lowest is None:
        return None
    return lowest if lowest == highest else "led_by"


def _word(share: float) -> ShareWord | None:
    return next((word for bound, word in _WORDS if share >= bound), None)
