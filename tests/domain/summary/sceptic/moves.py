"""Are the moves of a summary, and what is said beside them, those of its JSON and of the past?"""

import re
from itertools import pairwise

from tests.domain.highlights.reading import PHRASES
from tests.domain.summary.sceptic.evidence import Evidence
from tests.domain.summary.sceptic.vocabulary import DOWN, KEY, PERCENT, UP, same

_SINCE = r"(since at least (?:[A-Z]\w+ )?\d{4}|since [A-Z]\w+(?: \d{4})?|on record)"


def read_moves(evidence: Evidence, text: str) -> str:
    """Check "the Nikkei rose 0.3 %, its …", lists that share a verb, and which markets are flat."""
    if "gainst the" in text:
        text = _read_against(evidence, text)
    text = evidence.strike(rf"{KEY}(?:(?:, | and ){KEY})* (?:was|were) flat", _check_flat, text)
    text = evidence.strike(rf"(?:{KEY}(?:, | and ))+{KEY} ({UP}|{DOWN}) {PERCENT} each", _check_each, text)
    also = rf"(?:(?:, | and ){KEY} {PERCENT})+"
    text = evidence.strike(
        rf"({KEY} (?:{UP}|{DOWN}) {PERCENT}{also}), (both|all) their largest (rises|falls) {_SINCE}",
        _check_together,
        text,
    )
    verb = ""
    while match := re.search(rf"{KEY} (?:({UP}|{DOWN}) )?{PERCENT}", text):
        verb = match[2] or verb
        evidence.need(verb, f"a figure without a verb: {text}")
        evidence.verb(verb, evidence.moves[match[1]], listed=match[2] is None)
        evidence.need(same(match[3], evidence.moves[match[1]]), match[0])
        text = text[: match.start()] + _read_details(evidence, match[1], text[match.end() :])
    return text


def _read_against(evidence: Evidence, text: str) -> str:
    bucking, named = set(evidence.answer["bucking"]), set(re.findall(KEY, text))
    evidence.need(named <= bucking, f"{named - bucking} are not against the region")
    clear = sum(abs(pct) >= 0.1 for pct in evidence.moves.values())
    evidence.need(clear - len(bucking) >= 2 * len(bucking), f"{len(bucking)} of {clear} are no few: {text}")
    if "alone against" in text:
        side = "decliners" if evidence.moves[min(named)] < 0 else "advancers"
        evidence.need(len(bucking) == 1 and evidence.answer[side] == 1, text)
        text = re.sub(r", alone against the (?:region|tide)", "", text)
    return text


def _check_flat(evidence: Evidence, match: re.Match[str]) -> None:
    for key in re.findall(KEY, match[0]):
        evidence.need(key in evidence.answer["flat"], f"{key} is not flat")


def _check_each(evidence: Evidence, match: re.Match[str]) -> None:
    *_, verb, figure = match.groups()
    for key in re.findall(KEY, match[0]):
        evidence.verb(verb, evidence.moves[key])
        evidence.need(same(figure, evidence.moves[key]), match[0])


def _check_together(evidence: Evidence, match: re.Match[str]) -> str:
    keys = re.findall(KEY, match[1])
    evidence.need((match[6] == "both") == (len(keys) == 2), match[0])
    for key in keys:
        evidence.need((evidence.moves[key] > 0) == (match[7] == "rises"), match[0])
        evidence.since(key, 1, match[8], match[0])
    return match[1]


def _read_details(evidence: Evidence, key: str, text: str) -> str:
    """Check what is said beside a market's figure, up to the next market."""
    end = re.match(r"[^;]*?(?=,? and «|, «|, while|; |$)", text)
    assert end is not None
    own, rest = text[: end.end()], text[end.end() :]
    date = r"(?:(\w+day)'s|its (\w{3} \d+)(?:, (\d{4}))?)"
    for pattern, check in (
        (r", or ([\d,.]+\d) points", _check_points),
        (rf",? after an? {PERCENT} (rise|fall) the session before", _check_rebound),
        (rf", off {date} close, the highest since (\w+(?: \d{{4}})?)", _check_off_peak),
        (rf", off {date} record close", _check_off_record),
    ):
        if match := re.search(pattern, own):
            check(evidence, key, match)
            own = own.replace(match[0], "")
    return read_highlights(evidence, key, own) + rest


