"""Who asks for the level after a close, when no member happens to?

Each market that summaries count is read once after its close and its quotes' delay: without that, a day that the source
loses later would be lost to us too. The others are read when somebody asks for them.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping

from bot.domain.calendars.calendar import Calendar
from bot.domain.errors import NoQuotes
from bot.domain.markets.catalogue import of_region
from bot.domain.markets.market import Region
from bot.domain.quotes import CLOSE_KNOWN
from bot.services.ports import Clock, Quotes

_LOOK = 60.0  # seconds between two looks at the clock


async def read_closes(quotes: Quotes, calendars: Mapping[str, Calendar], clock: Clock) -> None:
    """Read each market that summaries count once after each of its closes, until cancelled."""
    mics = {market.key: market.mic for market in of_region(Region.WORLD)}
    before = clock()
    while True:
        await asyncio.sleep(_LOOK)
        now = clock()
        due = [key for key, mic in mics.items() if _closed_between(calendars[mic], before, now)]
        if due:
            try:
                await quotes.observe(due)
            except NoQuotes:
                continue  # looked at again next time, since `before` stays
            if quotes.failing:  # what was given is from before the close
                continue
        before = now


def _closed_between(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> bool:
    return start < calendar.last_completed(end - CLOSE_KNOWN).close + CLOSE_KNOWN <= end
