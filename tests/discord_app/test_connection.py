"""The bot as a separate process, talking over the wire to a local stand-in for Discord that also fails on demand."""

import asyncio
import io
import re
import signal
import socket
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.http import HTTPClient, Route, handle_message_parameters

from bot.discord_app.connection import REFUSED, STOPPED, delays
from bot.discord_app.patches import addressed
from tests import openapi
from tests.loopback.discord import TOKEN, Discord, Fault, Request, limited
from tests.loopback.line import Connection, Session
from tests.loopback.payloads import COMMAND, interaction, snowflake
from tests.loopback.process import STAND_IN, bot


@pytest.fixture
async def desk() -> AsyncIterator[Discord]:
    async with Discord() as server:
        yield server
        for request in server.requests:
            if request.body is not None:
                openapi.check(request.method, request.path, request.body)


async def line(session: Session) -> Connection:
    assert session.connection is not None
    return session.connection


def shown(request: Request) -> str:
    return str(request.body)


async def answered(desk: Discord) -> Request:
    """Let a member ask for help and wait for the answer."""
    return await desk.callback(await desk.ask("help"))


async def test_it_stays_connected_and_misses_nothing(desk: Discord) -> None:
    async with bot(desk) as running:
        session = await desk.connected()
        put = await desk.request("/applications/1000/commands", "PUT")
        assert {command["name"] for command in put.body} >= {"index", "help", "about"}
        assert "/index" in shown(await answered(desk))

        async def gone(leave: str, code: int = 0) -> dict[str, object]:
            """Break the connection, ask a question meanwhile, and return the frame with which the bot came back."""
            before, connection = len(desk.frames), await line(session)
            connection.leave()
            missed = await desk.ask_of(session, "about")
            match leave:
                case "reconnect":
                    await connection.reconnect()
                case "resumable":
                    await connection.invalidate(resumable=True)
                case "drop":
                    connection.drop()
                case _:
                    await connection.close(code)
            assert "investment advice" in shown(await desk.callback(missed))
            return next(frame for frame in desk.frames[before:] if frame["op"] in (2, 6))

        for leave, code in (("reconnect", 0), ("resumable", 0), ("drop", 0), ("close", 4000), ("close", 1001)):
            came = await gone(leave, code)
            assert came["op"] == 6, leave
            assert came["d"]["session_id"] == session.id  # type: ignore[index]
        assert list(desk.sessions) == [session.id]

        await (await line(session)).invalidate()
        fresh = await desk.connected(2)
        assert fresh.id != session.id
        assert "/index" in shown(await answered(desk))
        # READY named another address for resuming, yet every websocket came here.
        assert len(desk.upgrades) == 7
        assert all("compress=zstd-stream" in upgrade for upgrade in desk.upgrades)
        assert TOKEN not in running.output


async def test_rest_that_is_limited_or_in_trouble(desk: Discord) -> None:
    async with bot(desk) as running:
        await desk.connected()
        callback = "/interactions/*/callback"

        desk.faults.append(limited(callback, via=True))
        await answered(desk)
        assert [request.status for request in desk.found(callback)] == [429, 200]

        desk.faults.append(Fault(callback, 502, "<html>Bad Gateway</html>"))
        await answered(desk)
        assert [sent.status for sent in desk.found(callback)] == [429, 200, 502, 200]

        # A 429 without Via comes from the proxy in front of Discord: no retry, but the asker is told.
        desk.faults.append(limited(callback, via=False))
        reply = await answered(desk)
        reference = re.search(r"Reference `(\w+)`", shown(reply))
        assert reference
        assert reply.body["data"]["flags"] == 64
        assert f"Reference {reference[1]}" in running.output
        assert [request.status for request in desk.found(callback)][4:] == [429, 200]


async def test_the_index_its_choices_and_its_button(desk: Discord) -> None:
    async with bot(desk, *STAND_IN):
        await desk.connected()
        choices = await desk.callback(await desk.complete("index", "market", "日経", locale="ja"))
        assert choices.body["data"]["choices"][0] == {"name": "日経平均株価", "value": "nikkei"}
        reply = await desk.callback(await desk.ask("index", {"market": "nikkei", "private": True}))
        assert reply.body["type"] == 4
        assert reply.body["data"]["flags"] == 64 | 1 << 15
        assert "Nikkei 225" in shown(reply)
        # Press twice before either is answered, so that the second comes too soon even on a slow machine.
        presses = [await desk.press("ix:nikkei", reply.body["data"]["components"]) for _ in range(2)]
        renewed, soon = [await desk.callback(press) for press in presses]
        assert renewed.body["type"] == 7
        assert soon.body["data"]["flags"] == 64
        assert re.search(r"refresh again in \d s", shown(soon))


