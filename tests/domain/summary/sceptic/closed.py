"""Is what a summary says of holidays and of the week in its JSON?"""

import datetime as dt
import re
from collections.abc import Mapping

from bot.domain.markets.catalogue import MARKETS
from tests.domain.summary.sceptic.evidence import Evidence, Untrue
from tests.domain.summary.sceptic.vocabulary import KEY, PERCENT, number, same


def read_closures(evidence: Evidence, text: str) -> str:
    """Check which cities are said to be closed, and return what is left of the sentence."""
    last = re.search(r"[Tt]he last session was that of (\w+), (\w{3} \d+(?:, \d{4})?)", text)
    text = evidence.strike(
        r"((?:[A-Z][\w ã]*?|\w+ more)(?:(?:, | and )(?:[A-Z][\w ã]*?|\w+ more))*) (?:is|are|was|were) "
        r"(closed(?: (?:for|by|after|at|to) [^;,]+?)?)(?=;|$|,? and [A-Z])",
        _check_closed,
        text,
    )
    if last:
        _check_last_session(evidence, last[1], last[2])
        text = text.replace(last[0], "")
    return text


def _check_closed(evidence: Evidence, match: re.Match[str]) -> None:
    named, said = match[1], match[2]
    closed = {
        "Wall Street" if MARKETS[key].city == "New York" else MARKETS[key].city
        for key, market in evidence.markets.items()
        if market["missing"]
        and market["missing"]["reason"] == "holiday"
        and _is_reason(said, market["missing"]["name"])
    }
    parts = [part for part in re.split(r", | and ", named[0].upper() + named[1:]) if part]
    more = [part for part in parts if part.endswith(" more")]
    cities = [part for part in parts if part not in more]
    for city in cities:
        evidence.need(city in closed, f"{city} is not {said}")
    others = number(more[0].split()[0]) if more else 0
    evidence.need(len(cities) + others <= len(closed), f"more are said to be closed than are: {match.string}")


def _is_reason(said: str, name: str | None) -> bool:
    """Whether these words say what the sessions table does: its name, or for want of one no reason."""
    if name is None:
        return said == "closed"
    words = re.sub(r"^closed (?:for|by|after|at|to) (?:an? |the |its )?", "", said).casefold()
    return (
        words in name.casefold() or name.casefold() in words or bool(set(words.split()) & set(name.casefold().split()))
    )


def _check_last_session(evidence: Evidence, weekday: str, date: str) -> None:
    eve = max(facts.calendar.previous(evidence.day).day for facts in evidence.facts.values())
    evidence.need(f"{eve:%A}" == weekday and f"{eve:%b} {eve.day}" == date.partition(",")[0], f"last session {date}")


def read_week(evidence: Evidence, text: str) -> str:
    """Check what is said of the week, and return what is left of the sentence."""
    weeks = _weeks(evidence)
    higher = sum(pct >= 0.05 for pct in weeks.values())
    lower = sum(pct <= -0.05 for pct in weeks.values())
    text = re.sub(r"^(?:Over the week|So far this week|In the week to \w{3} \d+(?:, \d{4})?),? ", "", text)
    if text == "nothing changed":
        evidence.need(not higher and not lower, "the week changed")
        return ""
    if re.match(rf"{KEY} (rose|fell) {PERCENT}", text):
        moved = re.findall(rf"{KEY} (rose|fell) {PERCENT}", text)
        evidence.need(len(moved) == higher + lower and len(weeks) <= 2, "more markets have a week")
        for key, verb, figure in moved:
            evidence.need(same(figure, weeks[key]) and (weeks[key] > 0) == (verb == "rose"), text)
        return ""
    lead = re.match(rf"(all|both|\w+ of) ?(\w*) ?indexes (rose|fell), {KEY} most, by {PERCENT}", text)
    if lead is None:
        raise Untrue(text)
    side = higher if lead[3] == "rose" else lower
    if lead[1] == "all":
        evidence.need(side == len(weeks) == number(lead[2]), text)
    elif lead[1] == "both":
        evidence.need(side == len(weeks) == 2, text)
    else:
        evidence.need(number(lead[1].split()[0]) == side and number(lead[2]) == len(weeks), text)
    evidence.need(_is_extreme(weeks, lead[4], lead[3], lead[5]), text)
    rest = text[lead.end() :]
    if match := re.fullmatch(rf", while {KEY} (rose|fell) {PERCENT}", rest):
        evidence.need(_is_extreme(weeks, match[1], match[2], match[3]), rest)
        evidence.need((weeks[match[1]] > 0) == (match[2] == "rose"), rest)
        return ""
    return rest


def _weeks(evidence: Evidence) -> dict[str, float]:
    """Return the week of each market that has traded in the newest one."""
    dates = {
        key: dt.date.fromisoformat(market["quote"]["session_date"])
        for key, market in evidence.markets.items()
        if market["quote"]["session_date"]
    }
    newest = max(dates.values()).isocalendar()[:2]
    return {
        key: market["week_pct"]
        for key, market in evidence.markets.items()
        if market["week_pct"] is not None and key in dates and dates[key].isocalendar()[:2] == newest
    }


def _is_extreme(weeks: Mapping[str, float], key: str, verb: str, figure: str) -> bool:
    extreme = (max if verb == "rose" else min)(weeks.values())
    return weeks[key] == extreme and same(figure, extreme)
