"""How do posts and alerts read: what they are, when they come, what became of them, and what they add to an answer?"""

import datetime as dt
from collections.abc import Mapping

from bot.domain.markets.catalogue import MARKETS
from bot.domain.posting.confirmations import Action, Ending, Settlement
from bot.domain.posting.deliveries import DeliveryOutcome, DeliveryState, Publication
from bot.domain.posting.schedule import Skipped, Subject, Topic
from bot.domain.posting.subscriptions import Alert, Post, PostContent, UnreadableSubscription
from bot.domain.records.events import Event, EventKind
from bot.services.subscriptions import Forecast, ListedSubscription
from bot.views.en.failures import sentence
from bot.views.en.languages import LANGUAGES
from bot.views.en.subscriptions import city, described, stamped, subject
from bot.views.language import ButtonName
from bot.views.page import DISCORD, Page, duration

_STATES = {
    DeliveryState.SENT: "sent",
    DeliveryState.MISSED: "missed",
    DeliveryState.FAILED: "failed",
    DeliveryState.UNKNOWN: "may or may not have been sent",
}
BUTTONS: Mapping[ButtonName, str] = {"now": "Now", "yes": "Yes", "no": "No"}
_PAGE = 3500  # characters of a list that go into one message; Discord takes 4000 in all
_SEEN = dt.timedelta(seconds=30)  # a delay shorter than this is not worth a word


def button(name: ButtonName) -> str:
    """Name a button."""
    return BUTTONS[name]


def unspoken(code: str) -> str:
    """Say what becomes of a language that was chosen and is not spoken yet."""
    return f"In English for now: I do not speak {LANGUAGES.get(code, code)} yet, and will use it as soon as I do."


def runs(forecast: Forecast) -> str:
    """Say when a post comes next, and how late it may be."""
    lines = [f"• {stamped(run.due, 'F')} ({stamped(run.due, 'R')}){_note(run.skipped)}" for run in forecast.runs]
    if forecast.delay >= _SEEN:
        lines.append(f"Many posts are due at that time: it may come up to {duration(forecast.delay)} late.")
    return "\n".join(lines)


def _note(skipped: Skipped | None) -> str:
    return f": a note, {city(skipped.mic)} is closed" if skipped else ""


def listed_pages(all_: list[ListedSubscription], *, alerts: bool) -> list[Page]:
    """List a server's posts, or its alerts, with what became of each last; as many pages as Discord needs."""
    lines = [_listed(listed) for listed in all_ if _is_alert(listed.what) is alerts]
    kind, command = ("alerts", "/alert add") if alerts else ("posts", "/schedule add")
    if not lines:
        return [Page(title=f"No {kind} yet", paragraphs=(f"`{command}` sets one up.",))]
    parts: list[list[str]] = [[]]
    for line in lines:
        if sum(map(len, parts[-1])) + len(line) > _PAGE:
            parts.append([])
        parts[-1].append(line)
    title = f"{len(lines)} {kind if len(lines) > 1 else kind[:-1]}"
    titles = [title, *(f"{title}, page {number}" for number in range(2, len(parts) + 1))]
    return [Page(title=title, details=tuple(part)) for title, part in zip(titles, parts, strict=True)]


def _is_alert(subscription: Post | Alert | UnreadableSubscription) -> bool:
    return (
        subscription.kind == "alert"
        if isinstance(subscription, UnreadableSubscription)
        else isinstance(subscription, Alert)
    )


def _unreadable(subscription: UnreadableSubscription) -> str:
    command = "/alert" if subscription.kind == "alert" else "/schedule"
    return (
        f"**{subscription.id}** {subscription.kind.capitalize()} {subscription.id} cannot be read, so it never comes: "
        f"remove it with `{command} remove number:{subscription.id}`, and set it up again."
    )


def _listed(listed: ListedSubscription) -> str:
    what = listed.what
    if isinstance(what, UnreadableSubscription):
        return _unreadable(what)
    parts = [f"**{what.id}** {described(what)}"]
    if what.paused:
        parts.append("paused")
    elif isinstance(what, Post) and what.next_due is not None:
        parts.append(f"next {stamped(what.next_due, 'R')}")
    elif isinstance(what, Post):
        parts.append("never again as it is: give it another time")
    if listed.last is not None:
        parts.append(f"last {_outcome(listed.last)}")
    text = " · ".join(parts)
    problem, at = what.failure.problem, what.failure.problem_at
    if problem is None and listed.last is not None:
        problem, at = listed.last.problem, listed.last.at
    if problem is None:
        return text
    when = f", {stamped(at, 'R')}" if at else ""
    return f"{text}\n-# Last problem{when}: {sentence(problem, DISCORD)}"


def _outcome(outcome: DeliveryOutcome) -> str:
    text = f"{stamped(outcome.due, 'f')} {_STATES.get(outcome.state, 'under way')}"
    if outcome.state is DeliveryState.SENT and outcome.delayed:
        text += ", late"
    if outcome.publication is Publication.FAILED:
        text += ", not published"
    return text


