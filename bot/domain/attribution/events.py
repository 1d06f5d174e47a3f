"""Which economic figures are due in a region, and which came, each with its time?

Figures are those of a calendar that others keep; a real 0.0 is a figure. Which of them move markets is decided by their
names, in the form that Reuters gives them and Yahoo repeats ("CPI YY, NSA").
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from bot.domain.markets.catalogue import CATALOGUE
from bot.domain.markets.market import Region
from bot.domain.model import Frozen


class EventKind(StrEnum):
    """What an economic figure measures."""

    INFLATION = "inflation"
    JOBS = "jobs"
    GROWTH = "growth"
    ACTIVITY = "activity"
    TRADE = "trade"


class EconomicEvent(Frozen):
    """A figure that is published at ``time`` (UTC), of a country by its ISO code.

    ``name`` and ``period`` are the calendar's own words. ``actual`` is the figure once it is known, ``expected`` the
    consensus, ``prior`` the figure before; all three in one unit, which is per cent where ``percent`` says so.
    """

    name: str
    kind: EventKind
    country: str
    time: datetime
    period: str | None = None
    actual: float | None = None
    expected: float | None = None
    prior: float | None = None
    percent: bool = False


class RawEvent(NamedTuple):
    """A row of a calendar, before anybody knows what it measures."""

    name: str
    country: str
    time: datetime
    period: str | None = None
    actual: float | None = None
    expected: float | None = None
    prior: float | None = None


BY_EXCHANGE: Final = {
    "XTKS": "JP", "XKRX": "KR", "XTAI": "TW", "XHKG": "HK", "XSHG": "CN", "XSES": "SG", "XIDX": "ID", "XKLS": "MY",
    "XBKK": "TH", "XPHS": "PH", "XBOM": "IN", "XASX": "AU", "XNZE": "NZ", "XNYS": "US", "XTSE": "CA", "BVMF": "BR",
    "XMEX": "MX", "XLON": "GB", "XETR": "DE", "XPAR": "FR", "XMIL": "IT", "XMAD": "ES", "XAMS": "NL", "XSWX": "CH",
}  # fmt: skip
"""The country of an exchange, by its MIC."""
COUNTRIES: Final = {
    **{BY_EXCHANGE[market.mic]: market.region for market in CATALOGUE if market.mic in BY_EXCHANGE},
    "EU": Region.EUROPE,
}
"""The countries of the catalogue's summaries; ``EU`` is the euro area."""

_EURO: Final = frozenset({"DE", "FR", "IT", "ES", "NL"})
_KINDS: Final[tuple[tuple[EventKind, re.Pattern[str]], ...]] = (
    (EventKind.INFLATION, re.compile(r"\b(core )?(cpi|hicp|pce price|consumer price)", re.IGNORECASE)),
    (EventKind.JOBS, re.compile(r"\b(non-?farm payrolls|unemployment rate|employment change)", re.IGNORECASE)),
    (EventKind.GROWTH, re.compile(r"\bgdp\b", re.IGNORECASE)),
    (EventKind.ACTIVITY, re.compile(r"\bpmi\b", re.IGNORECASE)),
    (EventKind.TRADE, re.compile(r"\btrade balance\b|\b(exports|imports) yy\b", re.IGNORECASE)),
)
_WEIGHTY: Final = re.compile(r"cpi (yy|mm)\b|non-?farm payrolls\b", re.IGNORECASE)
SOON: Final = timedelta(days=1)
"""How far ahead of it a figure is told in a summary."""
_PERCENT: Final = re.compile(r"\b(yy|mm|qq)\b|\brate\b|\((yoy|mom|qoq)\)", re.IGNORECASE)


def economic_event(raw: RawEvent) -> EconomicEvent | None:
    """Return a row that measures something markets wait for, in a country of the catalogue; else ``None``."""
    kind = next((kind for kind, pattern in _KINDS if pattern.search(raw.name)), None)
    if kind is None or raw.country not in COUNTRIES:
        return None
    percent = kind is not EventKind.ACTIVITY and _PERCENT.search(raw.name) is not None
    return EconomicEvent(kind=kind, percent=percent, **raw._asdict())


def of_region(events: Iterable[EconomicEvent], region: Region) -> list[EconomicEvent]:
    """Return the events of a region's countries, in the order of their times; of the world, all."""
    own = [event for event in events if region is Region.WORLD or COUNTRIES[event.country] is region]
    return sorted(own, key=lambda event: (event.time, event.country, event.name))


def around(events: Iterable[EconomicEvent], mic: str, since: datetime, until: datetime) -> tuple[EconomicEvent, ...]:
    """Return the figures published between two instants that may concern an exchange: its country's, and America's."""
    own = BY_EXCHANGE.get(mic, "US")
    countries = {own, "US", *(["EU"] if own in _EURO else [])}
    found = [event for event in events if event.country in countries and since < event.time <= until]
    return tuple(sorted(found, key=lambda event: (event.time, event.country, event.name)))


def weighty(events: Iterable[EconomicEvent], now: datetime) -> EconomicEvent | None:
    """Return what all markets wait for, if it is due within a day: America's consumer prices or payrolls."""
    due = [
        event
        for event in events
        if event.country == "US" and timedelta(0) < event.time - now <= SOON and _WEIGHTY.match(event.name)
    ]
    return min(due, key=lambda event: (event.time, event.name), default=None)


def seen_from(events: Iterable[EconomicEvent], now: datetime) -> list[EconomicEvent]:
    """Return events as they were known at an instant: what was not published yet has no figure."""
    return [event if event.time <= now else event.model_copy(update={"actual": None}) for event in events]
