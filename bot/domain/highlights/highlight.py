"""What can be worth saying of one market's day beside its level and change, and how rarely is it so?

Levels are index points with the index's decimals, percentages are in per cent rounded to 2 decimals, dates are in the
exchange's own zone; what is not known is ``None``. Every comparison with the past is made in whole units, and a hole in
the history that might hold a counterexample shortens the claim ("since at least") or silences it.
"""

import datetime as dt
from typing import Annotated, Final, Literal

from pydantic import Field

from bot.domain.model import Frozen

SESSIONS_A_DECADE: Final = 2520
"""Sessions in ten years: the unit of every ``per_decade``."""

Way = Literal["up", "down"]


class LargestMove(Frozen):
    """The day's move is the largest in its direction, in per cent or in points; ``change`` is in points.

    It holds since, but not on, ``since``; or since at least ``since_at_least``; or ``ever``, which is nothing like it
    since the index's first day: one of the three is set. ``rank`` 2 says that it is the second-largest: one as large
    came in the last three months, and none before it. ``per_decade``: how often in ten years a reader would see the
    like of it, or something stronger, of this market. It is the measure by which facts are compared: the smaller, the
    more it is news.
    """

    kind: Literal["largest_move"] = "largest_move"
    per_decade: float
    since: dt.date | None = None
    since_at_least: dt.date | None = None
    ever: bool = False
    way: Way
    measure: Literal["percent", "points"]
    rank: int = 1
    change_pct: float
    change: float | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is the largest in per cent, with none as large beside it."""
        return self.measure == "percent" and self.rank == 1


class RoundNumber(Frozen):
    """The close is beyond a round number, given in points, for the first time since ``since``."""

    kind: Literal["round_number"] = "round_number"
    per_decade: float
    way: Way
    number: float
    since: dt.date


Highlight = Annotated[LargestMove | RoundNumber, Field(discriminator="kind")]
"""Everything that can be worth saying of one market's session; views match it exhaustively."""
