"""Which buttons stand under posts and under questions about them, and who may press them?"""

import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import discord

from bot.client import Asked, Client, fail
from bot.domain.errors import MarketError, Refused
from bot.domain.schedule import Subject, Topic
from bot.gateway import TRANSIENT, describe
from bot.services.posts import Posts
from bot.telegraph import question
from bot.views import message
from bot.views.blocks import Page

_ANSWER_WITHIN: Final = 300.0  # seconds to press a button under a question

_log = logging.getLogger(__name__)


def allowed(interaction: Asked) -> Posts:
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


class Now(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"post:(?P<id>[0-9a-f]+):(?P<topic>[a-z]+):(?P<key>[a-z0-9-]*)",
):
    """The button under a post: shows whoever presses it, and nobody else, what the post would say now."""

    def __init__(self, custom_id: str, what: Subject) -> None:
        """Take the whole custom id, which carries the post's id too."""
        super().__init__(discord.ui.Button(custom_id=custom_id))
        self.what = what

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], __: discord.ui.Item[Any], match: re.Match[str], /
    ) -> "Now":
        """Make the button that was pressed from what Discord sent back."""
        return cls(match[0], Subject(Topic(match["topic"]), match["key"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the one who pressed."""
        try:
            interaction.client.presses.press(interaction.user.id)
            interaction.extras["private"] = True
            await interaction.response.defer(ephemeral=True, thinking=True)
            told = interaction.client.messages.message(await question(interaction.client.ask, self.what))
            await interaction.edit_original_response(view=told)
        except Exception as error:  # noqa: BLE001 - discord.py would but log it; the tree guards commands alone
            await fail(interaction, error)


def attach(client: Client, posts: Posts) -> None:
    """Let a client set posts up, show them anew, and tell which servers the bot has left or come back to."""
    client.posts = posts
    client.add_dynamic_items(Now)

    async def guarded(work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except MarketError as error:
            _log.warning("%s", error)

    @client.event
    async def on_guild_remove(guild: discord.Guild) -> None:
        await guarded(posts.leave(guild.id))

    @client.event
    async def on_guild_join(guild: discord.Guild) -> None:
        await guarded(posts.come_back(guild.id))

    @client.event
    async def on_ready() -> None:
        shards, count = set(client.shards), client.shard_count or 1
        mine = [guild.id for guild in client.guilds]
        await guarded(posts.compare(mine, lambda guild: (guild >> 22) % count in shards))


class Confirmation(discord.ui.LayoutView):
    """A question with two buttons; what is pressed is carried out once, and takes the question's place."""

    def __init__(self, interaction: Asked, told: Page, keep: Callable[[], Awaitable[str]]) -> None:
        """Ask by a page whoever used the command; ``keep`` carries it out and says so."""
        super().__init__(timeout=_ANSWER_WITHIN)
        self._interaction = interaction
        self._keep: Callable[[], Awaitable[str]] | None = keep
        for item in message.laid_out(told).children:
            self.add_item(item)
        row = discord.ui.ActionRow[Any]()
        yes = discord.ui.Button[Any](label="Yes", style=discord.ButtonStyle.primary)
        no = discord.ui.Button[Any](label="No")
        yes.callback = self._yes  # type: ignore[method-assign]
        no.callback = self._no  # type: ignore[method-assign]
        self.add_item(row.add_item(yes).add_item(no))

    async def _yes(self, interaction: discord.Interaction[Any]) -> None:
        keep, self._keep = self._keep, None
        if keep is None:  # pressed twice
            return
        try:
            allowed(interaction)  # may have been taken away since
            said = await keep()
            await interaction.response.edit_message(view=message.laid_out(Page(title=said)))
        except Exception as error:  # noqa: BLE001 - discord.py would but log it; the tree guards commands alone
            await fail(interaction, error)
        self.stop()

    async def on_timeout(self) -> None:
        """Take the buttons away: pressed later they would do nothing, without a word."""
        told = Page(title="Nothing was changed", paragraphs=("No answer came in time; use the command again.",))
        try:
            await self._interaction.edit_original_response(view=message.laid_out(told))
        except TRANSIENT as fault:
            _log.info("A question that nobody answered could not be taken back (%s).", describe(fault))

    async def _no(self, interaction: discord.Interaction[Any]) -> None:
        self._keep = None
        await interaction.response.edit_message(view=message.laid_out(Page(title="Nothing was changed")))
        self.stop()
