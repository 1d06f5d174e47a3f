"""Which day does a region's summary report, and is it still running?"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.calendars.calendar import Calendar
from bot.domain.markets.market import Region
from bot.domain.summary.answer import Phase

TRADING_ORDER: Final = (Region.ASIA, Region.EUROPE, Region.AMERICAS)
"""The regions in the order in which their days begin."""
ZONES: Final[Mapping[Region, ZoneInfo]] = MappingProxyType(
    {
        Region.ASIA: ZoneInfo("Asia/Tokyo"),
        Region.EUROPE: ZoneInfo("Europe/Paris"),
        Region.AMERICAS: ZoneInfo("America/New_York"),
        Region.WORLD: ZoneInfo("UTC"),
    }
)
"""The zone whose midnight separates one day of the region from the next."""


@dataclass(frozen=True, slots=True)
class TradingDay:
    """The reported day of a region.

    Attributes:
        day: the date.
        phase: where the instant of the question lies: before today's first opening (so that the day is the last one
            that traded), during the sessions of the day, or after them.
        trades: whether any exchange of the region has a session on the day.
        today: the region's own date at that instant; another one than ``day`` only where the phase is ``before``.
        unseen: the day that runs already, where no trade of it is known and the one before is reported instead.
    """

    day: dt.date
    phase: Phase
    trades: bool
    today: dt.date
    unseen: dt.date | None = None


def previous_trading_day(calendars: Iterable[Calendar], day: dt.date) -> TradingDay:
    """Return the last day before this one on which the region traded, to report while nothing is known of this one."""
    return TradingDay(
        max(calendar.previous(day).day for calendar in calendars), "before", trades=True, today=day, unseen=day
    )


def trading_day(region: Region, calendars: Iterable[Calendar], now: dt.datetime) -> TradingDay:
    """Return the day that a summary reports at this instant (UTC).

    It is the newest day on which a session of the region has begun: today from its first opening on, ``during``
    until the last close and ``after`` from then until the region's midnight; ``before`` the first opening it is still
    the last day that traded. Where today has no session at all it is today, reported as closed. The world's day is
    UTC's: it begins with Wellington and Sydney and ends with New York, and Wellington's opening of tomorrow, which
    is still this evening in UTC, waits for midnight.
    """
    calendars = tuple(dict.fromkeys(calendars))
    today = now.astimezone(ZONES[region]).date()
    begun = [calendar.last_started(now) for calendar in calendars]
    if region is Region.WORLD:
        begun = [
            session if session.day <= today else calendar.previous(session.day)
            for session, calendar in zip(begun, calendars, strict=True)
        ]
    newest = max(session.day for session in begun)
    if newest < today:
        if not any(calendar.is_session(today) for calendar in calendars):
            return TradingDay(today, "after", trades=False, today=today)
        return TradingDay(newest, "before", trades=True, today=today)
    sessions = [session for calendar in calendars if (session := calendar.session(newest))]
    over = all(session.close <= now for session in sessions)
    return TradingDay(newest, "after" if over else "during", trades=True, today=today)
