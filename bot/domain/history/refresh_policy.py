"""When is a market's history read again, and what does a reading change in what is kept?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import Bar
from bot.domain.markets.market import Market
from bot.domain.quotes import CLOSE_KNOWN

FIRST: Final = CLOSE_KNOWN
"""From a session's close until its bar is read.

Any sooner, and a level from before the close could stand as the close until the next reading.
"""

FINAL: Final = timedelta(hours=6)
"""From a session's close until its bar, read once more, is final: late prints and corrections are in by then."""

REACH: Final = timedelta(days=25)
"""How long ago the last reading may be for the last month's bars to join it; after that all are read again."""

_LATE_START: Final = timedelta(days=31)  # by which a history may start later than the catalogue says
_RELOAD: Final = timedelta(days=7)  # until a history that started too late is read whole once more
_FIRST_RETRY: Final = timedelta(minutes=30)


class LastFetch(NamedTuple):
    """When a market was read whole, when last, and what was seen then; instants in UTC.

    ``twice`` counts the days for which a reading had two rows (a live row beside the day's bar).
    """

    market: str
    first_day: date | None
    loaded_at: datetime
    read_at: datetime
    twice: int = 0


class StoredBar(NamedTuple):
    """A bar as it is stored; final where it was read after its session's close and `FINAL`."""

    bar: Bar
    final: bool


@dataclass(frozen=True, slots=True)
class BarChange:
    """A bar that a reading adds or changes; ``was`` is None where it is new."""

    bar: Bar
    final: bool
    was: StoredBar | None

    @property
    def corrects(self) -> bool:
        """Whether a final bar became another one; a bar that was not final yet is no correction."""
        return self.was is not None and self.was.final and self.was.bar != self.bar


class Comparison(NamedTuple):
    """What a reading changes, oldest first, and for how many days it had two rows."""

    changes: list[BarChange]
    twice: int


def expected(calendar: Calendar, instant: datetime) -> date:
    """Return the newest day whose bar a source has at this instant."""
    return calendar.last_completed(instant - FIRST).day


def settled(calendar: Calendar, instant: datetime) -> date:
    """Return the newest day whose bar, when read at this instant, is final."""
    return calendar.last_completed(instant - FINAL).day


def due(calendar: Calendar, read_at: datetime, *, lacking: bool) -> datetime:
    """Return when a market last read at an instant is to be read again: after the next close, or to make it final.

    Where the newest expected bar was ``lacking``, the wait is as long as the time since the close: half an hour or so
    at first, and a handful of tries a day.
    """
    regular = min(calendar.next_close(read_at - wait) + wait for wait in (FIRST, FINAL))
    if not lacking:
        return regular
    since = read_at - calendar.last_completed(read_at - FIRST).close
    return min(regular, read_at + max(_FIRST_RETRY, since))


def needs_all(market: Market, reading: LastFetch | None, instant: datetime) -> bool:
    """Return whether all bars of a market are to be read rather than the last month's."""
    if reading is None or instant - reading.read_at > REACH:
        return True
    late = (
        market.history_since is not None
        and reading.first_day is not None
        and reading.first_day > market.history_since + _LATE_START
    )
    return late and instant - reading.loaded_at > _RELOAD


def compare(stored: Mapping[date, StoredBar], reading: Iterable[Bar], final: date) -> Comparison:
    """Compare a reading with the stored bars, of which those up to ``final`` cannot change any more.

    What a source no longer reports (a missing row, a blank or zero price) is not lost: the stored price stays. Of two
    rows for one day the first with a close counts.
    """
    rows: dict[date, Bar] = {}
    twice = 0
    for bar in reading:
        before = rows.get(bar.day)
        twice += before is not None
        if before is None or not before.close:
            rows[bar.day] = bar
    changes = []
    for day in sorted(rows):
        was = stored.get(day)
        now = StoredBar(_merged(was.bar if was else None, rows[day]), day <= final or bool(was and was.final))
        if now != was:
            changes.append(BarChange(now.bar, now.final, was))
    return Comparison(changes, twice)


def _merged(old: Bar | None, new: Bar) -> Bar:
    if old is None:
        return new
    return Bar(
        new.day,
        *(after if after and after > 0 else before or after for before, after in zip(old[1:], new[1:], strict=True)),
    )
