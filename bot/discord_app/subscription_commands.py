"""How does a server's admin set up what the bot sends by itself?

Each function carries out one subcommand of `/schedule`, `/alert` or `/data`; all answers are seen by the admin alone.
"""

from dataclasses import dataclass, replace

import discord

from bot.discord_app.buttons import ask
from bot.discord_app.composer import drawn
from bot.discord_app.interactions import Interaction, defer, delivered
from bot.discord_app.permissions import Channel, check_channel, destination, find_channel, managed_posts
from bot.domain.errors import BadQuestion, FailureCode, Typed
from bot.domain.markets.search import find
from bot.domain.posting.confirmations import Action, Proposal
from bot.domain.posting.parsing import subject, timezone, weekdays, when
from bot.domain.posting.schedule import EVERY_DAY, Around, Daily, DayRule, Subject, Timing, Topic, usual_rule
from bot.domain.posting.subscriptions import Alert, AlertCondition, AlertKind, Post, PostContent, PostStyle
from bot.services.subscriptions import SubscriptionService
from bot.views import message
from bot.views.en import posting
from bot.views.en.languages import LANGUAGES
from bot.views.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an admin typed; what was left out is ``None``, and when a post is changed stays as it was."""

    what: str | None = None
    channel: Channel | None = None
    when: str | None = None
    zone: str | None = None
    days: str | None = None
    only: str | None = None
    market: str | None = None
    note: bool | None = None
    mention: discord.Role | None = None
    silent: bool = False
    publish: bool | None = None
    language: str | None = None


def drafted(interaction: Interaction, draft: Draft, before: Post | None) -> Post:
    """Make the post that an admin asks for, new or changed.

    Raises:
        MarketError: whatever of it is not understood or not allowed; one sentence says it.
    """
    what = subject(draft.what) if draft.what else before.subject if before else Subject(Topic.RECORDS)
    at, place = _timing(draft, what, before), before.destination if before else None
    if place is None or draft.silent or any(one is not None for one in (draft.channel, draft.mention, draft.publish)):
        channel = draft.channel or find_channel(interaction, place.channel if place else 0)
        publish = draft.publish if draft.publish is not None else bool(place and place.publish)
        kept = channel.guild.get_role(place.mention) if place and place.mention else None
        mention = None if draft.silent else draft.mention or kept
        place = destination(interaction, channel, mention, publish=publish)
    style = (
        PostStyle(language_code(draft.language))
        if draft.language
        else before.style
        if before
        else _usual_style(interaction)
    )
    post = Post(destination=place, subject=what, timing=at, style=style, planned_until=interaction.client.clock())
    return replace(post, id=before.id) if before else post


def language_code(text: str) -> str:
    """Read a language by its English name or by Discord's code for it, and return the code.

    Raises:
        BadQuestion: if Discord has none of this name.
    """
    known = {name.casefold(): code for code, name in LANGUAGES.items()}
    known |= {code.casefold(): code for code in LANGUAGES}
    found = known.get(text.strip().casefold())
    if found is None:
        raise BadQuestion(FailureCode.UNKNOWN_LANGUAGE, text=Typed(text))
    return found


def _usual_style(interaction: Interaction) -> PostStyle:
    return PostStyle(str(interaction.guild_locale or "en-US"))


def _timing(draft: Draft, what: Subject, before: Post | None) -> Timing:
    old = before.timing if before else None
    moment = _moment(draft, old.when if old else None)
    if draft.only:
        rule = DayRule(draft.only)
    elif old and type(old.when) is type(moment):
        rule = old.rule
    else:
        rule = usual_rule(what, moment)
    market = find(draft.market).key if draft.market else what.key if what.topic is Topic.MARKET else ""
    market = market or (old.market if old else "")
    if rule is DayRule.MARKET and not market:
        raise BadQuestion(FailureCode.RULE_MARKET_MISSING)
    note = draft.note if draft.note is not None else bool(old and old.skip_note)
    if note and rule is DayRule.EVERY and isinstance(moment, Daily):
        raise BadQuestion(FailureCode.NOTE_WITHOUT_HOLIDAYS)
    return Timing(moment, rule=rule, region=what.region, market=market, skip_note=note)


def _moment(draft: Draft, old: Daily | Around | None) -> Daily | Around:
    """Read when it comes; of a time that is changed the zone and the weekdays stay where no others are named."""
    known = old if isinstance(old, Daily) else None
    if draft.when is not None:
        moment = when(draft.when, draft.zone or (known.zone if known else None))
    elif known and draft.zone:
        moment = replace(known, zone=timezone(draft.zone))
    else:
        assert old is not None, "a new post's time is required by the command"
        moment = old
    days = weekdays(draft.days) if draft.days is not None else old.weekdays if old else EVERY_DAY
    return replace(moment, weekdays=days)


async def add(interaction: Interaction, draft: Draft) -> None:
    """Show when a new post would come, and keep it when the admin says so."""
    posts = await _begin(interaction)
    await _ask(interaction, posts, Action.ADD, drafted(interaction, draft, None))


async def edit(interaction: Interaction, number: int, draft: Draft) -> None:
    """Show what a changed post would be, and keep it when the admin says so."""
    posts = await _begin(interaction)
    changed = drafted(interaction, draft, await _post(interaction, posts, number))
    await _ask(interaction, posts, Action.CHANGE, changed)


async def listed(interaction: Interaction, *, alerts: bool) -> None:
    """List the server's posts or alerts with what became of each."""
    posts = await _begin(interaction)
    first, *others = posting.listed_pages(await posts.list_for_guild(_guild(interaction)), alerts=alerts)
    await _say(interaction, first)
    for one in others:
        await interaction.followup.send(view=message.laid_out(one), ephemeral=True)


