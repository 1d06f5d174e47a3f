"""Did a market rise, fall or stand still, and how many of a region's markets went the same way?"""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.domain.quotes import Quote, rounded
from bot.domain.summary.answer import SummaryMarket
from bot.domain.summary.movers import Breadth, Direction, Mover, Share

FLAT: Final = 0.1
"""Moves below this, in per cent either way, are flat: no verb is worth spending on them."""
UNCHANGED: Final = 0.05
"""Moves below this, in per cent either way, round to 0.0."""

_CONTINUED: Final = 2
"""Sessions in a row, this one included, without which a market did the opposite, or nothing, the session before."""
_CONTINUED_RUN: Final = 3
"""Sessions in a row, this one included, from which on a market continues what it did before."""
_CONTINUED_PCT: Final = 1.0
"""Per cent over the five sessions before, from which on a second session the same way continues them."""
_NOT_TRADING: Final = ("holiday", "weekend")


def sign(change_pct: float, least: float = UNCHANGED) -> int:
    """Return 1 for a rise and -1 for a fall of at least ``least`` per cent, else 0."""
    return 0 if abs(change_pct) < least else 1 if change_pct > 0 else -1


def is_flat(change_pct: float) -> bool:
    """Whether a move in per cent is too small to be called a rise or a fall."""
    return sign(change_pct, FLAT) == 0


def count_sides(changes_pct: Iterable[float]) -> tuple[int, int]:
    """Return how many of the moves, in per cent, are rises and how many are falls."""
    signs = [sign(change_pct) for change_pct in changes_pct]
    return signs.count(1), signs.count(-1)


def share_of(side: int, counted: int) -> Share:
    """Return how much of the counted markets one side is."""
    if side == 0:
        return "none"
    if side == counted:
        return "all"
    if 2 * side == counted:
        return "half"
    return "most" if 2 * side > counted else "few"


def breadth_of(movers: Sequence[Mover], markets: Sequence[SummaryMarket]) -> Breadth:
    """Count how many of ``movers`` rose and fell; ``markets`` holds at least the same markets, with their past."""
    up, down = count_sides(shown(mover) for mover in movers)
    direction: Direction = "up" if up > down else "down" if down > up else "even"
    side = {"up": 1, "down": -1, "even": 0}[direction]
    by_key = {market.market: market for market in markets}
    return Breadth(
        advancers=up,
        decliners=down,
        unchanged=len(movers) - up - down,
        counted=len(movers),
        direction=direction,
        share=share_of(max(up, down), len(movers)),
        extended=sum(side * mover.change_pct >= FLAT and _continues(by_key[mover.market], side) for mover in movers),
        clear=sum(side * mover.change_pct >= FLAT for mover in movers) if side else 0,
        trading=sum(market.missing is None or market.missing.reason not in _NOT_TRADING for market in markets),
        median_pct=_median([mover.change_pct for mover in movers]),
    )


def shown(move: Mover | Quote) -> float:
    """Return a known move rounded once to 1 decimal, as it is shown; what that makes 0.0 is unchanged."""
    assert move.change_pct is not None, "only a market with a move is counted"
    return rounded(move.rounded_pct, move.change_pct)


def _median(changes_pct: Sequence[float]) -> float:
    """Return the median, to 2 decimals; `statistics` would cost every start 5 ms for its random numbers."""
    ranked, count = sorted(changes_pct), len(changes_pct)
    return round((ranked[(count - 1) // 2] + ranked[count // 2]) / 2, 2) + 0.0 if ranked else 0.0


def _continues(market: SummaryMarket, side: int) -> bool:
    """Whether a market that moved to this side (1 up, -1 down) had been going that way before."""
    run, before = side * (market.streak or 0), side * (market.prior_sessions_pct or 0.0)
    return run >= _CONTINUED_RUN or (run >= _CONTINUED and before >= _CONTINUED_PCT)
