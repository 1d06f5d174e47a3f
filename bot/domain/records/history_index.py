"""What of a market's past bears on records and trends: closes, highs, lows, gaps, the records made?

Filled by one pass over the history and extended by each new bar. Every question is asked of a position and ignores what
comes later, so that one index answers for every day in it.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import Bar, History
from bot.domain.history.holes import highest_unseen, missing
from bot.domain.markets.market import KnownLevel, Market
from bot.domain.records.running_max import ANYTHING, RunningMax

_LATE: Final = timedelta(days=10)  # a history that starts later than this after its market's first day is not whole
_UNKNOWN: Final = -1


class LiveBar(NamedTuple):
    """What is known of a market now, in whole units: a session's level, its high and low so far.

    ``over``: the session has ended and the level is its close. ``previous`` is the close of the exchange's
    session before it, where it can be trusted; it stands in for a bar that the history lacks.
    """

    day: date
    level: int
    high: int | None = None
    low: int | None = None
    over: bool = False
    previous: int | None = None


class Gap(NamedTuple):
    """Sessions missing between two closes, in signed whole units, and their days, as ordinals."""

    position: int  # of the bar after it
    start: int
    end: int
    sessions: int
    close_before: int
    close_after: int

    def hides(self, sign: int) -> int:
        """Return the highest value that could have stood in it; with sign −1, the lowest, negated."""
        return highest_unseen(max(sign * self.close_before, sign * self.close_after), self.sessions)

    @property
    def inside(self) -> tuple[int, int]:
        """The first and the last day that the gap may concern."""
        return self.start + 1, self.end - 1


class HistoryIndex:
    """The past of one market: its cleaned bars, and the levels known from elsewhere.

    Of the known levels, a sighting (what the bot saw of one day) fills in for a bar or a high that the history lacks;
    the others are floors. ``add`` costs the same however long the history is, unless it corrects an old bar: then
    everything is computed again. Days are proleptic ordinals, prices whole units.
    """

    __slots__ = (
        "_first_high",
        "_floors",
        "_gap_positions",
        "_high_tops",
        "_runs",
        "_sightings",
        "calendar",
        "closes",
        "days",
        "doubts",
        "gaps",
        "highs",
        "lows",
        "market",
        "negated_closes",
        "records",
        "top_highs",
    )

    def __init__(
        self, market: Market, calendar: Calendar, history: History, known_levels: Collection[KnownLevel] = ()
    ) -> None:
        self.market: Final = market
        self.calendar: Final = calendar
        self._sightings: Final = [level for level in known_levels if _is_sighting(level)]
        fills, unused = _filling(history, self._sightings)
        self._floors = [*(level for level in known_levels if not _is_sighting(level)), *unused]
        self._fill(_merged(history, fills) if fills else history)

    def __len__(self) -> int:
        return len(self.days)

    def add(self, bar: Bar) -> None:
        """Add one bar: a new session's, or the correction of an old one.

        Raises:
            ValueError: if the bar has no close.
        """
        if not bar.close:
            raise ValueError("a bar without a close says nothing")
        new = History.of(self.market.key, [bar])
        sightings = [sighting for sighting in self._sightings if sighting.date == bar.day]
        if not sightings and (not self.days or bar.day.toordinal() > self.days[-1]):
            self._extend(new)
            return
        # From now on a sighting of this day counts beside the bar, or not at all.
        self._floors = [floor for floor in self._floors if floor not in sightings]
        fills, _ = _filling(new, sightings)
        self._fill(_merged(History.of(self.market.key, self.bars()), [bar, *fills]))

    def bars(self) -> Iterator[Bar]:
        """Yield the bars, sightings included; flat ones have no high, and none has an open."""
        columns = zip(self.days, self.closes.values, self.highs, self.lows, strict=True)
        return (Bar(date.fromordinal(day), close, high or None, low or None) for day, close, high, low in columns)

    def first_high(self, position: int) -> int | None:
        """Return the day of the first true high before a position."""
        return self.days[self._first_high] if 0 <= self._first_high < position else None

    def top_high(self, position: int) -> tuple[int, int] | None:
        """Return the highest true high before a position, and its day."""
        newest = bisect_left(self._high_tops, position) - 1
        return (self.highs[self._high_tops[newest]], self.days[self._high_tops[newest]]) if newest >= 0 else None

    def run(self, position: int) -> int | None:
        """Count the record closes in a row that this bar ends; ``None`` where a gap or a doubt comes before them."""
        number = bisect_left(self.records, position)
        if number == len(self.records) or self.records[number] != position:
            return 0
        return None if self._runs[number] == _UNKNOWN else self._runs[number]

    def gap_at(self, position: int) -> bool:
        """Return whether sessions are missing right before a bar."""
        number = bisect_left(self._gap_positions, position)
        return number < len(self._gap_positions) and self._gap_positions[number] == position

    def gaps_until(self, position: int) -> Iterator[Gap]:
        """Yield the gaps before a bar, the one right before it included, newest first."""
        return reversed(self.gaps[: bisect_right(self._gap_positions, position)])

    def _fill(self, history: History) -> None:
        self.days: array[int] = array("i")
        self.highs: array[int] = array("q")  # 0 where no true high is known
        self.lows: array[int] = array("q")
        self.closes = RunningMax([floor for floor in self._floors if floor.kind == "close"])
        # The close stands in for a missing high: the day's high was no lower.
        self.top_highs = RunningMax([floor for floor in self._floors if floor.kind == "high"])
        self.negated_closes = RunningMax()
        self.gaps: list[Gap] = []
        self._gap_positions: array[int] = array("i")
        self._high_tops: array[int] = array("i")
        self._first_high = _UNKNOWN
        self.records: array[int] = array("i")  # positions of the record closes
        self._runs: array[int] = array("i")  # … how many in a row each of them ends
        self.doubts: array[int] = array("i")  # positions where a record can neither be claimed nor ruled out
        self._extend(history)

    def _extend(self, history: History) -> None:
        if not len(history):
            return
        start, new_gaps = len(self.days), len(self.gaps)
        if not start:
            self._begin(history.days[0])
        self._walk(history)
        risen = self.closes.extend(history.closes)
        self.negated_closes.extend(-close for close in history.closes)
        doubts = {gap.position for gap in self.gaps[new_gaps:] if self._may_hide_record(gap)}
        for position in risen:
            is_record = self._beats(position)
            if is_record is None:
                doubts.add(position)
            elif is_record:
                self._runs.append(self._run_ending(position))
                self.records.append(position)
        self.doubts.extend(sorted(doubts))

    def _begin(self, first: int) -> None:
        """Where the history starts late, allow anything before it that no floor bounds."""
        since = self.market.history_since
        if since is not None and date.fromordinal(first) <= since + _LATE:
            return
        eve = self.calendar.previous(date.fromordinal(first)).day.toordinal()
        for maxima in (self.closes, self.top_highs, self.negated_closes):
            maxima.hide(0, ANYTHING, 0, eve)

    def _walk(self, history: History) -> None:
        """Append days, highs and lows, and record the gaps and the highs that are not known."""
        before = self.days[-1] if self.days else history.days[0] - 1
        close_before = self.closes.values[-1] if self.days else 0
        top = self.highs[self._high_tops[-1]] if self._high_tops else 0
        ceiling = self.top_highs.lowest_ceiling
        tops = array("q")
        columns = zip(history.days, history.closes, history.highs, history.lows, strict=True)
        for position, (day, close, high, low) in enumerate(columns, start=len(self.days)):
            if day - before > 1 and (sessions := missing(self.calendar, before, day)):
                self._add_gap(Gap(position, before, day, sessions, close_before, close))
                ceiling = self.top_highs.lowest_ceiling
            before, close_before = day, close
            # Old bars with all prices the same were made from closes.
            if high and not high == low == close:
                tops.append(high)
                self.highs.append(high)
                self.lows.append(low)
                if high > top:
                    top = high
                    self._high_tops.append(position)
                continue
            tops.append(close)
            self.highs.append(0)
            self.lows.append(0 if high else low)
            if (hidden := unseen_high(close)) > ceiling:
                self.top_highs.hide(2 * position + 1, hidden, day, day)
                ceiling = self.top_highs.lowest_ceiling
        if self._first_high == _UNKNOWN and self._high_tops:
            self._first_high = self._high_tops[0]
        self.days.extend(history.days)
        self.top_highs.extend(tops)

    def _add_gap(self, gap: Gap) -> None:
        self.gaps.append(gap)
        self._gap_positions.append(gap.position)
        for maxima, sign in ((self.closes, 1), (self.top_highs, 1), (self.negated_closes, -1)):
            maxima.hide(2 * gap.position, gap.hides(sign), *gap.inside)

    def _beats(self, position: int) -> bool | None:
        before = self.closes.before(position, self.days[position], self.days, is_bar=True)
        return before.beaten_by(self.closes.values[position])

    def _run_ending(self, position: int) -> int:
        if self.gap_at(position) or position == 0:
            return _UNKNOWN
        if self.records and self.records[-1] == position - 1:
            return self._runs[-1] + 1 if self._runs[-1] != _UNKNOWN else _UNKNOWN
        return _UNKNOWN if self._beats(position - 1) is None else 1

    def _may_hide_record(self, gap: Gap) -> bool:
        """Return whether the bar after a gap comes in a year in which the gap may hide a record."""
        after = date.fromordinal(gap.end)
        if self.calendar.previous(after).day.year < after.year:
            return False
        before = self.closes.before(gap.position, gap.end, self.days, is_bar=True)
        hidden = self.closes.allowed(gap.hides(1), *gap.inside, self.closes.era(gap.end))
        return before.highest is None or hidden > before.highest


def unseen_high(close: int) -> int:
    """Return the highest possible high of a day with only a close: a hole of one session around its own close."""
    return highest_unseen(close, 1)


def _is_sighting(level: KnownLevel) -> bool:
    return level.covers_from == level.date == level.known_as_of


def _filling(history: History, sightings: list[KnownLevel]) -> tuple[list[Bar], list[KnownLevel]]:
    """Turn sightings into the bars and highs that the history lacks; also return the highs of days without a close."""
    closes = {sighting.date: sighting.level for sighting in sightings if sighting.kind == "close"}
    highs = {sighting.date: sighting.level for sighting in sightings if sighting.kind == "high"}
    fills, unused = [], []
    for day in sorted(closes.keys() | highs.keys()):
        bar = history.on(day) or (Bar(day, closes[day]) if day in closes else None)
        if bar is None:
            unused.append(next(high for high in sightings if high.date == day and high.kind == "high"))
            continue
        assert bar.close is not None
        if day in highs and (bar.high is None or bar.high == bar.low == bar.close):
            fills.append(bar._replace(high=max(highs[day], bar.close), low=None))
        elif history.on(day) is None:
            fills.append(bar)
    return fills, unused


def _merged(history: History, bars: list[Bar]) -> History:
    """Put bars in place of those of the same days, or between them."""
    by_day = {bar.day: bar for bar in history} | {bar.day: bar for bar in bars}
    return History.of(history.market, (by_day[day] for day in sorted(by_day)), history.dropped, history.revision)
