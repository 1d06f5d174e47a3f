"""A small local stand-in for Discord that speaks its protocols and fails on demand.

It offers REST and a gateway for one bot. `requests` and `frames` record everything that arrives; `faults` make REST
fail, and a gateway connection can be asked to reconnect, invalidated, closed or dropped. As a separate process,
``python -m tests.loopback.discord --port 0`` prints its addresses and writes each request to standard output.
"""

import asyncio
import fnmatch
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from aiohttp import WSMsgType, web

from tests.loopback.faults import VIA, Fault, Line, broken, limited
from tests.loopback.line import Connection, Session
from tests.loopback.payloads import (
    APPLICATION,
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    DIRECT,
    GUILD,
    application,
    guild,
    interaction,
    message,
    option,
    read,
    snowflake,
    user,
)

__all__ = ["TOKEN", "VIA", "Discord", "Fault", "Line", "Request", "limited"]

TOKEN = "MTAwMA.loopback.token-that-no-log-may-hold"
PATIENCE = 180.0
"""Seconds to wait for what must happen: on a busy machine a start takes a minute. Only a failing test waits so long."""

LIFE = 3.0  # seconds within which Discord accepts the answer to an interaction
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Request:
    """One REST request as it arrived.

    ``at`` is in seconds of `time.perf_counter`; ``status`` is 0 where the connection was reset before the request was
    carried out.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    files: dict[str, bytes]
    at: float
    status: int


class Discord:
    """The server, used as ``async with Discord() as discord``."""

    def __init__(self, port: int = 0, token: str = TOKEN) -> None:
        self.port = port
        self.token = token
        self.requests: list[Request] = []
        self.frames: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.shards = 1
        self.gateway_answers = True
        self.hang_up: list[int] = []  # codes with which the next connections are closed before HELLO
        self.refuse_with: int | None = None  # code with which connections are closed after IDENTIFY
        self.resume_at = "wss://gateway-somewhere-else.discord.gg"
        self.upgrades: list[str] = []
        self.commands: list[dict[str, Any]] = []
        self.messages: dict[str, dict[str, Any]] = {}
        self.nonces: dict[str, str] = {}
        self.acknowledged: set[str] = set()  # interactions that have had their one answer
        self.asked: dict[str, float] = {}  # when each interaction that must be answered within `LIFE` was sent
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/gateway", self._gateway)
        app.router.add_route("*", "/{version:api/v10}/{path:.*}", self._rest)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        assert site._server is not None
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self.connections:
            if not connection.socket.closed:
                connection.drop()
        assert self._runner is not None
        await self._runner.cleanup()

    async def until(self, look: Callable[[], Found | None], seconds: float = PATIENCE) -> Found:
        """Wait until ``look`` returns something true, and return it; `TimeoutError` after so many seconds."""
        async with asyncio.timeout(seconds), self._changed:
            while not (found := look()):
                await self._changed.wait()
            return found

    async def connected(self, count: int = 1) -> Session:
        """Wait until this many sessions have started and the newest is connected; return the newest."""

        def newest() -> Session | None:
            last = [*self.sessions.values()][-1:]
            greeted = [
                session
                for session in last
                if session.connection and any(event["t"] == "GUILD_CREATE" for event in session.events)
            ]
            return greeted[0] if greeted and len(self.sessions) >= count else None

        return await self.until(newest)

    async def request(self, path: str, method: str = "*", after: int = 0) -> Request:
        """Wait for a matching request, ignoring the first ``after`` requests."""
        return await self.until(lambda: next(iter(self.found(path, method, after)), None))

    def found(self, path: str, method: str = "*", after: int = 0) -> list[Request]:
        wanted = f"{method} {path}"
        return [
            request for request in self.requests[after:] if fnmatch.fnmatch(f"{request.method} {request.path}", wanted)
        ]

    async def ask(self, name: str, options: dict[str, Any] | None = None, locale: str = "en-US") -> str:
        """Let a member use a command; return the interaction's id."""
        given = [{"name": key, "type": option(value), "value": value} for key, value in (options or {}).items()]
        return await self.interact(COMMAND, {"id": "5000", "name": name, "type": 1, "options": given}, locale)

    async def ask_of(self, session: Session, name: str, options: dict[str, Any] | None = None) -> str:
        """Let a member use a command on this shard, whether or not it is connected; return the interaction's id."""
        given = [{"name": key, "type": option(value), "value": value} for key, value in (options or {}).items()]
        data = {"id": "5000", "name": name, "type": 1, "options": given}
        number = snowflake()
        await session.dispatch("INTERACTION_CREATE", interaction(number, COMMAND, data))
        return number

    async def complete(self, name: str, option: str, typed: str, locale: str = "en-US") -> str:
        """Let a member type into an option; return the interaction's id."""
        given = [{"name": option, "type": 3, "value": typed, "focused": True}]
        return await self.interact(AUTOCOMPLETE, {"id": "5000", "name": name, "type": 1, "options": given}, locale)

    async def press(self, custom_id: str, components: list[dict[str, Any]]) -> str:
        """Let a member press a button on a message with these components; return the interaction's id."""
        data = {"custom_id": custom_id, "component_type": 2}
        return await self.interact(COMPONENT, data, under=message(components))

    async def interact(
        self, kind: int, data: dict[str, Any], locale: str = "en-US", under: dict[str, Any] | None = None
    ) -> str:
        number = snowflake()
        session = next(candidate for candidate in reversed(self.sessions.values()) if candidate.connection)
        await session.dispatch("INTERACTION_CREATE", interaction(number, kind, data, locale, under))
        return number

    async def callback(self, number: str, seconds: float = PATIENCE) -> Request:
        """Wait for the first accepted answer to an interaction."""
        path = f"/interactions/{number}/token-{number}/callback"
        return await self.until(
            lambda: next((request for request in self.found(path) if 200 <= request.status < 300), None), seconds
        )

    async def _note(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # REST

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        at = time.perf_counter()
        path = "/" + request.match_info["path"]
        body, files = await read(request)
        fault = next((planned for planned in self.faults if planned.meets(request, path)), None)
        line = fault.line if fault is not None else Line.WHOLE
        headers: dict[str, str] = {}
        if fault is not None:
            fault.times -= 1
        if line is Line.UNHEARD:
            answer, status = None, 0
        elif fault is not None and line is Line.WHOLE:
            answer, status, headers = fault.body, fault.status, fault.headers
        else:
            answer, status = self._answer(request, path, body)
        self.requests.append(
            Request(request.method, path, dict(request.query), dict(request.headers), body, files, at, status)
        )
        await self._note()
        if line is not Line.WHOLE:
            return await broken(request, answer, line)
        if status == 204:
            return web.Response(status=204)
        if isinstance(answer, str):
            return web.Response(text=answer, status=status, headers=headers, content_type="text/html")
        # discord.py parses JSON only if the content type is exactly this, without a charset.
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return web.Response(body=raw, status=status, headers={**headers, "Content-Type": "application/json"})

    def _answer(self, request: web.Request, path: str, body: Any) -> tuple[Any, int]:  # noqa: C901, PLR0912 - one case per route
        by_token = path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {self.token}":
            return {"message": "401: Unauthorized", "code": 0}, 401
        parts = path.strip("/").split("/")
        match request.method, parts:
            case "GET", ["users", "@me"]:
                return user(APPLICATION, "opening-bell", bot=True), 200
            case "GET", ["oauth2" | "applications", *_, "@me"]:
                return application(), 200
            case "GET", ["gateway", "bot"]:
                limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
                return {"url": "wss://gateway.discord.gg", "shards": self.shards, "session_start_limit": limit}, 200
            case "PUT", ["applications", _, "commands"]:
                self.commands = [
                    {**entry, "id": snowflake(), "application_id": str(APPLICATION), "version": snowflake()}
                    for entry in body
                ]
                return self.commands, 200
            case "POST", ["interactions", number, _, "callback"] if number in self.acknowledged:
                return {"message": "Interaction has already been acknowledged.", "code": 40060}, 400
            case "POST", ["interactions", number, _, "callback"] if (
                time.perf_counter() - self.asked.get(number, math.inf) > LIFE
            ):
                return {"message": "Unknown interaction", "code": 10062}, 404
            case "POST", ["interactions", number, token, "callback"]:
                self.acknowledged.add(number)
                resource: dict[str, Any] = {"type": body["type"]}
                if body["type"] in (4, 5, 7):
                    self.messages[token] = message((body.get("data") or {}).get("components", []))
                    resource["message"] = self.messages[token]
                about = {"id": number, "type": 2, "response_message_id": self.messages.get(token, {}).get("id")}
                return {"interaction": about, "resource": resource}, 200
            case "DELETE", ["webhooks", _, token, "messages", "@original"]:
                self.messages.pop(token, None)
                return None, 204
            case "PATCH", ["webhooks", _, token, "messages", "@original"]:
                return message(body.get("components", [])), 200
            case "POST", ["webhooks", _, token]:
                return message(body.get("components", [])), 200
            case "POST", ["users", "@me", "channels"]:
                return {"id": str(DIRECT), "type": 1, "recipients": [user(int(body["recipient_id"]), "member")]}, 200
            case "GET", ["channels", channel, "messages"]:
                return self._listed(
                    channel, int(request.query.get("after", 0)), int(request.query.get("limit", 50))
                ), 200
            case "POST", ["channels", channel, "messages"]:
                return self._posted(channel, body), 200
            case _:
                return {"message": "404: Not Found", "code": 0}, 404

    def _listed(self, channel: str, after: int, limit: int) -> list[dict[str, Any]]:
        there = [
            message
            for message in self.messages.values()
            if message.get("channel_id") == channel and int(message["id"]) > after
        ]
        return sorted(there, key=lambda message: int(message["id"]))[:limit][::-1]

    def _posted(self, channel: str, body: dict[str, Any]) -> dict[str, Any]:
        nonce = body.get("nonce")
        known = self.nonces.get(str(nonce)) if body.get("enforce_nonce") else None
        if known is not None:
            return self.messages[known]
        posted = {**message(body.get("components", [])), "channel_id": channel, "nonce": nonce}
        posted["content"] = body.get("content", "")
        self.messages[posted["id"]] = posted
        self.nonces[str(nonce)] = posted["id"]
        return posted

    # Gateway

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        self.upgrades.append(request.path_qs)
        if not self.gateway_answers:
            await self._note()
            return web.Response(status=503)
        socket = web.WebSocketResponse(timeout=0.5)
        await socket.prepare(request)
        connection = Connection(request, socket)
        self.connections.append(connection)
        if self.hang_up:
            await connection.close(self.hang_up.pop())
            return socket
        await connection.send({"op": 10, "d": {"heartbeat_interval": 41250}})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            payload = json.loads(frame.data)
            self.frames.append(payload)
            match payload["op"]:
                case 1:
                    await connection.send({"op": 11, "d": None})
                case 2:
                    await self._identify(connection, payload["d"])
                case 6:
                    await self._resume(connection, payload["d"])
                case _:
                    pass
            await self._note()
        connection.leave()
        await self._note()
        return socket

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> None:
        if data["token"] != self.token:
            await connection.close(4004)
            return
        if self.refuse_with is not None:
            await connection.close(self.refuse_with)
            return
        session = Session(data.get("shard", [0, 1]))
        self.sessions[session.id] = session
        session.connection, connection.session = connection, session
        ready = {
            "v": 10,
            "user": user(APPLICATION, "opening-bell", bot=True),
            "guilds": [{"id": str(GUILD), "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self.resume_at,
            "shard": session.shard,
            "application": {"id": str(APPLICATION), "flags": 0},
        }
        await session.dispatch("READY", ready)
        await session.dispatch("GUILD_CREATE", guild())

    async def _resume(self, connection: Connection, data: dict[str, Any]) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self.token:
            await connection.invalidate()
            return
        session.connection, connection.session = connection, session
        for event in session.events[data["seq"] :]:
            await connection.send(event)
        await session.dispatch("RESUMED", {})


async def _main(port: int) -> None:
    async with Discord(port) as discord:
        print(f"DISCORD_API_URL={discord.api}")
        print(f"DISCORD_GATEWAY_URL={discord.gateway}")
        print(f"DISCORD_TOKEN={discord.token}", flush=True)
        shown = 0
        while True:
            await asyncio.sleep(0.2)
            for request in discord.requests[shown:]:
                line = {"method": request.method, "path": request.path, "status": request.status, "body": request.body}
                print(json.dumps(line), flush=True)
            shown = len(discord.requests)


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description="A Discord on this machine.")
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(_main(parser.parse_args().port))
