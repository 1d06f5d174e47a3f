"""Which of a source's bars can be believed?

Each rule has a name and is counted. A row that fails one is left out; of a row whose high or low fails one only that is
left out. There is no float noise: prices are rounded once, on their way in, by `Listing.units`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import Bar, History
from bot.domain.markets.market import Market

RULES: Final = {
    "scale": "on the scale that the index had before",
    "not_final": "of a session that is not over, or not yet final",
    "no_close": "without a close",
    "not_positive": "with a close of zero or below",
    "weekend": "on a Saturday or Sunday without a session",
    "holiday": "of a day on which the exchange was closed, repeating the bar before",
    "duplicate": "of a day that has a bar already",
    "spike": "a jump of more than a quarter that is undone by the next bar",
    "range": "high or low beyond what the close allows (the rest of the bar is kept)",
}
"""What each rule leaves out, by its name."""

_JUMP: Final = 0.25  # a larger change of the close is a spike if the next bar undoes it; 1987-10-20 was not undone
_ABSURD: Final = 5  # no index moved by this factor in a day: such a spike may last for several bars, up to …
_LONGEST_SPIKE: Final = 5  # … this many
_UNCONFIRMED: Final = 2  # nor by this one: it is not believed until a later bar confirms it


def clean(market: Market, rows: Iterable[Bar], calendar: Calendar, final: date, revision: int = 0) -> History:
    """Clean the rows of a market's daily bars, in any order, into its history.

    ``final`` is the newest completed session: what is dated later is a live row, not a bar. Of two rows for one day
    the first with a close is kept. Weekend rows before the calendar's first day are kept, since nothing says whether
    there was a session.
    """
    dropped: Counter[str] = Counter()
    bars: list[Bar] = []
    for row in sorted(rows, key=_day):
        rescaled = market.scaled_since is not None and row.day < market.scaled_since
        rule = "scale" if rescaled else _fault(row, bars, calendar, final)
        if rule is None:
            bars.append(row)
        else:
            dropped[rule] += 1
    cleaned = list(_in_range(_without_spikes(bars, dropped), dropped))
    return History.of(market.key, cleaned, {rule: dropped[rule] for rule in RULES if dropped[rule]}, revision)


def _day(row: Bar) -> date:
    return row.day


def _fault(row: Bar, bars: list[Bar], calendar: Calendar, final: date) -> str | None:
    """Return the rule that a row fails by itself or beside the row before it."""
    day = row.day
    if day > final:
        return "not_final"
    if row.close is None:
        return "no_close"
    if row.close <= 0:
        return "not_positive"
    if day >= calendar.first and not calendar.is_session(day):
        if calendar.is_weekend(day):
            return "weekend"
        if bars and bars[-1].close == row.close:  # else the calendar may be wrong
            return "holiday"
    return "duplicate" if bars and bars[-1].day == day else None


def _without_spikes(bars: list[Bar], dropped: Counter[str]) -> Iterator[Bar]:
    """Leave out closes that jump and come back: a 100-fold spike would be a false record that blocks real ones."""
    before, position = 0, 0
    while position < len(bars):
        close = bars[position].close
        assert close is not None
        length = _spike(before, bars, position) if before and abs(close - before) > _JUMP * before else 0
        if length:
            dropped["spike"] += length
            position += length
        else:
            yield bars[position]
            before, position = close, position + 1


def _spike(before: int, bars: list[Bar], position: int) -> int:
    """Count the bars of the spike that begins here; 0 where the jump is real.

    The jump is undone where a bar returns to within a quarter of the close before it, and that return is itself as
    large a move: after 1987's fall of a third, the first day of recovery came no nearer than that.
    """
    jumped = bars[position].close or 0
    absurd = not before / _ABSURD < jumped < before * _ABSURD
    longest = _LONGEST_SPIKE if absurd else 1
    for length, bar in enumerate(bars[position + 1 : position + 1 + longest], start=1):
        close = bar.close or 0
        if abs(close - before) <= _JUMP * before and abs(close - jumped) > _JUMP * min(jumped, close):
            return length
    doubled = not before / _UNCONFIRMED < jumped < before * _UNCONFIRMED
    return 1 if doubled and position + 1 == len(bars) else 0


def _in_range(bars: Iterable[Bar], dropped: Counter[str]) -> Iterator[Bar]:
    """Leave out highs and lows that contradict the close, or lie far beyond it and the one before."""
    before = 0
    for bar in bars:
        _, close, high, low, _ = bar
        assert close is not None
        most, least = max(close, before), min(close, before or close)
        good_high = high is None or close <= high <= most * (1 + _JUMP)
        good_low = low is None or least * (1 - _JUMP) <= low <= close
        before = close
        if good_high and good_low:
            yield bar
            continue
        dropped["range"] += (not good_high) + (not good_low)
        yield bar._replace(high=high if good_high else None, low=low if good_low else None)
