"""When does an exchange trade: its days, hours, breaks, half days and holidays.

A calendar is bisected out of a compact table and answers in microseconds. The table lists what departs from the
rule "every weekday, at the usual hours", one block an exchange::

    [XTKS] Asia/Tokyo 1999-01-01 2030-12-31     zone, and the first and last day that the table speaks for
    hours 1999-01-01 0900-1130,1230-1500        the usual hours from that day on; a comma is the break
    hours 2011-01-03 0900-1200 fri=0900-1130    a weekday may have hours of its own
    name a New Year's Day
    2025 0101a 0228 1128=0930-1300b +0201       closed for `a`; closed, nobody wrote why; open at hours of its own
                                                because of `b`; a Saturday with a session

Days are dates in the exchange's zone. Instants are aware, and given back in UTC. Nothing here reads a clock or a file.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = r"(\+?)(\d\d)(\d\d)(?:=([\d,-]+))?([a-z]*)"
_SATURDAY: Final = 5
_KEPT: Final = 4096  # sessions remembered for one exchange: sixteen years of them


class ExchangeState(StrEnum):
    """What an exchange is doing at an instant."""

    OPEN = "open"
    BREAK = "break"  # the lunch break
    PRE_OPEN = "pre_open"  # a session comes today
    CLOSED = "closed"  # today's session is over
    WEEKEND = "weekend"  # wins over a holiday
    HOLIDAY = "holiday"
    UNKNOWN = "unknown"  # outside the table


class Hours(NamedTuple):
    """Local times of one trading day; the break is None where there is none."""

    open: time
    close: time
    break_start: time | None
    break_end: time | None

    @property
    def minutes(self) -> int:
        """Minutes of trading, the break not counted."""
        pause = 0
        if self.break_start is not None and self.break_end is not None:
            pause = _minute(self.break_end) - _minute(self.break_start)
        return _minute(self.close) - _minute(self.open) - pause


@dataclass(frozen=True, slots=True)
class Session:
    """One trading day; `day` is a date in the exchange's zone, the instants are aware and in UTC."""

    day: date
    open: datetime
    close: datetime
    break_start: datetime | None
    break_end: datetime | None
    half_day: bool
    """Trades for less time than is usual at that date: closes earlier or opens later."""
    unusual: bool = False
    """Has hours of its own; every half day has, and so have days that are only shifted (exam days in Seoul)."""
    name: str | None = None
    """Why the hours are unusual, where known ("Christmas Eve")."""


@dataclass(slots=True)
class _Block:
    """One exchange's block of the table, parsed; days are proleptic ordinals."""

    zone: str
    first: date
    last: date
    starts: list[int] = field(default_factory=list)
    hours: list[tuple[Hours, ...]] = field(default_factory=list)  # of each start: Monday to Sunday
    closed: dict[int, str | None] = field(default_factory=dict)
    extra: list[int] = field(default_factory=list)  # sessions on a Saturday or Sunday
    special: dict[int, tuple[Hours, str | None]] = field(default_factory=dict)


