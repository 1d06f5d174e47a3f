"""What does a market's past look like from one day: what was over by then, and what was known of all before it?"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from bot.domain.history.holes import missing
from bot.domain.records.history_index import Gap, HistoryIndex, LiveBar, unseen_high
from bot.domain.records.running_max import ANYTHING, HighestBefore, RunningMax


class Close(NamedTuple):
    """A completed session's close; ``joined``: no session is missing between it and the close after it."""

    day: int
    level: int
    joined: bool = True


class PointInTime:
    """A market's past as it stood with a live bar, or without one after a day; later bars do not exist.

    ``day`` is that of the judged session, ``level`` its level, ``high`` and ``low`` what is known of its day;
    ``end`` counts the bars that exist, ``tail`` holds the closes after them that the live bar brings. Days are
    proleptic ordinals, prices whole units.
    """

    __slots__ = ("day", "end", "high", "index", "level", "low", "over", "tail")

    def __init__(self, index: HistoryIndex, live: LiveBar | None = None, until: date | None = None) -> None:
        self.index: Final = index
        self.end = len(index) if until is None else bisect_right(index.days, until.toordinal())
        self.tail: list[Close] = []
        self.over = live is None or live.over
        if live is None:
            self.day = index.days[self.end - 1] if self.end else 0
            self.level = index.closes.values[self.end - 1] if self.end else 0
            self.high, self.low = self._extremes(None, None)
            return
        self.day, self.level = live.day.toordinal(), live.level
        if not live.over:
            self.end = min(self.end, bisect_left(index.days, self.day))
        position = bisect_left(index.days, self.day)
        if position < self.end and index.days[position] == self.day:
            self.level = index.closes.values[position]  # the bar is final, a last quote may be from before the close
        elif position == self.end:
            self._add_tail(live)
        self.high, self.low = self._extremes(live.high, live.low)

    @property
    def completed(self) -> Close | None:
        """The newest known close; that of the newest session unless there is a `missing_close`."""
        if self.tail:
            return self.tail[-1]
        return Close(self.index.days[self.end - 1], self.index.closes.values[self.end - 1]) if self.end else None

    @property
    def missing_close(self) -> Gap | None:
        """The sessions, if any, that ended before a running one and of which no close is known."""
        newest = self.completed
        if self.over or newest is None or not (count := missing(self.index.calendar, newest.day, self.day)):
            return None
        return Gap(self.end, newest.day, self.day, count, newest.level, self.level)

    def position(self, day: int) -> int:
        """Return the position of the first bar on or after a day, of those that exist."""
        return bisect_left(self.index.days, day, 0, self.end)

    def is_bar(self, day: int) -> bool:
        """Return whether a bar of this day exists."""
        position = self.position(day)
        return position < self.end and self.index.days[position] == day

    def highest_before(self, maxima: RunningMax, day: int, level: int, sign: int = 1) -> HighestBefore:
        """Return what is known of all values of one kind before a day on which the market closed or stands at level."""
        index, is_bar = self.index, self.is_bar(day)
        result = maxima.before(self.position(day), day, index.days, is_bar=is_bar)
        if is_bar:
            return result
        era = maxima.era(day)
        if not self.position(day):
            # No bar at all: only a floor that reaches up to the eve of what is known bounds anything.
            first = self.tail[0].day if self.tail else day
            result = result.with_gap(maxima.allowed(ANYTHING, 0, first - 1, era))
        for gap in self._late_gaps(day, level):
            result = result.with_gap(maxima.allowed(gap.hides(sign), *gap.inside, era))
        for close in self.tail:
            if close.day < day:
                result = result.with_value(sign * close.level, close.day)
                if maxima is index.top_highs:
                    result = result.with_gap(maxima.allowed(unseen_high(close.level), close.day, close.day, era))
        return result

    def last_at_or_above(
        self, maxima: RunningMax, day: int, level: int, sign: int = 1
    ) -> tuple[int | None, Gap | None]:
        """Return the last day before a day that closed at or above a level; with sign −1, at or below it.

        The day is ``None`` where there is none, or where a gap after it may hide a later one: that gap
        is the second value.
        """
        index, value, era = self.index, sign * level, maxima.era(day)
        position = maxima.last_at_or_above(value, self.position(day))
        last = max(
            index.days[position] if position >= 0 else 0,
            maxima.last_floor(value, day),
            max((close.day for close in self.tail if close.day < day and sign * close.level >= value), default=0),
        )
        for gap in self.gaps(day, level):
            if gap.start < last:
                break
            if maxima.allowed(gap.hides(sign), *gap.inside, era) >= value:
                return None, gap
        # A floor from before the first bar says nothing of the time between them.
        return (last if index.days and last >= index.days[0] else None), None

    def gaps(self, day: int, level: int) -> Iterator[Gap]:
        """Yield the gaps before a day, newest first; level stands for the close of that day if it has no bar."""
        if self.is_bar(day):
            yield from self.index.gaps_until(self.position(day))
        else:
            yield from reversed(self._late_gaps(day, level))
            yield from self.index.gaps_until(self.position(day) - 1)

    def backwards(self, day: int) -> Iterator[Close]:
        """Yield the closes before a day, newest first, each with whether it is joined to what comes after it."""
        index, after = self.index, day
        for close in reversed(self.tail):
            if close.day < day:
                yield Close(close.day, close.level, not missing(index.calendar, close.day, after))
                after = close.day
        end = self.position(after)
        joined = not index.gap_at(end) if self.is_bar(after) else not self._missing_before(end, after)
        for position in range(end - 1, -1, -1):
            yield Close(index.days[position], index.closes.values[position], joined)
            joined = not index.gap_at(position)

    def _missing_before(self, position: int, day: int) -> int:
        return missing(self.index.calendar, self.index.days[position - 1], day) if position else 0

    def _late_gaps(self, day: int, level: int) -> list[Gap]:
        """Return the gaps between the last bar before a day, the tail, and that day, oldest first."""
        position = self.position(day)
        if not position:
            return []
        before = Close(self.index.days[position - 1], self.index.closes.values[position - 1])
        gaps = []
        for after in (*(close for close in self.tail if close.day < day), Close(day, level)):
            if count := missing(self.index.calendar, before.day, after.day):
                gaps.append(Gap(position, before.day, after.day, count, before.level, after.level))
            before = after
        return gaps

    def _add_tail(self, live: LiveBar) -> None:
        """Let the live bar's previous close, and its level once the session is over, stand in for missing bars."""
        newest = self.index.days[self.end - 1] if self.end else 0
        eve = self.index.calendar.previous(live.day).day
        if live.previous and eve.toordinal() > newest and self.index.calendar.knows(eve):
            self.tail.append(Close(eve.toordinal(), live.previous))
        if live.over:
            self.tail.append(Close(self.day, self.level))

    def _extremes(self, high: int | None, low: int | None) -> tuple[int | None, int | None]:
        """Return the day's high and low: the final bar's, where it has them."""
        if not self.is_bar(self.day):
            return high, low
        position = self.position(self.day)
        bar_high, bar_low = self.index.highs[position], self.index.lows[position]
        # A flat bar, made from a close, has no true high; neither has a quote that was read from such a bar.
        return bar_high or (high if high != self.level else None), bar_low or (low if low != self.level else None)
