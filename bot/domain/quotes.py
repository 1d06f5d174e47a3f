"""What is a market's level, what does it belong to, and how far can it be trusted?

A source learns *observations*: a level, the time of its trade, the time at which it was read. What they mean at an
instant (state of the exchange, staleness, change) is worked out when asked and never stored.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.calendars.calendar import Calendar, ExchangeState, Session
from bot.domain.history.bars import History
from bot.domain.markets.market import Instrument, Market
from bot.domain.model import Fault, Frozen

GRACE = timedelta(minutes=10)
"""How much older than its stated delay a level may be while a session runs, before it is called stale."""

USUAL_DELAY = timedelta(minutes=20)
"""The delay of a source that states none."""

LONGEST_DELAY = timedelta(minutes=30)
"""The longest delay of an exchange: Shanghai's."""

SETTLING = timedelta(minutes=2)
"""How long after a session's end its last trades are still being printed."""

CLOSE_KNOWN = LONGEST_DELAY + SETTLING + timedelta(minutes=3)
"""How long after a session's end the close of every exchange is known, with some time for a slow source."""

TOLERANCE = 0.0005
"""Largest share by which a source's previous close may differ from the stored one: 0.05 %."""

LARGEST_MOVE = 0.20
"""Moves of an index above this share are shown only where the day's own bar agrees (1987 and 1989 were real)."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a source reported of a market or instrument; prices in whole units, instants in UTC.

    ``proxy``: the prices are those of an ETF that stands for the index. ``bar_agrees``: the source's own daily bar
    shows the same move, so that even a very large one is believed. ``faults``: the rules that parts of it failed; a
    part that failed is ``None``. ``unconfirmed``: the level is extraordinary and nothing confirms it yet, so that no
    change, record or alert rests on it. ``rejected``: the source's newest figure could not be used, and this one, the
    last good one, stands in its place.
    """

    key: str
    level: int
    time: datetime
    fetched_at: datetime
    previous_close: int | None = None
    day_high: int | None = None
    day_low: int | None = None
    delay_minutes: int | None = None
    proxy: bool = False
    bar_agrees: bool = False
    unconfirmed: bool = False
    rejected: bool = False
    faults: tuple[Fault, ...] = ()


class Quote(Frozen):
    """A level and all that it takes to trust it; part of the contract of answers.

    Levels are index points with the index's decimals, ``change_pct`` is in per cent rounded to 2 decimals, instants
    are UTC, ``session_date`` is a date of the exchange's own zone. ``rounded_pct`` is the change rounded once to 1
    decimal, as prose and boards show it: rounding ``change_pct`` again would turn 0.446 into 0.5. ``running``: the
    session of ``session_date`` is under way, so that the level is no close. ``rejected``: the source's newest figure
    could not be used, and this is the last good one.
    """

    market: str
    name: str
    symbol: str
    region: str
    session_date: date | None = None
    state: ExchangeState
    level: float | None = None
    previous_close: float | None = None
    change: float | None = None
    change_pct: float | None = None
    rounded_pct: float | None = None
    day_high: float | None = None
    day_low: float | None = None
    time: datetime | None = None
    fetched_at: datetime | None = None
    delay_minutes: int | None = None
    running: bool = False
    stale: bool = False
    rejected: bool = False


def percent(new: int, old: int, decimals: int = 2) -> float:
    """Return the change from old to new in per cent, rounded once to so many decimals, halves away from zero."""
    scale: int = 10**decimals
    units = (200 * scale * abs(new - old) + old) // (2 * old)
    return (units if new >= old else -units) / scale + 0.0


def rounded(once: float | None, twice: float) -> float:
    """Return a percentage for one decimal: what was rounded once to it, else what is known to 2 decimals."""
    return twice if once is None else once


def session_date(listing: Market | Instrument, time: datetime) -> date:
    """Return the date, in the exchange's own zone, of a trade at this instant."""
    return time.astimezone(ZoneInfo(listing.zone)).date()


class Move(NamedTuple):
    """The change of a level against the close of the session before it, or why there is none."""

    previous: int | None
    percent: float | None
    faults: tuple[Fault, ...]

    def rounded(self, level: int) -> float | None:
        """Return the change to this level rounded once to 1 decimal."""
        return None if self.percent is None or self.previous is None else percent(level, self.previous, 1)


