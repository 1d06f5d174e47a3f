"""What is asked by `/calendar`, and what must be known for its answer?"""

import datetime as dt
from collections.abc import Callable, Sequence

from bot.domain.attribution.agenda import LONGEST, USUAL, CalendarAnswer, due_decisions, due_events
from bot.domain.calendars.rate_decisions import ZONES, RateDecision
from bot.domain.errors import BadQuestion, FailureCode, Typed
from bot.domain.markets.market import Region
from bot.domain.model import Source
from bot.services.explanations import Explanations
from bot.services.query import Observations, Query


def calendar_query(
    text: str, explanations: Explanations, decisions: Callable[[], Sequence[RateDecision]], source: Source
) -> Query[CalendarAnswer]:
    """Ask what is due in a region, for so many days.

    Raises:
        BadQuestion: if the text is neither a region nor a number of days from 1 to 14.
    """
    region, days = parsed(text)

    async def renew(now: dt.datetime) -> None:
        await explanations.renew_calendar(now)

    def make(_: Observations, now: dt.datetime) -> CalendarAnswer:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        until = midnight + dt.timedelta(days=days)
        events = explanations.events
        own = [decision for decision in decisions() if region in (Region.WORLD, _REGIONS[decision.bank])]
        return CalendarAnswer(
            as_of=now,
            source=source,
            region=region,
            days=days,
            until=until,
            decisions=due_decisions(own, explanations.odds(now), now, until),
            events=None if events is None else due_events(events, region, now, until),
        )

    return Query(f"calendar {region} {days}", (), make, timed=True, renew=renew)


def parsed(text: str) -> tuple[Region, int]:
    """Read a region and a number of days, in any order; the world and a week where nothing is said.

    Raises:
        BadQuestion: as `calendar_query` does.
    """
    region, days = Region.WORLD, USUAL
    words = text.casefold().replace("days", "").replace("day", "").split()
    for word in words:
        if word in list(Region):
            region = Region(word)
        elif word.isascii() and word.isdecimal() and len(word) <= len(str(LONGEST)) and 1 <= int(word) <= LONGEST:
            days = int(word)
        else:
            raise BadQuestion(FailureCode.CALENDAR_UNKNOWN, text=Typed(text), most=LONGEST)
    return region, days


_REGIONS = {
    bank: Region.AMERICAS
    if zone.startswith("America/")
    else Region.EUROPE
    if zone.startswith("Europe/")
    else Region.ASIA
    for bank, zone in ZONES.items()
}
