"""Does a summary's headline say what its JSON does?"""

import datetime as dt
import re
import statistics

from bot.domain.markets.catalogue import MARKETS
from tests.domain.summary.sceptic.evidence import Evidence
from tests.domain.summary.sceptic.vocabulary import DOWN, KEY, PERCENT, PRESENT_DOWN, PRESENT_UP, UP, same, with_keys

SHORT = {market.short: key for key, market in MARKETS.items()}
SHUT = ("holiday", "weekend")


def read_headline(evidence: Evidence, raw: str) -> None:
    """Check every word of a headline that says something."""
    text = with_keys(raw)
    if evidence.today != evidence.day and not text.startswith("No figures"):
        _read_morning(evidence, text, raw)
        return
    _check_share(evidence, text, raw)
    _check_continued(evidence, text, raw)
    _check_tone(evidence, text, raw)
    _check_records(evidence, text, raw)
    _check_moves(evidence, text, raw)
    _check_closed(evidence, text, raw)


def _read_morning(evidence: Evidence, text: str, raw: str) -> None:
    """Check what moved elsewhere, and how the last day ended."""
    lead, _, _ = raw.rpartition("; ")
    rest = text.rpartition("; ")[2]
    if lead:
        match = re.fullmatch(rf"(.+?) (flat|at a record close|(up|down) {PERCENT}) (overnight|so far|today)", lead)
        evidence.need(match, raw)
        assert match is not None
        _check_lead(evidence, match, raw)
    rest, day = _without_day(rest)
    named = (
        f"{evidence.day:%A}" if (evidence.today - evidence.day).days <= 6 else f"{evidence.day:%b} {evidence.day.day}"
    )
    evidence.need(day.partition(",")[0] == named, f"{day} is not {named}: {raw}")
    if match := re.search(rf", ({KEY}(?:(?:, | and ){KEY})*) at (?:a record|records)$", rest):
        for key in re.findall(KEY, match[1]):
            evidence.need(evidence.markets[key]["record"] == "record_close", raw)
        rest = rest[: match.start()]
    for key, verb, figure in re.findall(rf"{KEY} ({UP}|{DOWN}|was flat)(?: {PERCENT})?", rest):
        if verb == "was flat":
            evidence.need(key in evidence.answer["flat"], raw)
        else:
            evidence.verb(verb, evidence.moves[key])
            evidence.need(same(figure, evidence.moves[key]), raw)
    _check_ended(evidence, rest, raw)


def _without_day(rest: str) -> tuple[str, str]:
    """Split what is said from the day that it is said of."""
    match = re.search(r"(?: on|(?<=ended)) (\w+day|\w{3} \d+(?:, \d{4})?)(?=,| mixed| little|$)", rest)
    assert match is not None, rest
    return rest[: match.start()] + rest[match.end() :], match[1]


def _check_lead(evidence: Evidence, match: re.Match[str], raw: str) -> None:
    item = evidence.context[SHORT[match[1]]]
    session = dt.date.fromisoformat(item["session_date"])
    if match[2] == "at a record close":
        evidence.need(item["record"] == "record_close", raw)
    elif match[2] == "flat":
        evidence.need(abs(item["change_pct"]) < 0.1, raw)
    else:
        evidence.need(same(match[4], item["change_pct"]) and (item["change_pct"] > 0) == (match[3] == "up"), raw)
    evidence.need(item["running"] == (match[5] == "so far"), raw)
    if match[5] != "so far":
        evidence.need(session == evidence.today - dt.timedelta(days=match[5] == "overnight"), raw)


def _check_ended(evidence: Evidence, text: str, raw: str) -> None:
    up, down, counted = evidence.answer["advancers"], evidence.answer["decliners"], len(evidence.counted)
    trading = sum((market["missing"] or {}).get("reason") not in SHUT for market in evidence.markets.values())
    if match := re.search(r"\b([Mm]ost|[Aa]ll) of [\w' ]+? (rose|fell)", text):
        larger = up if match[2] == "rose" else down
        evidence.need(counted >= 3 and 3 * counted >= trading and 2 * larger > counted, raw)
        evidence.need(match[1].lower() == "most" or (larger == counted and not evidence.answer["flat"]), raw)
    if "mixed" in text:
        evidence.need(up == down or (up and down and 10 * max(up, down) < 7 * counted), raw)
    if "little changed" in text:
        evidence.need(up == down == 0, raw)
    if match := re.search(r"leaned (higher|lower)", text):
        evidence.need((up > down) == (match[1] == "higher"), raw)
    if "Wall Street" in text:
        evidence.need(all(MARKETS[key].city == "New York" for key in evidence.counted), raw)


