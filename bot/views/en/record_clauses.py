"""How does a summary tell of records?"""

import datetime as dt

from bot.domain.highlights.highlight import LargestMove
from bot.domain.quotes import rounded
from bot.domain.summary.claims import RecordsClaim
from bot.domain.summary.movers import Reached, RecordMove
from bot.views.en import highlights, wording
from bot.views.en.places import article, prose
from bot.views.en.verbs import FLAT, Verbs

_WEEK = 6
_OLD = dt.timedelta(days=60)
_GOOD_WEEK = 2.0
_LONG_RUN = 6
_MOST_OF_FIVE = 3
_MANY = 5  # record closes of a year from which on they are counted


def record_sentence(claim: RecordsClaim, day: dt.date, verbs: Verbs) -> str:
    """Word those at a record: the first with what they beat, the others briefly."""
    if len(claim.told) > 1 and all(move.how == "faded" for move in claim.told):
        names = [f"{prose(move.market)} ({wording.short(move)})" for move in claim.told]
        return f"{wording.listed(names)} touched records in the session but closed at none"
    clauses = [_clause(move, day, verbs, extras=2 if at == 0 else 1) for at, move in enumerate(claim.told)]
    text = "; ".join(clauses)
    if fresh := [prose(move.market) for move in claim.others if move.how in ("close", "high")]:
        text = f"{text}; {wording.listed(fresh)} {'set a record' if len(fresh) == 1 else 'set records'} too"
    if coming := [prose(move.market) for move in claim.others if move.how == "on_course"]:
        verb = "is on course for a record close" if len(coming) == 1 else "are on course for record closes"
        text = f"{text}; {wording.listed(coming)} {verb}"
    return text


def _clause(move: RecordMove, day: dt.date, verbs: Verbs, *, extras: int) -> str:
    name, level = prose(move.market), wording.level_of(move.market, move.level)
    figure = wording.plain_short(move)
    flat = abs(move.change_pct) < FLAT
    match move.how:
        case "close":
            moved = "ended little changed at" if flat else f"{verbs.past(move.change_pct)} {figure} to"
            return f"{name} {moved} a record close of {level}{_extra(move, day, extras)}"
        case "high":
            state = "flat" if flat else f"{'up' if move.change_pct > 0 else 'down'} {figure}{_size(move, day)}"
            return f"{name}, {state}, touched a record {level}{_extra(move, day, extras)}"
        case "faded":
            end = "little changed" if flat else f"{'up' if move.change_pct > 0 else 'down'} {figure}"
            return f"{name} touched a record {level} in the session and closed {end}, without a record close"
        case "on_course":
            return f"{name}, up {figure} at {level}, is on course for a record close"


def _extra(move: RecordMove, day: dt.date, most: int) -> str:
    extras = []
    if move.round_number is not None and move.how == "close":
        extras.append(f"its first close above {move.round_number:,.0f}")
    if move.previous is not None and day - move.previous.date > _OLD:
        extras.append(_past(move, move.previous, day))
    beside = [fact for fact in move.highlights if move.how != "high" or not isinstance(fact, LargestMove)]
    extras += highlights.phrases(beside, day, move.change_pct)
    if move.in_a_row is not None and move.in_a_row > 1 and move.how == "close":
        what = " record" if extras else ""  # beside another fact a bare "third" could be of that
        extras.append(f"its {wording.ordinal(move.in_a_row)}{what} in a row")
    elif move.of_last_five is not None and move.of_last_five >= _MOST_OF_FIVE:
        extras.append(f"its {wording.ordinal(move.of_last_five)} record in five sessions")
    if move.streak is not None and not extras and (move.how == "close" or move.streak >= _LONG_RUN):
        extras.append(_run(move))
    if move.previous is not None and not extras:
        extras.append(_past(move, move.previous, day))
    if move.this_year is not None and move.this_year >= _MANY:
        extras.append(f"its {wording.ordinal(move.this_year)} record of the year")
    if move.how == "high" and move.last_week_pct is not None and move.last_week_pct >= _GOOD_WEEK:
        extras.append(
            f"after gaining {wording.plain_percent(rounded(move.rounded_last_week_pct, move.last_week_pct))} last week"
        )
    return "".join(text if text.startswith(" ") else f", {text}" for text in extras[:most])


def _size(move: RecordMove, day: dt.date) -> str:
    """Say how large the move itself is, right beside it: what follows is said of the record."""
    largest = [fact for fact in move.highlights if isinstance(fact, LargestMove)]
    return "".join(f", {text}" for text in highlights.phrases(largest, day, move.change_pct))


def _past(move: RecordMove, previous: Reached, day: dt.date) -> str:
    level = wording.level_of(move.market, previous.level)
    if 0 < (day - previous.date).days <= _WEEK:
        return f"past {previous.date:%A}'s {level}"
    return f"past the {level} of {wording.day(previous.date, day)}"


def _run(move: RecordMove) -> str:
    assert move.streak is not None
    if move.how == "close":
        return f"its {wording.ordinal(move.streak)} gain in a row"
    rank = wording.ordinal(move.streak)
    return f" and heads for {article(rank)} {rank} gain in a row"
