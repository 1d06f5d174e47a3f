"""What is a market's level, what does it belong to, and how far can it be trusted?

A source learns *observations*: a level, the time of its trade, the time at which it was read. What they mean at an
instant (state of the exchange, staleness, change) is worked out when asked and never kept.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendars.calendar import Calendar, ExchangeState, Session
from bot.domain.history.bars import History
from bot.domain.markets.market import Instrument, Market
from bot.domain.model import Fault, Frozen

GRACE = timedelta(minutes=10)
"""How much older than its stated delay a level may be while a session runs, before it is called stale."""

USUAL_DELAY = timedelta(minutes=20)
"""How late a source is taken to be where it does not say."""

LONGEST_DELAY = timedelta(minutes=30)
"""The longest delay of an exchange: Shanghai's."""

SETTLING = timedelta(minutes=2)
"""How long after a session's end its last trades are still being printed."""

CLOSE_KNOWN = LONGEST_DELAY + SETTLING + timedelta(minutes=3)
"""How long after a session's end its close is known of every exchange, some time for a slow source included."""

TOLERANCE = 0.0005
"""Largest share by which a source's previous close may differ from the stored one: 0.05 %."""

LARGEST_MOVE = 0.20
"""Moves of an index above this share are shown only where the day's own bar agrees (1987 and 1989 were real)."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a source said of a market or instrument; prices in whole units, instants in UTC.

    ``proxy`` says that the prices are those of an ETF that stands for the index. ``bar_agrees`` says that the
    source's own daily bar has the same move, so that a very large one is believed. ``faults`` are the rules that
    parts of it failed; a part that failed is ``None``. ``unconfirmed`` says that the level is extraordinary and that
    nothing agrees with it yet: no change, record or alert rests on it. ``rejected`` says that the source's newest
    figure could not be used, so that this one, the last good one, stands in its place.
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
    """A level and all that it takes to trust it; see the contract of answers.

    Levels are index points with the index's decimals, ``change_pct`` is in per cent rounded to 2 decimals, instants
    are UTC, ``session_date`` is a date of the exchange's own zone. ``rejected`` says that the source's newest figure
    could not be used and that this is the last good one.
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
    day_high: float | None = None
    day_low: float | None = None
    time: datetime | None = None
    fetched_at: datetime | None = None
    delay_minutes: int | None = None
    stale: bool = False
    rejected: bool = False


def percent(new: int, old: int) -> float:
    """Return the change from old to new in per cent, rounded once to 2 decimals, halves away from zero."""
    twice = 20_000 * abs(new - old) + old
    hundredths = twice // (2 * old)
    return (hundredths if new >= old else -hundredths) / 100 + 0.0


def session_date(listing: Market | Instrument, time: datetime) -> date:
    """Return the date, in the exchange's own zone, of a trade at this instant."""
    return time.astimezone(ZoneInfo(listing.zone)).date()


@dataclass(frozen=True, slots=True)
class Move:
    """The change of a level against the close of the session before it, or why there is none."""

    previous: int | None
    percent: float | None
    faults: tuple[Fault, ...]


def move(market: Market, seen: Observation, calendar: Calendar, history: History | None) -> Move:
    """Check an observation's previous close against the stored history and return the change.

    The source's own previous close stands unless the stored history knows the exchange's previous session and
    differs by more than `TOLERANCE`. Where the source names none that can be one, or still that of a session before,
    the stored close is taken. Never the row before the last one: a missing session would make it the wrong day's.
    """
    previous, faults = seen.previous_close, list(seen.faults)
    if history is not None and not seen.proxy:
        previous, contradicted = _previous(market, seen, calendar, history)
        faults += [Fault.PREVIOUS_CONTRADICTED] if contradicted else []
    if previous is None:
        if not faults:
            faults.append(Fault.PREVIOUS_MISSING)
        return Move(None, None, tuple(faults))
    if Fault.DISTRIBUTION in faults:
        return Move(previous, None, tuple(faults))
    if seen.unconfirmed:
        return Move(previous, None, (*faults, Fault.UNCONFIRMED))
    if abs(seen.level - previous) > LARGEST_MOVE * previous and not seen.bar_agrees:
        return Move(previous, None, (*faults, Fault.JUMP))
    return Move(previous, percent(seen.level, previous), tuple(faults))


def _previous(market: Market, seen: Observation, calendar: Calendar, history: History) -> tuple[int | None, bool]:
    """Return the close of the session before, and whether the source's own is one that the history contradicts."""
    day, previous = session_date(market, seen.time), seen.previous_close
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
    """Say whether a close is that of one of the five sessions before the one before a day."""
    end = history.first_at_or_after(day) - 1
    return any(abs(history.closes[at] - close) <= 1 for at in range(max(0, end - 5), max(0, end)))


def is_stale(calendar: Calendar, seen: Observation, day: date, at: datetime) -> bool:
    """Say whether a level is older than it could be at this instant, given the exchange's hours and its delay."""
    running = _running(calendar, at)
    if running is None:
        return day < calendar.last_completed(at).day
    if day != running.day:
        return True
    # During the lunch break nothing trades: the last trade is as fresh as the break's start allows.
    fresh = running.break_start if calendar.state(at) is ExchangeState.BREAK and running.break_start else at
    return seen.time < fresh - timedelta(minutes=seen.delay_minutes or 0) - GRACE


def complete_until(observation: Observation, read_at: datetime) -> datetime:
    """Return the instant up to which a source has told all trades when it is read at ``read_at``.

    A delayed source goes on telling a session's last minutes after its end; one that does not state its delay is
    taken to be as late as is usual.
    """
    minutes = observation.delay_minutes
    delay = USUAL_DELAY if minutes is None else timedelta(minutes=minutes)
    return read_at - delay - SETTLING


def is_final(session: Session, observation: Observation) -> bool:
    """Say whether a level is its session's close; the one answer to this question in the whole bot.

    It is where it was read after the session's end, and its trade is that of the close itself or the source had told
    everything by then.
    """
    read = observation.fetched_at
    if read < session.close:
        return False
    return observation.time >= session.close or complete_until(observation, read) >= session.close


def quote(market: Market, calendar: Calendar, seen: Observation, change: Move, at: datetime) -> Quote:
    """Work out what an observation means at this instant; levels of a proxy are left out."""
    day = session_date(market, seen.time)
    shown = seen.level if not seen.proxy else None
    previous = change.previous if not seen.proxy else None

    def points(units: int | None) -> float | None:
        return None if units is None or seen.proxy else market.points(units)

    return Quote(
        market=market.key,
        name=market.name,
        symbol=market.symbol,
        region=market.region,
        session_date=day,
        state=calendar.state(at),
        level=points(shown),
        previous_close=points(previous),
        change=None if change.percent is None or shown is None or previous is None else points(shown - previous),
        change_pct=change.percent,
        day_high=points(seen.day_high),
        day_low=points(seen.day_low),
        time=seen.time,
        fetched_at=seen.fetched_at,
        delay_minutes=seen.delay_minutes,
        stale=is_stale(calendar, seen, day, at),
        rejected=seen.rejected,
    )


def _running(calendar: Calendar, at: datetime) -> Session | None:
    session = calendar.current(at)
    return session if session and session.open <= at < session.close else None
