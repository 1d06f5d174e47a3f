"""How are a post and an alert called: what they are about, when they come, where they go?"""

import datetime as dt

from bot.domain.markets.catalogue import CATALOGUE, MARKETS
from bot.domain.posting.schedule import EVERY_DAY, WEEKDAYS, Around, Daily, DayRule, Moment, Subject, Timing, Topic
from bot.domain.posting.subscriptions import Alert, AlertKind, Post
from bot.views.en.places import REGIONS

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def stamped(at: dt.datetime, form: str = "f") -> str:
    """Write an instant as Discord shows it in each reader's own time."""
    return f"<t:{int(at.timestamp())}:{form}>"


def subject(subject: Subject) -> str:
    """Say what a post is about."""
    match subject.topic:
        case Topic.SUMMARY:
            return f"Summary of {REGIONS[subject.region].area}"
        case Topic.STATUS:
            return f"Trading hours of {REGIONS[subject.region].area}"
        case Topic.RECORDS:
            return "Records"
        case Topic.MARKET:
            return MARKETS[subject.key].name


def city(mic: str) -> str:
    """Name the city of an exchange."""
    return next((market.city for market in CATALOGUE if market.mic == mic), mic)


def timing(timing: Timing) -> str:
    """Say when a post comes."""
    match timing.when:
        case Daily() as daily:
            text = f"{daily.at:%H:%M} {daily.zone}"
        case Around() as around:
            verb = "opens" if around.moment is Moment.OPEN else "closes"
            side = "before" if around.minutes < 0 else "after"
            text = f"{abs(around.minutes)} min {side} {city(around.mic)} {verb}"
            if not around.minutes:
                text = f"when {city(around.mic)} {verb}"
    days = timing.when.weekdays
    if timing.rule is DayRule.EVERY:
        # What follows an exchange comes on its days alone, which goes without saying.
        return text if isinstance(timing.when, Around) and days == EVERY_DAY else f"{text}, {_weekdays(days)}"
    who = MARKETS[timing.market].name if timing.rule is DayRule.MARKET else f"a market of {REGIONS[timing.region].area}"
    on = "on days" if days == EVERY_DAY else _weekdays(days)
    return f"{text}, {on} when {who} trades"


def _weekdays(days: frozenset[int]) -> str:
    if days == EVERY_DAY:
        return "every day"
    if days == WEEKDAYS:
        return "Mon to Fri"
    return ", ".join(name for number, name in enumerate(_DAYS) if number in days)


def wanted(alert: Alert) -> str:
    """Say what an alert waits for."""
    name = MARKETS[alert.condition.market].name
    match alert.condition.kind:
        case AlertKind.RECORD_HIGH:
            return f"{name}: a record in the session"
        case AlertKind.RECORD_CLOSE:
            return f"{name}: a record at the close"
        case AlertKind.ROUND:
            return f"{name}: a round number crossed"
        case AlertKind.MOVE:
            return f"{name}: a move of {alert.condition.percent:g} %"


def described(item: Post | Alert) -> str:
    """Say in a line what a post or an alert is, where it goes, and what was chosen beside."""
    place = item.destination
    parts = [wanted(item) if isinstance(item, Alert) else f"{subject(item.subject)}, {timing(item.timing)}"]
    parts[0] += f", in <#{place.channel}>"
    if isinstance(item, Post) and item.timing.skip_note:
        parts.append("a line on holidays")
    if place.mention is not None:
        parts.append(f"mentions <@&{place.mention}>")
    if place.publish:
        parts.append("is published")
    return "; ".join(parts)
