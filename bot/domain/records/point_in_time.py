"""What does a market's past look like from one day: what was over by then, and what was known of all before it?"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from bot.domain.history.holes import missing
from bot.domain.records.history_index import Gap, HistoryIndex, LiveBar, unseen_high
from bot.domain.records.running_max import ANYTHING, HighestBefore, RunningMax


class Close(NamedTuple):
    """A completed session's close; ``joined`` says that no session is missing between it and the one after it."""

    day: int
    level: int
    joined: bool = True


class PointInTime:
    """A market's past as it stood with a reading, or without one after a day; later bars do not exist.

    ``day`` is that of the session spoken for, ``level`` its level, ``high`` and ``low`` what is known of its day;
    ``end`` counts the bars that exist, ``tail`` holds the closes after them that the reading brings.
    """

    __slots__ = ("day", "end", "high", "ledger", "level", "low", "over", "tail")

    def __init__(self, ledger: HistoryIndex, reading: LiveBar | None = None, until: date | None = None) -> None:
        self.ledger: Final = ledger
        self.end = len(ledger) if until is None else bisect_right(ledger.days, until.toordinal())
        self.tail: list[Close] = []
        self.over = reading is None or reading.over
        if reading is None:
            self.day = ledger.days[self.end - 1] if self.end else 0
            self.level = ledger.closes.values[self.end - 1] if self.end else 0
            self.high, self.low = self._extremes(None, None)
            return
        self.day, self.level = reading.day.toordinal(), reading.level
        if not reading.over:
            self.end = min(self.end, bisect_left(ledger.days, self.day))
        at = bisect_left(ledger.days, self.day)
        if at < self.end and ledger.days[at] == self.day:
            self.level = ledger.closes.values[at]  # the bar is final, a last quote may be from before the close
        elif at == self.end:
            self._add_tail(reading)
        self.high, self.low = self._extremes(reading.high, reading.low)

    @property
    def completed(self) -> Close | None:
        """The newest close that is known; `missing_close` tells whether it is that of the newest session."""
        if self.tail:
            return self.tail[-1]
        return Close(self.ledger.days[self.end - 1], self.ledger.closes.values[self.end - 1]) if self.end else None

    @property
    def missing_close(self) -> Gap | None:
        """The sessions, if any, that ended before a running one and of which no close is known."""
        newest = self.completed
        if self.over or newest is None or not (count := missing(self.ledger.calendar, newest.day, self.day)):
            return None
        return Gap(self.end, newest.day, self.day, count, newest.level, self.level)

    def position(self, day: int) -> int:
        """Return the position of the first bar on or after a day, of those that exist."""
        return bisect_left(self.ledger.days, day, 0, self.end)

    def is_bar(self, day: int) -> bool:
        """Say whether a bar of this day exists."""
        at = self.position(day)
        return at < self.end and self.ledger.days[at] == day

    def standing(self, peaks: RunningMax, day: int, level: int, sign: int = 1) -> HighestBefore:
        """Return what is known of all values of one kind before a day on which the market closed or stands at level."""
        ledger, is_bar = self.ledger, self.is_bar(day)
        found = peaks.before(self.position(day), day, ledger.days, is_bar=is_bar)
        if is_bar:
            return found
        era = peaks.era(day)
        if not self.position(day):
            # No bar at all: only a floor that reaches to the eve of what is known tells anything.
            first = self.tail[0].day if self.tail else day
            found = found.with_gap(peaks.allowed(ANYTHING, 0, first - 1, era))
        for gap in self._late_gaps(day, level):
            found = found.with_gap(peaks.allowed(gap.hides(sign), *gap.inside, era))
        for close in self.tail:
            if close.day < day:
                found = found.with_value(sign * close.level, close.day)
                if peaks is ledger.top_highs:
                    found = found.with_gap(peaks.allowed(unseen_high(close.level), close.day, close.day, era))
        return found

    def last_at_or_above(self, peaks: RunningMax, day: int, level: int, sign: int = 1) -> tuple[int | None, Gap | None]:
        """Find the last day before a day that closed at or above a level; with sign −1, at or below it.

        The day is ``None`` where there is none, or where a gap after it may hide a later one: that gap comes second.
        """
        ledger, value, era = self.ledger, sign * level, peaks.era(day)
        at = peaks.last_at_or_above(value, self.position(day))
        found = ledger.days[at] if at >= 0 else 0
        found = max(
            found,
            peaks.last_floor(value, day),
            max((close.day for close in self.tail if close.day < day and sign * close.level >= value), default=0),
        )
        for gap in self.gaps(day, level):
            if gap.start < found:
                break
            if peaks.allowed(gap.hides(sign), *gap.inside, era) >= value:
                return None, gap
        # A floor from before the first bar says nothing of the time between them.
        return (found if ledger.days and found >= ledger.days[0] else None), None

    def gaps(self, day: int, level: int) -> Iterator[Gap]:
        """Give the gaps before a day, newest first; level stands for the close of that day if it has no bar."""
        if self.is_bar(day):
            yield from self.ledger.gaps_until(self.position(day))
        else:
            yield from reversed(self._late_gaps(day, level))
            yield from self.ledger.gaps_until(self.position(day) - 1)

    def backwards(self, day: int) -> Iterator[Close]:
        """Give the closes before a day, newest first, each with whether it is joined to what comes after it."""
        ledger, after = self.ledger, day
        for close in reversed(self.tail):
            if close.day < day:
                yield Close(close.day, close.level, not missing(ledger.calendar, close.day, after))
                after = close.day
        at = self.position(after)
        joined = not ledger.gap_at(at) if self.is_bar(after) else not self._missing_before(at, after)
        for position in range(at - 1, -1, -1):
            yield Close(ledger.days[position], ledger.closes.values[position], joined)
            joined = not ledger.gap_at(position)

    def _missing_before(self, position: int, day: int) -> int:
        return missing(self.ledger.calendar, self.ledger.days[position - 1], day) if position else 0

    def _late_gaps(self, day: int, level: int) -> list[Gap]:
        """Return the gaps between the last bar before a day, the tail, and that day, oldest first."""
        position = self.position(day)
        if not position:
            return []
        before = Close(self.ledger.days[position - 1], self.ledger.closes.values[position - 1])
        found = []
        for after in (*(close for close in self.tail if close.day < day), Close(day, level)):
            if count := missing(self.ledger.calendar, before.day, after.day):
                found.append(Gap(position, before.day, after.day, count, before.level, after.level))
            before = after
        return found

    def _add_tail(self, reading: LiveBar) -> None:
        """Let the reading's previous close, and its level once the session is over, stand in for missing bars."""
        newest = self.ledger.days[self.end - 1] if self.end else 0
        eve = self.ledger.calendar.previous(reading.day).day
        if reading.previous and eve.toordinal() > newest and self.ledger.calendar.knows(eve):
            self.tail.append(Close(eve.toordinal(), reading.previous))
        if reading.over:
            self.tail.append(Close(self.day, self.level))

    def _extremes(self, high: int | None, low: int | None) -> tuple[int | None, int | None]:
        """Return the day's high and low: the final bar's, where it has them."""
        if not self.is_bar(self.day):
            return high, low
        at = self.position(self.day)
        known, lowest = self.ledger.highs[at], self.ledger.lows[at]
        # A flat bar, made from a close, has no high; a quote that was read from such a bar has it neither.
        return known or (high if high != self.level else None), lowest or (low if low != self.level else None)
