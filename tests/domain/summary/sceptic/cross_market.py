"""Is what a summary says of other regions, futures and rates in its JSON?"""

import datetime as dt
import re

from tests.domain.summary.sceptic.evidence import Evidence
from tests.domain.summary.sceptic.vocabulary import DOWN, KEY, PERCENT, UP, rank, same


def read_elsewhere(evidence: Evidence, text: str) -> str:
    """Check a sentence of another region, and return what is left of it."""
    _check_date(evidence, text)
    text = re.sub(r"^On \w{3} \d+(?:, \d{4})?", "", text)
    run = r"(?:, its (\w+) (gain|fall) in a row)?"
    text = evidence.strike(rf"{KEY} \(([+−]?){PERCENT}{run}\)", _check_at_record, text)
    record = r"( to a record close| after touching a record)?"
    text = evidence.strike(rf"{KEY} ({UP}|{DOWN}) {PERCENT}{record}{run}", _check_move, text)
    end = r"( at a record close| after touching a record)?(?:, its (\w+) (?:gain|fall) in a row)?"
    text = evidence.strike(rf"{KEY} (?:was|is) flat{end}", _check_flat, text)
    if text.endswith("were flat"):
        evidence.need(all(abs(evidence.context[key]["change_pct"]) < 0.1 for key in re.findall(KEY, text)), text)
        text = re.sub(KEY, "", text)
    return evidence.strike(rf"{KEY} is (up|down) {PERCENT}", _check_present, text)


def _check_date(evidence: Evidence, text: str) -> None:
    date = next(iter({evidence.context[key]["session_date"] for key in re.findall(KEY, text)}))
    session = dt.date.fromisoformat(date)
    if match := re.match(r"On (\w+day) ", text):
        evidence.need(f"{session:%A}" == match[1] and 0 < (evidence.today - session).days <= 6, text)
    elif text.startswith("Overnight"):
        evidence.need(session == evidence.today - dt.timedelta(days=1) and evidence.answer["phase"] != "after", text)
    elif text.startswith(("Earlier", "Meanwhile")):
        evidence.need(session == evidence.today, text)
    elif text.startswith("Since"):
        evidence.need(session >= evidence.day, text)


def _check_at_record(evidence: Evidence, match: re.Match[str]) -> None:
    key, sign, figure, nth, kind = match.groups()
    item = evidence.context[key]
    evidence.need(same(figure, item["change_pct"]), match[0])
    evidence.need(sign in ("", None) or (item["change_pct"] > 0) == (sign == "+"), match[0])
    if nth:
        evidence.need(rank(nth) == abs(item["streak"]) and (item["streak"] > 0) == (kind == "gain"), match[0])
    said = "record_close" if "closed at" in match.string else "record_high"
    evidence.need(item["record"] == said, match[0])


def _check_move(evidence: Evidence, match: re.Match[str]) -> None:
    key, verb, figure, record, nth, kind = match.groups()
    item = evidence.context[key]
    evidence.verb(verb, item["change_pct"])
    evidence.need(same(figure, item["change_pct"]), match[0])
    if record:
        evidence.need(item["record"] == ("record_close" if "close" in record else "record_high"), match[0])
    if nth:
        evidence.need(rank(nth) == abs(item["streak"]) and (item["streak"] > 0) == (kind == "gain"), match[0])


def _check_flat(evidence: Evidence, match: re.Match[str]) -> None:
    key, record, nth = match.groups()
    item = evidence.context[key]
    evidence.need(abs(item["change_pct"]) < 0.1, match[0])
    if record:
        evidence.need(item["record"] == ("record_close" if "close" in record else "record_high"), match[0])
    if nth:
        evidence.need(rank(nth) == abs(item["streak"]), match[0])


def _check_present(evidence: Evidence, match: re.Match[str]) -> None:
    key, way, figure = match.groups()
    item = evidence.context[key]
    evidence.need(item["running"] and not item["stale"], f"{key} does not trade: {match.string}")
    evidence.need(same(figure, item["change_pct"]) and (item["change_pct"] > 0) == (way == "up"), match[0])


def read_futures(evidence: Evidence, text: str) -> str:
    items = [item for key, item in evidence.context.items() if key in ("es-future", "nq-future")]
    moves = [item["change_pct"] for item in items if item["change_pct"] is not None]
    if text.endswith("little changed"):
        evidence.need(all(abs(move) < 0.15 for move in moves), text)
        return ""
    if "higher" in text or "lower" in text:
        evidence.need(all((move > 0) == ("higher" in text) for move in moves), text)
    for figure in re.findall(PERCENT, text):
        evidence.need(any(same(figure, move) for move in moves), text)
    return ""


def read_rates(evidence: Evidence, text: str) -> None:
    for key, pattern in {
        "usd-jpy": rf"dollar (\w+) {PERCENT} to ([\d.,]+) yen", "usd-cny": rf"dollar (\w+) {PERCENT} to ([\d.,]+) yuan",
        "usd-krw": rf"dollar (\w+) {PERCENT} to ([\d.,]+) won", "gold": rf"[Gg]old (\w+) {PERCENT} to \$([\d.,]+)",
        "eur-usd": rf"euro (\w+) {PERCENT} to \$([\d.,]+)", "gbp-usd": rf"pound (\w+) {PERCENT} to \$([\d.,]+)",
        "usd-cad": rf"dollar (\w+) {PERCENT} to ([\d.,]+) Canadian dollars",
        "usd-brl": rf"dollar (\w+) {PERCENT} to ([\d.,]+) reais",
        "dollar-index": rf"dollar index (\w+) {PERCENT} to ([\d.,]+)",
        "brent": rf"Brent crude (\w+) {PERCENT} to \$([\d.,]+)",
        "oil": rf"U\.S\. crude (\w+) {PERCENT} to \$([\d.,]+)", "vix": rf"VIX (\w+) {PERCENT} to ([\d.,]+)",
    }.items():  # fmt: skip
        if match := re.search(pattern, text):
            item = evidence.context[key]
            evidence.need(same(match[2], item["change_pct"]), text)
            evidence.need((item["change_pct"] > 0) == bool(re.fullmatch(UP, match[1])), text)
            level = match[3].rstrip(".,")
            evidence.need(same(level, item["level"], len(level.partition(".")[2])), text)
            text = text.replace(match[0], "")
    if match := re.search(r"Treasury yield (\w+) (\d+) basis points to ([\d.]+) %", text):
        item = evidence.context["us-10y"]
        evidence.need(abs(abs(item["change"]) * 100 - int(match[2])) <= 0.5001, text)
        evidence.need(same(match[3], item["level"], 2) and (item["change"] > 0) == (match[1] == "rose"), text)
        text = text.replace(match[0], "").replace("10-year", "")
    evidence.need(not re.search(r"\d", text), f"not checked: {text}")
