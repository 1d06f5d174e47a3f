"""How is the table of sessions written, and what does it say of one exchange?

The table lists what departs from the rule "every weekday, at the usual hours", one block an exchange::

    [XTKS] Asia/Tokyo 1999-01-01 2030-12-31     zone, and the first and last day that the table speaks for; where the
                                                weekend is not Saturday and Sunday, then its days: "fri,sat"
    hours 1999-01-01 0900-1130,1230-1500        the usual hours from that day on; a comma is the break
    hours 2011-01-03 0900-1200 fri=0900-1130    a weekday may have hours of its own
    name a New Year's Day
    2025 0101a 0228 1128=0930-1300b +0201       closed for `a`; closed, reason unknown; open at special hours
                                                because of `b`; a Saturday with a session
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final, NamedTuple

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SATURDAY_AND_SUNDAY: Final = frozenset({5, 6})
_DAY: Final = r"(\+?)(\d\d)(\d\d)(?:=([\d,-]+))?([a-z]*)"
_TIMES_WITHOUT_BREAK: Final = 2
_TIMES_WITH_BREAK: Final = 4


class Hours(NamedTuple):
    """Local times of one trading day; the break is ``None`` where there is none."""

    open: time
    close: time
    break_start: time | None
    break_end: time | None

    @property
    def minutes(self) -> int:
        """Minutes of trading, without the break."""
        pause = 0
        if self.break_start is not None and self.break_end is not None:
            pause = _minute(self.break_end) - _minute(self.break_start)
        return _minute(self.close) - _minute(self.open) - pause


@dataclass(slots=True)
class ExchangeTable:
    """The table's block of one exchange; days are proleptic ordinals."""

    zone: str
    first: date
    last: date
    weekend: frozenset[int] = _SATURDAY_AND_SUNDAY
    """The weekdays without a session, Monday is 0."""
    hours_from: list[int] = field(default_factory=list)
    """The days, in order, from which the hours change."""
    weekly_hours: list[tuple[Hours, ...]] = field(default_factory=list)
    """The usual hours from each of these days on, Monday to Sunday."""
    closed: dict[int, str | None] = field(default_factory=dict)
    """Other days without a session, and the holiday where known."""
    weekend_sessions: list[int] = field(default_factory=list)
    """Days of the weekend with a session, in order."""
    special: dict[int, tuple[Hours, str | None]] = field(default_factory=dict)
    """Days with hours of their own, and the reason where known."""


def split_blocks(table: str) -> dict[str, str]:
    """Split a table into the unparsed blocks of its exchanges, by MIC and in the table's order."""
    _, *blocks = ("\n" + table).split("\n[")
    return {mic: block for mic, _, block in (block.partition("] ") for block in blocks)}


def parse_block(block: str) -> ExchangeTable:
    """Parse the block of one exchange, from the zone on.

    Raises:
        ValueError: if it is not as the module describes.
    """
    header, *lines = block.splitlines()
    zone, first, last, *weekend = header.split()
    table = ExchangeTable(zone, date.fromisoformat(first), date.fromisoformat(last))
    if weekend:
        table.weekend = frozenset(_WEEKDAYS.index(day) for day in weekend[0].split(","))
    names: dict[str, str] = {}
    for line in lines:
        kind, _, rest = line.partition(" ")
        if kind == "name":
            code, _, name = rest.partition(" ")
            names[code] = name
        elif kind == "hours":
            _parse_weekly_hours(rest, table)
        elif kind.isdigit():
            _parse_year(int(kind), rest, names, table)
    table.weekend_sessions.sort()
    return table


def parse_hours(text: str) -> Hours:
    """Parse the hours of one day, as "0900-1130,1230-1530".

    Raises:
        ValueError: if they are not in order.
    """
    times = [time(int(part[:2]), int(part[2:])) for span in text.split(",") for part in span.split("-")]
    if times != sorted(set(times)) or len(times) not in {_TIMES_WITHOUT_BREAK, _TIMES_WITH_BREAK}:
        message = f"hours out of order: {text}"
        raise ValueError(message)
    return Hours(times[0], times[-1], *(times[1:3] if len(times) == _TIMES_WITH_BREAK else (None, None)))


def _parse_weekly_hours(text: str, table: ExchangeTable) -> None:
    start, usual, *exceptions = text.split()
    week = [parse_hours(usual)] * len(_WEEKDAYS)
    for weekday, _, hours in (exception.partition("=") for exception in exceptions):
        week[_WEEKDAYS.index(weekday)] = parse_hours(hours)
    table.hours_from.append(date.fromisoformat(start).toordinal())
    table.weekly_hours.append(tuple(week))


def _parse_year(year: int, text: str, names: Mapping[str, str], table: ExchangeTable) -> None:
    eve_of_january = date(year, 1, 1).toordinal() - 1
    eves = [eve_of_january, *(date(year, month, 1).toordinal() - 1 for month in range(1, 13))]
    for weekend_session, month, day, hours, code in re.findall(_DAY, text):
        ordinal = eves[int(month)] + int(day)
        if weekend_session:
            table.weekend_sessions.append(ordinal)
        if hours:
            table.special[ordinal] = (parse_hours(hours), names.get(code))
        elif not weekend_session:
            table.closed[ordinal] = names.get(code)


def _minute(local: time) -> int:
    return local.hour * 60 + local.minute