async def preview(interaction: Interaction, number: int) -> None:
    """Show a post as it would be now, to the admin alone."""
    posts = await _begin(interaction)
    post = await _post(interaction, posts, number)
    now = PostContent(interaction.client.clock(), post.style, post.subject)
    view = await drawn(interaction.client.ask, now, f"{number:x}")
    await delivered(interaction, lambda: interaction.edit_original_response(view=view))


async def pause(interaction: Interaction, number: int) -> None:
    """Stop a post or an alert until it is resumed."""
    posts = await _begin(interaction)
    await posts.pause(_guild(interaction), number)
    await _say(interaction, posting.paused_page(number))


async def resume(interaction: Interaction, number: int) -> None:
    """Let a post or an alert go on; its channel is looked at again."""
    posts = await _begin(interaction)
    one = await posts.get(_guild(interaction), number)
    check_channel(find_channel(interaction, one.destination.channel))
    one = await posts.resume(_guild(interaction), number)
    due = one.next_due if isinstance(one, Post) else None
    await _say(interaction, posting.resumed_page(number, due))


async def remove(interaction: Interaction, number: int) -> None:
    """Forget a post or an alert."""
    posts = await _begin(interaction)
    await posts.remove(_guild(interaction), number)
    await _say(interaction, posting.removed_page(number))


async def test(interaction: Interaction, number: int) -> None:
    """Send a post once, now."""
    posts = await _begin(interaction)
    post = await _post(interaction, posts, number)
    check_channel(find_channel(interaction, post.destination.channel))
    with interaction.client.trials.taken(_guild(interaction), number):
        await posts.send_test(_guild(interaction), number)
    await _say(interaction, posting.tested_page(post.destination.channel))


async def add_alert(
    interaction: Interaction,
    market: str,
    kind: str,
    channel: Channel,
    mention: discord.Role | None,
    percent: float | None,
) -> None:
    """Keep a new alert."""
    posts = await _begin(interaction)
    what = AlertKind(kind)
    if what is AlertKind.MOVE and percent is None:
        raise BadQuestion(FailureCode.PERCENT_MISSING)
    index = find(market)
    if index.proxy:
        raise BadQuestion(FailureCode.PROXY_NOT_WATCHED, market=index.key)
    wanted = AlertCondition(index.key, what, percent if what is AlertKind.MOVE else None)
    where = destination(interaction, channel, mention, publish=False)
    kept = await posts.add(Alert(destination=where, condition=wanted, style=_usual_style(interaction)))
    assert isinstance(kept, Alert), "what is added stays what it is"
    await _say(interaction, posting.alert_page(kept))


async def forget(interaction: Interaction) -> None:
    """Delete all that is kept of a server, after asking."""
    await _begin(interaction)
    await ask(interaction, posting.deletion_page(), Proposal(_guild(interaction), Action.DELETE))


async def _begin(interaction: Interaction) -> SubscriptionService:
    """Check the asker, and have Discord wait: a database may be slow, and 3 s are short."""
    posts = managed_posts(interaction)
    await defer(interaction, private=True, thinking=True)
    return posts


async def _ask(interaction: Interaction, posts: SubscriptionService, action: Action, post: Post) -> None:
    page = posting.question_page(post, await posts.forecast(post.timing), change=action is Action.CHANGE)
    await ask(interaction, page, Proposal(_guild(interaction), action, post))


async def _say(interaction: Interaction, told: Page) -> None:
    await delivered(interaction, lambda: interaction.edit_original_response(view=message.laid_out(told)))


async def _post(interaction: Interaction, posts: SubscriptionService, number: int) -> Post:
    found = await posts.get(_guild(interaction), number)
    if not isinstance(found, Post):
        raise BadQuestion(FailureCode.IS_AN_ALERT, number=number)
    return found


def _guild(interaction: Interaction) -> int:
    assert interaction.guild_id is not None, "allowed only in servers"
    return interaction.guild_id
