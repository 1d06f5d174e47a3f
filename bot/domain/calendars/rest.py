"""When does nothing move: outside an exchange's session, in its break, and at the weekend of the whole world?"""

from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.calendars.calendar import Calendar, ExchangeState, is_weekend

_WEEKEND_LEAD: Final = timedelta(hours=2)  # currencies and futures rest from 22:00 UTC on Friday to 22:00 UTC on Sunday


def phase(calendar: Calendar, instant: datetime) -> tuple[ExchangeState, date | None]:
    """Return what an exchange is doing at an aware instant, and the day of its session if that day has one."""
    session = calendar.current(instant)
    return calendar.state(instant), session.day if session else None


def rests(calendar: Calendar, instant: datetime) -> bool:
    """Return whether an exchange does not trade at an aware instant: outside its session, or in the session's break."""
    session = calendar.current(instant)
    if session is None or not session.open <= instant < session.close:
        return True
    return (
        session.break_start is not None
        and session.break_end is not None
        and (session.break_start <= instant < session.break_end)
    )


def same_rest(calendar: Calendar, start: datetime, end: datetime) -> bool:
    """Return whether an exchange that `rests` at ``start`` has not traded since, up to ``end``.

    ``end`` is an aware instant after ``start`` and not after the next open of a session.
    """
    session = calendar.current(start)
    resumes = session.break_end if session else None
    return not (resumes is not None and start < resumes <= end)


def world_rests(instant: datetime) -> bool:
    """Return whether currencies and futures rest at an aware instant: from Friday, 22:00 UTC, for 48 hours."""
    return is_weekend((instant + _WEEKEND_LEAD).date())
