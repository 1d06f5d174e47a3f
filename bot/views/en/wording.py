"""How are numbers, moves, dates and the state of an exchange written in English?"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from bot.domain.calendars.calendar import ExchangeState
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS, listing
from bot.domain.markets.market import Instrument, Kind
from bot.domain.model import AnswerBase, Fault, Note, NoteKind, Source
from bot.domain.quotes import Quote, rounded
from bot.domain.status import MarketStatus
from bot.views.en.closures import closed
from bot.views.page import Direction, PageStyle, duration, local_time

ARROWS: dict[Direction, str] = {"up": "▲", "down": "▼", "flat": "■"}
URGENT = (NoteKind.STALE, NoteKind.SOURCE_DOWN, NoteKind.REJECTED, NoteKind.UNCONFIRMED)
"""Notes that stand above the figures they speak of."""
_PRICE = 2  # decimals of a rate
_SMALL = 10.0  # the level below which a currency is quoted with all its decimals
_BINARY_ERROR = 1e-9
"""What a figure of few decimals can lack in binary: 0.35 is stored as 0.34999…, and is a half."""
SOURCES = {"yahoo": "Yahoo", "replay": "replayed history", "sample": "sample figures"}


def level(points: float, decimals: int = 2) -> str:
    """Write index points: "44,902.27"."""
    return f"{points:,.{decimals}f}"


def level_of(key: str, points: float) -> str:
    """Write a level of this market or instrument with its own decimals."""
    return level(points, listing(key).decimals)


def rate(instrument: Instrument, points: float) -> str:
    """Write the level of an instrument as wires do: with two decimals, four of a currency that is worth little more."""
    small = instrument.kind is Kind.CURRENCY and points < _SMALL
    return level(points, instrument.decimals if small else min(instrument.decimals, _PRICE))


def size(value: float, decimals: int) -> str:
    """Write a figure without its sign, halves rounded away from zero in decimal and not in binary: "0.5" for 0.45."""
    units = math.floor(abs(value) * 10**decimals + 0.5 + _BINARY_ERROR)
    return f"{units / 10**decimals:,.{decimals}f}"


def signed(value: float, decimals: int = 2) -> str:
    """Write a change with its sign; what rounds to nothing has none: "+134.15", "−0.30", "0.0"."""
    text = size(value, decimals)
    if not text.strip("0.,"):
        return text
    return ("+" if value > 0 else "−") + text


def percent(value: float, decimals: int = 2) -> str:
    """Write a change in per cent: "+0.30 %"."""
    return f"{signed(value, decimals)} %"


def plain_percent(value: float, decimals: int = 1) -> str:
    """Write the size of a change without its sign: "5.2 %"."""
    return f"{size(value, decimals)} %"


class Change(Protocol):
    """Whatever holds a change: in per cent to 2 decimals, and rounded once to 1."""

    @property
    def change_pct(self) -> float | None:
        """In per cent, rounded to 2 decimals."""

    @property
    def rounded_pct(self) -> float | None:
        """The same rounded once to 1 decimal; ``None`` where only the former is known."""


def short(change: Change) -> str:
    """Write a change to 1 decimal, with its sign: "+0.3 %"."""
    return percent(_shown(change), 1)


def plain_short(change: Change) -> str:
    """Write the size of a change to 1 decimal: "0.3 %"."""
    return plain_percent(_shown(change))


def _shown(change: Change) -> float:
    assert change.change_pct is not None, "only a known change is written"
    return rounded(change.rounded_pct, change.change_pct)


def direction(change: float | None) -> Direction | None:
    """Tell which way a change points; ``None`` where it is not known."""
    if change is None:
        return None
    return "up" if change > 0 else "down" if change < 0 else "flat"


def day(date: dt.date, today: dt.date) -> str:
    """Write a date as a wire does: "Sep 12" in the year told, "Jan 26, 2018" else."""
    text = f"{date:%b} {date.day}"
    return text if date.year == today.year else f"{text}, {date.year}"


def month(date: dt.date) -> str:
    """Write a month: "August 2021"."""
    return f"{date:%B %Y}"


def month_since(date: dt.date, today: dt.date) -> str:
    """Write since when something holds: "August 2021", and "August" alone in the same year."""
    return f"{date:%B}" if date.year == today.year else month(date)


def since_at_least(date: dt.date) -> str:
    """Write from when on something is known to hold: "1927", or with the month, of whose beginning less is known."""
    return f"since at least {date.year if date.month == 1 else month(date)}"


def weekday(date: dt.date) -> str:
    """Write a date with its weekday: "Tue Sep 16"."""
    return f"{date:%a %b} {date.day}"


_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def ordinal(number: int) -> str:
    """Write a rank: "third", "eleventh" as "11th"."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def listed(names: list[str]) -> str:
    """Join names: "Tokyo", "Tokyo and Seoul", "Tokyo, Seoul and Sydney"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def name(key: str) -> str:
    """Return the full name of a market or instrument."""
    return (MARKETS.get(key) or INSTRUMENTS[key]).name


def state(exchange: MarketStatus, now: dt.datetime, style: PageStyle) -> str:
    """Say what the exchange is doing, with the time that matters next, by its own clock."""
    market, hours = MARKETS[exchange.market], exchange.session
    match exchange.state:
        case ExchangeState.OPEN:
            return f"{market.city} is open"
        case ExchangeState.BREAK:
            assert hours is not None
            assert hours.break_end is not None
            return f"{market.city}: lunch break until {_at(hours.break_end, market.zone, now, style)}"
        case ExchangeState.PRE_OPEN:
            assert hours is not None
            return f"{market.city} opens {_at(hours.open, market.zone, now, style)}"
        case ExchangeState.CLOSED:
            assert hours is not None
            return f"{market.city} closed {local_time(hours.close, market.zone)}"
        case ExchangeState.WEEKEND:
            return f"{market.city} is closed for the weekend"
        case ExchangeState.HOLIDAY:
            return f"{market.city} is {closed(exchange.holiday)}"
        case ExchangeState.UNKNOWN:
            return f"{market.city}: trading calendar unknown, weekdays assumed"


def _at(instant: dt.datetime, zone: str, now: dt.datetime, style: PageStyle) -> str:
    return f"{local_time(instant, zone)} ({style.relative(instant, now)})"


def as_of(quote: Quote, source: Source, now: dt.datetime, style: PageStyle) -> str:
    """Say whose figure it is, of which day and time, how late the source is, and when it was read.

    "Tue Sep 16, 14:10 in Tokyo · Yahoo, 20 min late · read 5 s ago": an exchange's date and its own clock, so that no
    reader elsewhere takes the time for one of another day.
    """
    market = MARKETS[quote.market]
    parts = []
    if quote.session_date and quote.time:
        age = style.age(quote.time) if quote.running else ""
        parts.append(f"{weekday(quote.session_date)}, {local_time(quote.time, market.zone)} in {market.city}{age}")
    delay = f", {quote.delay_minutes} min late" if quote.delay_minutes else ""
    parts.append(f"{SOURCES[source]}{delay}")
    if quote.fetched_at and source == "yahoo":
        parts.append(f"read {style.relative(min(quote.fetched_at, now), now)}")
    return " · ".join(parts)


def notes(noted: Iterable[Note], now: dt.datetime) -> list[str]:
    """Word notes, one sentence for all markets of which the same must be said."""
    groups: dict[Note, list[str]] = {}
    for remark in noted:
        groups.setdefault(remark.model_copy(update={"market": None}), []).extend(
            [remark.market] if remark.market else []
        )
    return [note(remark, now, *markets) for remark, markets in groups.items()]


def sorted_notes(answer: AnswerBase) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Word the notes of an answer about one market: those that stand at the top, and those in the small print."""
    urgent = tuple(note(each, answer.as_of) for each in answer.notes if each.kind in URGENT)
    return urgent, tuple(note(each, answer.as_of) for each in answer.notes if each.kind not in URGENT)