def _check_share(evidence: Evidence, text: str, raw: str) -> None:
    up, down, counted = evidence.answer["advancers"], evidence.answer["decliners"], len(evidence.counted)
    larger = max(up, down)
    trading = sum((market["missing"] or {}).get("reason") not in SHUT for market in evidence.markets.values())
    if re.search(r"\b[Aa]ll of\b", text):
        evidence.need(counted and larger == counted and not evidence.answer["flat"], raw)
    if re.search(r"\b(?:[Mm]ost|[Aa]ll) of", text) and "closed" not in text:
        evidence.need(counted >= 3 and 3 * counted >= trading, f"{counted} of {trading} are no region: {raw}")
        evidence.need(2 * larger > counted, raw)
        evidence.need(
            (up >= down) == bool(re.search(r"of [\w' ]+? (?:ris|rall|adds? to (?:its|their) rally)", text)), raw
        )
    if re.search(r"[Mm]ost of", text) and "closed" in text:
        exchanges = {MARKETS[key].mic for key in evidence.markets}
        closed = {
            MARKETS[key].mic
            for key, market in evidence.markets.items()
            if (market["missing"] or {}).get("reason") == "holiday"
        }
        evidence.need(2 * len(closed) > len(exchanges), raw)
    if "Wall Street" in text and "closed" not in text:
        evidence.need(all(MARKETS[key].city == "New York" for key in evidence.counted), raw)
    if "the rest of" in text:
        evidence.need(trading == counted, raw)


def _check_continued(evidence: Evidence, text: str, raw: str) -> None:
    if not re.search(r"adds? to (?:its|their) (?:rally|losses)", text):
        return
    sign = 1 if "rally" in text else -1
    counted, larger = len(evidence.counted), max(evidence.answer["advancers"], evidence.answer["decliners"])
    continued = [
        key
        for key, pct in evidence.moves.items()
        if sign * pct >= 0.1
        and sign * evidence.run_before(key) >= 1
        and (sign * evidence.run_before(key) >= 2 or sign * (evidence.markets[key]["prior_sessions_pct"] or 0) >= 1)
    ]
    evidence.need(2 * len(continued) > larger and 2 * larger > counted, raw)
    if " of " in text:
        evidence.need(2 * len(continued) > counted and ("all of" not in text or len(continued) == counted), raw)


def _check_tone(evidence: Evidence, text: str, raw: str) -> None:
    tone = evidence.answer["tone"]
    if re.search("sells? off", text):
        evidence.need(tone == "selloff" and statistics.median(evidence.moves.values()) <= -0.8, raw)
    if re.search(r"\brall(?:ies|y)\b(?<!its rally)(?<!their rally)", text):
        evidence.need(tone == "rally" and statistics.median(evidence.moves.values()) >= 0.8, raw)
    if "mixed" in text and "week" not in text:
        up, down = evidence.answer["advancers"], evidence.answer["decliners"]
        evidence.need(tone == "mixed", raw)
        evidence.need(up and down and 10 * max(up, down) < 7 * len(evidence.counted), f"{up} up, {down} down: {raw}")
    if "little changed" in text:
        evidence.need(all(abs(pct) < 0.1 for pct in evidence.moves.values()), raw)
    if "barely" in text:
        evidence.need(all(abs(pct) < 0.7 for pct in evidence.moves.values()), raw)
    if "higher" in text or "lower" in text:
        up, down = evidence.answer["advancers"], evidence.answer["decliners"]
        expected = ("rally", "higher") if "higher" in text else ("lower", "selloff")
        evidence.need(tone in expected or (tone == "mixed" and (up > down) == ("higher" in text)), raw)


def _check_records(evidence: Evidence, text: str, raw: str) -> None:
    if match := re.match(r"(.+?) at (?:a record|records)", text):
        for key in re.findall(KEY, match[1]):
            evidence.need(key in evidence.answer["records"], f"{key} is at no record: {raw}")
    if match := re.match(r"(.+?) heads? for (?:a record|records)", text):
        for key in re.findall(KEY, match[1]):
            evidence.need(evidence.markets[key]["on_course"], raw)


def _check_moves(evidence: Evidence, text: str, raw: str) -> None:
    for key, verb in re.findall(rf"{KEY} (is flat)", text):
        evidence.need(key in evidence.answer["flat"], f"{verb}: {raw}")
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
