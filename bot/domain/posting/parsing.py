"""What does an admin mean by "asia summary", "09:00" or "30 min before Tokyo opens"?"""

import re
from datetime import time
from typing import Final

from bot.domain.errors import BadQuestion, FailureCode, Typed
from bot.domain.markets.catalogue import CATALOGUE, MARKETS
from bot.domain.markets.market import Region
from bot.domain.markets.search import find, normal, search
from bot.domain.posting.schedule import EVERY_DAY, WEEKDAYS, Around, Daily, Moment, Subject, Topic
from bot.domain.posting.zones import timezone
from bot.domain.text import bounded

FARTHEST: Final = 12 * 60
"""Minutes that a post may be away from an exchange's opening or close."""

_MOST: Final = 25  # choices that Discord shows
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))? ?([ap])?\.?m?\.?", re.IGNORECASE)
_DISTANCE: Final = re.compile(
    r"(?:(\d{1,9}) ?(min(?:ute)?s?|m|h(?:ours?|rs?)?) (before|after)|at|when) (?:the )?", re.IGNORECASE
)
"""Both patterns are read on a `bounded` text and have no part that may be matched in more than one way."""
_MOMENTS: Final = {
    "open": Moment.OPEN, "opens": Moment.OPEN, "opening": Moment.OPEN,
    "close": Moment.CLOSE, "closes": Moment.CLOSE, "closing": Moment.CLOSE,
}  # fmt: skip
_EXCHANGES: Final = {name: market.mic for market in CATALOGUE for name in market.exchange_names.split("|") if name}
"""What exchanges are called that no index of theirs is."""
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def subject(text: str) -> Subject:
    """Read what a post is to tell: "asia summary", "europe status", "records", or a market by any of its names.

    Raises:
        UnknownMarket: if it is none of them.
    """
    words = bounded(text).casefold().split()
    if words in (["records"], ["record"]):
        return Subject(Topic.RECORDS)
    match words:
        case [region, topic] if region in set(Region) and topic in {Topic.SUMMARY, Topic.STATUS}:
            return Subject(Topic(topic), region)
    return Subject(Topic.MARKET, find(text).key)


def subjects(text: str) -> list[tuple[str, str]]:
    """Offer what a post can tell, each as it is shown and as `subject` reads it."""
    fixed = [f"{region} {topic}" for topic in (Topic.SUMMARY, Topic.STATUS) for region in Region]
    fixed.insert(len(Region), "records")
    typed = bounded(text).casefold()
    found = [(word.capitalize(), word) for word in fixed if typed in word]
    found += [(market.name, market.key) for market in (search(text) if typed else MARKETS.values())]
    return found[:_MOST]


def when(text: str, zone: str | None) -> Daily | Around:
    """Read when a post is to come: a local time in a zone, or a distance from an opening or close; on every day.

    Raises:
        BadQuestion: if the time or the zone is not understood; says what would be.
        UnknownMarket: if no market goes by the name.
    """
    text = bounded(text)
    if (around := _around(text)) is not None:
        return around
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise BadQuestion(FailureCode.UNKNOWN_TIMING, text=Typed(text))
    if zone is None:
        raise BadQuestion(FailureCode.TIME_ZONE_MISSING)
    return Daily(_time(match), timezone(zone))


def _around(text: str) -> Around | None:
    """Read a distance from an opening or close; nothing where the text is none."""
    match = _DISTANCE.match(text)
    point = _point(text[match.end() :]) if match else None
    if match is None or point is None:
        return None
    name, moment = point
    number, unit, side = match.groups(default="")
    minutes = int(number or 0) * (60 if unit.casefold().startswith("h") else 1)
    if minutes > FARTHEST:
        raise BadQuestion(FailureCode.TOO_FAR_FROM_SESSION, hours=FARTHEST // 60)
    return Around(exchange(name), moment, -minutes if side.casefold() == "before" else minutes)


def _point(text: str) -> tuple[str, Moment] | None:
    """Read "Tokyo opens", "Tokyo's open" or "the close of Tokyo" as a name and which of the two is meant."""
    name, _, last = text.rpartition(" ")
    if name and (moment := _MOMENTS.get(last.casefold())):
        return name.removesuffix("'s").removesuffix("’s"), moment
    first, _, rest = text.partition(" ")
    link, _, name = rest.partition(" ")
    if name and link.casefold() in {"of", "in"} and (moment := _MOMENTS.get(first.casefold())):
        return name, moment
    return None


def exchange(text: str) -> str:
    """Read which exchange is meant, by its own name or by its city or any index of it, and give its MIC.

    Raises:
        UnknownMarket: if none goes by the name.
    """
    return _EXCHANGES.get(normal(text)) or find(text).mic


def _time(match: re.Match[str]) -> time:
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").casefold()
    if half:
        if hour not in range(1, 13):
            raise BadQuestion(FailureCode.UNKNOWN_TIME, text=Typed(match[0]))
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise BadQuestion(FailureCode.UNKNOWN_TIME, text=Typed(match[0])) from None


def weekdays(text: str) -> frozenset[int]:
    """Read weekdays: "every day", "weekdays", "mon,wed,fri", "mon-fri".

    Raises:
        BadQuestion: if it is something else.
    """
    said = bounded(text).casefold()
    if said in {"every day", "daily", "all", "mon-sun"}:
        return EVERY_DAY
    if said in {"weekdays", "mon-fri"}:
        return WEEKDAYS
    found: set[int] = set()
    for part in re.split(r"[,\s]+", said):
        first, _, last = part.partition("-")
        numbers = [_DAYS.index(end[:3]) for end in (first, last or first) if end[:3] in _DAYS]
        if not numbers[1:]:  # one of both ends is no day
            raise BadQuestion(FailureCode.UNKNOWN_DAYS, text=Typed(text))
        start, end = numbers
        found.update(day % 7 for day in range(start, end + 1 + (7 if end < start else 0)))
    return frozenset(found)
