"""Which exchanges trade now, and which will not in the coming two weeks?

Everything here follows from the sessions table alone, so it is known when no source of quotes answers.
"""

import datetime as dt

from bot.domain.answers import MarketStatus, SessionHours
from bot.domain.markets import Market
from bot.domain.sessions import Calendar


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
