"""Which exchanges trade now, and which will not in the coming two weeks?

Everything here follows from the sessions table alone, so it is known when no source of quotes answers.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from bot.domain.calendars.calendar import Calendar, ExchangeState, is_weekend
from bot.domain.markets.catalogue import of_region
from bot.domain.markets.market import Market, Region
from bot.domain.model import AnswerBase, Frozen, Note, Source

AHEAD: Final = 14
"""Days, today not counted, whose holidays and half days are told."""


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
    """A holiday or half day of the coming two weeks; ``close`` is that of a half day, in UTC."""

    date: dt.date
    market: str
    name: str | None = None
    half_day: bool = False
    close: dt.datetime | None = None


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
    """Tell what every exchange of a region does at this instant (UTC), and its holidays and half days to come.

    ``upcoming`` goes from each exchange's today to `AHEAD` days later, by date, then in catalogue order. Days that
    the table does not speak for are not in it.
    """
    markets = of_region(region)
    upcoming = [day for market in markets for day in _upcoming(market, calendars[market.mic], as_of)]
    return StatusAnswer(
        as_of=as_of,
        source=source,
        notes=tuple(notes),
        region=region,
        markets=tuple(market_status(market, calendars[market.mic], as_of) for market in markets),
        upcoming=tuple(sorted(upcoming, key=lambda one: one.date)),
    )


def _upcoming(market: Market, calendar: Calendar, at: dt.datetime) -> Iterator[UpcomingDay]:
    today = calendar.local_day(at)
    for ahead in range(AHEAD + 1):
        day = today + dt.timedelta(days=ahead)
        if not calendar.knows(day):
            return
        session = calendar.session(day)
        if session is None and not is_weekend(day):
            yield UpcomingDay(date=day, market=market.key, name=calendar.holiday(day))
        elif session is not None and session.half_day:
            yield UpcomingDay(date=day, market=market.key, name=session.name, half_day=True, close=session.close)


def market_status(market: Market, calendar: Calendar, at: dt.datetime) -> MarketStatus:
    """Tell what a market's exchange does at this instant (UTC), and when it next opens and closes."""
    today = calendar.current(at)
    hours = today and SessionHours(
        open=today.open, break_start=today.break_start, break_end=today.break_end, close=today.close
    )
    return MarketStatus(
        market=market.key,
        state=calendar.state(at),
        session=hours,
        next_open=calendar.next_open(at),
        next_close=calendar.next_close(at),
        holiday=calendar.holiday(calendar.local_day(at)),
    )
