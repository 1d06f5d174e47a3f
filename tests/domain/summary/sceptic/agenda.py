"""Is what a summary says in the morning of the day to come in the table of sessions?"""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from bot.adapters.files.packaged import rate_decisions
from bot.domain.markets.catalogue import MARKETS
from tests.domain.summary.sceptic.evidence import Evidence

_CITY = "|".join(sorted({re.escape(market.city) for market in MARKETS.values()} | {"Wall Street", r"\w+ more"}))
_NAMES = rf"(?:{_CITY})(?:(?:, | and )(?:{_CITY}))*"
_TIMES = rf"({_NAMES}) (opens?|closes? early,) at \d\d:\d\d(?:(?:, | and ){_NAMES} at \d\d:\d\d)*(?:, local time)?"


def read_agenda(evidence: Evidence, text: str) -> str:
    """Check who opens, closes early and is closed today or on a day to come; return what is left of the sentence."""
    day = evidence.today
    if coming := re.match(rf"On (\w+day) (?={_NAMES} (?:(?:is|are) closed|closes? early,))", text):
        day = _next_weekday(evidence.day)
        evidence.need(coming[1] == f"{day:%A}" and evidence.day >= evidence.today, text)
        text = text[coming.end() :]
    elif not re.search(r"\b(?:opens?|closes? early,) at \d\d:\d\d", text) and not _is_of_today(evidence, text):
        return text
    for match in re.finditer(_TIMES, text):
        _check_times(evidence, day, match[0], early="early" in match[2])
    text = re.sub(_TIMES, "", text)
    closed = rf"({_NAMES}) (?:is|are) closed\b[^;,]*"
    for match in re.finditer(closed, text):
        _check_closed(evidence, day, match[1])
    return re.sub(closed, "", text)


def read_decision(evidence: Evidence, text: str) -> str:
    """Check that a decision of the Fed is to come, by the Fed's own calendar; return what is left of the sentence."""
    told = r",? ahead of (\w+day)'s Fed decision$|The Fed announces its rate decision on (\w+day) at 14:00 in New York"
    if match := re.search(told, text):
        coming = next(decision for decision in rate_decisions() if decision.at > evidence.as_of)
        named = match[1] or match[2]
        evidence.need(f"{coming.day:%A}" == named and (coming.day - evidence.today).days <= 1, text)
        text = text.replace(match[0], "")
    return text


def _next_weekday(day: dt.date) -> dt.date:
    return day + dt.timedelta(days={4: 3, 5: 2}.get(day.weekday(), 1))


def _is_of_today(evidence: Evidence, text: str) -> bool:
    return evidence.today != evidence.day and re.search(r" (?:is|are) closed\b", text) is not None


def _check_times(evidence: Evidence, day: dt.date, text: str, *, early: bool) -> None:
    sessions = {}
    for key, facts in evidence.facts.items():
        if (session := facts.calendar.session(day)) is not None:
            city = "Wall Street" if MARKETS[key].city == "New York" else MARKETS[key].city
            at = session.close if early else session.open
            sessions[city] = at, at.astimezone(ZoneInfo(MARKETS[key].zone)), session.half_day
    for names, time in re.findall(rf"({_NAMES})(?: opens?| closes? early,)? at (\d\d:\d\d)", text):
        for city in re.split(r", | and ", names.removeprefix("and ")):
            at, local, half_day = sessions[city]
            evidence.need(f"{local:%H:%M}" == time and at > evidence.as_of, text)
            evidence.need(half_day or not early, text)


def _check_closed(evidence: Evidence, day: dt.date, names: str) -> None:
    shut = {
        "Wall Street" if MARKETS[key].city == "New York" else MARKETS[key].city
        for key, facts in evidence.facts.items()
        if not facts.calendar.is_session(day)
    }
    for city in re.split(r", | and ", names):
        evidence.need(city in shut or city.endswith(" more"), f"{city} is not closed on {day}")
