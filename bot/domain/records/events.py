"""What happened in a market that somebody may want to hear of?

Each observation is judged by itself, against the sessions before its own, and an event is known by its market, kind,
session and threshold, never by an instant. So whatever order the observations of a session come in, and however often,
they show the same events, and `fresh` passes each of them once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.domain.markets.market import Market
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

    ``level`` is that of the observation that showed it, in points; it does not count for equality.
    """

    market: str
    kind: EventKind
    day: date
    threshold: float | None = None
    level: float | None = field(default=None, compare=False)


def events(index: HistoryIndex, live: LiveBar, moves: Collection[float] = ()) -> tuple[Event, ...]:
    """Return all events that a live bar shows of its session; ``moves`` are the thresholds asked for, in per cent.

    There is none that an unsettled hole leaves open, nor a change since a close that is not known.
    """
    past = PointInTime(index, live)
    market, day = index.market, live.day
    level = market.points(past.level)
    record = facts(index, live)
    result = []
    if record.intraday.is_record:
        result.append(Event(market.key, EventKind.RECORD_HIGH, day, level=level))
    if record.verdict == "record_close":
        result.append(Event(market.key, EventKind.RECORD_CLOSE, day, level=level))
    before = next(past.backwards(past.day), None)
    if before is not None and before.joined:
        highest, lowest = max(past.level, past.high or 0), min(past.level, past.low or past.level)
        risen, fallen = (before.level, highest), (lowest + 1, before.level + 1)
        for kind, between in ((EventKind.ROUND_ABOVE, risen), (EventKind.ROUND_BELOW, fallen)):
            numbers = _round_numbers(market, *between)
            if numbers:  # a gap through several is one event, named by the furthest
                furthest = numbers[-1] if kind is EventKind.ROUND_ABOVE else numbers[0]
                result.append(Event(market.key, kind, day, market.points(furthest), level))
        change = percent(past.level, before.level)
        kind = EventKind.RISE if change > 0 else EventKind.FALL
        result.extend(Event(market.key, kind, day, move, level) for move in sorted(moves) if 0 < move <= abs(change))
    return tuple(result)


def fresh(events: Iterable[Event], announced: Collection[Event]) -> tuple[Event, ...]:
    """Return the events that were not announced before, each once, in the order in which they occurred."""
    return tuple(dict.fromkeys(event for event in events if event not in announced))


def _round_numbers(market: Market, start: int, end: int) -> range:
    """Return the round numbers from start, included, to end, excluded, in whole units."""
    step = round_step(market, end)
    return range(-(-start // step) * step, end, step)
