"""Which parts of a quote, as Yahoo tells it, can be believed?

One rule is one `Fault`. What fails loses the part that it concerns (the range, the previous close), or the quote
where that part is the level or its time; never more, and never what was said of another market. Every rule stands
for something that was seen in the wild.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import Bar
from bot.domain.markets.market import Instrument, Market
from bot.domain.model import Fault
from bot.domain.quotes import LARGEST_MOVE, Observation, session_date

AHEAD: Final = timedelta(minutes=2)
"""How far a trade may lie in the future of our clock; clocks differ a little."""

NEAR_ZERO: Final = 0.001
"""Share of the level below which a previous close is no previous close (seen with ^VIX and ^RUT)."""

_NOISE: Final = 1  # unit of the last decimal: a level and a range that were rounded on different ways
_LOWEST: Final = 1.0  # index points; no index of the catalogue was ever near it
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = 2**32  # seconds; what is above them is no time in seconds
_LONGEST_DELAY: Final = 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """What is left of a quote; the faults are those that cost a part of it, or all of it."""

    seen: Observation | None
    faults: tuple[Fault, ...]


def check(
    listing: Market | Instrument, raw: Mapping[str, object], read: datetime, calendar: Calendar | None = None
) -> CheckedQuote:
    """Check one quote by Yahoo's names of its fields and return what of it can be believed.

    ``read`` is the instant of reading. Prices are rounded here, once. ``calendar`` is that of a market's exchange;
    without it a close that was stamped anew before the open or on a holiday is not put back to its own session.
    """
    level = _number(raw.get("regularMarketPrice"))
    if level is None:
        return CheckedQuote(None, (Fault.NO_LEVEL,))
    if not _believable(listing, level):
        return CheckedQuote(None, (Fault.OUT_OF_BOUNDS,))
    seconds = _number(raw.get("regularMarketTime"))
    if seconds is None or seconds <= 0:
        return CheckedQuote(None, (Fault.NO_TIME,))
    if seconds > _LATEST or _EPOCH + timedelta(seconds=seconds) > read + AHEAD:
        return CheckedQuote(None, (Fault.FUTURE,))
    units = listing.units(level)
    previous, faults = _previous(listing, units, raw.get("regularMarketPreviousClose"))
    high, low, fault = _range(listing, units, previous or units, raw)
    if fault:
        faults = (*faults, fault)
    seen = Observation(
        key=listing.key,
        level=units,
        time=min(_EPOCH + timedelta(seconds=seconds), read),
        fetched_at=read,
        previous_close=previous,
        day_high=high,
        day_low=low,
        delay_minutes=_delay(raw.get("exchangeDataDelayedBy")),
        proxy=isinstance(listing, Market) and listing.proxy,
        faults=faults,
    )
    if calendar is not None and isinstance(listing, Market):
        seen = _of_its_session(listing, seen, calendar)
    return CheckedQuote(seen, faults)


def previous_close(bars: Iterable[Bar], day: date, calendar: Calendar) -> int | None:
    """Return the close, in whole units, of the exchange's session before ``day``, if the bars have it."""
    before = calendar.previous(day).day
    return next((bar.close for bar in bars if bar.day == before), None)


def _number(value: object) -> float | None:
    """Return a finite number; Yahoo writes null, NaN as text, and nothing at all."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _believable(listing: Market | Instrument, level: float) -> bool:
    if isinstance(listing, Instrument):
        return listing.lowest <= level <= listing.highest
    return level >= _LOWEST


def _previous(listing: Market | Instrument, level: int, value: object) -> tuple[int | None, tuple[Fault, ...]]:
    points = _number(value)
    if points is None:
        return None, (Fault.PREVIOUS_MISSING,)
    previous = listing.units(points)
    if previous < NEAR_ZERO * level:
        return None, (Fault.PREVIOUS_NEAR_ZERO,)
    if isinstance(listing, Instrument) and abs(level - previous) * 100 > listing.largest_move * previous:
        return None, (Fault.JUMP,)
    return previous, ()


def _range(
    listing: Market | Instrument, level: int, previous: int, raw: Mapping[str, object]
) -> tuple[int | None, int | None, Fault | None]:
    """Return the day's high and low; a part that the level lies outside of, or that is a spike, is left out.

    A day that ends far below where it began has a high far above its level: a spike is what is far from both.
    """
    share = listing.largest_move / 100 if isinstance(listing, Instrument) else LARGEST_MOVE
    high, low = (_units(listing, raw.get(f"regularMarketDay{end}")) for end in ("High", "Low"))
    fault = None
    if high is not None and not level - _NOISE <= high <= max(level, previous) * (1 + share):
        high, fault = None, Fault.RANGE
    if low is not None and not min(level, previous) * (1 - share) <= low <= level + _NOISE:
        low, fault = None, Fault.RANGE
    return max(high, level) if high else None, min(low, level) if low else None, fault


def _units(listing: Market | Instrument, value: object) -> int | None:
    """Return a price in whole units; before the open Yahoo tells a range of 0 to 0, which is none."""
    points = _number(value)
    return listing.units(points) if points is not None and points > 0 else None


def _delay(value: object) -> int | None:
    minutes = _number(value)
    return int(minutes) if minutes is not None and 0 <= minutes <= _LONGEST_DELAY else None


def _of_its_session(market: Market, seen: Observation, calendar: Calendar) -> Observation:
    """Put a close that Yahoo stamped anew, before the open or on a holiday, back to the session that it is of.

    It is recognised by its being its own previous close. That session's own previous close is then not known here:
    the stored history has it.
    """
    day = session_date(market, seen.time)
    session = calendar.session(day)
    if not calendar.knows(day) or (session is not None and seen.time >= session.open):
        return seen
    if seen.previous_close is None or abs(seen.level - seen.previous_close) > _NOISE:
        return seen
    last = calendar.previous(day)
    return replace(seen, time=last.close, previous_close=None, day_high=None, day_low=None)
