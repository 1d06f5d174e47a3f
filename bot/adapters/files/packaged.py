"""Where do the packaged tables lie: the sessions of every exchange, read from the package once."""

from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.calendars.calendar import Calendars, load
from bot.domain.errors import BadSetting, FailureCode


@cache
def sessions() -> Calendars:
    """Read the packaged table of sessions; an exchange is parsed when it is first asked for.

    Raises:
        BadSetting: if this machine knows no time zones, without which no exchange has hours.
    """
    try:
        ZoneInfo("Asia/Tokyo")
    except ZoneInfoNotFoundError:
        raise BadSetting(FailureCode.TIME_ZONES_MISSING) from None
    return load((Path(__file__).parents[2] / "data" / "sessions.txt").read_bytes())
