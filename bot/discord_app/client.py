"""What is the bot in Discord: its commands, the door for what is typed, and the one place where errors end?

Questions come in by `bot.discord_app.interactions.reply`; whatever goes wrong leaves by `fail`.
"""

import asyncio
import contextlib
import functools
import hashlib
import json
import logging
import math
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.shard import Shard
from yarl import URL

from bot.adapters.files import private
from bot.discord_app import admission
from bot.discord_app.connection import TRANSIENT, delays, describe
from bot.discord_app.cooldown import Trials
from bot.discord_app.interactions import Kind, bound, delivered, first_answer, reply
from bot.domain.errors import MarketError, Refused
from bot.services.confirmations import ConfirmationService
from bot.services.questions import Questions
from bot.services.subscriptions import SubscriptionService
from bot.views import message
from bot.views.page import escaped

Interaction = discord.Interaction["Client"]
Command = app_commands.Command[Any, ..., Any] | app_commands.Group

PAUSE = 5.0
"""Seconds between two presses of a refresh button by the same member."""

_MEMBERS = 10_000  # whose last press is remembered
_LIMITED = 30.0  # seconds that discord.py may sleep before a request; for longer it raises RateLimited
_CONNECTIONS = 200  # to one address at once: more than are under way unanswered, the rest for posts and gateways
_CONNECTING = 60.0  # seconds for one attempt to open a websocket

_log = logging.getLogger(__name__)
_tree_log = logging.getLogger("discord.app_commands.tree")


