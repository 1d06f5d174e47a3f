"""Are the counts of a summary those of its JSON?"""

import re

from bot.domain.markets.catalogue import MARKETS
from tests.domain.summary.sceptic.evidence import Evidence
from tests.domain.summary.sceptic.vocabulary import KEY, PERCENT, REGION_NAMES, number, same


def read_breadth(evidence: Evidence, text: str) -> str:
    """Check how many are said to have risen and fallen, and return what is left of the sentence."""
    if re.match(r"(\w+) of (\w+) indexes (?:is|are) counted so far", text, re.IGNORECASE):
        _check_pending(evidence, text)
        return ""
    rose, fell, rest = r"(?:(\w+) rose)?", r"(?:(?:, | and )?(\w+) fell)?", r"(?:(?: and )?(\w+) did not change)?"
    for pattern, check in (
        (rf"[Oo]f (?!the)(\w+) indexes {rose}{fell}{rest}", _check_sides),
        (r"(?:[Aa]ll (\w+)|[Bb]oth) indexes (rose|fell)(?!,| in)", _check_all),
        (r"[Nn]o index (rose|fell)$", _check_none),
        (r"[Oo]ne index is counted: it (rose|fell|did not change)", _check_only_one),
        (rf"[Nn]o index moved by more than {KEY} \(([+−]?){PERCENT}\)", _check_largest),
        (rf"{KEY} \(([+−]?){PERCENT}\) is the one index counted", _check_only_move),
        (rf"[Aa]ll (\w+) indexes in ([\w ]+?) (rose|fell), {KEY} most, by {PERCENT}", _check_part),
    ):
        text = evidence.strike(pattern, check, text)
    if text.startswith("Of the indexes counted"):
        text = _read_regions(evidence, text)
    if match := re.match(r"No trade of (\w+day) has been seen yet(?:: this is (\w+day)'s session)?", text):
        _check_unseen(evidence, match)
    return text


def _check_pending(evidence: Evidence, text: str) -> None:
    match = re.match(r"(\w+) of (\w+)", text)
    assert match is not None
    evidence.need(number(match[1].lower()) == len(evidence.counted), text)
    evidence.need(number(match[2]) == len(evidence.markets), text)
    waiting = {
        key for key, market in evidence.markets.items() if (market["missing"] or {}).get("reason") == "not_yet_open"
    }
    named = re.findall(KEY, text)
    evidence.need(set(named) <= waiting, text)
    more = re.search(r"(\w+) more", text)
    evidence.need(not more or len(named) + number(more[1]) <= len(waiting), text)


def _check_sides(evidence: Evidence, match: re.Match[str]) -> None:
    counted, *sides = match.groups()
    evidence.need(number(counted) == len(evidence.counted), match[0])
    for word, name in zip(sides, ("advancers", "decliners", "unchanged"), strict=True):
        evidence.need(evidence.answer[name] == (number(word) if word else 0), match[0])


def _check_all(evidence: Evidence, match: re.Match[str]) -> None:
    side = evidence.answer["advancers" if match[2] == "rose" else "decliners"]
    evidence.need(side == len(evidence.counted) == (number(match[1]) if match[1] else 2), match.string)


def _check_none(evidence: Evidence, match: re.Match[str]) -> None:
    evidence.need(evidence.answer["advancers" if match[1] == "rose" else "decliners"] == 0, match.string)


def _check_only_one(evidence: Evidence, match: re.Match[str]) -> None:
    name = {"rose": "advancers", "fell": "decliners"}.get(match[1], "unchanged")
    evidence.need(len(evidence.counted) == 1 and evidence.answer[name] == 1, match.string)


def _check_largest(evidence: Evidence, match: re.Match[str]) -> None:
    evidence.need(abs(evidence.moves[match[1]]) == max(map(abs, evidence.moves.values())), match.string)
    evidence.need(same(match[3], evidence.moves[match[1]]), match.string)


def _check_only_move(evidence: Evidence, match: re.Match[str]) -> None:
    evidence.need(len(evidence.counted) == 1 and same(match[3], evidence.moves[match[1]]), match.string)


def _check_part(evidence: Evidence, match: re.Match[str]) -> None:
    count, name, verb, key, figure = match.groups()
    part = {"the euro area": "Euro area", "the United States": "United States"}.get(name, name)
    moves = {key: pct for key, pct in evidence.moves.items() if MARKETS[key].part == part}
    evidence.need(len(moves) == number(count), match.string)
    evidence.need(all((pct > 0) == (verb == "rose") and abs(pct) >= 0.05 for pct in moves.values()), match.string)
    evidence.need(abs(moves[key]) == max(map(abs, moves.values())) and same(figure, moves[key]), match.string)


def _check_unseen(evidence: Evidence, match: re.Match[str]) -> None:
    unseen, reported = match.groups()
    day = evidence.day
    if reported:
        day = min(facts.calendar.next(day).day for facts in evidence.facts.values())
        evidence.need(f"{evidence.day:%A}" == reported, match.string)
    evidence.need(f"{day:%A}" == unseen and (reported or not evidence.counted), match.string)
    dates = {market["quote"]["session_date"] for market in evidence.markets.values()}
    evidence.need(day.isoformat() not in dates or not evidence.counted, match.string)


def _read_regions(evidence: Evidence, text: str) -> str:
    for region in ("asia", "europe", "americas"):
        moves = [evidence.rounded(key) for key in evidence.counted if MARKETS[key].region == region]
        name = REGION_NAMES[region]
        match = re.search(
            rf"(?:(\w+) of (\w+)|(all) (\w+)|(both)|(the one)) (rose|fell) in {name}|(none) moved in {name}", text
        )
        if match is None:
            evidence.need(not moves, f"{region} is left out: {text}")
            continue
        side, counted, every, count, both, single, verb, none = match.groups()
        up, down = sum(pct >= 0.05 for pct in moves), sum(pct <= -0.05 for pct in moves)
        if none:
            evidence.need(not up and not down, text)
            continue
        moved = up if verb == "rose" else down
        said = number(side) if side else number(count) if every else 2 if both else 1 if single else -1
        evidence.need(moved == said and len(moves) == (number(counted) if counted else said), text)
        if named := re.match(r" \(([^)]*)\)", text[match.end() :]):
            for key, sign, figure in re.findall(rf"{KEY} ([+−]?){PERCENT}", named[1]):
                evidence.need(MARKETS[key].region == region and same(figure, evidence.moves[key]), named[0])
                evidence.need(not sign or (evidence.moves[key] > 0) == (sign == "+"), named[0])
    return ""