def note(note: Note, now: dt.datetime, *markets: str) -> str:
    """Word a note in one short plain sentence, of its own market or of these."""
    keys = markets or ((note.market,) if note.market else ())
    of = f" of {listed([name(key) for key in keys])}" if keys else ""
    words = _NOTES[note.kind]
    return words.format(of=of) if isinstance(words, str) else words(note, now, of)


def _stale(note: Note, now: dt.datetime, of: str) -> str:
    age = _age(note.time, now)
    return f"The figure{of} is not current{f': it is {age} old' if age else ''}."


def _source_down(note: Note, now: dt.datetime, _: str) -> str:
    age = _age(note.time, now)
    return f"Yahoo is not answering.{f' This is from {age} ago.' if age else ''}"


def _rejected(note: Note, now: dt.datetime, of: str) -> str:
    age = f", {duration(now - note.time)} old," if note.time else ""
    return f"The newest figure{of} cannot be believed: the last good one{age} stands in its place."


def _no_change(note: Note, _: dt.datetime, of: str) -> str:
    why = f" ({_FAULTS[note.fault]})" if note.fault else ""
    return f"The change{of} is not shown: its previous close cannot be trusted{why}."


def _hole(note: Note, _: dt.datetime, of: str) -> str:
    if note.since and note.until and note.since != note.until:
        return f"The history{of} has a hole from {full_day(note.since)} to {full_day(note.until)}."
    return f"The history{of} has a hole{f' on {full_day(note.since)}' if note.since else ''}."


