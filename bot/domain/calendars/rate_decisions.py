"""When does a central bank publish its decision on interest rates?

The days stand in a reviewed table, of as many banks as somebody has checked against the bank's own page. What a bank
decided, or is expected to, is not in it.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

SOON: Final = timedelta(days=1)
"""How far ahead of its day a decision is told."""

_COLUMNS: Final = ["bank", "day", "source"]


class CentralBank(StrEnum):
    """A central bank of the table."""

    FED = "fed"


class RateDecision(NamedTuple):
    """A decision: the day in the bank's own zone, and the instant of its publication (UTC)."""

    bank: CentralBank
    day: date
    at: datetime


ZONES: Final = {CentralBank.FED: "America/New_York"}
_TIMES: Final = {CentralBank.FED: time(14, 0)}
"""The hour of publication by the bank's own clock; of the Fed since March 2013."""


def parse(text: str) -> tuple[RateDecision, ...]:
    """Read the table, and return its decisions in the order in which they are published.

    Raises:
        ValueError: if a line of it is no decision, by its number.
    """
    header, *rows = text.splitlines()
    if header.split(",") != _COLUMNS:
        message = f"line 1: the columns must be {', '.join(_COLUMNS)}"
        raise ValueError(message)
    decisions = []
    for number, row in enumerate(rows, start=2):
        try:
            name, iso, _ = row.split(",")
            bank, day = CentralBank(name), date.fromisoformat(iso)
        except ValueError:
            message = f"line {number}: not a bank, a day and a source"
            raise ValueError(message) from None
        decisions.append(RateDecision(bank, day, _published(bank, day)))
    return tuple(sorted(decisions, key=lambda decision: decision.at))


def next_decision(decisions: Iterable[RateDecision], now: datetime, today: date) -> RateDecision | None:
    """Return the first decision still to come at an instant, if its day is today or tomorrow.

    ``today`` is the reader's own date: the one after the decision's in Asia, once New York has not slept on it.
    """
    coming = next((decision for decision in decisions if decision.at > now), None)
    return coming if coming is not None and coming.day - today <= SOON else None


def _published(bank: CentralBank, day: date) -> datetime:
    return datetime.combine(day, _TIMES[bank], ZoneInfo(ZONES[bank])).astimezone(UTC)
