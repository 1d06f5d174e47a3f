"""Are the records of a summary those of its JSON and of the facts behind it?"""

import re

from bot.domain.markets.catalogue import MARKETS
from tests.domain.summary.sceptic.evidence import Evidence
from tests.domain.summary.sceptic.moves import read_highlights
from tests.domain.summary.sceptic.vocabulary import DOWN, KEY, PERCENT, UP, rank, same

_LEVEL = r"([\d,.]+\d)"


def read_records(evidence: Evidence, text: str) -> str:
    """Check what is said of records, and return what is left of the sentence."""
    end = rf"closed (little changed|up|down)(?: {PERCENT})?, without a record close"
    text = evidence.strike(rf"({KEY}, (?:up|down) {PERCENT})(, its [^;]*?)(?=, touched a record)", _check_size, text)
    faded = rf"{KEY} touched a record {_LEVEL} in the session and {end}"
    for pattern, check in (
        (rf"{KEY} (ended little changed at|{UP}|{DOWN})(?: {PERCENT} to)? a record close of {_LEVEL}", _check_close),
        (rf"{KEY}, (flat|up|down)(?: {PERCENT})?, touched a record {_LEVEL}", _check_high),
        (faded, _check_faded),
    ):
        text = evidence.strike(pattern, check, text)
    if match := re.search(r"^(.+) touched records in the session but closed at none", text):
        return evidence.strike(rf"{KEY} \(([+−]?){PERCENT}\)", _check_all_faded, match[1]) + text[match.end(1) :]
    text = evidence.strike(rf"{KEY}, up {PERCENT} at {_LEVEL}, is on course for a record close", _check_course, text)
    text = evidence.strike(rf"((?:{KEY}(?:, | and )?)+) sets? (?:a record|records) too", _check_too, text)
    text = evidence.strike(
        rf"((?:{KEY}(?:, | and )?)+) (?:is|are) on course for (?:a record close|record closes)", _check_courses, text
    )
    parts = re.split(r"‹([\w-]+)›", text)
    return parts[0] + "".join(
        _read_details(evidence, key, rest) for key, rest in zip(parts[1::2], parts[2::2], strict=True)
    )


def _check_size(evidence: Evidence, match: re.Match[str]) -> str:
    left = read_highlights(evidence, match[2], match[4])
    evidence.need(not left, f"not checked: {left}")
    return match[1]


def _check_close(evidence: Evidence, match: re.Match[str]) -> str:
    key, verb, figure, level = match.groups()
    market = evidence.markets[key]
    evidence.need(market["record"] == "record_close" and key in evidence.answer["records"], match[0])
    evidence.need(same(level, market["quote"]["level"], 2), match[0])
    if verb == "ended little changed at":
        evidence.need(abs(evidence.moves[key]) < 0.1, match[0])
    else:
        evidence.verb(verb, evidence.moves[key])
        evidence.need(same(figure, evidence.moves[key]), match[0])
    return f"‹{key}›"


def _check_high(evidence: Evidence, match: re.Match[str]) -> str:
    key, way, figure, level = match.groups()
    facts = evidence.facts[key]
    evidence.need(evidence.markets[key]["record"] == "record_high" and key in evidence.answer["records"], match[0])
    evidence.need(not facts.is_over(evidence.as_of), f"the session is over: {match[0]}")
    evidence.need(same(level, facts.record.intraday.level, 2), match[0])
    evidence.toward(way, figure, evidence.moves[key], match[0])
    return f"‹{key}›"


def _check_faded(evidence: Evidence, match: re.Match[str]) -> str:
    key, level, way, figure = match.groups()
    facts = evidence.facts[key]
    evidence.need(evidence.markets[key]["record"] == "record_high" and facts.is_over(evidence.as_of), match[0])
    evidence.need(same(level, facts.record.intraday.level, 2), match[0])
    evidence.toward(way, figure, evidence.moves[key], match[0])
    return f"‹{key}›"