def _short_history(note: Note, _: dt.datetime, of: str) -> str:
    since = f"starts on {full_day(note.since)}" if note.since else "is short"
    return f"The history{of} {since}; earlier records are not known."


_NOTES: Mapping[NoteKind, str | Callable[[Note, dt.datetime, str], str]] = {
    NoteKind.SAMPLE: "These are sample figures, not quotes.",
    NoteKind.STALE: _stale,
    NoteKind.SOURCE_DOWN: _source_down,
    NoteKind.REJECTED: _rejected,
    NoteKind.UNCONFIRMED: (
        "The figure{of} is extraordinary, and nothing confirms it yet: take no record or change from it."
    ),
    NoteKind.PROXY: "The move{of} is that of an ETF that tracks it; the level of the index is not known.",
    NoteKind.NO_CHANGE: _no_change,
    NoteKind.NO_TRADE: "No trade{of} has been seen today, though the exchange should be open.",
    NoteKind.HOLE: _hole,
    NoteKind.NO_HISTORY: "The history{of} is not loaded yet, so records and trends are not known.",
    NoteKind.SHORT_HISTORY: _short_history,
    NoteKind.CALENDAR_UNKNOWN: "The trading calendar{of} ends before this day: weekdays are assumed.",
}


def _age(then: dt.datetime | None, now: dt.datetime) -> str | None:
    """Say how old something is; nothing where a clock that was ahead told the time of it."""
    return duration(now - then) if then is not None and then <= now else None


_FAULTS = {
    Fault.NO_LEVEL: "no level",
    Fault.NO_TIME: "no time of trade",
    Fault.OUT_OF_BOUNDS: "out of bounds",
    Fault.FUTURE: "dated in the future",
    Fault.PREVIOUS_MISSING: "it is missing",
    Fault.PREVIOUS_NEAR_ZERO: "it is near zero",
    Fault.PREVIOUS_CONTRADICTED: "the stored history has another",
    Fault.JUMP: "the move is above 20 %",
    Fault.RANGE: "the day's range does not hold the level",
    Fault.CONTRADICTED: "the stored history contradicts it",
    Fault.UNCONFIRMED: "nothing confirms it yet",
    Fault.DISTRIBUTION: "the ETF may have paid a distribution",
}


def full_day(date: dt.date) -> str:
    """Write a date with its year: "Jan 26, 2018"."""
    return f"{date:%b} {date.day}, {date.year}"
