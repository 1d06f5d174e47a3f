"""What do futures put on the next decisions of the Federal Reserve?

The method of the CME Group's FedWatch ("Understanding the CME Group FedWatch Tool Methodology"), from 30-day Fed funds
futures: a month's contract settles at 100 minus the average of the effective rate over its days. A month without a
meeting has one rate; with a meeting on day d of N, ``average = d/N · before + (N-d)/N · after``. Rates are worked out
backwards from each month without a meeting, then carried forward. A move counts in steps of a quarter point, and
probabilities are cumulative over meetings.
"""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from math import floor
from typing import Final, NamedTuple

from bot.domain.attribution.securities import SecurityQuote
from bot.domain.model import Frozen

STEP: Final = 0.25
"""Percentage points."""
OLDEST: Final = timedelta(days=4)
"""A contract that was last traded longer ago is not used: over a weekend with a holiday none is."""
_LARGEST_JUMP: Final = 0.75
"""Percentage points between the rates before and after one meeting that are still believed."""
_SHOWN: Final = 0.0005  # as a share: what would round to 0.0 per cent is no outcome
_AHEAD: Final = 4  # months of contracts beyond the present one
_CODES: Final = "FGHJKMNQUVXZ"

Month = tuple[int, int]


class RateOutcome(Frozen):
    """One outcome: the change of the target range by then in basis points, and its probability in per cent."""

    change_bp: int
    probability_pct: float


class RateOdds(Frozen):
    """What futures put on one decision: the day, and the outcomes, the likeliest first.

    ``change_bp`` of an outcome is that of this decision alone for the next one, and of all up to it for later ones.
    ``as_of`` is the oldest trade that it rests on (UTC).
    """

    day: date
    outcomes: tuple[RateOutcome, ...]
    as_of: datetime


class MeetingOdds(NamedTuple):
    """The probabilities of all cumulative changes up to a meeting, as shares by steps of a quarter point."""

    day: date
    cumulative: Mapping[int, float]


def symbol(month: Month) -> str:
    """Return Yahoo's symbol of a month's contract: ``ZQU25.CBT`` for September 2025."""
    year, number = month
    return f"ZQ{_CODES[number - 1]}{year % 100:02}.CBT"


def contracts(now: datetime, decisions: Sequence[date]) -> dict[str, Month]:
    """Return the symbols to ask for, with their months: up to the first month without a meeting from the fourth on."""
    months = {(day.year, day.month) for day in decisions}
    asked: dict[str, Month] = {}
    month = (now.year, now.month)
    while len(asked) <= _AHEAD or month_before(month) in months:
        asked[symbol(month)] = month
        month = month_after(month)
    return asked


def rate_odds(
    quotes: Mapping[str, SecurityQuote], decisions: Sequence[date], coming: date, now: datetime
) -> tuple[RateOdds, ...]:
    """Return what futures put on the next decisions, the nearest first; nothing where the contracts do not carry it.

    ``coming`` is the day of the first decision that is still to be published; one before it, in the same month, is one
    of the ``decisions`` all the same, for the rate changed then.

    A contract that did not trade in its last session, or has not for days, is left out; a curve that would mean a move
    of more than three quarters of a point at one meeting is not believed.
    """
    used = {
        month: quote
        for name, month in contracts(now, decisions).items()
        if (quote := quotes.get(name)) is not None and quote.volume and timedelta(0) <= now - quote.time <= OLDEST
    }
    averages = {month: 100 - quote.price for month, quote in used.items()}
    odds = meeting_odds(averages, decisions, coming)
    if not odds:
        return ()
    as_of = min(quote.time for quote in used.values())
    return tuple(RateOdds(day=meeting.day, outcomes=_outcomes(meeting), as_of=as_of) for meeting in odds)


def meeting_odds(averages: Mapping[Month, float], decisions: Sequence[date], coming: date) -> list[MeetingOdds]:
    """Return the cumulative probabilities meeting by meeting from the first to come, by months' rates in per cent."""
    meetings = {(day.year, day.month): day for day in decisions}
    rates = _rates(averages, meetings)
    cumulative: dict[int, float] = {0: 1.0}
    odds: list[MeetingOdds] = []
    for month, day in sorted(meetings.items()):
        if day < coming:
            continue
        if month not in rates:
            break
        start, end = rates[month]
        if abs(end - start) > _LARGEST_JUMP:
            return []
        steps = (end - start) / STEP
        low = floor(steps)
        share = steps - low
        following: dict[int, float] = {}
        for change, probability in cumulative.items():
            for more, part in ((low, 1 - share), (low + 1, share)):
                following[change + more] = following.get(change + more, 0.0) + probability * part
        cumulative = following
        odds.append(MeetingOdds(day, dict(cumulative)))
    return odds


def _rates(averages: Mapping[Month, float], meetings: Mapping[Month, date]) -> dict[Month, tuple[float, float]]:
    """Return the rates before and after the meeting of each month, as far as the contracts reach."""
    ends: dict[Month, float] = {}
    starts: dict[Month, float] = {}
    for month in sorted(averages, reverse=True):
        average, day = averages[month], meetings.get(month)
        if day is None:
            starts[month] = ends[month] = average
            continue
        after = starts.get(month_after(month))
        if after is None:
            continue  # nothing beyond it tells the rate after its meeting
        days = calendar.monthrange(*month)[1]
        ends[month] = after
        starts[month] = (average * days - (days - day.day) * after) / day.day
    # Where the month before is known too, its end is the better start: a meeting early in a month leaves few days.
    return {month: (ends.get(month_before(month), starts[month]), ends[month]) for month in meetings if month in ends}


def month_after(month: Month) -> Month:
    """Return the month that follows."""
    year, number = month
    return (year, number + 1) if number < len(_CODES) else (year + 1, 1)


def month_before(month: Month) -> Month:
    """Return the month before."""
    year, number = month
    return (year, number - 1) if number > 1 else (year - 1, len(_CODES))


def _outcomes(meeting: MeetingOdds) -> tuple[RateOutcome, ...]:
    likely = sorted(meeting.cumulative.items(), key=lambda item: -item[1])
    return tuple(
        RateOutcome(change_bp=round(steps * STEP * 100), probability_pct=round(probability * 100, 1))
        for steps, probability in likely
        if probability >= _SHOWN
    )