async def test_it_answers_where_only_the_user_installed_it(desk: Discord) -> None:
    def asked(number: str, context: int) -> dict[str, Any]:
        data = {"id": "5000", "name": "index", "type": 1, "options": [{"name": "market", "type": 3, "value": "dax"}]}
        theirs = {"context": context, "authorizing_integration_owners": {"1": "4000"}, "channel_id": "3999"}
        return interaction(number, COMMAND, data) | theirs

    async with bot(desk, *STAND_IN):
        session = await desk.connected()
        server, group = snowflake(), snowflake()
        await session.dispatch("INTERACTION_CREATE", asked(server, 0) | {"guild_id": "2999"})
        private = asked(group, 2) | {"channel": {"id": "3999", "type": 3, "name": None, "recipients": []}}
        private["user"] = private.pop("member")["user"]
        del private["guild_id"]
        await session.dispatch("INTERACTION_CREATE", private)
        for number in (server, group):
            reply = await desk.callback(number)
            assert reply.body["type"] == 4
            assert "DAX" in shown(reply)


async def test_a_yahoo_that_only_refuses_takes_nothing_but_the_figures(desk: Discord) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=429, text="Too Many Requests")

    yahoo = web.Application()
    yahoo.router.add_route("*", "/{path:.*}", refuse)
    async with TestServer(yahoo) as server, bot(desk, YAHOO_URL=str(server.make_url("/"))) as running:
        await desk.connected()
        number = await desk.ask("index", {"market": "nikkei"})
        assert (await desk.callback(number)).body["type"] == 5  # deferred in public, before anything was fetched
        webhook = f"/webhooks/1000/token-{number}"
        reply = await desk.request(webhook, "POST")
        assert reply.body["flags"] == 64
        assert len(reply.body["content"]) < 120
        assert "Yahoo" in reply.body["content"]
        await desk.request(f"{webhook}/messages/@original", "DELETE")
        assert "/index" in shown(await answered(desk))
        assert "investment advice" in shown(await desk.callback(await desk.ask("about")))
    assert "Traceback" not in running.output


async def test_it_speaks_zlib_where_zstandard_is_missing(desk: Discord) -> None:
    without = "import runpy, sys; sys.modules['zstandard'] = None; runpy.run_module(sys.argv[1], run_name='__main__')"
    async with bot(desk, "-c", without, STAND_IN[-1]):
        await desk.connected()
        await answered(desk)
        assert all("compress=zlib-stream" in upgrade for upgrade in desk.upgrades)


async def test_a_discord_that_refuses_at_the_start_is_tried_again() -> None:
    with socket.socket() as held:  # bound but not listening: connections are refused
        held.bind(("127.0.0.1", 0))
        desk = Discord(held.getsockname()[1])
        async with bot(desk) as running:
            await running.said("Discord cannot be reached (ClientConnectorError); trying again in")
            held.close()
            desk.gateway_answers = False
            desk.faults.append(Fault("/users/@me", 503, "<html>"))
            async with desk:
                await running.said("Discord cannot be reached (HTTP 503); trying again in")
                await running.said("The gateway does not answer (WSServerHandshakeError); again in")
                desk.hang_up.append(1001)
                desk.gateway_answers = True
                await running.said("The gateway does not answer (ReconnectWebSocket); again in")
                await desk.connected()
                await answered(desk)
    assert "Traceback" not in running.output


@pytest.mark.parametrize("token", ["MTAwMA.wrong.token", "MTAwMA.two\nlines", "MTAwMA.two words"])
async def test_a_bad_token_is_one_sentence_and_a_status_of_its_own(desk: Discord, token: str) -> None:
    async with bot(desk, token=token) as running:
        assert await running.exit() == REFUSED
        assert running.output.count("Discord refuses the token: check DISCORD_TOKEN") == 1
        assert "MTAwMA" not in running.output
        assert "Traceback" not in running.output


