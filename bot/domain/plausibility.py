"""Can a level be true beside what is known of its market already: the stored closes, the day's bar, the level before?

Indexes did fall by a third in a day, so a rule of thumb alone must not mute them: what is far from the last close
needs the day's own bar to stand where it does. What the stored closes or that bar contradict is no level. What
nothing can confirm yet is shown, but kept out of changes, records and alerts until a second reading agrees.
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
"""Share by which an index may move, from one session to the next or within one, without a second check."""

BAR_TOLERANCE: Final = 0.02
"""Largest share by which two readings of one level may differ: the second is read a moment later, perhaps on a wild
day."""

SAME_INDEX_TOLERANCE: Final = 0.005
"""`BAR_TOLERANCE` where the previous close is not this index's: the level may be that of another index close by."""

_ROUNDING: Final = 1  # unit of the last decimal


class Reference(NamedTuple):
    """The newest stored close that a level can be held against, and how many sessions it is away."""

    close: int
    sessions: int

    def moved(self, level: int) -> float:
        """Return the move to a level as a share of the close; n sessions are allowed √n times as much."""
        return abs(level - self.close) / self.close / sqrt(self.sessions)

    def absurd(self, level: int) -> bool:
        """Return whether no index ever moved so far: to double or half within a session, whatever the source says."""
        factor = 1 + sqrt(self.sessions)
        return not self.close / factor < level < self.close * factor


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a market before its quote is read: its stored bars, and the last level believed."""

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

    def near_last(self, observation: Observation, share: float) -> bool | None:
        """Return whether a level is near the last one believed of its session; ``None`` where there is none."""
        if self.last is None or session_date(self.market, self.last.time) != session_date(
            self.market, observation.time
        ):
            return None
        return abs(observation.level - self.last.level) <= share * self.last.level

    def doubtful(self, observation: Observation) -> bool:
        """Return whether a level is believed only if a second source confirms it."""
        near = self.near_last(observation, BAR_TOLERANCE)
        reference = self.reference(session_date(self.market, observation.time))
        strange = self._strange(observation, reference)
        if near and (reference is None or not reference.absurd(observation.level)):
            return False  # what confirmed the last level confirms this one
        return strange or self.near_last(observation, USUAL_MOVE) is False or self.misplaced(observation)

    def misplaced(self, observation: Observation) -> bool:
        """Return whether the previous close that came with a level is not this index's, so that the level may not be.

        A source that still reports the close of an earlier day is late, and nothing worse.
        """
        day, previous = session_date(self.market, observation.time), observation.previous_close
        stored = self.before(day)
        if stored is None or previous is None or abs(previous - stored) <= TOLERANCE * stored:
            return False
        return self.history is None or not is_older_close(self.history, day, previous)

    def _strange(self, observation: Observation, reference: Reference | None) -> bool:
        if reference is not None:
            return reference.moved(observation.level) > USUAL_MOVE
        previous = observation.previous_close
        return previous is not None and abs(observation.level - previous) > USUAL_MOVE * previous


class Judgement(NamedTuple):
    """What becomes of a doubtful level: what of the observation can be shown, ``None`` where it is refused."""

    observation: Observation | None
    confirmed: bool = False


def judge(known: Known, observation: Observation, bars: Iterable[Bar]) -> Judgement:
    """Judge a doubtful level by the source's own daily bars; no bars where they could not be fetched."""
    closes = {bar.day: bar.close for bar in bars if bar.close}
    day = session_date(known.market, observation.time)
    reference, today = known.reference(day), closes.get(day)
    moved = reference.moved(observation.level) if reference else 0.0
    absurd = reference is not None and reference.absurd(observation.level)
    if absurd or today is None:
        return Judgement(None if absurd or moved > LARGEST_MOVE else observation)
    other_index = reference is not None and moved <= USUAL_MOVE and known.misplaced(observation)
    if abs(today - observation.level) > (SAME_INDEX_TOLERANCE if other_index else BAR_TOLERANCE) * observation.level:
        return Judgement(None)
    before, stored = closes.get(known.calendar.previous(day).day), known.before(day)
    if reference is None:
        return _by_bars_alone(observation, before)
    if before is not None and stored is not None and abs(before - stored) > BAR_TOLERANCE * stored:
        return Judgement(None)  # the bars are of another scale, or of another index
    return Judgement(replace(observation, bar_agrees=True), confirmed=moved <= LARGEST_MOVE)


def _by_bars_alone(observation: Observation, before: int | None) -> Judgement:
    """Judge a level that the day's bar confirms while no close is stored: the bar before must be its previous close."""
    previous = observation.previous_close
    if before is None or previous is None or abs(before - previous) > TOLERANCE * before:
        return Judgement(observation)
    reference = Reference(before, 1)
    return Judgement(
        None if reference.absurd(observation.level) else replace(observation, bar_agrees=True),
        confirmed=reference.moved(observation.level) <= LARGEST_MOVE,
    )


def contradicted(known: Known, observation: Observation) -> bool:
    """Return whether the stored closes rule a level out, with or without the day's bar."""
    if observation.proxy or (reference := known.reference(session_date(known.market, observation.time))) is None:
        return False
    if reference.absurd(observation.level):
        return True
    return not observation.bar_agrees and reference.moved(observation.level) > LARGEST_MOVE


def in_range(known: Known, observation: Observation) -> Observation:
    """Leave out a high or low that lies far beyond both the level and the close before it: a wrong tick."""
    day = session_date(known.market, observation.time)
    stored = known.before(day) or observation.previous_close or observation.level
    most, least = max(observation.level, stored) * (1 + USUAL_MOVE), min(observation.level, stored) * (1 - USUAL_MOVE)
    high, low = observation.day_high, observation.day_low
    good_high = high is None or observation.level - _ROUNDING <= high <= most
    good_low = low is None or least <= low <= observation.level + _ROUNDING
    if good_high and good_low:
        return observation
    return replace(observation, day_high=high if good_high else None, day_low=low if good_low else None)


def _reference(history: History, calendar: Calendar, day: date) -> Reference | None:
    bar = history.on(day) or history.before(day)
    if bar is None or not bar.close:
        return None
    sessions = 1 if bar.day == day else 1 + missing(calendar, bar.day.toordinal(), day.toordinal())
    return Reference(bar.close, sessions)
