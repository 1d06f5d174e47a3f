"""Does a summary's headline say what its JSON does?"""

import re

from tests.domain.summary.sceptic.evidence import Evidence
from tests.domain.summary.sceptic.vocabulary import KEY, PERCENT, PRESENT_DOWN, PRESENT_UP, same, with_keys


def read_headline(evidence: Evidence, raw: str) -> None:
    """Check every word of a headline that says something."""
    text = with_keys(raw)
    _check_share(evidence, text, raw)
    _check_continued(evidence, text, raw)
    _check_tone(evidence, text, raw)
    _check_records(evidence, text, raw)
    _check_moves(evidence, text, raw)
    _check_closed(evidence, text, raw)


def _check_share(evidence: Evidence, text: str, raw: str) -> None:
    up, down, counted = evidence.answer["advancers"], evidence.answer["decliners"], len(evidence.counted)
    larger = max(up, down)
    if re.search(r"\ball of\b|across the board", text):
        evidence.need(counted and larger == counted, raw)
    if re.search(r"[Mm]ost of", text) and "closed" not in text:
        evidence.need(2 * larger > counted, raw)
        evidence.need((up >= down) == bool(re.search(r"ris|rall|gain", text)), raw)
    if re.search(r"[Mm]ost of", text) and "closed" in text:
        evidence.need(2 * len(evidence.answer["closed"]) > len(evidence.markets), raw)


def _check_continued(evidence: Evidence, text: str, raw: str) -> None:
    if not re.search(r"adds? to (?:its|their) (?:rally|losses)", text):
        return
    sign = 1 if "rally" in text else -1
    counted, larger = len(evidence.counted), max(evidence.answer["advancers"], evidence.answer["decliners"])
    continued = [
        key
        for key, pct in evidence.moves.items()
        if sign * pct >= 0.1
        and (
            sign * (evidence.markets[key]["streak"] or 0) >= 3
            or sign * (evidence.markets[key]["last_week_pct"] or 0) >= 1
        )
    ]
    evidence.need(2 * len(continued) > larger and 2 * larger > counted, raw)
    if " of " in text:
        evidence.need(2 * len(continued) > counted and ("all of" not in text or len(continued) == counted), raw)


def _check_tone(evidence: Evidence, text: str, raw: str) -> None:
    tone = evidence.answer["tone"]
    if re.search("sells? off", text):
        evidence.need(tone == "selloff", raw)
    if re.search(r"\brall(?:ies|y)\b(?<!its rally)(?<!their rally)", text):
        evidence.need(tone == "rally", raw)
    if "mixed" in text and "week" not in text:
        evidence.need(tone == "mixed", raw)
    if "barely" in text:
        evidence.need(all(abs(pct) < 0.7 for pct in evidence.moves.values()), raw)
    if "higher" in text or "lower" in text:
        evidence.need(tone in (("rally", "higher") if "higher" in text else ("lower", "selloff")), raw)


def _check_records(evidence: Evidence, text: str, raw: str) -> None:
    if match := re.match(r"(.+?) at (?:a record|records)", text):
        for key in re.findall(KEY, match[1]):
            evidence.need(key in evidence.answer["records"], f"{key} is at no record: {raw}")
    if match := re.match(r"(.+?) heads? for (?:a record|records)", text):
        for key in re.findall(KEY, match[1]):
            evidence.need(evidence.markets[key]["on_course"], raw)


def _check_moves(evidence: Evidence, text: str, raw: str) -> None:
    for key, verb, figure in re.findall(rf"{KEY} ({PRESENT_UP}|{PRESENT_DOWN})(?: {PERCENT})?", text):
        evidence.need((evidence.moves[key] > 0) == bool(re.fullmatch(PRESENT_UP, verb)), raw)
        evidence.need(not figure or same(figure, evidence.moves[key]), raw)
    if match := re.search(rf"led by {KEY}", text):
        evidence.need(evidence.moves[match[1]] > 0 and evidence.leads(match[1]), raw)
    if match := re.search(rf"{KEY} the furthest", text):
        evidence.need(evidence.moves[match[1]] < 0 and evidence.leads(match[1]), raw)


def _check_closed(evidence: Evidence, text: str, raw: str) -> None:
    closed = evidence.answer["tone"] == "closed"
    if "weekend" in text:
        evidence.need(evidence.day.weekday() >= 5 and closed, raw)
    if re.search(r"(?:is|are) closed for", text) and "ost of" not in text and "weekend" not in text:
        evidence.need(closed, raw)
    if text.startswith("No figures"):
        evidence.need(not evidence.counted, raw)