@pytest.mark.parametrize(("code", "sentence"), [(4004, "refuses the token"), (4014, "refuses an intent")])
async def test_a_refusal_by_the_gateway_is_as_clear(desk: Discord, code: int, sentence: str) -> None:
    desk.refuse_with = code
    async with bot(desk) as running:
        assert await running.exit() == REFUSED
        assert sentence in running.output
        assert "Traceback" not in running.output


async def test_a_refusal_is_enough_while_a_task_goes_on_for_ever(desk: Discord) -> None:
    desk.refuse_with = 4004
    async with bot(desk, *STAND_IN, DESK_STUBBORN="1") as running:
        assert await running.exit() == REFUSED


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_closes_it_cleanly(desk: Discord, number: signal.Signals) -> None:
    async with bot(desk) as running:
        session = await desk.connected()
        connection = await line(session)
        running.process.send_signal(number)
        assert await running.exit() == STOPPED
        assert connection.socket.close_code == 1000
        assert "Traceback" not in running.output


async def test_a_signal_is_enough_while_a_thread_hangs_and_where_no_discord_answers(desk: Discord) -> None:
    async with bot(desk, *STAND_IN, DESK_HANGS="3600") as hanging, bot(Discord(1)) as alone:
        await asyncio.gather(desk.connected(), alone.said("trying again in"))
        await desk.callback(await desk.ask("index", {"market": "nikkei"}))  # deferred: a thread is working on it
        for process in (hanging, alone):
            process.process.send_signal(signal.SIGTERM)
        assert {await hanging.exit(), await alone.exit()} == {STOPPED}


async def test_both_addresses_move_together_and_come_back(desk: Discord) -> None:
    api, connect = Route.BASE, HTTPClient.ws_connect
    for half in ((desk.api, None), (None, desk.gateway)):
        with pytest.raises(ValueError, match="together"), addressed(*half):
            pass
    with addressed(desk.api.removesuffix("/api/v10"), desk.gateway):  # as for a proxy: Discord's paths are added
        assert Route("GET", "/users/@me").url == f"{desk.api}/users/@me"
    assert api == Route.BASE
    assert HTTPClient.ws_connect is connect
    with addressed(None, None):
        assert api == Route.BASE


@pytest.mark.parametrize(
    ("setting", "asked", "opened"),
    [
        ("ws://127.0.0.1:9/x", "wss://gateway.discord.gg/?v=10", "ws://127.0.0.1:9/x?v=10"),
        ("ws://127.0.0.1:9/x", "wss://gateway-us-east1-b.discord.gg/?v=10&a=b", "ws://127.0.0.1:9/x?v=10&a=b"),
        ("wss://gateway.discord.gg", "wss://gateway-us-east1-b.discord.gg/?v=10", "wss://gateway-us-east1-b.discord.gg/?v=10"),
        ("wss://gateway.discord.gg", "wss://not-discord.gg.example/?v=10", "wss://gateway.discord.gg/?v=10"),
    ],
)  # fmt: skip
async def test_every_websocket_goes_where_the_setting_says(
    monkeypatch: pytest.MonkeyPatch, setting: str, asked: str, opened: str
) -> None:
    urls: list[str] = []

    async def connect(self: HTTPClient, url: str, *, compress: int = 0) -> None:
        urls.append(url)

    monkeypatch.setattr(HTTPClient, "ws_connect", connect)
    with addressed("http://127.0.0.1:9", setting):
        await HTTPClient(asyncio.get_running_loop()).ws_connect(asked)
    assert urls == [opened]


async def test_a_file_goes_out_with_its_description(desk: Discord) -> None:
    http = HTTPClient(asyncio.get_running_loop())
    picture = discord.File(io.BytesIO(b"a picture"), "chart.png", description="Nikkei 225, six months")
    with addressed(desk.api, desk.gateway), handle_message_parameters(file=picture, nonce="n1") as parameters:
        await http.static_login(TOKEN)
        await http.send_message(3000, params=parameters)
        await http.close()
    sent = await desk.request("/channels/3000/messages", "POST")
    assert sent.files == {"files[0]": b"a picture"}
    assert sent.body["attachments"] == [{"id": 0, "filename": "chart.png", "description": "Nikkei 225, six months"}]


def test_waits_double_up_to_a_bound_and_are_jittered() -> None:
    waits = delays()
    for high in (1, 2, 4, 8, 16, 32, 60, 60, 60):
        assert high / 2 <= next(waits) <= high
    assert len({next(delays()) for _ in range(20)}) > 1