def read_highlights(evidence: Evidence, key: str, text: str) -> str:
    """Check what else sets a market's session apart, by its bars and the quote alone."""
    for pattern, check in (
        (r", its first close (above|below) ([\d,]+) since (\w+(?: \d{4})?)", _check_round_number),
        (rf", its (|second-|third-|fourth-|fifth-)largest (rise|fall) {_SINCE}", _check_largest_since),
        (rf", its (|second-|third-|fourth-|fifth-)largest (rise|fall) in points {_SINCE}", _check_largest_in_points),
    ):
        if match := re.search(pattern, text):
            check(evidence, key, match)
            text = text.replace(match[0], "")
    for pattern, is_true in PHRASES.items():
        if match := re.search(pattern, text):
            evidence.need(is_true(evidence.past(key), match), f"{key}: {match[0]}")
            text = text.replace(match[0], "")
    return text


def _check_largest_since(evidence: Evidence, key: str, match: re.Match[str]) -> None:
    evidence.need((evidence.moves[key] > 0) == (match[2] == "rise"), match.string)
    rank = 1 + ("", "second-", "third-", "fourth-", "fifth-").index(match[1])
    evidence.since(key, rank, match[3], match.string)


def _check_points(evidence: Evidence, key: str, match: re.Match[str]) -> None:
    rows = evidence.past(key).rows
    points = evidence.facts[key].market.points(abs(rows[-1].close - rows[-2].close))
    evidence.need(float(match[1].replace(",", "")) == points, match.string)


def _check_largest_in_points(evidence: Evidence, key: str, match: re.Match[str]) -> None:
    past = evidence.past(key)
    sign = 1 if match[2] == "rise" else -1
    moves = [(sign * (after.close - before.close), after.date) for before, after in pairwise(past.rows)]
    larger = [date for move, date in moves[:-1] if move >= moves[-1][0]]
    rank = ("", "second-", "third-", "fourth-", "fifth-").index(match[1])
    evidence.need(moves[-1][0] > 0, match.string)
    if match[3].startswith("since at least"):
        evidence.need(len(larger) <= rank or larger[-1 - rank].year <= int(match[3][-4:]), match.string)
    elif match[3] == "on record":
        evidence.need(len(larger) <= rank, match.string)
    else:
        evidence.need(past.since(match[3].removeprefix("since "))(larger[-1 - rank]), match.string)


def _check_round_number(evidence: Evidence, key: str, match: re.Match[str]) -> None:
    facts, up = evidence.facts[key], match[1] == "above"
    number = float(match[2].replace(",", ""))
    bars = [bar for bar in facts.history if bar.day < facts.quote.session_date]
    points = facts.market.points
    beyond = [bar.day for bar in bars if (points(bar.close) > number if up else points(bar.close) < number)]
    level = facts.quote.level
    evidence.need(
        (level > number >= points(bars[-1].close)) if up else (level < number <= points(bars[-1].close)), match[0]
    )
    evidence.need(match[3] in evidence.month(beyond[-1]), f"{key}: {match[0]}, but {beyond[-1]}")


def _check_rebound(evidence: Evidence, key: str, match: re.Match[str]) -> None:
    facts = evidence.facts[key]
    history, day = facts.history, facts.quote.session_date
    last, before = history.before(day), history.before(history.before(day).day)
    pct = (last.close / before.close - 1) * 100
    evidence.need(last.day == facts.calendar.previous(day).day, match.string)
    evidence.need(before.day == facts.calendar.previous(last.day).day, match.string)
    evidence.need(same(match[1], round(pct, 2)) and (pct > 0) == (match[2] == "rise"), match.string)
    evidence.need(pct * evidence.moves[key] < 0, match.string)


def _check_off_peak(evidence: Evidence, key: str, match: re.Match[str]) -> None:
    facts = evidence.facts[key]
    high = facts.trend.recent_high
    evidence.named_day(match[1], match[2], high.date)
    evidence.need(match[4] in evidence.month(high.highest_since) and facts.quote.level < high.level, match.string)


def _check_off_record(evidence: Evidence, key: str, match: re.Match[str]) -> None:
    facts = evidence.facts[key]
    closing = facts.record.closing
    standing = closing if closing.is_record and closing.date < facts.quote.session_date else closing.previous
    evidence.named_day(match[1], match[2], standing.date)
    evidence.need(facts.quote.level < standing.level, match.string)
