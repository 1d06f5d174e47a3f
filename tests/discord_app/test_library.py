"""Which undocumented details of discord.py 2.7.1 does the bot rely on?

`bot.discord_app.patches` overrides and reaches into them; `bot.discord_app.request_outcomes` and `interactions` use
them to watch requests to Discord. A release that changes any of them fails here first.
"""

import asyncio
import inspect
import re
from collections.abc import Callable
from typing import Any

import discord
import pytest
from discord.app_commands import CommandTree
from discord.client import Client
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route
from discord.shard import AutoShardedClient, Shard
from discord.state import AutoShardedConnectionState, ConnectionState
from discord.ui.view import ViewStore

from bot.discord_app import buttons
from bot.discord_app.patches import AdmittingClient, AdmittingConnection, WatchedCommandTree


def parameters(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)


def body(function: Callable[..., Any]) -> str:
    """Return the source of a function, on one line."""
    return re.sub(r"\s+", " ", inspect.getsource(function))


def client() -> AdmittingClient:
    return AdmittingClient(intents=discord.Intents.none(), shard_count=1)


def test_it_is_the_release_that_all_of_this_was_read_in() -> None:
    assert discord.__version__ == "2.7.1"


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (HTTPClient.ws_connect, ["self", "url", "compress"]),
        (HTTPClient.request, ["self", "route", "files", "form", "kwargs"]),
        (HTTPClient.static_login, ["self", "token"]),
        (AutoShardedClient._get_state, ["self", "options"]),
        (AutoShardedClient.launch_shard, ["self", "gateway", "shard_id", "initial"]),
        (Shard.__init__, ["self", "ws", "client", "queue_put"]),
        (Shard.launch, ["self"]),
        (ConnectionState.parse_interaction_create, ["self", "data"]),
        (ConnectionState.clear, ["self", "views"]),
        (ViewStore.__init__, ["self", "state"]),
        (ViewStore.add_task, ["self", "task"]),
        (CommandTree._from_interaction, ["self", "interaction"]),
        (CommandTree._call, ["self", "interaction"]),
        (CommandTree._dispatch_error, ["self", "interaction", "error"]),
    ],
    ids=lambda value: getattr(value, "__qualname__", None),
)
def test_what_is_overridden_or_called_takes_what_it_took(function: Callable[..., Any], names: list[str]) -> None:
    assert parameters(function) == names


def test_a_websocket_is_opened_by_what_launch_shard_opens_it_by() -> None:
    assert {"client", "initial", "gateway", "shard_id"} <= set(parameters(DiscordWebSocket.from_client))
    assert inspect.iscoroutinefunction(DiscordWebSocket.from_client)


def test_every_websocket_is_opened_in_the_one_place_that_is_moved() -> None:
    opened = [
        name for name, function in inspect.getmembers(HTTPClient, inspect.isfunction) if "ws_connect(" in body(function)
    ]
    assert opened == ["ws_connect"]
    assert "ws_connect(" in body(DiscordWebSocket.from_client)
    assert Route.BASE == "https://discord.com/api/v10"
    assert "self.BASE + self.path" in body(Route.__init__)


def test_a_shard_is_kept_where_launch_shard_keeps_it() -> None:
    source = body(AutoShardedClient.launch_shard)
    assert "self.__shards[shard_id] = ret = Shard(ws, self, self.__queue.put_nowait)" in source
    assert source.rstrip().endswith("ret.launch()")


async def test_a_client_has_the_private_fields_that_a_shard_is_put_in() -> None:
    made = client()
    assert vars(made)["_AutoShardedClient__shards"] == {}
    await made._async_setup_hook()
    assert isinstance(vars(made)["_AutoShardedClient__queue"], asyncio.PriorityQueue)


def test_the_connection_is_made_by_get_state_with_what_is_handed_on() -> None:
    assert "self._connection: ConnectionState[Self] = self._get_state(" in body(Client.__init__)
    source = body(AutoShardedClient._get_state)
    assert "dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options" in source
    assert isinstance(client()._connection, AdmittingConnection)
    assert issubclass(AdmittingConnection, AutoShardedConnectionState)


def test_interactions_reach_the_connection_by_name() -> None:
    made = client()
    assert made._connection.parsers["INTERACTION_CREATE"] == made.connection.parse_interaction_create


def test_views_are_stored_in_what_is_put_in_their_place_and_each_press_is_a_task_of_it() -> None:
    assert "self._view_store: ViewStore = ViewStore(self)" in body(ConnectionState.clear)
    assert "self.add_task(" in body(ViewStore.dispatch_dynamic_items)
    assert type(client()._connection._view_store).__name__ == "_WatchedViews"


def test_commands_are_set_off_by_from_interaction_as_they_were() -> None:
    assert "._from_interaction(interaction)" in body(ConnectionState.parse_interaction_create)
    source = body(CommandTree._from_interaction)
    assert "await self._call(interaction)" in source
    assert "except AppCommandError as e: await self._dispatch_error(interaction, e)" in source
    assert "self.client.loop.create_task(wrapper()" in source
    assert issubclass(WatchedCommandTree, CommandTree)


def test_a_global_limit_is_an_event_that_all_requests_wait_for() -> None:
    source = body(HTTPClient.request)
    assert "if not self._global_over.is_set():" in source
    assert "await self._global_over.wait()" in source
    assert "self._global_over.clear()" in source
    assert "self._global_over = asyncio.Event() self._global_over.set()" in body(HTTPClient.static_login)


async def test_the_session_is_made_with_the_trace_and_the_connector_that_were_set_before_the_login() -> None:
    http = HTTPClient(asyncio.get_running_loop())
    assert http.http_trace is None
    assert {"connector", "token"} <= set(vars(http))
    source = body(HTTPClient.static_login)
    assert "connector=self.connector" in source
    assert "trace_configs=None if self.http_trace is None else [self.http_trace]" in source


def test_an_interaction_tells_which_first_answer_was_sent_and_keeps_notes() -> None:
    assert isinstance(discord.InteractionResponse.type, property)
    assert "extras" in discord.Interaction.__slots__


def test_a_button_is_found_by_the_pattern_of_its_class() -> None:
    for button in buttons.ALL:
        assert isinstance(button.__discord_ui_compiled_template__, re.Pattern)
    assert ".fullmatch(custom_id)" in body(ViewStore.dispatch_dynamic_items)
