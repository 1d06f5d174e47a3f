"""Of a growing series of values with gaps in it: what was highest, when last so high, and what could the gaps hide?

The series only grows at its end, and every question is asked of a prefix: "before position 812". So today and any day
of the past are answered by one series. A record low is a record high of the negated values.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from bot.domain.markets.market import KnownLevel

ANYTHING: Final = 1 << 60
"""A value above all: what a gap with no known end could hide."""

_NOTHING: Final = -ANYTHING
_BLOCK: Final = 128  # values under one maximum, so that a search backwards looks at some hundreds of them at most


class HighestBefore(NamedTuple):
    """What is known of all values before a day: the highest, its day, and the most that a gap could have hidden.

    Values are signed whole units, days are proleptic ordinals. ``highest`` is ``None`` where nothing is known.
    """

    highest: int | None
    day: int | None
    hidden: int = _NOTHING

    def beaten_by(self, value: int) -> bool | None:
        """Return whether a value is strictly above all before it; ``None`` where a gap could hide one as high."""
        if self.highest is None:
            return None
        if value <= self.highest:
            return False
        return True if value > self.hidden else None

    def settled_for(self, value: int | None) -> bool:
        """Return whether no gap matters: the value, or a known one, is above anything that they could hide."""
        if self.highest is None:
            return False
        return self.hidden <= self.highest or (value is not None and value > self.hidden)

    def with_value(self, value: int, day: int) -> "HighestBefore":
        """Return this with one more value taken into account; of equal values the one reached first counts."""
        if self.highest is None or value > self.highest:
            return HighestBefore(value, day, self.hidden)
        return self

    def with_gap(self, hidden: int) -> "HighestBefore":
        """Return this with one more gap taken into account."""
        return HighestBefore(self.highest, self.day, hidden) if hidden > self.hidden else self


class RunningMax:
    """A growing series, its successive maxima, and what may have stood unseen before each position.

    ``floors`` are levels known from elsewhere, in the series' sign. A floor counts from the day after it was reached;
    from then on nothing that it covers can have been above it. So there are as many eras as floors and one more, each
    with its own running maximum of what the gaps could hide.
    """

    __slots__ = ("_blocks", "_ceilings", "_dates", "_floors", "_tops", "values")

    def __init__(self, floors: Collection[KnownLevel] = ()) -> None:
        self.values: Final = array("q")
        self._tops: Final = array("i")  # positions at which the running maximum rose
        self._blocks: Final = array("q")  # the maximum of each block
        self._floors: Final = sorted(floors, key=lambda floor: (floor.date, floor.level))
        self._dates: Final = [floor.date.toordinal() for floor in self._floors]
        self._ceilings: Final[list[tuple[array[int], array[int]]]] = [
            (array("i"), array("q")) for _ in range(len(floors) + 1)
        ]

    def extend(self, values: Iterable[int]) -> "array[int]":
        """Add values at the end; return the positions at which the running maximum rose."""
        series, risen = self.values, array("i")
        start = len(series)
        highest = series[self._tops[-1]] if self._tops else _NOTHING
        series.extend(values)
        for position in range(start, len(series)):
            if series[position] > highest:
                highest = series[position]
                risen.append(position)
        self._tops.extend(risen)
        del self._blocks[start // _BLOCK :]
        for first in range(start // _BLOCK * _BLOCK, len(series), _BLOCK):
            self._blocks.append(max(series[first : first + _BLOCK]))
        return risen

    def hide(self, place: int, hidden: int, start: int, end: int) -> None:
        """Record that from day start to day end a value as high as hidden may have stood unseen.

        ``place`` is twice the position of the bar that comes after it, or one more for something unseen in that bar
        itself. Must be called in order.
        """
        for era, (places, ceilings) in enumerate(self._ceilings):
            allowed = self.allowed(hidden, start, end, era)
            if not ceilings or allowed > ceilings[-1]:
                places.append(place)
                ceilings.append(allowed)

    @property
    def lowest_ceiling(self) -> int:
        """What is hidden at most so far, in the era that knows most: nothing below it needs to be passed to `hide`."""
        return self._ceilings[-1][1][-1] if self._ceilings[-1][1] else _NOTHING

    def era(self, day: int) -> int:
        """Return the era of a day: how many floors had been reached before it."""
        return bisect_left(self._dates, day)

    def allowed(self, hidden: int, start: int, end: int, era: int) -> int:
        """Bound what a gap could hide by the era's floors that cover all of it, from day start to day end."""
        for floor in self._floors[:era]:
            covers = floor.covers_from is None or floor.covers_from.toordinal() <= start
            if covers and end <= floor.known_as_of.toordinal():
                hidden = min(hidden, floor.level)
        return hidden

    def before(self, position: int, day: int, days: "array[int]", *, is_bar: bool) -> HighestBefore:
        """Return what is known of all values before this position, and of the floors reached before this day.

        ``is_bar``: the day is that of the bar at this position; then a gap right before that bar counts as well.
        """
        newest = bisect_left(self._tops, position) - 1
        result = HighestBefore(None, None)
        if newest >= 0:
            result = HighestBefore(self.values[self._tops[newest]], days[self._tops[newest]])
        era = self.era(day)
        for floor, reached in zip(self._floors[:era], self._dates, strict=False):
            result = result.with_value(floor.level, reached)
        places, ceilings = self._ceilings[era]
        last = bisect_right(places, 2 * position - (not is_bar)) - 1
        return result.with_gap(ceilings[last]) if last >= 0 else result

    def last_at_or_above(self, value: int, position: int) -> int:
        """Return the last position before this one with a value at or above the given one; -1 if there is none."""
        series, end = self.values, position
        while end > 0:
            block = (end - 1) // _BLOCK
            if self._blocks[block] >= value:
                for candidate in range(end - 1, block * _BLOCK - 1, -1):
                    if series[candidate] >= value:
                        return candidate
            end = block * _BLOCK
        return -1

    def last_floor(self, value: int, day: int) -> int:
        """Return the day of the last floor at or above a value that was reached before a day; 0 if there is none."""
        era = self.era(day)
        return max((self._dates[number] for number in range(era) if self._floors[number].level >= value), default=0)
