"""Which buttons stand under posts and under questions about them, and who may press them?"""

import re
from dataclasses import replace
from typing import Any

import discord

from bot.discord_app.client import Client, Interaction, fail
from bot.discord_app.composer import question
from bot.discord_app.interactions import defer, delivered
from bot.domain.errors import Refused
from bot.domain.posting.confirmations import Proposal
from bot.domain.posting.schedule import Subject, Topic
from bot.services.subscriptions import SubscriptionService
from bot.views import message
from bot.views.en import posting
from bot.views.page import Page


def allowed(interaction: Interaction) -> SubscriptionService:
    """Give the server's posts to whoever may manage the server.

    Admins can open a command to everybody in the server's settings; what it changes stays theirs.

    Raises:
        Refused: if the asker may not, or this is no server.
    """
    if interaction.guild is None:
        raise Refused("This works in servers only.")
    if not interaction.permissions.manage_guild:
        raise Refused("You need the Manage Server permission for this.")
    if interaction.client.posts is None:
        raise Refused("This bot keeps no posts: it runs without a database.")
    return interaction.client.posts


class NowButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"post:(?P<id>[0-9a-f]{1,24}):(?P<topic>summary|market|records|status):(?P<key>[a-z0-9-]{0,32})",
):
    """The button under a post: shows whoever presses it, and nobody else, what the post would say now."""

    def __init__(self, custom_id: str, what: Subject) -> None:
        """Take the whole custom id, which carries the post's id too."""
        super().__init__(discord.ui.Button(custom_id=custom_id))
        self.what = what

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], __: discord.ui.Item[Any], match: re.Match[str], /
    ) -> "NowButton":
        """Make the button that was pressed from what Discord sent back."""
        return cls(match[0], Subject(Topic(match["topic"]), match["key"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the one who pressed."""
        try:
            interaction.client.presses.press(interaction.user.id)
            await defer(interaction, private=True, thinking=True)
            told = interaction.client.messages.message(await question(interaction.client.ask, self.what))
            await delivered(interaction, lambda: interaction.edit_original_response(view=told))
        except Exception as error:  # noqa: BLE001 - discord.py would but log it; the tree guards commands alone
            await fail(interaction, error)


class Answer(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"ask:(?P<token>[0-9a-f]{1,12}-[0-9a-f]{16}):(?P<answer>yes|no)",
):
    """A button under a question: what was asked is kept under its token, so that a restart is no end."""

    def __init__(self, token: str, *, yes: bool) -> None:
        """Answer the question of a token with yes or no."""
        style = discord.ButtonStyle.primary if yes else discord.ButtonStyle.secondary
        answer = "yes" if yes else "no"
        super().__init__(discord.ui.Button(label=answer.capitalize(), style=style, custom_id=f"ask:{token}:{answer}"))
        self.token, self.yes = token, yes

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], __: discord.ui.Item[Any], match: re.Match[str], /
    ) -> "Answer":
        """Make the button that was pressed from what Discord sent back."""
        return cls(match["token"], yes=match["answer"] == "yes")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Put how the question ended in its place; whoever may not answer is told so, and it stays open."""
        try:
            allowed(interaction)  # may have been taken away since
            await defer(interaction, private=True, thinking=False)
            client: Client = interaction.client
            assert client.confirmations is not None, "attached together with its buttons"
            assert interaction.guild_id is not None, "allowed only in servers"
            settlement = await client.confirmations.answer(interaction.guild_id, self.token, yes=self.yes)
            view = message.laid_out(posting.settled_page(settlement))
            await delivered(interaction, lambda: interaction.edit_original_response(view=view))
        except Exception as error:  # noqa: BLE001 - discord.py would but log it; the tree guards commands alone
            await fail(interaction, error)


BUTTONS = (NowButton, Answer)
"""What `bot.discord_app.client.Client` finds by custom id, beside its own."""


async def ask(interaction: Interaction, page: Page, proposal: Proposal) -> None:
    """Show what is to be carried out with the two buttons that answer it."""
    confirmations = interaction.client.confirmations
    assert confirmations is not None, "attached together with the posts"
    token, expires = await confirmations.ask(proposal)
    small = (*page.small, f"This question expires {posting.stamped(expires, 'R')}.")
    view = message.laid_out(replace(page, small=small))
    row = discord.ui.ActionRow[Any]()
    view.add_item(row.add_item(Answer(token, yes=True)).add_item(Answer(token, yes=False)))
    await delivered(interaction, lambda: interaction.edit_original_response(view=view))
