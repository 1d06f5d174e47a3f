"""How does a server's admin set up what the bot sends by itself?

Each function carries out one subcommand of `/schedule`, `/alert` or `/data`; all answers are seen by the admin alone.
"""

from dataclasses import replace

import discord

from bot.discord_app.buttons import ask
from bot.discord_app.composer import drawn
from bot.discord_app.interactions import Interaction, defer, delivered, words
from bot.discord_app.permissions import Channel, check_channel, destination, find_channel, managed_posts
from bot.domain.errors import BadQuestion, FailureCode, Typed
from bot.domain.markets.search import find
from bot.domain.posting.confirmations import Action, Proposal
from bot.domain.posting.draft import Draft, merge
from bot.domain.posting.subscriptions import Alert, AlertCondition, AlertKind, Post, PostContent, PostStyle
from bot.services.subscriptions import SubscriptionService
from bot.views import message
from bot.views.en.languages import LANGUAGES
from bot.views.languages import is_spoken
from bot.views.page import Page


def draft(
    interaction: Interaction,
    *,
    what: str | None,
    channel: Channel | None,
    when: str | None,
    zone: str | None,
    days: str | None,
    only: str | None,
    market: str | None,
    note: bool | None,
    mention: discord.Role | None,
    publish: bool | None,
    language: str | None,
    silent: bool = False,
) -> Draft:
    """Write down what an admin typed and chose; whether it makes sense is asked later."""
    return Draft(
        guild=interaction.guild_id or 0,  # outside of servers nothing is set up
        creator=interaction.user.id,
        locale=_locale(interaction),
        what=what,
        channel=channel.id if channel is not None else None,
        when=when,
        zone=zone,
        days=days,
        only=only,
        market=market,
        note=note,
        mention=mention.id if mention is not None else None,
        silent=silent,
        publish=publish,
        language=language,
    )


def drafted(interaction: Interaction, typed: Draft, before: Post | None) -> Post:
    """Make the post that an admin asks for, new or changed, where it can go to its destination.

    Raises:
        MarketError: whatever of it is not understood or not allowed; one sentence says it.
    """
    language = language_code(typed.language) if typed.language else None
    post = merge(replace(typed, language=language), before, interaction.client.clock())
    if before is not None and post.destination is before.destination:
        return post
    channel = find_channel(interaction, post.destination.channel)
    role = channel.guild.get_role(post.destination.mention or 0)  # one that is gone is mentioned no more
    return replace(post, destination=destination(interaction, channel, role, publish=post.destination.publish))


def language_code(text: str) -> str:
    """Read a language by its English name or by Discord's code for it, and return the code.

    Raises:
        BadQuestion: if Discord has none of this name.
    """
    known = {name.casefold(): code for code, name in LANGUAGES.items()}
    known |= {code.casefold(): code for code in LANGUAGES}
    code = known.get(text.strip().casefold())
    if code is None:
        raise BadQuestion(FailureCode.UNKNOWN_LANGUAGE, text=Typed(text))
    return code


def _locale(interaction: Interaction) -> str:
    return str(interaction.guild_locale or "en-US")


async def add(interaction: Interaction, typed: Draft) -> None:
    """Show when a new post would come, and keep it when the admin says so."""
    posts = await _begin(interaction)
    await _ask(interaction, posts, Action.ADD, drafted(interaction, typed, None))


async def edit(interaction: Interaction, number: int, typed: Draft) -> None:
    """Show what a changed post would be, and keep it when the admin says so."""
    posts = await _begin(interaction)
    changed = drafted(interaction, typed, await _post(interaction, posts, number))
    await _ask(interaction, posts, Action.CHANGE, changed)


async def listed(interaction: Interaction, *, alerts: bool) -> None:
    """List the server's posts or alerts with what became of each."""
    posts = await _begin(interaction)
    first, *others = words(interaction).posting.listed_pages(
        await posts.list_for_guild(_guild(interaction)), alerts=alerts
    )
    await _say(interaction, first)
    for page in others:
        await interaction.followup.send(view=message.laid_out(page), ephemeral=True)


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
    await _say(interaction, words(interaction).posting.paused_page(number))


async def resume(interaction: Interaction, number: int) -> None:
    """Let a post or an alert go on; its channel is looked at again."""
    posts = await _begin(interaction)
    subscription = await posts.get(_guild(interaction), number)
    check_channel(find_channel(interaction, subscription.destination.channel))
    subscription = await posts.resume(_guild(interaction), number)
    due = subscription.next_due if isinstance(subscription, Post) else None
    await _say(interaction, words(interaction).posting.resumed_page(number, due))


async def remove(interaction: Interaction, number: int) -> None:
    """Forget a post or an alert."""
    posts = await _begin(interaction)
    await posts.remove(_guild(interaction), number)
    await _say(interaction, words(interaction).posting.removed_page(number))


async def test(interaction: Interaction, number: int) -> None:
    """Send a post once, now."""
    posts = await _begin(interaction)
    post = await _post(interaction, posts, number)
    check_channel(find_channel(interaction, post.destination.channel))
    with interaction.client.trials.taken(_guild(interaction), number):
        await posts.send_test(_guild(interaction), number)
    await _say(interaction, words(interaction).posting.tested_page(post.destination.channel))


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
    alert = await posts.add(Alert(destination=where, condition=wanted, style=PostStyle(_locale(interaction))))
    assert isinstance(alert, Alert), "what is added stays what it is"
    await _say(interaction, words(interaction).posting.alert_page(alert))


async def forget(interaction: Interaction) -> None:
    """Delete all that is kept of a server, after asking."""
    await _begin(interaction)
    await ask(interaction, words(interaction).posting.deletion_page(), Proposal(_guild(interaction), Action.DELETE))


async def _begin(interaction: Interaction) -> SubscriptionService:
    """Check the asker, and have Discord wait: a database may be slow, and 3 s are short."""
    posts = managed_posts(interaction)
    await defer(interaction, private=True, thinking=True)
    return posts


async def _ask(interaction: Interaction, posts: SubscriptionService, action: Action, post: Post) -> None:
    page = words(interaction).posting.question_page(
        post,
        await posts.forecast(post.timing),
        change=action is Action.CHANGE,
        spoken=is_spoken(post.style.language),
    )
    await ask(interaction, page, Proposal(_guild(interaction), action, post))


async def _say(interaction: Interaction, page: Page) -> None:
    await delivered(interaction, lambda: interaction.edit_original_response(view=message.laid_out(page)))


async def _post(interaction: Interaction, posts: SubscriptionService, number: int) -> Post:
    post = await posts.get(_guild(interaction), number)
    if not isinstance(post, Post):
        raise BadQuestion(FailureCode.IS_AN_ALERT, number=number)
    return post


def _guild(interaction: Interaction) -> int:
    assert interaction.guild_id is not None, "allowed only in servers"
    return interaction.guild_id
