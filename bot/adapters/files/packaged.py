"""Which tables come with the package? The sessions of every exchange and the days of rate decisions, read once."""

from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.calendars.calendar import Calendars, load
from bot.domain.calendars.rate_decisions import RateDecision, parse
from bot.domain.errors import BadSetting, FailureCode

_DATA = Path(__file__).parents[2] / "data"


@cache
def sessions() -> Calendars:
    """Return the calendars of all exchanges by MIC, from the packaged table; each is parsed when it is first used.

    Raises:
        BadSetting: if this machine has no time zones, without which no exchange has hours.
    """
    try:
        ZoneInfo("Asia/Tokyo")
    except ZoneInfoNotFoundError:
        raise BadSetting(FailureCode.TIME_ZONES_MISSING) from None
    return load((_DATA / "sessions.txt").read_bytes())


@cache
def rate_decisions() -> tuple[RateDecision, ...]:
    """Return the decisions on interest rates that the packaged table knows, in their order."""
    return parse((_DATA / "rate-decisions.csv").read_text(encoding="utf-8"))
