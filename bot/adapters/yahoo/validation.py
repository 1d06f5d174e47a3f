"""Which parts of a quote, as Yahoo gives it, can be believed?

One rule is one `Fault`. A quote that fails one loses the part that the rule concerns (the range, the previous close),
or is dropped where that part is the level or its time; never more, and never another market's quote. Every rule stands
for something that was seen in the wild.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.adapters.yahoo.fields import number
from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import Bar
from bot.domain.markets.market import Instrument, Market
from bot.domain.model import Fault
from bot.domain.quotes import LARGEST_MOVE, Observation, session_date

AHEAD: Final = timedelta(minutes=2)
"""How far a trade may lie in the future of our clock; clocks differ a little."""

NEAR_ZERO: Final = 0.001
"""Share of the level below which a previous close is no previous close (seen with ^VIX and ^RUT)."""

_NOISE: Final = 1  # unit of the last decimal: level and range may have been rounded differently
_LOWEST: Final = 1.0  # index points; no index of the catalogue was ever that low
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = 2**32  # seconds since 1970; anything above is not in seconds
_LONGEST_DELAY: Final = 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """What is left of a quote (None if nothing is), and the rules that cost a part of it or all of it."""

    observation: Observation | None
    faults: tuple[Fault, ...]


def check(
    listing: Market | Instrument, quote: Mapping[str, object], fetched_at: datetime, calendar: Calendar | None = None
) -> CheckedQuote:
    """Check one quote, with the fields that Yahoo gives it, and return what can be believed of it.

    ``fetched_at`` is an aware instant. Prices are rounded to whole units here, and nowhere else. ``calendar`` is that
    of a market's exchange; without it a close that was restamped before the open or on a holiday is not put back to
    its own session.
    """
    level = number(quote.get("regularMarketPrice"))
    if level is None:
        return CheckedQuote(None, (Fault.NO_LEVEL,))
    if not _within_bounds(listing, level):
        return CheckedQuote(None, (Fault.OUT_OF_BOUNDS,))
    seconds = number(quote.get("regularMarketTime"))
    if seconds is None or seconds <= 0:
        return CheckedQuote(None, (Fault.NO_TIME,))
    if seconds > _LATEST or _EPOCH + timedelta(seconds=seconds) > fetched_at + AHEAD:
        return CheckedQuote(None, (Fault.FUTURE,))
    units = listing.units(level)
    previous, faults = _previous(listing, units, quote.get("regularMarketPreviousClose"))
    high, low, fault = _range(listing, units, previous or units, quote)
    if fault:
        faults = (*faults, fault)
    observation = Observation(
        key=listing.key,
        level=units,
        time=min(_EPOCH + timedelta(seconds=seconds), fetched_at),
        fetched_at=fetched_at,
        previous_close=previous,
        day_high=high,
        day_low=low,
        delay_minutes=_delay(quote.get("exchangeDataDelayedBy")),
        proxy=isinstance(listing, Market) and listing.proxy,
        faults=faults,
    )
    if calendar is not None and isinstance(listing, Market):
        observation = _put_back(listing, observation, calendar)
    return CheckedQuote(observation, faults)


def previous_close(bars: Iterable[Bar], day: date, calendar: Calendar) -> int | None:
    """Return the close, in whole units, of the exchange's session before ``day``, if the bars have it."""
    before = calendar.previous(day).day
    return next((bar.close for bar in bars if bar.day == before), None)


def _within_bounds(listing: Market | Instrument, level: float) -> bool:
    if isinstance(listing, Instrument):
        return listing.lowest <= level <= listing.highest
    return level >= _LOWEST


def _previous(listing: Market | Instrument, level: int, value: object) -> tuple[int | None, tuple[Fault, ...]]:
    points = number(value)
    if points is None:
        return None, (Fault.PREVIOUS_MISSING,)
    previous = listing.units(points)
    if previous < NEAR_ZERO * level:
        return None, (Fault.PREVIOUS_NEAR_ZERO,)
    if isinstance(listing, Instrument) and abs(level - previous) * 100 > listing.largest_move * previous:
        return None, (Fault.JUMP,)
    return previous, ()


def _range(
    listing: Market | Instrument, level: int, previous: int, quote: Mapping[str, object]
) -> tuple[int | None, int | None, Fault | None]:
    """Return the day's high and low; one that contradicts the level, or is a spike, is None.

    A day that ends far below where it began has a high far above its level: a spike is far from both.
    """
    share = listing.largest_move / 100 if isinstance(listing, Instrument) else LARGEST_MOVE
    high, low = (_units(listing, quote.get(f"regularMarketDay{end}")) for end in ("High", "Low"))
    fault = None
    if high is not None and not level - _NOISE <= high <= max(level, previous) * (1 + share):
        high, fault = None, Fault.RANGE
    if low is not None and not min(level, previous) * (1 - share) <= low <= level + _NOISE:
        low, fault = None, Fault.RANGE
    return max(high, level) if high else None, min(low, level) if low else None, fault


def _units(listing: Market | Instrument, value: object) -> int | None:
    """Return a price in whole units, or None; before the open Yahoo gives a range of 0 to 0, which is none."""
    points = number(value)
    return listing.units(points) if points is not None and points > 0 else None


def _delay(value: object) -> int | None:
    minutes = number(value)
    return int(minutes) if minutes is not None and 0 <= minutes <= _LONGEST_DELAY else None


def _put_back(market: Market, observation: Observation, calendar: Calendar) -> Observation:
    """Put a close that Yahoo restamped, before the open or on a holiday, back to the session it belongs to.

    It is recognised by being its own previous close. The true previous close of that session is then unknown here; the
    stored history has it.
    """
    day = session_date(market, observation.time)
    session = calendar.session(day)
    if not calendar.knows(day) or (session is not None and observation.time >= session.open):
        return observation
    if observation.previous_close is None or abs(observation.level - observation.previous_close) > _NOISE:
        return observation
    last = calendar.previous(day)
    return replace(observation, time=last.close, previous_close=None, day_high=None, day_low=None)
