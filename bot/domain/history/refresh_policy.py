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

Any sooner and a level from before the close would stand as the close until the bar is read once more.
"""

FINAL: Final = timedelta(hours=6)
"""From a session's close until its bar, read once more, is final: late prints and corrections are in by then."""

REACH: Final = timedelta(days=25)
"""How long ago the last reading may lie for the last month's bars to join on; after that all are read again."""

_SHORT: Final = timedelta(days=31)  # by which a history may start later than the catalogue says
_AGAIN: Final = timedelta(days=7)  # until a history that started too late is read whole once more
_RETRY: Final = timedelta(minutes=30)


class LastFetch(NamedTuple):
    """When a market was read whole, when last, and what was seen then; instants in UTC.

    ``twice`` counts the rows that a source told a second time in one reading (its live row beside the day's bar).
    """

    market: str
    first_day: date | None
    loaded_at: datetime
    read_at: datetime
    twice: int = 0


class StoredBar(NamedTuple):
    """A bar as it is kept; final where it was read after its session's close and `FINAL`."""

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
        """Whether a final bar became another one; a bar that was still moving is no correction."""
        return self.was is not None and self.was.final and self.was.bar != self.bar


class Comparison(NamedTuple):
    """What a reading changes, oldest first, and how many of its rows told a day a second time."""

    changes: list[BarChange]
    twice: int


def expected(calendar: Calendar, at: datetime) -> date:
    """Return the newest day whose bar a source has at this instant."""
    return calendar.last_completed(at - FIRST).day


def settled(calendar: Calendar, at: datetime) -> date:
    """Return the newest day whose bar, when read at this instant, is final."""
    return calendar.last_completed(at - FINAL).day


def due(calendar: Calendar, read_at: datetime, *, lacking: bool) -> datetime:
    """Return when a market last read at an instant is to be read again: after the next close, or to make it final.

    Where the newest expected bar was ``lacking`` it is asked for again, each time after as long a wait as has passed
    since the close: after half an hour or so at first, and a handful of times a day.
    """
    regular = min(calendar.next_close(read_at - wait) + wait for wait in (FIRST, FINAL))
    if not lacking:
        return regular
    since = read_at - calendar.last_completed(read_at - FIRST).close
    return min(regular, read_at + max(_RETRY, since))


def needs_all(market: Market, reading: LastFetch | None, at: datetime) -> bool:
    """Say whether all bars of a market are to be read rather than the last month's."""
    if reading is None or at - reading.read_at > REACH:
        return True
    late = (
        market.history_since is not None
        and reading.first_day is not None
        and reading.first_day > market.history_since + _SHORT
    )
    return late and at - reading.loaded_at > _AGAIN


def compare(kept: Mapping[date, StoredBar], read: Iterable[Bar], final: date) -> Comparison:
    """Compare a reading with the bars that are kept, of which those up to ``final`` cannot move any more.

    What a source no longer tells (a missing row, a blank or zero price) is not lost: the kept price stays. Of two rows
    for one day the first with a close stands.
    """
    told: dict[date, Bar] = {}
    twice = 0
    for bar in read:
        before = told.get(bar.day)
        twice += before is not None
        if before is None or not before.close:
            told[bar.day] = bar
    changes = []
    for day in sorted(told):
        was = kept.get(day)
        now = StoredBar(_over(was.bar if was else None, told[day]), day <= final or bool(was and was.final))
        if now != was:
            changes.append(BarChange(now.bar, now.final, was))
    return Comparison(changes, twice)


def _over(old: Bar | None, new: Bar) -> Bar:
    if old is None:
        return new
    return Bar(
        new.day,
        *(after if after and after > 0 else before or after for before, after in zip(old[1:], new[1:], strict=True)),
    )
