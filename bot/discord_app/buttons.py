"""What do the buttons under answers, posts and questions do, and who may press them?

Each is found by its custom id (`bot.discord_app.custom_ids`), which holds all that it needs, so that a restart is no
end.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord

from bot.discord_app import custom_ids
from bot.discord_app.composer import question
from bot.discord_app.interactions import Interaction, defer, delivered, fail, reply, words
from bot.discord_app.permissions import managed_posts
from bot.domain.answers import Answer
from bot.domain.posting.confirmations import Proposal
from bot.domain.posting.schedule import Subject, Topic
from bot.services.questions import Questions
from bot.views import message
from bot.views.page import Page


class _Guarded:
    """Part of a button: whatever goes wrong with a press ends in the one error boundary."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Carry out what the button is for."""
        try:
            await self.pressed(interaction)
        except Exception as error:  # noqa: BLE001 - discord.py would but log it; the tree guards commands alone
            await fail(interaction, error)

    async def pressed(self, interaction: Interaction) -> None:
        """Answer the one who pressed; whatever goes wrong is raised."""
        raise NotImplementedError


async def _show_alone(interaction: Interaction, ask: Callable[[Questions], Awaitable[Answer]]) -> None:
    """Answer a question to whoever pressed, and to nobody else; the message that the button stands under stays."""
    client = interaction.client
    client.presses.press(interaction.user.id)
    await defer(interaction, private=True, thinking=True)
    view = client.messages.message(await ask(client.ask), words(interaction))
    await delivered(interaction, lambda: interaction.edit_original_response(view=view))


class RefreshButton(_Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.REFRESH):
    """The button under `/index`."""

    def __init__(self, market: str) -> None:
        """Take the key of the market that it renews."""
        super().__init__(discord.ui.Button(custom_id=custom_ids.refresh(market)))
        self.market = market

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], __: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed from what Discord sent back."""
        return cls(match["key"])

    async def pressed(self, interaction: Interaction) -> None:
        """Put fresh figures into the message that the button stands under."""
        interaction.client.presses.press(interaction.user.id)
        await reply(interaction, interaction.client.ask.index(self.market))


class WhyButton(_Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.WHY):
    """The button under `/index` and summaries: shows whoever presses it, and nobody else, why a market moved."""

    def __init__(self, market: str) -> None:
        """Take the key of the market."""
        super().__init__(discord.ui.Button(custom_id=custom_ids.why(market)))
        self.market = market

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], __: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed from what Discord sent back."""
        return cls(match["key"])

    async def pressed(self, interaction: Interaction) -> None:
        """Show what can be told of the market's move now."""
        await _show_alone(interaction, lambda ask: ask.why(self.market))


class NowButton(_Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.NOW):
    """The button under a post: shows whoever presses it, and nobody else, what the post would say now."""

    def __init__(self, custom_id: str, subject: Subject) -> None:
        """Take the whole custom id, which carries the post's name too."""
        super().__init__(discord.ui.Button(custom_id=custom_id))
        self.subject = subject

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], __: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed from what Discord sent back."""
        return cls(match[0], Subject(Topic(match["topic"]), match["key"]))

    async def pressed(self, interaction: Interaction) -> None:
        """Show what the post would say now."""
        await _show_alone(interaction, lambda ask: question(ask, self.subject))


class ConfirmationButton(_Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.CONFIRMATION):
    """A button under a question: what was asked is kept under its token."""

    def __init__(self, token: str, label: str | None = None, *, yes: bool) -> None:
        """Answer the question of a token with yes or no; one that was pressed needs no label."""
        style = discord.ButtonStyle.primary if yes else discord.ButtonStyle.secondary
        custom_id = custom_ids.confirmation(token, yes=yes)
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=custom_id))
        self.token, self.yes = token, yes

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], __: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed from what Discord sent back."""
        return cls(match["token"], yes=match["answer"] == "yes")

    async def pressed(self, interaction: Interaction) -> None:
        """Replace the question by its outcome; it stays open if the presser may not answer, and they are told so."""
        managed_posts(interaction)  # the permission may have been taken away since
        await defer(interaction, private=True, thinking=False)
        confirmations, guild = interaction.client.confirmations, interaction.guild_id
        assert confirmations is not None, "there where posts are"
        assert guild is not None, "allowed only in servers"
        settlement = await confirmations.answer(guild, self.token, yes=self.yes)
        view = message.laid_out(words(interaction).posting.settled_page(settlement))
        await delivered(interaction, lambda: interaction.edit_original_response(view=view))


ALL: tuple[type[discord.ui.DynamicItem[Any]], ...] = (RefreshButton, WhyButton, NowButton, ConfirmationButton)


async def ask(interaction: Interaction, page: Page, proposal: Proposal) -> None:
    """Show what is to be carried out with the two buttons that answer it."""
    confirmations = interaction.client.confirmations
    assert confirmations is not None, "there where posts are"
    token, expires = await confirmations.ask(proposal)
    posting = words(interaction).posting
    small = (*page.small, posting.expiry(expires))
    view = message.laid_out(page._replace(small=small))
    yes = ConfirmationButton(token, posting.button("yes"), yes=True)
    no = ConfirmationButton(token, posting.button("no"), yes=False)
    view.add_item(discord.ui.ActionRow[Any]().add_item(yes).add_item(no))
    await delivered(interaction, lambda: interaction.edit_original_response(view=view))
