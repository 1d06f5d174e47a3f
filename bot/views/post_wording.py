"""How do posts and alerts read: what they are, when they come, what became of them, and what they add to an answer?"""

import datetime as dt

from bot.domain.catalogue import CATALOGUE, MARKETS
from bot.domain.deliveries import Outcome, Publication, State
from bot.domain.events import Event, EventKind
from bot.domain.markets import Region
from bot.domain.posts import Alert, AlertKind, Post, Telling
from bot.domain.schedule import EVERY_DAY, WEEKDAYS, Around, Daily, DayRule, Moment, Skipped, Subject, Timing, Topic
from bot.services.posts import Forecast, Listed
from bot.views.blocks import Page, duration

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_REGIONS = {Region.ASIA: "Asia", Region.EUROPE: "Europe", Region.AMERICAS: "the Americas", Region.WORLD: "the world"}
_STATES = {
    State.SENT: "sent",
    State.MISSED: "missed",
    State.FAILED: "failed",
    State.UNKNOWN: "may or may not have been sent",
}
_SEEN = dt.timedelta(seconds=30)  # a delay shorter than this is not worth a word


def stamped(at: dt.datetime, form: str = "f") -> str:
    """Write an instant as Discord shows it in each reader's own time."""
    return f"<t:{int(at.timestamp())}:{form}>"


def subject(one: Subject) -> str:
    """Say what a post is about."""
    match one.topic:
        case Topic.SUMMARY:
            return f"Summary of {_REGIONS[one.region]}"
        case Topic.STATUS:
            return f"Trading hours of {_REGIONS[one.region]}"
        case Topic.RECORDS:
            return "Records"
        case Topic.MARKET:
            return MARKETS[one.key].name


def city(mic: str) -> str:
    """Name the city of an exchange."""
    return next((one.city for one in CATALOGUE if one.mic == mic), mic)


def timing(one: Timing) -> str:
    """Say when a post comes."""
    match one.when:
        case Daily() as daily:
            text = f"{daily.at:%H:%M} {daily.zone}, {_weekdays(daily.weekdays)}"
        case Around() as around:
            verb = "opens" if around.moment is Moment.OPEN else "closes"
            side = "before" if around.minutes < 0 else "after"
            text = f"{abs(around.minutes)} min {side} {city(around.mic)} {verb}"
            if not around.minutes:
                text = f"when {city(around.mic)} {verb}"
    match one.rule:
        case DayRule.EVERY:
            return text
        case DayRule.REGION:
            return f"{text}, when a market of {_REGIONS[one.region]} trades"
        case DayRule.MARKET:
            return f"{text}, when {MARKETS[one.market].name} trades"


def _weekdays(days: frozenset[int]) -> str:
    if days == EVERY_DAY:
        return "every day"
    if days == WEEKDAYS:
        return "Mon to Fri"
    return ", ".join(name for number, name in enumerate(_DAYS) if number in days)


def wanted(one: Alert) -> str:
    """Say what an alert waits for."""
    name = MARKETS[one.wanted.market].name
    match one.wanted.kind:
        case AlertKind.RECORD_HIGH:
            return f"{name}: a record in the session"
        case AlertKind.RECORD_CLOSE:
            return f"{name}: a record at the close"
        case AlertKind.ROUND:
            return f"{name}: a round number crossed"
        case AlertKind.MOVE:
            return f"{name}: a move of {one.wanted.percent:g} %"


def described(one: Post | Alert) -> str:
    """Say in a line what a post or an alert is and where it goes."""
    told = wanted(one) if isinstance(one, Alert) else f"{subject(one.subject)}, {timing(one.timing)}"
    return f"{told}, in <#{one.place.channel}>"


def runs(forecast: Forecast) -> str:
    """Say when a post comes next, and how late it may be."""
    lines = [f"• {stamped(run.due, 'F')} ({stamped(run.due, 'R')}){_note(run.skipped)}" for run in forecast.runs]
    if forecast.delay >= _SEEN:
        lines.append(f"Many posts are due at that time: it may come up to {duration(forecast.delay)} late.")
    return "\n".join(lines)


def _note(skipped: Skipped | None) -> str:
    return f": a note, {city(skipped.mic)} is closed" if skipped else ""


def listed_page(all_: list[Listed], *, alerts: bool) -> Page:
    """List a server's posts, or its alerts, with what became of each last."""
    lines = [_listed(one) for one in all_ if isinstance(one.what, Alert) is alerts]
    kind, command = ("alerts", "/alert add") if alerts else ("posts", "/schedule add")
    if not lines:
        return Page(title=f"No {kind} yet", paragraphs=(f"`{command}` sets one up.",))
    return Page(title=f"{len(lines)} {kind if len(lines) > 1 else kind[:-1]}", details=tuple(lines))


def _listed(one: Listed) -> str:
    what = one.what
    parts = [f"**{what.id}** {described(what)}"]
    if what.paused:
        parts.append("paused")
    elif isinstance(what, Post) and what.next_due is not None:
        parts.append(f"next {stamped(what.next_due, 'R')}")
    if one.last is not None:
        parts.append(f"last {_outcome(one.last)}")
    text = " · ".join(parts)
    problem = what.trouble.problem or (one.last.problem if one.last is not None else None)
    return f"{text}\n-# {problem}" if problem else text


def _outcome(one: Outcome) -> str:
    text = f"{stamped(one.due, 'f')} {_STATES.get(one.state, 'under way')}"
    if one.state is State.SENT and one.delayed:
        text += ", late"
    if one.publication is Publication.FAILED:
        text += ", not published"
    return text


def skipped_page(telling: Telling) -> Page:
    """Say, in the place of a post, which holiday it is."""
    assert telling.skipped is not None, "only a day that is left out is told so"
    reason = f" for {telling.skipped.holiday}" if telling.skipped.holiday else ""
    return Page(title=f"No post today: {city(telling.skipped.mic)} is closed{reason}")


def event(one: Event) -> str:
    """Say what happened; it stands above the market's figures."""
    name = MARKETS[one.market].name
    number = "" if one.threshold is None else f"{one.threshold:,.0f}"
    match one.kind:
        case EventKind.RECORD_HIGH:
            return f"{name}: a record in the session"
        case EventKind.RECORD_CLOSE:
            return f"{name} closed at a record"
        case EventKind.ROUND_ABOVE:
            return f"{name} rose through {number}"
        case EventKind.ROUND_BELOW:
            return f"{name} fell through {number}"
        case EventKind.RISE:
            return f"{name} is up {one.threshold:g} % or more"
        case EventKind.FALL:
            return f"{name} is down {one.threshold:g} % or more"


def delayed(due: dt.datetime) -> str:
    """Say that a post comes late."""
    return f"-# Delayed: this was due at {stamped(due, 't')}."


def paused(one: Post | Alert) -> str:
    """Tell whoever set it up that it was paused, and what to do."""
    command = "/alert" if isinstance(one, Alert) else "/schedule"
    reason = one.trouble.problem or "The channel refuses messages."
    follow = f"When that is put right, `{command} resume` takes it up again."
    return f"I have paused number {one.id} ({described(one)}). {reason} {follow}"