class Client(discord.AutoShardedClient):
    """The bot in Discord: its commands, the questions that it can ask, its buttons.

    ``data`` is the folder in which it remembers which commands Discord knows. ``posts`` and ``confirmations`` are what
    servers are sent by themselves, where a database is there to keep it; ``buttons`` are those beside `RefreshButton`
    that are found by their custom id.
    """

    def __init__(
        self,
        ask: Questions,
        commands: Iterable[Command],
        data: Path,
        *,
        posts: SubscriptionService | None = None,
        confirmations: ConfirmationService | None = None,
        buttons: Iterable[type[discord.ui.DynamicItem[Any]]] = (),
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot has no voice to miss
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=_LIMITED,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.ask = ask
        self.messages = message.Messages()
        self.presses = Cooldown()
        self.trials = Trials()
        self.posts = posts
        self.confirmations = confirmations
        self.add_dynamic_items(RefreshButton, *buttons)
        self.tree = CommandTree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        for command in commands:
            self.tree.add_command(command)
        self._quiet = admission.Quiet(self.tally)
        self._known = data / "commands.json"
        self._syncing: asyncio.Task[None] | None = None

    def _get_state(self, **options: Any) -> admission.Connection:  # noqa: ANN401 - discord.py's own
        """Have discord.py keep the connection's state in one that does not let in more than can be answered."""
        return admission.Connection(
            dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options
        )

    @property
    def tally(self) -> admission.Tally:
        """What happens too often to be logged each time."""
        connection = self._connection
        assert isinstance(connection, admission.Connection)
        return connection.tally

    async def login(self, token: str) -> None:
        """Log in, over a bounded number of connections."""
        self.http.connector = aiohttp.TCPConnector(limit=0, limit_per_host=_CONNECTIONS)
        await super().login(token)

    async def setup_hook(self) -> None:
        """Register what must be there before the first event; `on_ready` would come again after each reconnect."""
        _tree_log.addFilter(self._quiet)
        # Commands that Discord knows from before work meanwhile, so a sync that fails must not keep the bot off.
        self._syncing = asyncio.create_task(self._sync())

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that the bot has left a server."""
        await self._noted(lambda posts: posts.mark_left(guild.id))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Take a server up again whose data is still kept."""
        await self._noted(lambda posts: posts.restore_guild(guild.id))

    async def on_ready(self) -> None:
        """Note which servers the bot has left or come back to while it was away."""
        shards, count = set(self.shards), self.shard_count or 1
        guilds = [guild.id for guild in self.guilds]
        await self._noted(lambda posts: posts.reconcile_guilds(guilds, lambda guild: (guild >> 22) % count in shards))

    async def _noted(self, work: Callable[[SubscriptionService], Awaitable[None]]) -> None:
        if self.posts is None:
            return
        try:
            await work(self.posts)
        except MarketError as error:
            _log.warning("%s", error.operator)

    async def close(self) -> None:
        """Stop what runs beside the connection, then close it."""
        if self._syncing is not None:
            self._syncing.cancel()
        self.tally.close()
        _tree_log.removeFilter(self._quiet)
        await super().close()

    async def launch_shard(self, gateway: URL, shard_id: int, *, initial: bool = False) -> None:
        """Open a shard's websocket, trying again later each time.

        discord.py would try every 5 s for ever, one call deeper each time, with a traceback for each.
        """
        for pause in delays():
            opening = DiscordWebSocket.from_client(self, initial=initial, gateway=gateway, shard_id=shard_id)
            try:
                websocket = await asyncio.wait_for(opening, _CONNECTING)
            except discord.ConnectionClosed:
                raise  # with a code that is Discord's last word
            except (*TRANSIENT, ReconnectWebSocket) as fault:
                _log.warning("The gateway does not answer (%s); again in %.1f s.", describe(fault), pause)
                await asyncio.sleep(pause)
            else:
                mine = vars(self)  # as AutoShardedClient.launch_shard does, which keeps both private
                shard = Shard(websocket, self, mine["_AutoShardedClient__queue"].put_nowait)
                mine["_AutoShardedClient__shards"][shard_id] = shard
                shard.launch()
                return

    async def _sync(self) -> None:
        """Tell Discord the commands, if they are not those that it was told last."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
        application = str(self.application_id)
        if self._remembered().get(application) == digest:
            return
        for pause in delays(first=4.0, longest=600.0):
            try:
                await self.tree.sync()
            except app_commands.CommandSyncFailure:
                _log.exception("Discord refuses the commands; those that it knows from before go on working.")
                return
            except TRANSIENT as fault:
                _log.warning("The commands could not be told to Discord (%s); again in %.0f s.", describe(fault), pause)
                await asyncio.sleep(pause)
            else:
                _log.info("Discord knows the commands now.")
                self._remember(application, digest)
                return

    def _remembered(self) -> dict[str, str]:
        with contextlib.suppress(OSError, ValueError):
            known = json.loads(self._known.read_text(encoding="utf-8"))
            return known if isinstance(known, dict) else {}
        return {}

    def _remember(self, application: str, digest: str) -> None:
        known = self._remembered() | {application: digest}
        try:
            private.replaced(self._known, json.dumps(known))
        except OSError as fault:
            _log.warning("The data folder cannot be written (%s): commands are synced at each start.", fault.strerror)


class CommandTree(app_commands.CommandTree[Client]):
    """The commands: the door through which all that is typed comes in, and where their errors end."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Bound whatever was typed, before a command or its choices see any of it; lets everybody in."""
        data: Any = interaction.data
        bound(data.get("options", ()))
        return True

    def _from_interaction(self, interaction: Interaction) -> None:
        """Set a command or an autocompletion off, as discord.py does, as part of what is under way."""

        async def called() -> None:
            try:
                await self._call(interaction)
            except app_commands.AppCommandError as error:
                await self._dispatch_error(interaction, error)

        admission.watch(self.client.loop.create_task(called(), name="command"))

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Hand on what went wrong, without discord.py's wrapping."""
        await fail(interaction, error.original if isinstance(error, app_commands.CommandInvokeError) else error)


async def fail(interaction: Interaction, error: Exception) -> None:
    """Tell the asker, and nobody else, in one sentence what went wrong; the one place where errors end.

    A library's words are never shown: a reference leads from the sentence to the traceback in the log.
    """
    if (what := admission.lost(error)) is not None:
        interaction.client.tally.count(what)  # once more was tried already: see `delivered`
        return
    if isinstance(error, MarketError):
        sentence = error.worded(escaped)
    elif isinstance(error, (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)):
        sentence = "This command has just changed. Restart Discord, or try again in a minute."
    elif isinstance(error, app_commands.TransformerError) and error.type is discord.AppCommandOptionType.channel:
        where = getattr(error.value, "mention", "that channel")
        sentence = f"I cannot see {where}: give me View Channel there, and open it again if it is an archived thread."
    else:
        reference = secrets.token_hex(3)
        _log.error("Reference %s", reference, exc_info=error)
        sentence = f"Something went wrong on our side. Reference `{reference}`."
    try:
        await _whisper(interaction, sentence)
    except TRANSIENT as fault:
        interaction.client.tally.count(f"whose asker could not be told what went wrong ({describe(fault)})")


async def _whisper(interaction: Interaction, sentence: str) -> None:
    first = first_answer(interaction)
    if first is None:
        answer = functools.partial(interaction.response.send_message, sentence, ephemeral=True)
        await delivered(interaction, answer, Kind.channel_message)
    elif first is not Kind.deferred_channel_message:
        await interaction.followup.send(sentence, ephemeral=True)
    elif interaction.extras.get("private"):
        await interaction.edit_original_response(content=sentence)
    else:
        # What first follows a public "is thinking…" is public itself, and nothing may follow once that is deleted
        # (discord-api-docs 2866, 2739, 3087): so it is filled, which says nothing, and deleted last.
        await interaction.edit_original_response(content="No answer this time.")
        try:
            await interaction.followup.send(sentence, ephemeral=True)
        finally:
            await interaction.delete_original_response()


class Cooldown:
    """When each member last pressed a button that costs something; forgets whoever may press again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by this clock, in seconds."""
        self._clock = clock
        self._last: OrderedDict[int, float] = OrderedDict()  # oldest first

    def __len__(self) -> int:
        return len(self._last)

    def press(self, member: int) -> None:
        """Note a press.

        Raises:
            Refused: if this member's last one was less than `PAUSE` ago; says how long to wait.
        """
        now = self._clock()
        while self._last:
            then = next(iter(self._last.values()))
            if now - then < PAUSE and len(self._last) < _MEMBERS:
                break
            self._last.popitem(last=False)
        if member in self._last:
            left = math.ceil(self._last[member] + PAUSE - now)
            raise Refused(f"You can refresh again in {left} s.")
        self._last[member] = now


class RefreshButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.escape(message.REFRESH) + "(?P<key>[a-z0-9-]{1,32})"
):
    """The button under `/index`: found by its custom id, which holds the market's key, so that a restart is no end."""

    def __init__(self, key: str) -> None:
        super().__init__(discord.ui.Button(custom_id=message.REFRESH + key))
        self.key = key

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], __: discord.ui.Item[Any], match: re.Match[str], /
    ) -> "RefreshButton":
        """Make the button that was pressed from what Discord sent back."""
        return cls(match["key"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Put fresh figures into the message that the button stands under."""
        client: Client = interaction.client
        try:
            client.presses.press(interaction.user.id)
            await reply(interaction, client.ask.index(self.key))
        except Exception as error:  # noqa: BLE001 - discord.py would but log it; the tree guards commands alone
            await fail(interaction, error)
