"""Is the close the first that makes a correction, a bear market or a bull market?

Wires count from closes: 10 % below the highest of the last year is a correction, 20 % a bear market, and 20 % above the
lowest close of a bear market a bull market. Each is told on the one day on which it comes about.
"""

from array import array
from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

from bot.domain.highlights.highlight import TrendCrossing
from bot.domain.highlights.session import JudgedSession
from bot.domain.quotes import percent

YEAR: Final = 250
"""Sessions among which the extreme close is looked for."""
_A_DECADE: Final[dict[str, float]] = {"correction": 6.0, "bear_market": 3.0, "bull_market": 4.0}
"""How often each is seen in ten years: measured on eight indexes over thirty years."""


def find(session: JudgedSession) -> Iterator[TrendCrossing]:
    """Yield the crossing of a finished session; nothing where a hole may hide a further extreme or an earlier one."""
    past, end = session.past, session.end
    if not past.over or end < YEAR:
        return
    closes = past.index.closes.values
    start = end - YEAR
    if past.level < session.previous:
        top = _last_of(closes, start, end, max(closes[start:end]))
        lowest = min(closes[top:end])
        if _is_below(past.level, closes[top], 80) and not _is_below(lowest, closes[top], 80):
            yield from _crossing(session, "bear_market", top, start)
        elif _is_below(past.level, closes[top], 90) and not _is_below(lowest, closes[top], 90):
            yield from _crossing(session, "correction", top, start)
    elif past.level > session.previous:
        bottom = _last_of(closes, start, end, min(closes[start:end]))
        before = max(closes[max(0, bottom - YEAR) : bottom + 1])
        if not _is_below(closes[bottom], before, 80):
            return
        if _is_above(past.level, closes[bottom]) and not _is_above(max(closes[bottom:end]), closes[bottom]):
            yield from _crossing(session, "bull_market", bottom, max(0, bottom - YEAR))


def _crossing(
    session: JudgedSession,
    crossing: Literal["correction", "bear_market", "bull_market"],
    extreme: int,
    start: int,
) -> Iterator[TrendCrossing]:
    past = session.past
    gap = next(past.gaps(past.day, past.level), None)
    if gap is not None and gap.position >= start:
        return
    level = past.index.closes.values[extreme]
    yield TrendCrossing(
        per_decade=_A_DECADE[crossing],
        way="up" if crossing == "bull_market" else "down",
        crossing=crossing,
        level=past.index.market.points(level),
        date=date.fromordinal(past.index.days[extreme]),
        change_pct=percent(past.level, level),
        rounded_pct=percent(past.level, level, 1),
    )


def _last_of(closes: "array[int]", start: int, end: int, value: int) -> int:
    """Return the newest position of a value between two positions."""
    return next(position for position in range(end - 1, start - 1, -1) if closes[position] == value)


def _is_below(level: int, of: int, hundredths: int) -> bool:
    return 100 * level <= hundredths * of


def _is_above(level: int, of: int) -> bool:
    return 100 * level >= 120 * of
