"""What of discord.py is overridden or reached into, because it offers no other way?

All of it is here, and `tests/discord_app/test_library.py` pins what it rests on, so that a new release of discord.py
fails a test before it fails a bot.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any, TypeVar

import aiohttp
import discord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route
from discord.shard import Shard
from discord.state import AutoShardedConnectionState
from discord.ui.view import ViewStore
from yarl import URL

from bot.discord_app import admission
from bot.discord_app.admission import Admission, Tally

_DISCORDS_OWN = ".discord.gg"

ClientT = TypeVar("ClientT", bound=discord.Client)


@contextlib.contextmanager
def addressed(api: str | None, gateway: str | None) -> Iterator[None]:
    """Reach Discord at these addresses for as long as this lasts, both REST and gateway; ``None``: Discord's own.

    REST addresses are made from a constant, also those of interactions' answers. Every websocket is opened in one
    place, whatever named its address: the constant, ``/gateway/bot``, or READY's address to resume at, which would
    else send the token past a proxy to the real Discord.

    Raises:
        ValueError: if only one of them is given, for then the token would go to both.
    """
    if (api is None) != (gateway is None):
        raise ValueError("REST and gateway must be moved together")
    if api is None or gateway is None:
        yield
        return
    route, connect = Route.BASE, HTTPClient.ws_connect
    target = URL(gateway)

    async def moved(self: HTTPClient, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        asked = URL(url)
        if not (_is_discords(target) and _is_discords(asked)):  # Discord itself may name another of its gateways
            asked = target.with_query(asked.query)
        return await connect(self, str(asked), compress=compress)

    version = URL(route).path  # "/api/v10"; proxies in front of Discord keep Discord's paths
    Route.BASE = api.rstrip("/") + ("" if URL(api).path.strip("/") else version)
    HTTPClient.ws_connect = moved  # type: ignore[method-assign]
    try:
        yield
    finally:
        Route.BASE = route
        HTTPClient.ws_connect = connect  # type: ignore[method-assign]


def _is_discords(url: URL) -> bool:
    return f".{url.host}".endswith(_DISCORDS_OWN)


class AdmittingConnection(AutoShardedConnectionState[Any]):
    """discord.py's state of a connection, with an admission before its interactions."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what discord.py's takes."""
        self.tally = Tally()
        self.admission = Admission(self._take_on, self.tally)
        super().__init__(*args, **options)

    def parse_interaction_create(self, data: Any) -> None:
        """Let an interaction in as there is room."""
        self.admission.arrive(data)

    def _take_on(self, payload: Any) -> None:
        super().parse_interaction_create(payload)

    def clear(self, *, views: bool = True) -> None:
        """Begin anew, as discord.py does."""
        super().clear(views=views)
        if views:
            self._view_store = _WatchedViews(self)


class _WatchedViews(ViewStore):
    """discord.py's views, each press of which is part of what is under way."""

    def add_task(self, task: asyncio.Task[None]) -> None:
        """Keep a press, and its place."""
        super().add_task(task)
        admission.watch(task)


class AdmittingClient(discord.AutoShardedClient):
    """discord.py's sharded client, which takes on no more interactions than can be answered."""

    def _get_state(self, **options: Any) -> AdmittingConnection:
        return AdmittingConnection(
            dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options
        )

    @property
    def connection(self) -> AdmittingConnection:
        """The state of its connection."""
        assert isinstance(self._connection, AdmittingConnection)
        return self._connection

    @property
    def tally(self) -> Tally:
        """What happens too often to be logged each time."""
        return self.connection.tally

    def adopt_shard(self, websocket: DiscordWebSocket, shard_id: int) -> None:
        """Keep a shard whose websocket is open, as ``launch_shard`` does."""
        private = vars(self)
        shard = Shard(websocket, self, private["_AutoShardedClient__queue"].put_nowait)
        private["_AutoShardedClient__shards"][shard_id] = shard
        shard.launch()


class WatchedCommandTree(app_commands.CommandTree[ClientT]):
    """discord.py's commands, each of which is part of what is under way."""

    def _from_interaction(self, interaction: discord.Interaction[ClientT]) -> None:
        """Set a command or an autocompletion off, as discord.py does."""

        async def called() -> None:
            try:
                await self._call(interaction)
            except app_commands.AppCommandError as error:
                await self._dispatch_error(interaction, error)

        admission.watch(self.client.loop.create_task(called(), name="command"))


def release_global_limit(http: HTTPClient) -> None:
    """Unblock requests: one cancelled while waiting for a global rate limit would otherwise block all others."""
    http._global_over.set()  # noqa: SLF001 - nothing public ends the wait