def settled_page(settlement: Settlement) -> Page:
    """Say how a question ended, in its place."""
    match settlement.ending:
        case Ending.DONE if settlement.action is Action.DELETE:
            return Page(title="All of it is deleted")
        case Ending.DONE:
            verb = "set up" if settlement.action is Action.ADD else "changed"
            return Page(title=f"Number {settlement.number} is {verb}")
        case Ending.DECLINED:
            return Page(title="Nothing was changed")
        case Ending.EXPIRED:
            return Page(title="This question has expired", paragraphs=("Nothing was changed; use the command again.",))
        case Ending.ANSWERED:
            return Page(
                title="This question has been answered", paragraphs=("`/schedule list` shows what is set up now.",)
            )


def skipped_page(telling: PostContent) -> Page:
    """Say, in the place of a post, which holiday it is."""
    assert telling.skipped is not None, "only a day that is left out is told so"
    reason = f" for {telling.skipped.holiday}" if telling.skipped.holiday else ""
    return Page(title=f"No post today: {city(telling.skipped.mic)} is closed{reason}")


def empty_page(telling: PostContent) -> Page:
    """Say, in the place of a post, that no figures are to be had."""
    about = telling.subject or Subject(Topic.RECORDS)
    what = MARKETS[telling.event.market].name if telling.event is not None else subject(about)
    again = f"Press **{button('now')}** in a while to ask again."
    return Page(
        title=f"{what}: no figures",
        alerts=(event(telling.event),) if telling.event is not None else (),
        paragraphs=(f"Yahoo is not answering, and nothing is kept from before. {again}",),
    )


def event(event: Event) -> str:
    """Say what happened; it stands above the market's figures."""
    name = MARKETS[event.market].name
    number = "" if event.threshold is None else f"{event.threshold:,.0f}"
    match event.kind:
        case EventKind.RECORD_HIGH:
            return f"{name}: a record in the session"
        case EventKind.RECORD_CLOSE:
            return f"{name} closed at a record"
        case EventKind.ROUND_ABOVE:
            return f"{name} rose through {number}"
        case EventKind.ROUND_BELOW:
            return f"{name} fell through {number}"
        case EventKind.RISE:
            return f"{name} is up {event.threshold:g} % or more"
        case EventKind.FALL:
            return f"{name} is down {event.threshold:g} % or more"


def delayed(due: dt.datetime) -> str:
    """Say that a post comes late."""
    return f"-# Delayed: this was due at {stamped(due, 't')}."


def pause_begins(subscription: Post | Alert) -> str:
    """Give the beginning of `paused`, by which it is known again whatever the server was called by then."""
    return f"I have paused {'alert' if isinstance(subscription, Alert) else 'post'} {subscription.id} "


def paused(subscription: Post | Alert, server: str | None) -> str:
    """Tell whoever set it up that it was paused, why, and what to do; they may be in many servers."""
    command = "/alert" if isinstance(subscription, Alert) else "/schedule"
    problem = subscription.failure.problem
    reason = sentence(problem, DISCORD) if problem else "The channel refuses messages."
    where = f"in **{server}** " if server else ""
    follow = f"When that is put right, `{command} resume number:{subscription.id}` there takes it up again."
    return f"{pause_begins(subscription)}{where}({described(subscription)}). {reason} {follow}"


def question_page(post: Post, forecast: Forecast, *, change: bool, spoken: bool) -> Page:
    """Ask whether a post is to be set up or changed, and show when it would come; ``spoken``: in its language."""
    return Page(
        title="Change it to this?" if change else "Set this up?",
        paragraphs=(described(post), *([] if spoken else [unspoken(post.style.language)])),
        details=("Next:", runs(forecast)),
    )


def deletion_page() -> Page:
    """Ask whether all that is kept of a server is to go."""
    what = "All posts and alerts stop, and with them goes the record of what was sent."
    return Page(title="Delete all that I keep of this server?", paragraphs=(what,))


def expiry(at: dt.datetime) -> str:
    """Say when a question expires."""
    return f"This question expires {stamped(at, 'R')}."


def paused_page(number: int) -> Page:
    """Say that a post or an alert was paused."""
    return Page(title=f"Number {number} is paused")


def resumed_page(number: int, next_due: dt.datetime | None) -> Page:
    """Say that a post or an alert goes on, and when it comes next."""
    return Page(title=f"Number {number} goes on" + (f": next {stamped(next_due, 'F')}" if next_due else ""))


def removed_page(number: int) -> Page:
    """Say that a post or an alert is removed."""
    return Page(title=f"Number {number} is removed")


def tested_page(channel: int) -> Page:
    """Say that a test is on its way to a channel."""
    return Page(title="On its way", paragraphs=(f"It comes in <#{channel}> in a moment.",))


def alert_page(alert: Alert) -> Page:
    """Say that an alert is set."""
    return Page(title=f"Alert {alert.id} is set", paragraphs=(described(alert),))