def move(market: Market, observation: Observation, calendar: Calendar, history: History | None) -> Move:
    """Return the change of an observation's level, its previous close checked against the stored history.

    The source's own previous close stands unless the stored history knows the exchange's previous session and
    differs by more than `TOLERANCE`. Where the source names none that can be one, or still that of an earlier
    session, the stored close is taken. Never the row
    before the last one: a missing session would make it the wrong day's.
    """
    previous, faults = observation.previous_close, list(observation.faults)
    if history is not None and not observation.proxy:
        previous, contradicted = _previous(market, observation, calendar, history)
        faults += [Fault.PREVIOUS_CONTRADICTED] if contradicted else []
    if previous is None:
        if not faults:
            faults.append(Fault.PREVIOUS_MISSING)
        return Move(None, None, tuple(faults))
    if Fault.DISTRIBUTION in faults:
        return Move(previous, None, tuple(faults))
    if observation.unconfirmed:
        return Move(previous, None, (*faults, Fault.UNCONFIRMED))
    if abs(observation.level - previous) > LARGEST_MOVE * previous and not observation.bar_agrees:
        return Move(previous, None, (*faults, Fault.JUMP))
    return Move(previous, percent(observation.level, previous), tuple(faults))


def _previous(
    market: Market, observation: Observation, calendar: Calendar, history: History
) -> tuple[int | None, bool]:
    """Return the close of the session before, and whether the history contradicts the source's own."""
    day, previous = session_date(market, observation.time), observation.previous_close
    before = calendar.previous(day).day
    stored = history.on(before)
    if stored is None and not calendar.knows(before):
        stored = history.before(day)
    if stored is None or stored.close is None:
        return previous, False
    if previous is not None and abs(previous - stored.close) <= TOLERANCE * stored.close:
        return previous, False
    if previous is None or is_older_close(history, day, previous):
        return stored.close, False
    return None, True


def is_older_close(history: History, day: date, close: int) -> bool:
    """Return whether a close is that of one of the five sessions before a day's previous one."""
    end = history.first_at_or_after(day) - 1
    return any(abs(history.closes[position] - close) <= 1 for position in range(max(0, end - 5), max(0, end)))


def is_stale(calendar: Calendar, observation: Observation, day: date, instant: datetime) -> bool:
    """Return whether a level is older than it should be at this instant, by the exchange's hours and its delay."""
    running = _running(calendar, instant)
    if running is None:
        return day < calendar.last_completed(instant).day
    if day != running.day:
        return True
    # During the lunch break nothing trades: the newest possible trade is that of the break's start.
    newest = running.break_start if calendar.state(instant) is ExchangeState.BREAK and running.break_start else instant
    return observation.time < newest - timedelta(minutes=observation.delay_minutes or 0) - GRACE


def complete_until(observation: Observation, read_at: datetime) -> datetime:
    """Return the instant up to which a source has reported all trades when it is read at ``read_at``.

    A delayed source still reports a session's last minutes after its end; one that states no delay is taken to have
    the usual one.
    """
    minutes = observation.delay_minutes
    delay = USUAL_DELAY if minutes is None else timedelta(minutes=minutes)
    return read_at - delay - SETTLING


def is_final(session: Session, observation: Observation) -> bool:
    """Return whether a level is its session's close; the only place that decides it.

    It is if it was read after the session's end, and either its trade is that of the close itself or the source had
    reported everything by then.
    """
    if observation.fetched_at < session.close:
        return False
    return observation.time >= session.close or complete_until(observation, observation.fetched_at) >= session.close


def quote(market: Market, calendar: Calendar, observation: Observation, change: Move, instant: datetime) -> Quote:
    """Return what an observation means at this instant; levels of a proxy are left out."""
    day = session_date(market, observation.time)
    level = None if observation.proxy else observation.level
    previous = None if observation.proxy else change.previous
    running = _running(calendar, instant)

    def points(units: int | None) -> float | None:
        return None if units is None or observation.proxy else market.points(units)

    return Quote(
        market=market.key,
        name=market.name,
        symbol=market.symbol,
        region=market.region,
        session_date=day,
        state=calendar.state(instant),
        level=points(level),
        previous_close=points(previous),
        change=None if change.percent is None or level is None or previous is None else points(level - previous),
        change_pct=change.percent,
        rounded_pct=change.rounded(observation.level),
        day_high=points(observation.day_high),
        day_low=points(observation.day_low),
        time=observation.time,
        fetched_at=observation.fetched_at,
        delay_minutes=observation.delay_minutes,
        running=running is not None and running.day == day,
        stale=is_stale(calendar, observation, day, instant),
        rejected=observation.rejected,
    )


def _running(calendar: Calendar, instant: datetime) -> Session | None:
    session = calendar.current(instant)
    return session if session and session.open <= instant < session.close else None
