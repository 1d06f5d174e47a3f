"""What did the week, month, quarter or year come to, on its last session; and did the year's gain or loss vanish?

A period's move is the largest of N such periods with a chance of one in N, and the n-th of one way in a row with one in
2ⁿ⁻¹; the smaller of the two, times the periods in ten years, is how often that is seen.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from bot.domain.highlights.highlight import Period, PeriodMove, YearTurn
from bot.domain.highlights.session import JudgedSession
from bot.domain.quotes import percent

_A_DECADE: Final[dict[Period, int]] = {"week": 520, "month": 120, "quarter": 40, "year": 10}
FEWEST: Final[dict[Period, int]] = {"week": 13, "month": 6, "quarter": 6, "year": 3}
"""Periods, this one included, of which it must be the best or worst to be called so."""
ROW: Final = 3
"""Periods of one way in a row, from which on they are counted in words."""
LEAST_YEAR: Final = 5.0
"""Per cent: how large the year's gain or loss must have been for its end to be news."""
_TURNS_A_DECADE: Final = 35.0  # measured on eight indexes over thirty years
_LONGEST: Final = 60  # periods in a row that are looked at


class _Move(NamedTuple):
    """One period: the close before it and its last one, in whole units, and the day of the latter."""

    before: int
    after: int
    day: int


def find(session: JudgedSession) -> Iterator[PeriodMove]:
    """Yield the longest period that a finished session is the last one of."""
    if not session.past.over or not session.end:
        return
    for period in _ending(session):
        move = _move(session, period)
        if move is not None:
            yield move
            return


def year_turn(session: JudgedSession) -> Iterator[YearTurn]:
    """Yield the year's gain or loss that a finished session erased."""
    past, end = session.past, session.end
    start = past.position(session.day.replace(month=1, day=1).toordinal())
    if not past.over or not end or not start or start >= end or _has_gap(session, start):
        return
    base = past.index.closes.values[start - 1]
    gained = session.previous > base
    if past.level == base or (past.level > base) == gained or session.previous == base:
        return
    peak = (max if gained else min)(past.index.closes.values[start:end])
    if abs(percent(peak, base)) < LEAST_YEAR:
        return
    yield YearTurn(
        per_decade=_TURNS_A_DECADE,
        way="down" if gained else "up",
        peak_pct=percent(peak, base),
        rounded_peak_pct=percent(peak, base, 1),
    )


def _ending(session: JudgedSession) -> Iterator[Period]:
    """Yield the periods whose last session this is, the longest first."""
    calendar, day = session.past.index.calendar, session.day
    if not calendar.knows(day + timedelta(days=_REACH)):
        return  # which session is the next is not known
    following = calendar.next(day).day
    for period in reversed(_A_DECADE):
        if _first(session, period, following) != _first(session, period, day):
            yield period


_REACH: Final = 14  # days within which every exchange has a session


def _move(session: JudgedSession, period: Period) -> PeriodMove | None:
    moves = _moves(session, period)
    this = next(moves, None)
    if this is None or this.after == this.before:
        return None
    up = this.after > this.before
    in_a_row, count, since, same = 1, 1, None, True
    for move in moves:
        same = same and move.after != move.before and (move.after > move.before) == up
        in_a_row += same
        if since is None:
            # Whether it moved at least as far, as cross products of whole units.
            if (move.after * this.before - this.after * move.before) * (1 if up else -1) >= 0:
                since = move
            else:
                count += 1
        elif not same:
            break
    best = count >= FEWEST[period]
    row = None if same else in_a_row  # else the history ends first: there may have been more
    shares = [1.0, 2.0 ** (1 - (row or 1))] + ([1 / count] if best else [])
    return PeriodMove(
        per_decade=round(_A_DECADE[period] * min(shares), 2),
        period=period,
        way="up" if up else "down",
        change_pct=percent(this.after, this.before),
        rounded_pct=percent(this.after, this.before, 1),
        in_a_row=row,
        since=date.fromordinal(since.day) if since is not None and best else None,
        since_at_least=_first_of(session, period, count) if since is None and best else None,
    )


def _first_of(session: JudgedSession, period: Period, count: int) -> date:
    """Return the first day of the oldest of so many periods."""
    start = _first(session, period, session.day)
    for _ in range(count - 1):
        start = _first(session, period, start - timedelta(days=1))
    return start


def _moves(session: JudgedSession, period: Period) -> Iterator[_Move]:
    """Yield the moves of this period and those before it, newest first, as far as each close at an end is known."""
    past = session.past
    days, closes = past.index.days, past.index.closes.values
    calendar, after, last = past.index.calendar, past.level, past.day
    start = _first(session, period, session.day)
    while True:
        eve = calendar.previous(start).day
        position = past.position(start.toordinal()) - 1
        if position < 0 or not calendar.knows(eve) or days[position] != eve.toordinal():
            return
        before = closes[position]
        if _first(session, period, date.fromordinal(last)) == start:  # else it had no session
            yield _Move(before, after, last)
        after, last = before, days[position]
        start = _first(session, period, start - timedelta(days=1))


def _has_gap(session: JudgedSession, start: int) -> bool:
    gap = next(session.past.gaps(session.past.day, session.past.level), None)
    return gap is not None and gap.position >= start


def _quarter(day: date) -> date:
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def _first(session: JudgedSession, period: Period, day: date) -> date:
    """Return the first day of the period that a day belongs to."""
    match period:
        case "year":
            return day.replace(month=1, day=1)
        case "quarter":
            return _quarter(day)
        case "month":
            return day.replace(day=1)
        case "week":
            return session.past.index.calendar.week_start(day)
