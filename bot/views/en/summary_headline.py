"""What would an editor put above a region's day?"""

import datetime as dt

from bot.domain.calendars.calendar import is_weekend
from bot.domain.markets.catalogue import MARKETS
from bot.domain.summary.claims import Claim, ElsewhereClaim, HeadlineClaim, WeekClaim
from bot.domain.summary.movers import Breadth, Mover
from bot.views.en import wording
from bot.views.en.closures import closed
from bot.views.en.places import RegionNoun, capital, on_day, place, places, region_noun, spot
from bot.views.en.verbs import FLAT, Verbs, present

_NAMED = 3
_NAMED_ENDED = 2
_DOWN = ("lower", "selloff")
_LONGEST = 100
"""Characters of a headline: two lines of a phone."""
_WHEN = {"overnight": "overnight", "now": "so far", "earlier": "today"}
"""When elsewhere something moved, as a headline of the morning says it."""
_STRONG_MEDIAN = 0.8
"""Per cent, the median move from which on a region rallies or sells off."""


def headline(claim: HeadlineClaim, claims: tuple[Claim, ...], today: dt.date) -> str:
    """Word the headline; ``claims`` are all of the summary's, ``today`` is the region's own date."""
    noun = region_noun(claim.region, claim.counted)
    if claim.day != today and claim.character != "no_figures":
        ended = _ended(claim, noun, today)
        text = "; ".join((*_elsewhere(claims), ended))
        return capital(text if len(text) <= _LONGEST else ended)
    return capital(_of_the_day(claim, noun, claims))


def _of_the_day(claim: HeadlineClaim, noun: RegionNoun, claims: tuple[Claim, ...]) -> str:
    match claim.character:
        case "records":
            text = f"{_at_records(claim)} {_around(claim, noun)}"
        case "sharp":
            text = _sharp(claim, noun)
        case "divided":
            text = f"{_move(claim.movers[0])} while {_move(claim.against[0])}"
        case "quiet":
            text = f"{noun.name} barely {noun.does('moves', 'move')}"
        case "broad":
            text = _broad(claim, noun)
        case "early":
            text = _early(claim, noun)
        case "few":
            text = _few(claim, noun)
        case "thin":
            text = _thin(claim, noun)
        case "mixed":
            text = _mixed(claim, noun)
        case "closed":
            text = _closed(claim, noun, claims)
        case "no_figures":
            text = f"no figures yet for {noun.name}"
    return text


def _elsewhere(claims: tuple[Claim, ...]) -> list[str]:
    """Name what moved while the region slept, or moves now, if anything is known of it."""
    claim = next((other for other in claims if isinstance(other, ElsewhereClaim)), None)
    if claim is None or claim.when not in _WHEN:
        return []
    move = claim.moves[0]
    if move.record == "close":
        moved = "at a record close"
    elif abs(move.change_pct) < FLAT:
        moved = "flat"
    else:
        moved = f"{'up' if move.change_pct > 0 else 'down'} {wording.plain_short(move)}"
    return [f"{MARKETS[move.market].short} {moved} {_WHEN[claim.when]}"]


def _ended(claim: HeadlineClaim, noun: RegionNoun, today: dt.date) -> str:
    """Say how the region's last day ended, which is not today's."""
    day, breadth = on_day(claim.day, today), claim.breadth
    if breadth is None or not breadth.speaks_for_region:
        moves = [f"{place(mover.market)} {_past(mover)}" for mover in claim.movers[:_NAMED_ENDED]]
        return f"{wording.listed(moves)} on {day}" if moves else f"how {noun.name} ended {day}"
    records = [move for move in claim.records if move.how == "close"]
    names = places(tuple(move.market for move in records))[:_NAMED_ENDED]
    tail = f", {wording.listed(names)} at {'records' if len(names) > 1 else 'a record'}" if names else ""
    if claim.character == "sharp":
        return f"{place(claim.movers[0].market)} {_past(claim.movers[0])} on {day}{tail}"
    return f"{_region_ended(breadth, noun, day)}{tail}"


def _region_ended(breadth: Breadth, noun: RegionNoun, day: str) -> str:
    verb, way = ("rose", "higher") if breadth.direction == "up" else ("fell", "lower")
    if breadth.is_mixed or breadth.direction == "even":
        quiet = breadth.advancers == breadth.decliners == 0
        return f"{noun.name} ended {day} {'little changed' if quiet else 'mixed'}"
    if breadth.is_whole:
        return f"{noun.all} {verb} on {day}"
    if breadth.share in ("all", "most"):
        return f"{noun.most} {verb} on {day}"
    return f"{noun.name} leaned {way} on {day}"


def _past(mover: Mover) -> str:
    verb = Verbs().past(mover.change_pct, mover.z)
    return verb if abs(mover.change_pct) < FLAT else f"{verb} {wording.plain_short(mover)}"


def _at_records(claim: HeadlineClaim) -> str:
    """Name up to three that are at a record, or, where none is yet, that head for one."""
    reached = tuple(move for move in claim.records if move.how != "on_course")
    names = places(tuple(move.market for move in reached or claim.records))[:_NAMED]
    many = len(names) > 1
    if reached:
        return f"{wording.listed(names)} at {'records' if many else 'a record'}"
    return f"{wording.listed(names)} {'head' if many else 'heads'} for {'records' if many else 'a record'}"


