"""Can a level be true beside what is known of its market already: the stored closes, the day's bar, the level before?

Indexes did fall by a third in a day, so a rule of thumb alone must not mute them: what is far from the last close
needs the day's own bar to stand where it does. What the stored closes or that bar contradict is no level. What
nothing can confirm yet is shown, and held back from changes, records and alerts until a second reading agrees.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt
from typing import Final, NamedTuple

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import Bar, History
from bot.domain.history.holes import missing
from bot.domain.markets.market import Market
from bot.domain.quotes import LARGEST_MOVE, TOLERANCE, Observation, is_older_close, session_date

USUAL_MOVE: Final = 0.05
"""Share by which an index may move, from one session to the next or within one, without anybody looking twice."""

BAR_TOLERANCE: Final = 0.02
"""Largest share by which two readings of one level may differ: the second is read a moment later, on a wild day."""

IDENTITY: Final = 0.005
"""`BAR_TOLERANCE` where the previous close is not this index's: the level may be that of another index near it."""

_NOISE: Final = 1  # unit of the last decimal


class Reference(NamedTuple):
    """The newest stored close that a level can be held against, and how many sessions it is away."""

    close: int
    sessions: int

    def moved(self, level: int) -> float:
        """Return the move to a level as a share of the close; n sessions are allowed √n times as much."""
        return abs(level - self.close) / self.close / sqrt(self.sessions)

    def absurd(self, level: int) -> bool:
        """Say whether no index ever moved so far: to the double or the half within a session, whoever says so."""
        factor = 1 + sqrt(self.sessions)
        return not self.close / factor < level < self.close * factor


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a market before a quote of it is read: its stored bars, and the last level believed."""

    market: Market
    calendar: Calendar
    history: History | None
    last: Observation | None = None

    def reference(self, day: date) -> Reference | None:
        """Return the stored close of a session, or the newest one before it."""
        return None if self.history is None else _reference(self.history, self.calendar, day)

    def before(self, day: date) -> int | None:
        """Return the stored close of the exchange's session before a day."""
        bar = self.history.on(self.calendar.previous(day).day) if self.history is not None else None
        return bar.close if bar is not None else None

    def near_last(self, seen: Observation, share: float) -> bool | None:
        """Say whether a level is near the last one believed of its session; ``None`` where there is none."""
        if self.last is None or session_date(self.market, self.last.time) != session_date(self.market, seen.time):
            return None
        return abs(seen.level - self.last.level) <= share * self.last.level

    def doubtful(self, seen: Observation) -> bool:
        """Say whether a second source is needed to believe a level."""
        near = self.near_last(seen, BAR_TOLERANCE)
        reference = self.reference(session_date(self.market, seen.time))
        strange = self._strange(seen, reference)
        if near and (reference is None or not reference.absurd(seen.level)):
            return False  # what made the last one believable makes this one so
        return strange or self.near_last(seen, USUAL_MOVE) is False or self.misplaced(seen)

    def misplaced(self, seen: Observation) -> bool:
        """Say whether the previous close that came with a level is none of this index's: the level may not be either.

        A source that still tells the close of a day before is late, and no more than that.
        """
        day, previous = session_date(self.market, seen.time), seen.previous_close
        stored = self.before(day)
        if stored is None or previous is None or abs(previous - stored) <= TOLERANCE * stored:
            return False
        return self.history is None or not is_older_close(self.history, day, previous)

    def _strange(self, seen: Observation, reference: Reference | None) -> bool:
        if reference is not None:
            return reference.moved(seen.level) > USUAL_MOVE
        previous = seen.previous_close
        return previous is not None and abs(seen.level - previous) > USUAL_MOVE * previous


class Judgement(NamedTuple):
    """What becomes of a doubtful level: ``seen`` is what of it can be shown, ``None`` where it is refused."""

    seen: Observation | None
    confirmed: bool = False


def judge(known: Known, seen: Observation, bars: Iterable[Bar]) -> Judgement:
    """Judge a doubtful level by the source's own daily bars; none where they could not be had."""
    closes = {bar.day: bar.close for bar in bars if bar.close}
    day = session_date(known.market, seen.time)
    reference, today = known.reference(day), closes.get(day)
    moved = reference.moved(seen.level) if reference else 0.0
    absurd = reference is not None and reference.absurd(seen.level)
    if absurd or today is None:
        return Judgement(None if absurd or moved > LARGEST_MOVE else seen)
    usual = reference is not None and moved <= USUAL_MOVE and known.misplaced(seen)
    if abs(today - seen.level) > (IDENTITY if usual else BAR_TOLERANCE) * seen.level:
        return Judgement(None)
    before, stored = closes.get(known.calendar.previous(day).day), known.before(day)
    if reference is None:
        return _by_bars_alone(seen, before)
    if before is not None and stored is not None and abs(before - stored) > BAR_TOLERANCE * stored:
        return Judgement(None)  # the bars are of another scale, or of another index
    return Judgement(replace(seen, bar_agrees=True), confirmed=moved <= LARGEST_MOVE)


def _by_bars_alone(seen: Observation, before: int | None) -> Judgement:
    """Judge a level that the day's bar shares where no close is stored: the bar before must be its previous close."""
    previous = seen.previous_close
    if before is None or previous is None or abs(before - previous) > TOLERANCE * before:
        return Judgement(seen)
    reference = Reference(before, 1)
    return Judgement(
        None if reference.absurd(seen.level) else replace(seen, bar_agrees=True),
        confirmed=reference.moved(seen.level) <= LARGEST_MOVE,
    )


def contradicted(known: Known, seen: Observation) -> bool:
    """Say whether the stored closes leave a level no room, with the day's bar or without it."""
    if seen.proxy or (reference := known.reference(session_date(known.market, seen.time))) is None:
        return False
    if reference.absurd(seen.level):
        return True
    return not seen.bar_agrees and reference.moved(seen.level) > LARGEST_MOVE


def in_range(known: Known, seen: Observation) -> Observation:
    """Leave out a high or low that lies far beyond both the level and the close before it: a tick that was wrong."""
    day = session_date(known.market, seen.time)
    stored = known.before(day) or seen.previous_close or seen.level
    most, least = max(seen.level, stored) * (1 + USUAL_MOVE), min(seen.level, stored) * (1 - USUAL_MOVE)
    high, low = seen.day_high, seen.day_low
    good_high = high is None or seen.level - _NOISE <= high <= most
    good_low = low is None or least <= low <= seen.level + _NOISE
    if good_high and good_low:
        return seen
    return replace(seen, day_high=high if good_high else None, day_low=low if good_low else None)


def _reference(history: History, calendar: Calendar, day: date) -> Reference | None:
    bar = history.on(day) or history.before(day)
    if bar is None or not bar.close:
        return None
    away = 1 if bar.day == day else 1 + missing(calendar, bar.day.toordinal(), day.toordinal())
    return Reference(bar.close, away)
