"""How does it read what is worth saying of a market's session?

`sentence` stands alone, `phrase` follows a market's move and a comma; one that begins with "to " needs none.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from bot.domain.highlights.highlight import (
    AverageCrossing,
    CloseAtExtreme,
    DayTurn,
    ExtremeClose,
    FirstSession,
    Highlight,
    LargestMove,
    PeriodMove,
    RoundNumber,
    Run,
    RunEnded,
    SessionGap,
    TrendCrossing,
    YearTurn,
)
from bot.views.en import wording
from bot.views.en.closures import closed
from bot.views.en.places import capital, count, on_day

_ADJECTIVES: Final = {"week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}
_CROSSINGS: Final = {
    "correction": "a correction",
    "bear_market": "a bear market",
    "bull_market": "a bull market",
}
_ROW: Final = 3  # periods of one way in a row that are counted in words
_LONG_RUN: Final = 4  # rises or falls whose sum is worth a word
_ALL: Final = 100  # per cent of a run that was undone
_HALF: Final = 50


def sentences(highlights: Iterable[Highlight], today: dt.date, *, running: bool = False) -> list[str]:
    """Word what makes a market's session, each in a sentence of its own; ``running``: the session is not over."""
    return [capital(f"{_statement(fact, today, running=running)}.") for fact in highlights]


def phrases(highlights: Iterable[Highlight], today: dt.date, change_pct: float) -> list[str]:
    """Word what can follow a move that is told in per cent."""
    return [phrase(fact, today, change_pct) for fact in highlights]


def phrase(fact: Highlight, today: dt.date, change_pct: float) -> str:
    """Word what is worth saying so that it can follow a market's move in per cent."""
    match fact:
        case PeriodMove() if (fact.way == "up") != (change_pct > 0):
            return f"though {_period(fact, today)}"
        case ExtremeClose():
            return f"to {_extreme(fact, today)}"
        case RunEnded():
            return _ending(fact)
        case Run():
            return f"its {wording.ordinal(fact.sessions)} {'rise' if fact.way == 'up' else 'fall'} in a row"
        case DayTurn():
            return f"having been {_as_much(fact)}"
        case CloseAtExtreme():
            return f"closing at the day's {_side_of_day(fact)}"
        case FirstSession():
            return f"in its first session since {on_day(fact.since, today)}"
        case YearTurn():
            return f"erasing {_year(fact)}"
        case TrendCrossing():
            return f"leaving it {_crossing(fact, today)}, in {_CROSSINGS[fact.crossing]}"
        case _:
            return _statement(fact, today, running=False)


def _statement(fact: Highlight, today: dt.date, *, running: bool) -> str:
    match fact:
        case LargestMove():
            noun = "rise" if fact.way == "up" else "fall"
            points = "" if fact.measure == "percent" else " in points"
            return f"its {_ranked(fact.rank)} {noun}{points} {_since(fact, today)}"
        case RoundNumber():
            since = wording.month_since(fact.since, today)
            return f"its first close {_side(fact)} {wording.level(fact.number, 0)} since {since}"
        case ExtremeClose():
            return _extreme(fact, today)
        case Run():
            return _run(fact, today, running=running)
        case RunEnded():
            return _run_ended(fact, running=running)
        case PeriodMove():
            return _period(fact, today)
        case TrendCrossing():
            return f"{_crossing(fact, today)}: {_CROSSINGS[fact.crossing]}"
        case AverageCrossing():
            since = wording.month_since(fact.since, today)
            return f"its first close {_side(fact)} its {fact.sessions}-day average since {since}"
        case YearTurn():
            return f"erased {_year(fact)}"
        case DayTurn():
            return f"it had been {_as_much(fact)}"
        case CloseAtExtreme() | SessionGap() | FirstSession():
            return _session(fact, today)


def _session(fact: CloseAtExtreme | SessionGap | FirstSession, today: dt.date) -> str:
    match fact:
        case CloseAtExtreme():
            return f"it closed at the day's {_side_of_day(fact)}"
        case SessionGap():
            return f"all session {_side(fact)} the {_side_of_day(fact)} of the one before"
        case FirstSession():
            text = f"its first session since {on_day(fact.since, today)}"
            return text if fact.name is None else f"{text}, having been {closed(fact.name)}"


