"""When does an exchange trade: its days, hours, breaks, half days and holidays?

A calendar is searched by bisection in the parsed table (`bot.domain.calendars.table`) and answers in microseconds. Days
are dates in the exchange's zone. Instants are aware, and returned in UTC. Nothing here reads a clock or a file.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.calendars.table import ExchangeTable, Hours, parse_block, split_blocks

_SATURDAY: Final = 5
_WEEK: Final = 7
_MOST_CACHED: Final = 4096  # sessions of one exchange: sixteen years of them


class ExchangeState(StrEnum):
    """What an exchange is doing at an instant."""

    OPEN = "open"
    BREAK = "break"  # the lunch break
    PRE_OPEN = "pre_open"  # a session comes today
    CLOSED = "closed"  # today's session is over
    WEEKEND = "weekend"  # wins over a holiday
    HOLIDAY = "holiday"
    UNKNOWN = "unknown"  # outside the table


class Session(NamedTuple):
    """One trading day; `day` is a date in the exchange's zone, the instants are aware, in UTC."""

    day: date
    open: datetime
    close: datetime
    break_start: datetime | None
    break_end: datetime | None
    half_day: bool
    """Shorter than usual at that date: closes earlier or opens later."""
    unusual: bool = False
    """Has hours of its own: every half day, and days that are only shifted (exam days in Seoul)."""
    name: str | None = None
    """Why the hours are unusual, where known ("Christmas Eve")."""


