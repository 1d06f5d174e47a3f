"""Which tables come with the package? Sessions, rate decisions, and the heavyweights of indexes; each is read once."""

from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.attribution.heavyweights import Weights, parse_factors, parse_heavyweights, parse_sectors
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


@cache
def weights() -> Weights:
    """Return the heavyweights of indexes, the factors of those weighted by price, and what stands for sectors."""
    return Weights(
        parse_heavyweights((_DATA / "heavyweights.csv").read_text(encoding="utf-8")),
        parse_factors((_DATA / "price-factors.csv").read_text(encoding="utf-8")),
        parse_sectors((_DATA / "sectors.csv").read_text(encoding="utf-8")),
    )
