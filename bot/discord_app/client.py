"""What is the bot in Discord: its commands, its buttons, and what it does when it joins or leaves a server?

Questions come in by `bot.discord_app.interactions.reply`; whatever goes wrong leaves by `interactions.fail`.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Coroutine, Iterable
from typing import Any, Protocol

import aiohttp
import discord
from discord import app_commands
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from yarl import URL

from bot.discord_app import admission, buttons, custom_ids
from bot.discord_app.connection import delays
from bot.discord_app.cooldown import PressCooldown, TrialCooldown
from bot.discord_app.faults import TRANSIENT, describe
from bot.discord_app.interactions import AnsweringClient, bound, fail
from bot.discord_app.patches import WatchedCommandTree
from bot.domain.errors import MarketError
from bot.services.asked_markets import AskedMarkets
from bot.services.confirmations import ConfirmationService
from bot.services.ports import Clock
from bot.services.questions import Questions
from bot.services.subscriptions import SubscriptionService
from bot.views.en.failures import sentence
from bot.views.message import Messages

Command = app_commands.Command[Any, ..., Any] | app_commands.Group

_LIMITED = 30.0  # seconds that discord.py may sleep before a request; for longer it raises RateLimited
_CONNECTIONS = 200  # to one address at once: more than are under way unanswered, the rest for posts and gateways
_CONNECTING = 60.0  # seconds for one attempt to open a websocket

_log = logging.getLogger(__name__)
_tree_log = logging.getLogger("discord.app_commands.tree")


class SyncRecord(Protocol):
    """Remembers which commands were last synced with Discord, as one text that is read and written whole."""

    def read(self) -> str:
        """Return what was written last; OSError or ValueError where nothing readable is there."""
        ...

    def write(self, text: str) -> None:
        """Keep a text; OSError where it cannot be kept."""
        ...


class Client(AnsweringClient):
    """The bot in Discord: its commands, the questions that it can ask, its buttons.

    Without ``posts`` and ``confirmations`` servers can set nothing up: there is no database to keep it.
    """

    def __init__(
        self,
        ask: Questions,
        commands: Iterable[Command],
        synced: SyncRecord,
        clock: Clock,
        *,
        posts: SubscriptionService | None = None,
        confirmations: ConfirmationService | None = None,
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
        self.ask, self.clock = ask, clock
        self.posts, self.confirmations = posts, confirmations
        self.asked = AskedMarkets()
        self.messages = Messages(custom_ids.BUTTON_IDS)
        self.presses, self.trials = PressCooldown(), TrialCooldown()
        self.tree = CommandTree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        for command in commands:
            self.tree.add_command(command)
        self._quiet = admission.Quiet(self.tally)
        self._synced = synced
        self._syncing: asyncio.Task[None] | None = None

    async def login(self, token: str) -> None:
        """Log in, over a bounded number of connections."""
        self.http.connector = aiohttp.TCPConnector(limit=0, limit_per_host=_CONNECTIONS)
        await super().login(token)

    async def setup_hook(self) -> None:
        """Register what must be there before the first event; `on_ready` would come again after each reconnect."""
        self.add_dynamic_items(*buttons.ALL)
        _tree_log.addFilter(self._quiet)
        # Commands that Discord knows from before work meanwhile, so a sync that fails must not keep the bot off.
        self._syncing = asyncio.create_task(self._sync())

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
                async with asyncio.timeout(_CONNECTING):
                    websocket = await opening
            except discord.ConnectionClosed:
                raise  # with a code that is Discord's last word
            except (*TRANSIENT, ReconnectWebSocket) as fault:
                _log.warning("The gateway does not answer (%s); again in %.1f s.", describe(fault), pause)
                await asyncio.sleep(pause)
            else:
                self.adopt_shard(websocket, shard_id)
                return

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Send nothing to a server any more that the bot has left."""
        if self.posts is not None:
            await _logged(self.posts.mark_left(guild.id))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Take up again what a server had set up before the bot left it."""
        if self.posts is not None:
            await _logged(self.posts.restore_guild(guild.id))

    async def on_ready(self) -> None:
        """Learn which servers were left or joined while the bot was away."""
        if self.posts is not None:
            shards, count = set(self.shards), self.shard_count or 1
            guilds = [guild.id for guild in self.guilds]
            await _logged(self.posts.reconcile_guilds(guilds, lambda guild: (guild >> 22) % count in shards))

    async def _sync(self) -> None:
        """Sync the commands with Discord if they have changed since the last sync."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
        application = str(self.application_id)
        if self._digests().get(application) == digest:
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
                self.remember_sync(application, digest)
                return

    def remember_sync(self, application: str, digest: str) -> None:
        """Keep the digest of the commands that Discord has been told for an application."""
        try:
            self._synced.write(json.dumps(self._digests() | {application: digest}))
        except OSError as fault:
            _log.warning("The data folder cannot be written (%s): commands are synced at each start.", fault.strerror)

    def _digests(self) -> dict[str, str]:
        """Return the digests kept, by application; none where they cannot be read."""
        try:
            digests = json.loads(self._synced.read())
        except (OSError, ValueError):
            return {}
        return digests if isinstance(digests, dict) else {}


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    """Do what an event asks for; there is nobody to tell of a database that fails."""
    try:
        await work
    except MarketError as error:
        _log.warning("%s", sentence(error.failure, operator=True))


class CommandTree(WatchedCommandTree[Client]):
    """The commands: the door through which all that is typed comes in, and where their errors end."""

    async def interaction_check(self, interaction: discord.Interaction[Client], /) -> bool:
        """Bound whatever was typed, before a command or its choices see any of it; lets everybody in."""
        data: Any = interaction.data
        bound(data.get("options", ()))
        return True

    async def on_error(self, interaction: discord.Interaction[Client], error: app_commands.AppCommandError, /) -> None:
        """Hand on what went wrong, without discord.py's wrapping."""
        await fail(interaction, error.original if isinstance(error, app_commands.CommandInvokeError) else error)
