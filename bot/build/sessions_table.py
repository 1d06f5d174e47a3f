"""What does the table of sessions say? exchange_calendars is its source, with reviewed overrides on top.

Run by `python -m bot build sessions` only. The running bot reads the table that is written here (see
`bot.domain.calendars.calendar` for its form), so this module alone may import exchange_calendars, and pandas with it.
"""

import tomllib
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.build.holiday_names import Names, rules_of
from bot.domain.calendars.calendar import Calendar, load
from bot.domain.calendars.table import Hours, parse_hours

TABLE: Final = Path(str(files("bot"))) / "data" / "sessions.txt"
OVERRIDES: Final = Path(str(files("bot"))) / "data" / "sessions-overrides.toml"

_HEAD: Final = """\
# Trading days and hours. Written by `python -m bot build sessions` from exchange_calendars and
# sessions-overrides.toml; never edited by hand. The form is described in bot/domain/calendars/calendar.py.
"""
_WEEKEND: Final = ("sat", "sun")
_SHOWN: Final = 6  # days named for one exchange in the report of a build


@dataclass(slots=True)
class _Draft:
    """One exchange on its way into the table; dates are of the exchange's zone."""

    zone: str
    first: date
    last: date
    weekend: tuple[str, ...] = _WEEKEND
    hours: dict[date, dict[str, str]] = field(default_factory=dict)  # from that day on; "" for every weekday
    closed: dict[date, str | None] = field(default_factory=dict)
    extra: set[date] = field(default_factory=set)  # sessions on a day of the weekend
    special: dict[date, tuple[str, str | None]] = field(default_factory=dict)

    def rests(self, day: date) -> bool:
        """Return whether a day is of the weekend."""
        return f"{day:%a}".lower() in self.weekend


def build(mics: Iterable[str] | None = None) -> str:
    """Return the table of some exchanges, or of all that the overrides list, in their order."""
    rules = overrides()
    return _HEAD + "".join("\n" + build_block(mic, rules[mic]) for mic in mics or rules)


def write() -> str:
    """Build the table, write it into the package and return a few lines on what changed."""
    before = TABLE.read_text() if TABLE.exists() else ""
    after = build()
    TABLE.write_text(after)
    return report(before, after)


def report(before: str, after: str) -> str:
    """Return what differs between two tables, one line for each exchange that does."""
    old, new = load(before), load(after)
    lines = [f"{mic}: gone" for mic in old if mic not in new]
    lines += [f"{mic}: new, {new[mic].first} to {new[mic].last}" for mic in new if mic not in old]
    lines += [f"{mic}: {text}" for mic in new if mic in old and (text := _changes(old[mic], new[mic]))]
    return "\n".join(lines) or "Nothing changed."


@cache
def overrides() -> dict[str, dict[str, Any]]:
    """Return the reviewed overrides, by exchange (MIC)."""
    return tomllib.loads(OVERRIDES.read_text())


def build_block(mic: str, rules: dict[str, Any]) -> str:
    """Return one exchange's block of the table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the source still uses what pandas has deprecated
        draft = _source(mic, rules) if rules.get("source") != "" else _draft(rules)
    _apply(draft, rules)
    return _text(mic, draft)


def _draft(rules: dict[str, Any]) -> _Draft:
    draft = _Draft(rules["zone"], rules["first"], rules["last"])
    draft.weekend = tuple(rules.get("weekend", draft.weekend))
    return draft


def _source(mic: str, rules: dict[str, Any]) -> _Draft:
    """Return an exchange's days and hours according to exchange_calendars."""
    import exchange_calendars as source
    import pandas as pd
    from exchange_calendars.calendar_utils import global_calendar_dispatcher
    from pandas.tseries.holiday import AbstractHolidayCalendar

    # pandas applies no rule of a holiday calendar before 1970 unless it is told to.
    AbstractHolidayCalendar.start_date = pd.Timestamp("1900-01-01")
    assert source  # registers the calendars
    draft = _draft(rules)
    made = global_calendar_dispatcher._calendar_factories[rules.get("source", mic)]  # noqa: SLF001 - its table of calendars has no public name
    calendar = made(start=pd.Timestamp(draft.first), end=pd.Timestamp(draft.last))
    draft.hours = _regimes(calendar, draft.first)
    sessions = {stamp.date(): index for index, stamp in enumerate(calendar.sessions)}
    shut = [day for day in _days(draft.first, draft.last) if not draft.rests(day) and day not in sessions]
    draft.extra = {day for day in sessions if draft.rests(day)}
    # Some of these rules are a bare weekday, which has no name.
    unusual = [rule for _, rule in (*calendar.special_closes, *calendar.special_opens) if not isinstance(rule, int)]
    names = Names(rules.get("names", ()), draft.first, draft.last, rules_of(calendar.regular_holidays, *unusual))
    draft.closed = names.closed(shut)
    zone = ZoneInfo(draft.zone)
    columns = [getattr(calendar, name) for name in ("opens", "break_starts", "break_ends", "closes")]
    for day, index in sessions.items():
        times = [stamps.iloc[index] for stamps in columns]
        text = _hours([stamp.tz_convert(zone).time() for stamp in times if not pd.isna(stamp)])
        if text != _usual(draft, day):
            draft.special[day] = (text, names.special(day, draft.closed))
    return draft


