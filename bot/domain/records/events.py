"""What happened in a market from one observation to the next that somebody may want to be told?

Each observation is judged by itself, against the sessions before its own, and an event is known by its market, kind,
session and threshold, never by an instant. So whatever order the observations of a session come in, and however often,
they show the same events, and `fresh` tells each of them once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.domain.quotes import percent
from bot.domain.records.history_index import HistoryIndex, LiveBar
from bot.domain.records.point_in_time import PointInTime
from bot.domain.records.records import facts, round_step


class EventKind(StrEnum):
    """What can happen; the threshold of an event says by how much or through what."""

    RECORD_HIGH = "record_high"  # the day's high is above every earlier high
    RECORD_CLOSE = "record_close"
    ROUND_ABOVE = "round_above"  # rose through a round number (in points) since the close of the session before
    ROUND_BELOW = "round_below"  # fell through one
    RISE = "rise"  # at least so many per cent above the close of the session before
    FALL = "fall"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a session; ``threshold`` is a round number in points, or a move in per cent.

    ``level`` is what the observation that showed it stood at, in points; it is no part of what the event is.
    """

    market: str
    kind: EventKind
    day: date
    threshold: float | None = None
    level: float | None = field(default=None, compare=False)


def events(ledger: HistoryIndex, reading: LiveBar, moves: Collection[float] = ()) -> tuple[Event, ...]:
    """Return all that an observation shows of its session; ``moves`` are the thresholds asked for, in per cent.

    Nothing is told that an unsettled hole leaves open, nor of a change since a close that is not known.
    """
    seen = PointInTime(ledger, reading)
    market, day = ledger.market, reading.day
    level = market.points(seen.level)
    record = facts(ledger, reading)
    found = []
    if record.intraday.is_record:
        found.append(Event(market.key, EventKind.RECORD_HIGH, day, level=level))
    if record.verdict == "record_close":
        found.append(Event(market.key, EventKind.RECORD_CLOSE, day, level=level))
    before = next(seen.backwards(seen.day), None)
    if before is not None and before.joined:
        one_point = 10**market.decimals
        highest, lowest = max(seen.level, seen.high or 0), min(seen.level, seen.low or seen.level)
        risen, fallen = (before.level, highest), (lowest + 1, before.level + 1)
        for kind, between in ((EventKind.ROUND_ABOVE, risen), (EventKind.ROUND_BELOW, fallen)):
            numbers = _round_numbers(*between, one_point)
            if numbers:  # a gap through several is one event, named by the furthest
                furthest = numbers[-1] if kind is EventKind.ROUND_ABOVE else numbers[0]
                found.append(Event(market.key, kind, day, market.points(furthest), level))
        change = percent(seen.level, before.level)
        kind = EventKind.RISE if change > 0 else EventKind.FALL
        found.extend(Event(market.key, kind, day, move, level) for move in sorted(moves) if 0 < move <= abs(change))
    return tuple(found)


def fresh(shown: Iterable[Event], told: Collection[Event]) -> tuple[Event, ...]:
    """Return the events that were not told before, each once, in the order in which they were shown."""
    return tuple(dict.fromkeys(event for event in shown if event not in told))


def _round_numbers(start: int, end: int, one_point: int) -> range:
    """Give the round numbers from start, included, to end, excluded, in whole units."""
    step = round_step(end, one_point)
    return range(-(-start // step) * step, end, step)
