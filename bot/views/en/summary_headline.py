"""What would an editor put above a region's day?"""

from bot.domain.calendars.calendar import is_weekend
from bot.domain.summary.claims import Claim, HeadlineClaim, WeekClaim
from bot.domain.summary.movers import Mover
from bot.views.en import wording
from bot.views.en.places import REGIONS, RegionNoun, capital, place, places
from bot.views.en.verbs import present

_NAMED = 3


def headline(claim: HeadlineClaim, claims: tuple[Claim, ...]) -> str:
    """Word the headline; ``claims`` are all of the summary's."""
    noun = REGIONS[claim.region]
    match claim.character:
        case "records":
            text = _records(claim, noun)
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
        case "thin":
            text = _thin(claim, noun)
        case "mixed":
            text = _mixed(claim, noun)
        case "closed":
            text = _closed(claim, noun, claims)
        case "no_figures":
            text = f"no figures yet for {noun.name}"
    return capital(text)


def _records(claim: HeadlineClaim, noun: RegionNoun) -> str:
    return f"{_at_records(claim)} {_around(claim, noun)}"


def _at_records(claim: HeadlineClaim) -> str:
    """Name up to three that are at a record, or, where none is yet, that head for one."""
    reached = tuple(move for move in claim.records if move.how != "on_course")
    names = places(tuple(move.market for move in reached or claim.records))[:_NAMED]
    many = len(names) > 1
    if reached:
        return f"{wording.listed(names)} at {'records' if many else 'a record'}"
    return f"{wording.listed(names)} {'head' if many else 'heads'} for {'records' if many else 'a record'}"


def _around(claim: HeadlineClaim, noun: RegionNoun) -> str:
    """Say what the region does around those at a record."""
    breadth = claim.breadth
    assert breadth is not None
    if claim.tone == "mixed":
        return f"on a mixed day for {noun.name}"
    up = claim.tone in ("rally", "higher")
    if breadth.share not in ("all", "most") or breadth.direction != ("up" if up else "down"):
        return f"while {noun.name} {noun.does('leans', 'lean')} {'higher' if up else 'lower'}"
    if not up:
        return f"even as {_all_or_most(claim, noun, 'falls', 'fall')}"
    if breadth.extends:
        return f"as {_goes_on(claim, noun)}"
    if claim.tone == "rally":
        return f"as {noun.name} {noun.does('rallies', 'rally')}"
    return f"as {_all_or_most(claim, noun, 'rises', 'rise')}"


def _all_or_most(claim: HeadlineClaim, noun: RegionNoun, singular: str, plural: str) -> str:
    assert claim.breadth is not None
    subject = f"all of {noun.name}" if claim.breadth.share == "all" and not noun.plural else noun.most
    return f"{subject} {noun.does(singular, plural)}"


def _goes_on(claim: HeadlineClaim, noun: RegionNoun) -> str:
    """Say that the region adds to its rally or its losses: all or most of it, or it as a whole."""
    assert claim.breadth is not None
    what = "rally" if claim.breadth.direction == "up" else "losses"
    forms = f"adds to its {what}", f"add to their {what}"
    if not claim.breadth.most_extend:
        return f"{noun.name} {noun.does(*forms)}"
    everybody = claim.breadth.extended == claim.breadth.counted and not noun.plural
    return f"{f'all of {noun.name}' if everybody else noun.most} {noun.does(*forms)}"


def _sharp(claim: HeadlineClaim, noun: RegionNoun) -> str:
    first = _move(claim.movers[0])
    if claim.against:
        return f"{first} while {_move(claim.against[0])}"
    match claim.tone:
        case "selloff":
            return f"{first} as {noun.name} {noun.does('sells', 'sell')} off"
        case "rally":
            return f"{first} as {noun.name} {noun.does('rallies', 'rally')}"
        case "mixed":
            return f"{first} on a mixed day for {noun.name}"
        case _:
            return f"{first} {_around(claim, noun)}".replace("even as", "as")


def _broad(claim: HeadlineClaim, noun: RegionNoun) -> str:
    breadth, first = claim.breadth, claim.movers[0] if claim.movers else None
    assert breadth is not None
    up = claim.tone in ("rally", "higher")
    whole = breadth.share == "all" and breadth.counted > _NAMED
    if breadth.share not in ("all", "most") or breadth.direction != ("up" if up else "down"):
        text = f"{noun.name} {noun.does('leans', 'lean')} {'higher' if up else 'lower'}"
    elif breadth.extends:
        text = _goes_on(claim, noun)
    elif claim.tone == "rally":
        text = f"{noun.name} {noun.does('rallies', 'rally')}{' across the board' if whole else ''}"
    elif claim.tone == "selloff":
        text = f"{noun.name} {noun.does('sells', 'sell')} off{' across the board' if whole else ''}"
    elif whole:
        text = f"{noun.name} {noun.does('rises', 'rise') if up else noun.does('falls', 'fall')} across the board"
    else:
        text = f"{noun.most} {noun.does('rises', 'rise') if up else noun.does('falls', 'fall')}"
    if first is None or breadth.counted == 1:
        return text
    return f"{text}, led by {place(first.market)}" if up else f"{text}, {place(first.market)} the furthest"


def _mixed(claim: HeadlineClaim, noun: RegionNoun) -> str:
    if claim.movers and claim.against:
        return f"{noun.name} mixed as {_verb(claim.movers[0])} and {_verb(claim.against[0])}"
    return f"a mixed day for {noun.name}" + (f" as {_verb(claim.movers[0])}" if claim.movers else "")


def _early(claim: HeadlineClaim, noun: RegionNoun) -> str:
    what = _at_records(claim) if claim.records else _move(claim.movers[0]) if claim.movers else "little changed"
    return f"{what} in the first figures from {noun.name}"


def _thin(claim: HeadlineClaim, noun: RegionNoun) -> str:
    text = f"{noun.most} {noun.does('is', 'are')} closed" + (f" for {claim.holiday}" if claim.holiday else "")
    return f"{text} as {_move(claim.movers[0])}" if claim.movers else text


def _closed(claim: HeadlineClaim, noun: RegionNoun, claims: tuple[Claim, ...]) -> str:
    verb = noun.does("is", "are")
    if not is_weekend(claim.day):
        return f"{noun.name} {verb} closed for {claim.holiday or 'a holiday'}"
    week = next((other for other in claims if isinstance(other, WeekClaim)), None)
    tail = ""
    if week is not None and week.finished and week.counted > 1:
        up, down = 3 * week.higher >= 2 * week.counted, 3 * week.lower >= 2 * week.counted
        tail = " after a week of gains" if up else " after a week of losses" if down else " after a mixed week"
    return f"{noun.name} {verb} closed for the weekend{tail}"


def _move(mover: Mover) -> str:
    return f"{_verb(mover)} {wording.plain_short(mover)}"


def _verb(mover: Mover) -> str:
    return f"{place(mover.market)} {present(mover.change_pct, mover.z)}"