class Calendar:
    """The trading days and hours of one exchange.

    From `first` to `last`, both inclusive, they are the table's; outside it every weekday is taken for a session at
    the nearest known hours, and nothing raises. `knows` tells the two apart.
    """

    __slots__ = ("_block", "_closed", "_sessions", "first", "last", "mic", "zone")

    def __init__(self, mic: str, block: str) -> None:
        """Parse the exchange's block of the table; ValueError where it is not as the module describes."""
        self._block: Final = _parse(block)
        self._closed: Final = sorted(self._block.closed)
        self._sessions: Final[dict[date, Session]] = {}
        self.mic: Final = mic
        self.zone: Final = ZoneInfo(self._block.zone)
        self.first: Final = self._block.first
        self.last: Final = self._block.last

    def __repr__(self) -> str:
        """Name the exchange and the table's span."""
        return f"Calendar({self.mic}, {self.first} to {self.last})"

    def knows(self, day: date) -> bool:
        """Whether the table speaks for the day; elsewhere weekdays are assumed."""
        return self.first <= day <= self.last

    def is_session(self, day: date) -> bool:
        """Whether the exchange trades on the day; outside the table: whether it is a weekday."""
        ordinal = day.toordinal()
        if not is_weekend(day):
            return ordinal not in self._block.closed
        at = bisect_left(self._block.extra, ordinal)
        return at < len(self._block.extra) and self._block.extra[at] == ordinal

    def session(self, day: date) -> Session | None:
        """Give the day's session, or None where the exchange does not trade."""
        if (known := self._sessions.get(day)) is not None:
            return known
        if not self.is_session(day):
            return None
        found = self._session(day, *self._block.special.get(day.toordinal(), (self._usual(day), None)))
        if len(self._sessions) >= _KEPT:
            self._sessions.clear()
        self._sessions[day] = found
        return found

    def usual(self, day: date) -> Session | None:
        """Give the session that a weekday would have were it like any other; None on a Saturday or Sunday."""
        return self._session(day, self._usual(day)) if not is_weekend(day) else None

    def previous(self, day: date) -> Session:
        """Give the last session strictly before the day."""
        return self._walk(day, timedelta(days=-1))

    def next(self, day: date) -> Session:
        """Give the first session strictly after the day."""
        return self._walk(day, timedelta(days=1))

    def holiday(self, day: date) -> str | None:
        """Name the holiday of a weekday without a session; None for a session, a weekend or where unknown."""
        return self._block.closed.get(day.toordinal())

    def state(self, at: datetime) -> ExchangeState:
        """Tell what the exchange is doing at an aware instant; on days outside the table it is unknown."""
        day = self.local_day(at)
        if not self.knows(day):
            return ExchangeState.UNKNOWN
        session = self.session(day)
        if session is None:
            return ExchangeState.WEEKEND if is_weekend(day) else ExchangeState.HOLIDAY
        if at < session.open:
            return ExchangeState.PRE_OPEN
        if at >= session.close:
            return ExchangeState.CLOSED
        if session.break_start is not None and session.break_end is not None:
            return ExchangeState.BREAK if session.break_start <= at < session.break_end else ExchangeState.OPEN
        return ExchangeState.OPEN

    def local_day(self, at: datetime) -> date:
        """Give the exchange's local date at an aware instant."""
        return at.astimezone(self.zone).date()

    def current(self, at: datetime) -> Session | None:
        """Give the session of the exchange's local date at the instant, whether it has begun or not."""
        return self.session(self.local_day(at))

    def last_started(self, at: datetime) -> Session:
        """Give the newest session that has opened by the instant."""
        today = self.current(at)
        return today if today is not None and today.open <= at else self.previous(self.local_day(at))

    def last_completed(self, at: datetime) -> Session:
        """Give the newest session that has closed by the instant."""
        today = self.current(at)
        return today if today is not None and today.close <= at else self.previous(self.local_day(at))

    def next_open(self, at: datetime) -> datetime:
        """Give the first opening of a session strictly after the instant, in UTC; the end of a break is none."""
        today = self.current(at)
        return today.open if today is not None and today.open > at else self.next(self.local_day(at)).open

    def next_close(self, at: datetime) -> datetime:
        """Give the first close of a session strictly after the instant, in UTC; the start of a break is none."""
        today = self.current(at)
        return today.close if today is not None and today.close > at else self.next(self.local_day(at)).close

    def sessions(self, start: date, end: date) -> Iterator[date]:
        """Give the trading days from start to end, both inclusive, in order."""
        for ordinal in range(start.toordinal(), end.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if self.is_session(day):
                yield day

    def count(self, start: date, end: date) -> int:
        """Count the trading days from start to end, both inclusive; 0 where end is before start."""
        low, high = start.toordinal(), end.toordinal()
        if high < low:
            return 0
        closed = bisect_right(self._closed, high) - bisect_left(self._closed, low)
        extra = bisect_right(self._block.extra, high) - bisect_left(self._block.extra, low)
        return _weekdays(high) - _weekdays(low - 1) - closed + extra

    def _session(self, day: date, hours: Hours, name: str | None = None) -> Session:
        usual = self._usual(day)
        return Session(
            day=day,
            open=self._instant(day, hours.open),
            close=self._instant(day, hours.close),
            break_start=self._instant(day, hours.break_start) if hours.break_start else None,
            break_end=self._instant(day, hours.break_end) if hours.break_end else None,
            half_day=hours.minutes < usual.minutes,
            unusual=hours != usual,
            name=name,
        )

    def _usual(self, day: date) -> Hours:
        at = bisect_right(self._block.starts, day.toordinal()) - 1
        return self._block.hours[max(at, 0)][day.weekday()]

    def _instant(self, day: date, local: time) -> datetime:
        return datetime.combine(day, local, self.zone).astimezone(UTC)

    def _walk(self, day: date, step: timedelta) -> Session:
        while True:
            day += step
            if (found := self.session(day)) is not None:
                return found


class Calendars(Mapping[str, Calendar]):
    """The calendars of a table by exchange (MIC); each is parsed when it is first asked for, and then kept."""

    def __init__(self, blocks: Mapping[str, str]) -> None:
        """Take the unparsed block of each exchange."""
        self._blocks = blocks
        self._parsed: dict[str, Calendar] = {}

    def __getitem__(self, mic: str) -> Calendar:
        """Give the calendar of an exchange; KeyError where the table lacks it."""
        if (found := self._parsed.get(mic)) is None:
            found = self._parsed[mic] = Calendar(mic, self._blocks[mic])
        return found

    def __iter__(self) -> Iterator[str]:
        """Go through the exchanges in the table's order."""
        return iter(self._blocks)

    def __len__(self) -> int:
        """Count the exchanges."""
        return len(self._blocks)


def is_weekend(day: date) -> bool:
    """Say whether a day is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def load(table: str | bytes) -> Calendars:
    """Read a table of sessions; only the exchanges that are then asked for are parsed."""
    text = table.decode() if isinstance(table, bytes) else table
    _, *blocks = ("\n" + text).split("\n[")
    return Calendars({mic: block for mic, _, block in (block.partition("] ") for block in blocks)})


def parse_hours(text: str) -> Hours:
    """Read the hours of one day, as "0900-1130,1230-1530"; ValueError where they are not in order."""
    times = [time(int(part[:2]), int(part[2:])) for span in text.split(",") for part in span.split("-")]
    if times != sorted(set(times)) or len(times) not in {2, 4}:
        message = f"hours out of order: {text}"
        raise ValueError(message)
    return Hours(times[0], times[-1], *(times[1:3] if times[2:] else (None, None)))


def _parse(block: str) -> _Block:
    """Parse one block of the table, from the zone on."""
    header, *lines = block.splitlines()
    zone, first, last = header.split()
    found = _Block(zone, date.fromisoformat(first), date.fromisoformat(last))
    names: dict[str, str] = {}
    for line in lines:
        kind, _, rest = line.partition(" ")
        if kind == "name":
            code, _, name = rest.partition(" ")
            names[code] = name
        elif kind == "hours":
            start, usual, *others = rest.split()
            week = [parse_hours(usual)] * len(_DAYS)
            for weekday, _, hours in (other.partition("=") for other in others):
                week[_DAYS.index(weekday)] = parse_hours(hours)
            found.starts.append(date.fromisoformat(start).toordinal())
            found.hours.append(tuple(week))
        elif kind.isdigit():
            _parse_year(int(kind), rest, names, found)
    found.extra.sort()
    return found


def _parse_year(year: int, rest: str, names: Mapping[str, str], into: _Block) -> None:
    january = date(year, 1, 1).toordinal() - 1
    month = [january, *(date(year, number, 1).toordinal() - 1 for number in range(1, 13))]
    for extra, number, day, hours, code in re.findall(_DAY, rest):
        ordinal = month[int(number)] + int(day)
        if extra:
            into.extra.append(ordinal)
        if hours:
            into.special[ordinal] = (parse_hours(hours), names.get(code))
        elif not extra:
            into.closed[ordinal] = names.get(code)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _weekdays(ordinal: int) -> int:
    """Count the weekdays up to and including a proleptic ordinal (1 is a Monday)."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)
