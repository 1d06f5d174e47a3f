"""Which day does a region's summary tell, and is it still running?"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.calendars.calendar import Calendar
from bot.domain.markets.market import Region

ZONES = {
    Region.ASIA: ZoneInfo("Asia/Tokyo"),
    Region.EUROPE: ZoneInfo("Europe/Paris"),
    Region.AMERICAS: ZoneInfo("America/New_York"),
    Region.WORLD: ZoneInfo("UTC"),
}
"""Whose midnight parts one day of the region from the next."""


@dataclass(frozen=True, slots=True)
class TradingDay:
    """The day told, where the instant lies to it, and whether any exchange of the region has a session on it."""

    day: dt.date
    phase: Literal["before", "during", "after"]
    trades: bool
    unseen: dt.date | None = None
    """The day that runs already, where no trade of it is known and so the one before is told."""


def previous_trading_day(calendars: Iterable[Calendar], day: dt.date) -> TradingDay:
    """Return the last day before this one on which the region traded, as told before anything is known of this one."""
    return TradingDay(max(calendar.previous(day).day for calendar in calendars), "before", trades=True, unseen=day)


def trading_day(region: Region, calendars: Iterable[Calendar], at: dt.datetime) -> TradingDay:
    """Return the day that a summary asked at this instant (UTC) tells.

    It is the newest day on which a session of the region has begun: today's from its first opening on, ``during``
    until the last close and ``after`` from then until the region's midnight; ``before`` the first opening it is still
    the last day that traded. Where today has no session at all it is today, told as closed. The world's day is
    UTC's: it begins with Wellington and Sydney and ends with New York, and Wellington's opening of tomorrow, which
    is still today's evening in UTC, waits for its midnight.
    """
    known = tuple(dict.fromkeys(calendars))
    today = at.astimezone(ZONES[region]).date()
    begun = [calendar.last_started(at) for calendar in known]
    if region is Region.WORLD:
        begun = [
            session if session.day <= today else calendar.previous(session.day)
            for session, calendar in zip(begun, known, strict=True)
        ]
    newest = max(session.day for session in begun)
    if newest < today:
        if not any(calendar.is_session(today) for calendar in known):
            return TradingDay(today, "after", trades=False)
        return TradingDay(newest, "before", trades=True)
    sessions = [session for calendar in known if (session := calendar.session(newest))]
    over = all(session.close <= at for session in sessions)
    return TradingDay(newest, "after" if over else "during", trades=True)
