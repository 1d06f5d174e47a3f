"""How does a region's status read: which exchanges trade now, and which will not in the coming two weeks?"""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby

from bot.domain.calendars.calendar import ExchangeState
from bot.domain.markets.catalogue import MARKETS
from bot.domain.status import MarketStatus, StatusAnswer, UpcomingDay
from bot.views.en import wording
from bot.views.en.closures import closed
from bot.views.en.places import REGIONS, capital, count
from bot.views.page import Page, PageStyle, local_time

_MANY = 16
"""Exchanges from which on a line each must be short, to fit one message."""
_ROOM = 1900
"""Characters for the days to come, the nearest first."""

_TRADING = (ExchangeState.OPEN, ExchangeState.BREAK)


def page(answer: StatusAnswer, style: PageStyle) -> Page:
    """Lay the status out: how many trade, a line an exchange, then the holidays and half days to come."""
    exchanges = {MARKETS[status.market].mic: status for status in reversed(answer.markets)}
    each = [status for status in answer.markets if exchanges[MARKETS[status.market].mic] is status]
    trading = sum(status.state in _TRADING for status in each)
    noun = REGIONS[answer.region]
    title = f"{count(trading)} of {count(len(each))} exchanges trade" if trading else "no exchange trades"
    brief = len(each) > _MANY
    upcoming = _fitting(_upcoming(answer.upcoming))
    return Page(
        title=capital(f"{noun.name}: {title} now"),
        details=(
            *(
                f"{style.strong(MARKETS[status.market].city)}: {_state(status, answer.as_of, style, brief=brief)}"
                for status in each
            ),
            *(("", style.strong("The coming two weeks"), *upcoming) if upcoming else ()),
        ),
        small=("From the exchanges' own calendars; no quote is needed.",),
    )


def _state(status: MarketStatus, now: dt.datetime, style: PageStyle, *, brief: bool) -> str:
    zone, session = MARKETS[status.market].zone, status.session
    opens = f"opens {_when(status.next_open, now, zone, style, brief=brief)}" if status.next_open else ""
    closes = f"closes {_when(status.next_close, now, zone, style, brief=brief)}" if status.next_close else ""
    match status.state:
        case ExchangeState.OPEN:
            return f"open, {closes}"
        case ExchangeState.BREAK:
            assert session is not None
            assert session.break_end is not None
            return f"lunch break until {local_time(session.break_end, zone)}, {closes}"
        case ExchangeState.PRE_OPEN:
            return f"not open yet, {opens}"
        case ExchangeState.CLOSED:
            return f"closed, {opens}"
        case ExchangeState.WEEKEND:
            return f"weekend, {opens}"
        case ExchangeState.HOLIDAY:
            return f"{closed(status.holiday)}, {opens}"
        case ExchangeState.UNKNOWN:
            return "calendar unknown, weekdays assumed"


def _when(instant: dt.datetime, now: dt.datetime, zone: str, style: PageStyle, *, brief: bool) -> str:
    if brief:
        return style.relative(instant, now)
    return f"{local_time(instant, zone)} ({style.relative(instant, now)})"


def _upcoming(days: Sequence[UpcomingDay]) -> Iterable[str]:
    """Write one line a date: who is shut and why, who closes early or opens late and when, by its own clock."""
    for date, found in groupby(days, key=lambda day: day.date):
        shut: dict[str, list[str]] = {}
        for day in found:
            market = MARKETS[day.market]
            label = day.name or ("half day" if day.half_day else "closed")
            if day.opens_late:
                label = f"{label}, from {local_time(day.opens_late, market.zone)}"
            elif day.half_day and day.close:
                label = f"{label}, until {local_time(day.close, market.zone)}"
            cities = shut.setdefault(label, [])
            if market.city not in cities:
                cities.append(market.city)
        parts = [f"{wording.listed(cities)} ({label})" for label, cities in shut.items()]
        yield f"{wording.weekday(date)}: {'; '.join(parts)}"


def _fitting(lines: Iterable[str]) -> list[str]:
    """Keep as many lines as there is room for, and say where some are left out."""
    fitting: list[str] = []
    for line in lines:
        if sum(map(len, fitting)) + len(line) > _ROOM:
            return [*fitting, "Later days do not fit here: ask for one region."]
        fitting.append(line)
    return fitting
