"""What does `/calendar` answer: which decisions and figures are due, in the order of their times?"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from bot.domain.attribution.events import EconomicEvent, of_region, seen_from
from bot.domain.attribution.rate_odds import RateOdds
from bot.domain.calendars.rate_decisions import CentralBank, RateDecision
from bot.domain.markets.market import Region
from bot.domain.model import AnswerBase, Frozen

LONGEST: Final = 14
"""Days that can be asked for."""
USUAL: Final = 7


class DueDecision(Frozen):
    """A central bank's decision on rates: the day by its own clock, the instant of publication (UTC), futures on it."""

    bank: CentralBank
    day: dt.date
    at: dt.datetime
    odds: RateOdds | None = None


class CalendarAnswer(AnswerBase):
    """``/calendar asia 7``: what is due in a region from midnight (UTC) of an instant's day on, for so many days.

    The figures of today that are out already are in it. ``events`` is ``None`` where the source's calendar is not
    known; decisions come from a table of our own and always are.
    """

    kind: Literal["calendar"] = "calendar"
    region: Region
    days: int
    until: dt.datetime
    decisions: tuple[DueDecision, ...] = ()
    events: tuple[EconomicEvent, ...] | None = None


def due_decisions(
    decisions: Iterable[RateDecision], odds: Sequence[RateOdds], now: dt.datetime, until: dt.datetime
) -> tuple[DueDecision, ...]:
    """Return the decisions that are published from an instant on, up to another, with what futures put on them."""
    by_day = {each.day: each for each in odds}
    first = min(by_day, default=None)  # later ones are cumulative: not odds on one decision
    return tuple(
        DueDecision(
            bank=decision.bank,
            day=decision.day,
            at=decision.at,
            odds=by_day[decision.day] if decision.day == first else None,
        )
        for decision in decisions
        if now < decision.at < until
    )


def due_events(
    events: Iterable[EconomicEvent], region: Region, now: dt.datetime, until: dt.datetime
) -> tuple[EconomicEvent, ...]:
    """Return a region's figures of an instant's own day (UTC) and of those after it, as they are known then."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return tuple(event for event in seen_from(of_region(events, region), now) if start <= event.time < until)
