"""How does a summary tell what the day, or the next one, brings?"""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from bot.domain.attribution.events import EventKind
from bot.domain.calendars.rate_decisions import ZONES, CentralBank
from bot.domain.markets.catalogue import MARKETS
from bot.domain.summary.claims import AgendaClaim, DecisionClaim, FiguresClaim
from bot.domain.summary.movers import Closure, Opening
from bot.views.en import counts, wording
from bot.views.en.closures import closed
from bot.views.en.contributions import odds
from bot.views.en.places import cities, joined
from bot.views.page import local_time

_BANKS: Final = {CentralBank.FED: "Fed"}
_COUNTRIES: Final = {"US": "U.S."}
_FIGURES: Final = {EventKind.INFLATION: "inflation", EventKind.JOBS: "jobs"}


def agenda(claim: AgendaClaim, today: dt.date) -> str:
    """Say who opens when, who is closed and who closes early; every time is that of the exchange's own clock.

    The day is named where it is not today, which is the region's own date.
    """
    clauses = [_times(claim.openings, "opens", "open")] if claim.openings else []
    clauses += [_shut(closure) for closure in claim.closures]
    clauses += [_times(claim.early_closes, "closes early,", "close early,")] if claim.early_closes else []
    return joined(clauses) if claim.day == today else f"on {claim.day:%A} {joined(clauses)}"


def decision(claim: DecisionClaim) -> str:
    """Say when a central bank publishes its decision, by its own clock."""
    zone = ZONES[claim.bank]
    city = zone.partition("/")[2].replace("_", " ")
    time = f"{claim.day:%A} at {local_time(claim.at, zone)} in {city}"
    text = f"the {_BANKS[claim.bank]} announces its rate decision on {time}"
    return f"{text}; {odds(claim.odds, again=False)}" if claim.odds else text


def figures(claim: FiguresClaim) -> str:
    """Say when figures are published that all wait for, by New York's clock."""
    time = local_time(claim.time, "America/New_York")
    return f"{_figures(claim)} are due on {claim.day:%A} at {time} in New York"


def ahead(sentences: Sequence[str], claim: DecisionClaim | FiguresClaim) -> list[str]:
    """Let the last of some sentences end with what is to come, as wires tell it: by the time alone."""
    *others, last = sentences
    mark = "" if last.endswith("little changed.") else ","
    if isinstance(claim, FiguresClaim):
        text = _figures(claim)
    else:
        put = f"; {odds(claim.odds, again=False)}" if claim.odds else ""
        text = f"{_BANKS[claim.bank]} decision{put}"
    return [*others, f"{last.removesuffix('.')}{mark} ahead of {claim.day:%A}'s {text}."]


def _figures(claim: FiguresClaim) -> str:
    return f"{_COUNTRIES[claim.country]} {_FIGURES[claim.figure]} figures"


def _times(openings: tuple[Opening, ...], one: str, many: str) -> str:
    """Word "Tokyo opens at 09:00, Hong Kong and Shanghai at 09:30, local time"; the order is that of the day."""
    parts: list[str] = []
    for time, group in groupby(sorted(openings, key=lambda opening: (opening.at, _time(opening))), key=_time):
        names = cities(opening.market for opening in group)
        verb = "" if parts else f" {one}" if len(names) == 1 else f" {many}"
        parts.append(f"{wording.listed(names)}{verb} at {time}")
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{text}, local time" if len({MARKETS[opening.market].zone for opening in openings}) > 1 else text


def _shut(closure: Closure) -> str:
    names = counts.first_few(cities(closure.markets))
    return f"{wording.listed(names)} {'are' if len(names) > 1 else 'is'} {closed(closure.name)}"


def _time(opening: Opening) -> str:
    return local_time(opening.at, MARKETS[opening.market].zone)