def _around(claim: HeadlineClaim, noun: RegionNoun) -> str:
    """Say what the region does around those that a headline begins with."""
    breadth = claim.breadth
    assert breadth is not None
    if claim.tone == "mixed" and breadth.is_mixed:
        return f"on a mixed day for {noun.name}"
    leans = claim.tone in _DOWN if claim.tone != "mixed" else breadth.direction == "down"
    link = "even as" if leans else "as" if claim.tone != "mixed" else "while"
    return f"{link} {_region(claim, noun)}"


def _region(claim: HeadlineClaim, noun: RegionNoun) -> str:
    """Say what the region did, as its breadth, its tone and the size of its median move allow."""
    breadth = claim.breadth
    assert breadth is not None
    up = claim.tone not in _DOWN if claim.tone != "mixed" else breadth.direction == "up"
    if breadth.advancers == breadth.decliners == 0:
        return f"{noun.name} {noun.does('is', 'are')} little changed"
    if breadth.share not in ("all", "most") or breadth.direction != ("up" if up else "down"):
        return f"{noun.name} {noun.does('leans', 'lean')} {'higher' if up else 'lower'}"
    everybody = noun.all if breadth.is_whole else noun.name
    strong = abs(breadth.median_pct) >= _STRONG_MEDIAN
    if claim.tone == "selloff" and strong:
        return f"{everybody} {noun.does('sells', 'sell')} off"
    if claim.tone != "mixed" and breadth.extends:
        return _goes_on(claim, noun)
    if claim.tone == "rally" and strong:
        return f"{everybody} {noun.does('rallies', 'rally')}"
    subject = noun.all if breadth.is_whole else noun.most
    return f"{subject} {noun.does('rises', 'rise') if up else noun.does('falls', 'fall')}"


def _goes_on(claim: HeadlineClaim, noun: RegionNoun) -> str:
    """Say that the region adds to its rally or its losses: all or most of it, or it as a whole."""
    breadth = claim.breadth
    assert breadth is not None
    what = "rally" if breadth.direction == "up" else "losses"
    verb = noun.does(f"adds to its {what}", f"add to their {what}")
    if not breadth.most_extend:
        return f"{noun.name} {verb}"
    return f"{noun.all if breadth.extended == breadth.counted else noun.most} {verb}"


def _sharp(claim: HeadlineClaim, noun: RegionNoun) -> str:
    first = _move(claim.movers[0])
    if claim.against:
        return f"{first} while {_move(claim.against[0])}"
    return f"{first} {_around(claim, noun)}".replace("even as", "as")


def _broad(claim: HeadlineClaim, noun: RegionNoun) -> str:
    first, breadth = claim.movers[0] if claim.movers else None, claim.breadth
    assert breadth is not None
    text = _region(claim, noun)
    if claim.against:
        return f"{text} while {_move(claim.against[0])}"
    if first is None or (first.change_pct > 0) != (breadth.direction == "up"):
        return text
    name = spot(first.market)
    return f"{text}, led by {name}" if first.change_pct > 0 else f"{text}, {name} the furthest"


def _mixed(claim: HeadlineClaim, noun: RegionNoun) -> str:
    if claim.movers and claim.against:
        return f"{noun.name} mixed as {_verb(claim.movers[0])} and {_verb(claim.against[0])}"
    if not claim.movers:
        return f"{noun.name} {noun.does('is', 'are')} little changed"
    return f"a mixed day for {noun.name} as {_verb(claim.movers[0])}"


def _early(claim: HeadlineClaim, noun: RegionNoun) -> str:
    what = _at_records(claim) if claim.records else _move(claim.movers[0]) if claim.movers else "little change"
    return f"{what} in the first figures from {noun.name}"


def _few(claim: HeadlineClaim, noun: RegionNoun) -> str:
    """Name each of the few that are counted; the others are closed, or nothing is known of them."""
    moves = [_move(mover) for mover in claim.movers[:_NAMED]]
    tail = f" as the rest of {noun.area} is closed" if claim.alone else ""
    return f"{wording.listed(moves)}{tail}"


def _thin(claim: HeadlineClaim, noun: RegionNoun) -> str:
    text = f"{noun.most} {noun.does('is', 'are')} {closed(claim.holiday)}"
    return f"{text} as {_move(claim.movers[0])}" if claim.movers else text


def _closed(claim: HeadlineClaim, noun: RegionNoun, claims: tuple[Claim, ...]) -> str:
    verb = noun.does("is", "are")
    if not is_weekend(claim.day):
        return f"{noun.name} {verb} {closed(claim.holiday)}"
    week = next((other for other in claims if isinstance(other, WeekClaim)), None)
    tail = ""
    if week is not None and week.finished and week.counted > 1:
        up, down = 3 * week.higher >= 2 * week.counted, 3 * week.lower >= 2 * week.counted
        tail = " after a week of gains" if up else " after a week of losses" if down else " after a mixed week"
    return f"{noun.name} {verb} closed for the weekend{tail}"


def _move(mover: Mover) -> str:
    if abs(mover.change_pct) < FLAT:
        return _verb(mover)
    return f"{_verb(mover)} {wording.plain_short(mover)}"


def _verb(mover: Mover) -> str:
    return f"{place(mover.market)} {present(mover.change_pct, mover.z)}"
