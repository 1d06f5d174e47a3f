"""How does it read what is worth saying of a market's session?"""

import datetime as dt
from typing import Protocol

from bot.domain.highlights.highlight import Highlight, LargestMove
from bot.views.en import wording


class Sized(Protocol):
    """Whatever says since when a move is the largest; at most one of the three is set."""

    @property
    def largest_since(self) -> dt.date | None:
        """The last earlier day with one as large."""

    @property
    def largest_since_at_least(self) -> dt.date | None:
        """The day since which there is none."""

    @property
    def largest_ever(self) -> bool:
        """Whether there was none since the index began."""

    @property
    def largest_rank(self) -> int:
        """Which rank it has."""


def is_sized(move: Sized) -> bool:
    """Whether a move is set against the past."""
    return move.largest_ever or move.largest_since is not None or move.largest_since_at_least is not None


def size(move: Sized, noun: str, today: dt.date) -> str:
    """Say since when a move is the largest: "its largest fall since March 2020"."""
    since = _since(move.largest_since, move.largest_since_at_least, today)
    return f"its {_ranked(move.largest_rank)} {noun} {since}"


def sentences(highlights: tuple[Highlight, ...], today: dt.date) -> list[str]:
    """Word what makes a market's session, each in a sentence of its own."""
    return [_largest(fact, today) for fact in highlights if isinstance(fact, LargestMove)]


def _largest(fact: LargestMove, today: dt.date) -> str:
    noun = "rise" if fact.way == "up" else "fall"
    points = "" if fact.measure == "percent" else " in points"
    return f"Its {_ranked(fact.rank)} {noun}{points} {_since(fact.since, fact.since_at_least, today)}."


def _ranked(rank: int) -> str:
    return "largest" if rank == 1 else f"{wording.ordinal(rank)}-largest"


def _since(since: dt.date | None, at_least: dt.date | None, today: dt.date) -> str:
    if since is not None:
        return f"since {wording.month_since(since, today)}"
    return f"since at least {at_least.year}" if at_least is not None else "on record"