def _check_all_faded(evidence: Evidence, match: re.Match[str]) -> None:
    key, sign, figure = match.groups()
    move, over = evidence.moves[key], evidence.facts[key].is_over(evidence.as_of)
    evidence.need(evidence.markets[key]["record"] == "record_high" and over, match.string)
    evidence.need(same(figure, move) and (not sign or (move > 0) == (sign == "+")), match.string)


def _check_course(evidence: Evidence, match: re.Match[str]) -> str:
    key, figure, level = match.groups()
    market = evidence.markets[key]
    evidence.need(market["on_course"], match[0])
    evidence.need(same(level, market["quote"]["level"], 2) and same(figure, evidence.moves[key]), match[0])
    return f"‹{key}›"


def _check_too(evidence: Evidence, match: re.Match[str]) -> None:
    for key in re.findall(KEY, match[1]):
        evidence.need(key in evidence.answer["records"], f"{key} is at no record: {match.string}")


def _check_courses(evidence: Evidence, match: re.Match[str]) -> None:
    for key in re.findall(KEY, match[1]):
        evidence.need(evidence.markets[key]["on_course"], match.string)


def _read_details(evidence: Evidence, key: str, text: str) -> str:
    record, trend = evidence.facts[key].record, evidence.facts[key].trend
    own = record.intraday if evidence.markets[key]["record"] == "record_high" else record.closing
    if match := re.search(r", past (?:(\w+day)'s ([\d,.]+\d)|the ([\d,.]+\d) of (\w{3}) (\d+)(?:, (\d{4}))?)", text):
        date = own.previous.date
        evidence.need(same(match[2] or match[3], own.previous.level, 2), text)
        if match[1]:
            evidence.need(f"{date:%A}" == match[1] and 0 < (evidence.day - date).days <= 6, text)
        else:
            year = int(match[6]) if match[6] else evidence.day.year
            evidence.need((f"{date:%b}", date.day, date.year) == (match[4], int(match[5]), year), text)
        text = text.replace(match[0], "", 1)
    if match := re.search(r", its first close above ([\d,]*\d)(?!\d|,\d| since)", text):
        evidence.need(same(match[1], record.closing.round_number, 0), text)
        text = text.replace(match[0], "", 1)
    if match := re.search(r", its (\w+)(?: record)? in a row", text):
        evidence.need(rank(match[1]) == record.closing.in_a_row, text)
        text = text.replace(match[0], "", 1)
    if match := re.search(r", its (\w+) record in five sessions", text):
        evidence.need(rank(match[1]) == sum(_records(evidence, key)[-5:]) >= 3, text)
        text = text.replace(match[0], "", 1)
    if match := re.search(r", its (\w+) record of the year", text):
        days = [row.date for row in evidence.past(key).rows]
        made = zip(_records(evidence, key), days, strict=True)
        evidence.need(rank(match[1]) == sum(record for record, day in made if day.year == days[-1].year), text)
        text = text.replace(match[0], "", 1)
    if match := re.search(r"(?:, its| and heads for an?) (\w+) gain in a row", text):
        evidence.need(rank(match[1]) == trend.streak, text)
        text = text.replace(match[0], "", 1)
    if match := re.search(rf", after gaining {PERCENT} last week", text):
        evidence.need(same(match[1], evidence.markets[key]["last_week_pct"]) and trend.last_week_pct > 0, text)
        text = text.replace(match[0], "", 1)
    return read_highlights(evidence, key, text)


def _records(evidence: Evidence, key: str) -> list[bool]:
    """Whether each close, the last that of the quote, was above all before it and what is known of older ones."""
    made, rows = [], evidence.past(key).rows
    older = [known for known in MARKETS[key].known_levels if known.kind == "close" and known.date < rows[0].date]
    highest = max((known.level for known in older), default=0)
    for row in rows:
        made.append(row.close > highest)
        highest = max(highest, row.close)
    return made
