"""How does it read what is worth saying of a market's session?"""

import datetime as dt
from collections.abc import Iterable

from bot.domain.highlights.highlight import Highlight, LargestMove, RoundNumber
from bot.views.en import wording
from bot.views.en.places import capital


def sentences(highlights: Iterable[Highlight], today: dt.date) -> list[str]:
    """Word what makes a market's session, each in a sentence of its own."""
    return [capital(f"{phrase(fact, today)}.") for fact in highlights]


def phrases(highlights: Iterable[Highlight], today: dt.date) -> list[str]:
    """Word what can follow a move that is told in per cent."""
    return [phrase(fact, today) for fact in highlights if isinstance(fact, RoundNumber) or fact.measure == "percent"]


def phrase(fact: Highlight, today: dt.date) -> str:
    """Word what is worth saying so that it can stand after a market's move and a comma."""
    match fact:
        case LargestMove():
            noun = "rise" if fact.way == "up" else "fall"
            points = "" if fact.measure == "percent" else " in points"
            return f"its {_ranked(fact.rank)} {noun}{points} {_since(fact, today)}"
        case RoundNumber():
            side = "above" if fact.way == "up" else "below"
            since = wording.month_since(fact.since, today)
            return f"its first close {side} {wording.level(fact.number, 0)} since {since}"


def _ranked(rank: int) -> str:
    return "largest" if rank == 1 else f"{wording.ordinal(rank)}-largest"


def _since(fact: LargestMove, today: dt.date) -> str:
    if fact.since is not None:
        return f"since {wording.month_since(fact.since, today)}"
    return f"since at least {fact.since_at_least.year}" if fact.since_at_least is not None else "on record"