def _regimes(calendar: Any, first: date) -> dict[date, dict[str, str]]:
    """Return the usual hours of the source, by the day from which they hold."""
    columns = [calendar.open_times, calendar.break_start_times, calendar.break_end_times, calendar.close_times]
    changes = {stamp.date() for column in columns for stamp, _ in column or () if stamp is not None}
    regimes = {}
    for day in sorted({first} | {change for change in changes if change > first}):
        times = [_in_force(column, day) for column in columns]
        regimes[day] = {"": _hours([clock_time for clock_time in times if clock_time is not None])}
    return regimes


def _in_force(column: Any, day: date) -> time | None:
    held = [clock_time for stamp, clock_time in column or () if stamp is None or stamp.date() <= day]
    return held[-1] if held else None


def _apply(draft: _Draft, rules: dict[str, Any]) -> None:
    """Lay the reviewed overrides over the source: hours first, then days, then names."""
    for rule in rules.get("hours", ()):
        _apply_hours(draft, rule)
    for rule in rules.get("closed", ()):
        for day in _listed(rule, draft):
            draft.special.pop(day, None)
            draft.extra.discard(day)
            draft.closed[day] = rule.get("name")
    for rule in rules.get("open", ()):
        for day in _listed(rule, draft):
            _open(draft, day, rule)
    for rule in rules.get("named", ()):
        for day, (hours, name) in draft.special.items():
            if hours in rule.get("hours", ()) or day in rule.get("days", ()):
                draft.special[day] = (hours, name or rule["name"])
        draft.closed |= {day: rule["name"] for day in rule.get("days", ()) if day in draft.closed}


def _open(draft: _Draft, day: date, rule: dict[str, Any]) -> None:
    draft.closed.pop(day, None)
    draft.special.pop(day, None)
    if draft.rests(day):
        draft.extra.add(day)
    if "hours" in rule:
        draft.special[day] = (rule["hours"], rule.get("name"))


def _listed(rule: dict[str, Any], draft: _Draft) -> Iterator[date]:
    return (day for day in rule["days"] if draft.first <= day <= draft.last)


def _apply_hours(draft: _Draft, rule: dict[str, Any]) -> None:
    """Replace the usual hours from a day on, up to another where one is given."""
    start = max(rule.get("from", draft.first), draft.first)
    end = rule.get("before")
    before = {day: hours for day, hours in draft.hours.items() if day < start}
    after = {day: hours for day, hours in draft.hours.items() if end and day >= end}
    if end and end not in after:
        after[end] = draft.hours[max(day for day in draft.hours if day <= end)]
    if "abroad" in rule or "alike" in rule:
        until = min(end, draft.last) if end else draft.last
        changed = _clocks(rule, ZoneInfo(draft.zone), _days(start, until))
    else:
        changed = {start: {"": rule["hours"]} | {day: rule[day] for day in ("mon", "fri") if day in rule}}
    old = draft.hours
    draft.hours = dict(sorted((before | changed | after).items()))
    # A half day keeps its hours, less what the new hours and breaks leave out of them.
    for day, (hours, name) in list(draft.special.items()):
        if day >= start and (not end or day < end):
            usual = parse_hours(_usual(draft, day))
            was = parse_hours(_usual(draft, day, old))
            fitted = _fitted(parse_hours(hours), was, usual)
            if fitted == _usual(draft, day):
                del draft.special[day]
            else:
                draft.special[day] = (fitted, name)