class Calendar:
    """The trading days and hours of one exchange.

    From `first` to `last`, both inclusive, they are the table's; outside it every day but the weekend's is a session at
    the nearest known hours, and nothing raises. `knows` tells the two apart.
    """

    __slots__ = ("_closed", "_sessions", "_table", "_weekdays", "_weekend", "first", "last", "mic", "zone")

    def __init__(self, mic: str, block: str) -> None:
        """Parse the exchange's block of the table.

        Raises:
            ValueError: if it is not as `bot.domain.calendars.table` describes.
        """
        self._table: Final[ExchangeTable] = parse_block(block)
        self._closed: Final = sorted(self._table.closed)
        self._sessions: Final[dict[date, Session]] = {}
        self._weekend: Final = self._table.weekend
        days = [day not in self._weekend for day in range(_WEEK)]
        self._weekdays: Final = tuple(sum(days[:number]) for number in range(_WEEK + 1))  # of a week's first days
        self.mic: Final = mic
        self.zone: Final = ZoneInfo(self._table.zone)
        self.first: Final = self._table.first
        self.last: Final = self._table.last

    def __repr__(self) -> str:
        """Name the exchange and the table's span."""
        return f"Calendar({self.mic}, {self.first} to {self.last})"

    def knows(self, day: date) -> bool:
        """Whether the table speaks for the day; elsewhere all days but those of the weekend are assumed."""
        return self.first <= day <= self.last

    def is_session(self, day: date) -> bool:
        """Whether the exchange trades on the day; outside the table: whether it is no weekend."""
        ordinal = day.toordinal()
        if not self.is_weekend(day):
            return ordinal not in self._table.closed
        position = bisect_left(self._table.weekend_sessions, ordinal)
        return position < len(self._table.weekend_sessions) and self._table.weekend_sessions[position] == ordinal

    def is_weekend(self, day: date) -> bool:
        """Whether the exchange rests on this day of each week."""
        return day.weekday() in self._weekend

    def week_start(self, day: date) -> date:
        """Return the first day of the exchange's week that a day belongs to, the one after its weekend."""
        begins = (max(self._weekend) + 1) % _WEEK
        return day - timedelta(days=(day.weekday() - begins) % _WEEK)

    def session(self, day: date) -> Session | None:
        """Return the day's session, or ``None`` where the exchange does not trade."""
        if (cached := self._sessions.get(day)) is not None:
            return cached
        if not self.is_session(day):
            return None
        session = self._session(day, *self._table.special.get(day.toordinal(), (self._usual(day), None)))
        if len(self._sessions) >= _MOST_CACHED:
            self._sessions.clear()
        self._sessions[day] = session
        return session

    def usual(self, day: date) -> Session | None:
        """Return the session that a day would have if it were like any other: ``None`` on the weekend."""
        return self._session(day, self._usual(day)) if not self.is_weekend(day) else None

    def previous(self, day: date) -> Session:
        """Return the last session strictly before the day."""
        return self._walk(day, timedelta(days=-1))

    def next(self, day: date) -> Session:
        """Return the first session strictly after the day."""
        return self._walk(day, timedelta(days=1))

    def holiday(self, day: date) -> str | None:
        """Return the holiday of a weekday without a session; ``None`` for a session, a weekend or where unknown."""
        return self._table.closed.get(day.toordinal())

    def state(self, instant: datetime) -> ExchangeState:
        """Return what the exchange is doing at an aware instant; unknown on days outside the table."""
        day = self.local_day(instant)
        if not self.knows(day):
            return ExchangeState.UNKNOWN
        session = self.session(day)
        if session is None:
            return ExchangeState.WEEKEND if self.is_weekend(day) else ExchangeState.HOLIDAY
        if instant < session.open:
            return ExchangeState.PRE_OPEN
        if instant >= session.close:
            return ExchangeState.CLOSED
        if session.break_start is not None and session.break_end is not None:
            return ExchangeState.BREAK if session.break_start <= instant < session.break_end else ExchangeState.OPEN
        return ExchangeState.OPEN

    def local_day(self, instant: datetime) -> date:
        """Return the exchange's local date at an aware instant."""
        return instant.astimezone(self.zone).date()

    def current(self, instant: datetime) -> Session | None:
        """Return the session of the exchange's local date at the instant, whether it has begun or not."""
        return self.session(self.local_day(instant))

    def last_started(self, instant: datetime) -> Session:
        """Return the newest session that has opened by the instant."""
        today = self.current(instant)
        return today if today is not None and today.open <= instant else self.previous(self.local_day(instant))

    def last_completed(self, instant: datetime) -> Session:
        """Return the newest session that has closed by the instant."""
        today = self.current(instant)
        return today if today is not None and today.close <= instant else self.previous(self.local_day(instant))

    def next_open(self, instant: datetime) -> datetime:
        """Return the first opening of a session strictly after the instant, in UTC; the end of a break is none."""
        today = self.current(instant)
        return today.open if today is not None and today.open > instant else self.next(self.local_day(instant)).open

    def next_close(self, instant: datetime) -> datetime:
        """Return the first close of a session strictly after the instant, in UTC; the start of a break is none."""
        today = self.current(instant)
        return today.close if today is not None and today.close > instant else self.next(self.local_day(instant)).close

    def sessions(self, start: date, end: date) -> Iterator[date]:
        """Yield the trading days from start to end, both inclusive, in order."""
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
        extra = bisect_right(self._table.weekend_sessions, high) - bisect_left(self._table.weekend_sessions, low)
        return self._count_weekdays(high) - self._count_weekdays(low - 1) - closed + extra

    def _count_weekdays(self, ordinal: int) -> int:
        """Count the days outside weekends up to and including a proleptic ordinal (1 is a Monday)."""
        weeks, rest = divmod(ordinal, _WEEK)
        return weeks * self._weekdays[_WEEK] + self._weekdays[rest]

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
        position = bisect_right(self._table.hours_from, day.toordinal()) - 1
        return self._table.weekly_hours[max(position, 0)][day.weekday()]

    def _instant(self, day: date, local: time) -> datetime:
        return datetime.combine(day, local, self.zone).astimezone(UTC)

    def _walk(self, day: date, step: timedelta) -> Session:
        while True:
            day += step
            if (session := self.session(day)) is not None:
                return session


class Calendars(Mapping[str, Calendar]):
    """The calendars of a table by exchange (MIC); each is parsed when it is first asked for, and then kept."""

    def __init__(self, blocks: Mapping[str, str]) -> None:
        """Take the unparsed block of each exchange."""
        self._blocks = blocks
        self._parsed: dict[str, Calendar] = {}

    def __getitem__(self, mic: str) -> Calendar:
        """Return the calendar of an exchange.

        Raises:
            KeyError: if the table lacks it.
        """
        if (calendar := self._parsed.get(mic)) is None:
            calendar = self._parsed[mic] = Calendar(mic, self._blocks[mic])
        return calendar

    def __iter__(self) -> Iterator[str]:
        """Iterate over the exchanges in the table's order."""
        return iter(self._blocks)

    def __len__(self) -> int:
        """Count the exchanges."""
        return len(self._blocks)


def is_weekend(day: date) -> bool:
    """Return whether a day is a Saturday or a Sunday, the weekend of all exchanges that summaries count."""
    return day.weekday() >= _SATURDAY


def load(table: str | bytes) -> Calendars:
    """Read a table of sessions; an exchange is parsed when it is first asked for."""
    text = table.decode() if isinstance(table, bytes) else table
    return Calendars(split_blocks(text))