def _ranked(rank: int) -> str:
    return "largest" if rank == 1 else f"{wording.ordinal(rank)}-largest"


def _since(fact: LargestMove, today: dt.date) -> str:
    if fact.since is not None:
        return f"since {wording.month_since(fact.since, today)}"
    return wording.since_at_least(fact.since_at_least) if fact.since_at_least is not None else "on record"


def _side(fact: RoundNumber | AverageCrossing | SessionGap) -> str:
    return "above" if fact.way == "up" else "below"


def _side_of_day(fact: CloseAtExtreme | SessionGap) -> str:
    return "high" if fact.way == "up" else "low"


def _extreme(fact: ExtremeClose, today: dt.date) -> str:
    most = "highest" if fact.way == "up" else "lowest"
    if fact.since is not None:
        return f"its {most} close since {wording.month_since(fact.since, today)}"
    assert fact.since_at_least is not None, "one of the two is known"
    return f"its {most} close {wording.since_at_least(fact.since_at_least)}"


def _run(fact: Run, today: dt.date, *, running: bool) -> str:
    text = f"its {wording.ordinal(fact.sessions)} {'rise' if fact.way == 'up' else 'fall'} in a row"
    text = f"{text} so far" if running else text
    if fact.sessions >= _LONG_RUN:
        text = f"{text}, {wording.plain_percent(fact.rounded_pct)} in all"
    if fact.longest_since is not None:
        text = f"{text}, the longest run since {wording.month_since(fact.longest_since, today)}"
    return text


def _ending(fact: RunEnded) -> str:
    noun, undoing = ("gains", "giving back") if fact.way == "up" else ("losses", "winning back")
    text = f"ending a run of {count(fact.sessions)} {noun}"
    if fact.recouped_pct >= _ALL:
        return f"{text} and {undoing} all of it"
    return f"{text} and {undoing} more than half of it" if fact.recouped_pct > _HALF else text


def _run_ended(fact: RunEnded, *, running: bool) -> str:
    noun, verb = ("gains", "brought") if fact.way == "up" else ("losses", "cost")
    run = f"a run of {count(fact.sessions)} {noun} that {verb} {wording.plain_percent(fact.rounded_pct)}"
    if running:
        return f"on course to end {run}"
    text, undid = f"ended {run}", "gave back" if fact.way == "up" else "won back"
    if fact.recouped_pct >= _ALL:
        return f"{text}, and {undid} all of it"
    return f"{text}, and {undid} more than half of it" if fact.recouped_pct > _HALF else text


def _period(fact: PeriodMove, today: dt.date) -> str:
    text = f"{fact.way} {wording.plain_percent(fact.rounded_pct)} for the {fact.period}"
    most = "best" if fact.way == "up" else "worst"
    if fact.since is not None:
        return f"{text}, its {most} since {_ended(fact, fact.since, today)}"
    if fact.since_at_least is not None:
        return f"{text}, its {most} {wording.since_at_least(fact.since_at_least)}"
    if fact.in_a_row is not None and fact.in_a_row >= _ROW:
        noun = "gain" if fact.way == "up" else "loss"
        return f"{text}, its {wording.ordinal(fact.in_a_row)} {_ADJECTIVES[fact.period]} {noun} in a row"
    return text


def _ended(fact: PeriodMove, since: dt.date, today: dt.date) -> str:
    match fact.period:
        case "year":
            return str(since.year)
        case "quarter":
            return f"the quarter to {wording.month_since(since, today)}"
        case "week" | "month":
            return wording.month_since(since, today)


def _crossing(fact: TrendCrossing, today: dt.date) -> str:
    far = wording.plain_percent(fact.rounded_pct)
    date = wording.day(fact.date, today)
    return f"{far} above its low of {date}" if fact.way == "up" else f"{far} below its peak of {date}"


def _year(fact: YearTurn) -> str:
    noun = "gain" if fact.way == "down" else "loss"
    return f"a {noun} for the year that had reached {wording.plain_percent(fact.rounded_peak_pct)}"


def _as_much(fact: DayTurn) -> str:
    return f"{fact.way} as much as {wording.plain_percent(fact.rounded_pct)}"