def _clocks(rule: dict[str, Any], zone: ZoneInfo, days: Iterable[date]) -> dict[date, dict[str, str]]:
    """Return hours that depend on another zone's clocks, by the days on which they change.

    `abroad`: `summer` hours while that zone is on summer time, else `winter` hours, both in the exchange's own zone.
    `alike`: `hours` in that zone, converted to the exchange's own.
    """
    regimes: dict[date, dict[str, str]] = {}
    current = ""
    for day in days:
        if "abroad" in rule:
            hours = rule["summer" if datetime.combine(day, time(12), ZoneInfo(rule["abroad"])).dst() else "winter"]
        else:
            foreign = parse_hours(rule["hours"])
            there = ZoneInfo(rule["alike"])
            hours = _hours(
                [
                    datetime.combine(day, clock_time, there).astimezone(zone).time()
                    for clock_time in (foreign.open, foreign.close)
                ]
            )
        if hours != current:
            current, regimes[day] = hours, {"": hours}
    return regimes


def _fitted(special: Hours, old_usual: Hours, usual: Hours) -> str:
    """Return a special day's hours, fitted to new usual hours: what it shared with the old ones follows the new."""
    opens = usual.open if special.open == old_usual.open else special.open
    closes = usual.close if special.close == old_usual.close else special.close
    if usual.break_start is not None and usual.break_end is not None:
        if closes > usual.break_end and opens < usual.break_start:
            return _hours([opens, usual.break_start, usual.break_end, closes])
        if closes > usual.break_start and opens < usual.break_start:
            closes = usual.break_start
    return _hours([opens, closes])


def _usual(draft: _Draft, day: date, regimes: dict[date, dict[str, str]] | None = None) -> str:
    regimes = regimes or draft.hours
    hours = regimes[max(start for start in regimes if start <= day)]
    return hours.get(f"{day:%a}".lower(), hours[""])


def _hours(times: list[time]) -> str:
    marks = [f"{clock_time:%H%M}" for clock_time in times]
    return ",".join(f"{start}-{end}" for start, end in zip(marks[::2], marks[1::2], strict=True))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _text(mic: str, draft: _Draft) -> str:
    """Return an exchange's block as it stands in the table."""
    weekend = "" if draft.weekend == _WEEKEND else f" {','.join(draft.weekend)}"
    lines = [f"[{mic}] {draft.zone} {draft.first} {draft.last}{weekend}"]
    for start, hours in draft.hours.items():
        others = "".join(f" {weekday}={span}" for weekday, span in hours.items() if weekday)
        lines.append(f"hours {start} {hours['']}{others}")
    known = sorted({name for name in (*draft.closed.values(), *(name for _, name in draft.special.values())) if name})
    codes: dict[str | None, str] = {name: _code(number) for number, name in enumerate(known)} | {None: ""}
    lines += [f"name {code} {name}" for name, code in codes.items() if name]
    years: dict[int, list[str]] = {}
    for day in sorted({*draft.closed, *draft.extra, *draft.special}):
        token = f"{'+' if day in draft.extra else ''}{day:%m%d}"
        if day in draft.special:
            hours_text, name = draft.special[day]
            token += f"={hours_text}{codes[name]}"
        else:
            token += codes[draft.closed.get(day)]
        years.setdefault(day.year, []).append(token)
    lines += [f"{year} {' '.join(tokens)}" for year, tokens in years.items()]
    return "\n".join(lines) + "\n"


def _code(number: int) -> str:
    """Return a, b, … z, ba, bb, …: the letters that stand for a name within a block."""
    high, low = divmod(number, 26)
    return (_code(high) if high else "") + chr(ord("a") + low)


def _changes(old: Calendar, new: Calendar) -> str:
    """Return in one line how two calendars of an exchange differ; empty where they do not."""
    parts = []
    if (old.first, old.last) != (new.first, new.last):
        parts.append(f"now {new.first} to {new.last}, was {old.first} to {old.last}")
    start, end = max(old.first, new.first), min(old.last, new.last)
    days = [day for day in _days(start, end) if _facts(old, day) != _facts(new, day)]
    if days:
        more = f" and {len(days) - _SHOWN} more" if len(days) > _SHOWN else ""
        parts.append(f"{len(days)} days differ: " + ", ".join(map(str, days[:_SHOWN])) + more)
    return "; ".join(parts)


def _facts(calendar: Calendar, day: date) -> tuple[Any, ...]:
    session = calendar.session(day)
    if session is None:
        return (calendar.holiday(day),)
    return (session.open, session.break_start, session.break_end, session.close, session.name)
