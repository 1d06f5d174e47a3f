"""Which exchanges trade now, and which will not in the coming two weeks?

Everything here follows from the sessions table alone, so it is known when no source of quotes answers.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from bot.domain.calendars.calendar import Calendar, ExchangeState
from bot.domain.markets.catalogue import of_region
from bot.domain.markets.market import Market, Region
from bot.domain.model import AnswerBase, Frozen, Note, Source

DAYS_AHEAD: Final = 14
"""Days after today whose holidays and half days are listed."""


class SessionHours(Frozen):
    """The hours of one trading day; instants in UTC."""

    open: dt.datetime
    break_start: dt.datetime | None = None
    break_end: dt.datetime | None = None
    close: dt.datetime


class MarketStatus(Frozen):
    """One exchange at an instant; ``session`` is today's, if it has one."""

    market: str
    state: ExchangeState
    session: SessionHours | None = None
    next_open: dt.datetime | None = None
    next_close: dt.datetime | None = None
    holiday: str | None = None


class UpcomingDay(Frozen):
    """A holiday or half day of the coming two weeks; ``close`` is that of a half day, in UTC.

    ``opens_late`` is the opening of a day that is shorter because it begins later than usual.
    """

    date: dt.date
    market: str
    name: str | None = None
    half_day: bool = False
    close: dt.datetime | None = None
    opens_late: dt.datetime | None = None


class StatusAnswer(AnswerBase):
    """``/asia status``: who trades now, and who will not."""

    kind: Literal["status"] = "status"
    region: str
    markets: tuple[MarketStatus, ...]
    upcoming: tuple[UpcomingDay, ...]


def status(
    region: Region,
    calendars: Mapping[str, Calendar],
    as_of: dt.datetime,
    source: Source,
    notes: Sequence[Note] = (),
) -> StatusAnswer:
    """Return what every exchange of a region does at this instant (UTC), and its holidays and half days to come.

    ``upcoming`` runs from each exchange's today to `DAYS_AHEAD` days later, by date, then in catalogue order; days
    outside the sessions table are left out.
    """
    markets = of_region(region)
    upcoming = [day for market in markets for day in _upcoming(market, calendars[market.mic], as_of)]
    return StatusAnswer(
        as_of=as_of,
        source=source,
        notes=tuple(notes),
        region=region,
        markets=tuple(market_status(market, calendars[market.mic], as_of) for market in markets),
        upcoming=tuple(sorted(upcoming, key=lambda day: day.date)),
    )


def _upcoming(market: Market, calendar: Calendar, instant: dt.datetime) -> Iterator[UpcomingDay]:
    today = calendar.local_day(instant)
    for offset in range(DAYS_AHEAD + 1):
        day = today + dt.timedelta(days=offset)
        if not calendar.knows(day):
            return
        session = calendar.session(day)
        if session is None and not calendar.is_weekend(day):
            yield UpcomingDay(date=day, market=market.key, name=calendar.holiday(day))
        elif session is not None and session.half_day:
            usual = calendar.usual(day)
            yield UpcomingDay(
                date=day,
                market=market.key,
                name=session.name,
                half_day=True,
                close=session.close,
                opens_late=session.open if usual is not None and session.open > usual.open else None,
            )


def market_status(market: Market, calendar: Calendar, instant: dt.datetime) -> MarketStatus:
    """Return what a market's exchange does at this instant (UTC), and when it next opens and closes."""
    today = calendar.current(instant)
    hours = today and SessionHours(
        open=today.open, break_start=today.break_start, break_end=today.break_end, close=today.close
    )
    return MarketStatus(
        market=market.key,
        state=calendar.state(instant),
        session=hours,
        next_open=calendar.next_open(instant),
        next_close=calendar.next_close(instant),
        holiday=calendar.holiday(calendar.local_day(instant)),
    )
