"""A small Discord on this machine: what goes over the wire, and what goes wrong on it.

REST and gateway for one bot. Everything that arrives is kept in `requests` and `frames`; `faults` make REST fail, and
a gateway connection can be told to reconnect, be invalidated, be closed or be dropped. As a process of its own:
``python -m tests.loopback.discord --port 0`` prints its addresses and writes each request to standard output.
"""

import asyncio
import fnmatch
import itertools
import json
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import zstandard
from aiohttp import BodyPartReader, WSMsgType, web

TOKEN = "MTAwMA.loopback.token-that-no-log-may-hold"
APPLICATION, GUILD, CHANNEL, MEMBER = 1000, 2000, 3000, 4000
VIA = {"Via": "1.1 google"}
_EPOCH = 1_420_070_400_000  # milliseconds, of Discord's snowflakes
_COMMAND, _COMPONENT, _AUTOCOMPLETE = 2, 3, 4
_counter = itertools.count()
Found = TypeVar("Found")


def snowflake() -> str:
    """Make an id that says it was made now."""
    return str((int(time.time() * 1000) - _EPOCH) << 22 | next(_counter) & 0x3FFFFF)


@dataclass(frozen=True, slots=True)
class Request:
    """One REST request as it arrived; ``at`` is `time.perf_counter`."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    files: dict[str, bytes]
    at: float
    status: int


@dataclass(slots=True)
class Fault:
    """An answer that REST gives instead of the right one, as often as told; ``path`` may hold ``*``."""

    path: str
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    method: str = "*"

    def meets(self, request: web.Request, path: str) -> bool:
        return self.times > 0 and fnmatch.fnmatch(f"{request.method} {path}", f"{self.method} {self.path}")


def limited(path: str, *, via: bool, after: float = 0.1, times: int = 1) -> Fault:
    """A 429: Discord's own with ``Via``, that of the wall in front of it without."""
    body = {"message": "You are being rate limited.", "retry_after": after, "global": False}
    return Fault(path, 429, body, VIA if via else {}, times)


class Session:
    """What the gateway knows of a shard: its events, so that a resume can be told those that it missed."""

    def __init__(self, shard: list[int]) -> None:
        self.id = f"session{next(_counter)}"
        self.shard = shard
        self.events: list[dict[str, Any]] = []
        self.connection: Connection | None = None

    async def dispatch(self, event: str, data: dict[str, Any]) -> None:
        payload = {"op": 0, "t": event, "s": len(self.events) + 1, "d": data}
        self.events.append(payload)
        if self.connection is not None:
            await self.connection.send(payload)


class Connection:
    """One websocket of the bot."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self._transport = request.transport
        compression = request.query.get("compress")
        self.session: Session | None = None
        self._compress: Callable[[bytes], bytes] | None = None
        if compression == "zlib-stream":
            deflate = zlib.compressobj()
            self._compress = lambda raw: deflate.compress(raw) + deflate.flush(zlib.Z_SYNC_FLUSH)
        elif compression == "zstd-stream":
            stream = zstandard.ZstdCompressor().compressobj()
            self._compress = lambda raw: stream.compress(raw) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    async def send(self, payload: dict[str, Any]) -> None:
        if self.socket.closed:
            return
        text = json.dumps(payload)
        if self._compress is None:
            await self.socket.send_str(text)
        else:
            await self.socket.send_bytes(self._compress(text.encode()))

    async def reconnect(self) -> None:
        """Ask the bot to come again and resume."""
        await self.send({"op": 7, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell the bot that its session is over; it may resume or must identify anew."""
        await self.send({"op": 9, "d": resumable})

    async def close(self, code: int) -> None:
        self.leave()
        await self.socket.close(code=code)

    def drop(self) -> None:
        """Cut the line without a word."""
        self.leave()
        assert self._transport is not None
        self._transport.abort()

    def leave(self) -> None:
        if self.session is not None and self.session.connection is self:
            self.session.connection = None


class Discord:
    """The server; ``async with Discord() as discord``."""

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
        self.refuse_with: int | None = None  # close code after IDENTIFY
        self.resume_at = "wss://gateway-somewhere-else.discord.gg"
        self.upgrades: list[str] = []
        self.commands: list[dict[str, Any]] = []
        self.messages: dict[str, dict[str, Any]] = {}
        self.nonces: dict[str, str] = {}
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

    async def until(self, look: Callable[[], Found | None], seconds: float = 15.0) -> Found:
        """Wait until something that was looked for is there, and return it."""
        async with asyncio.timeout(seconds), self._changed:
            while not (found := look()):
                await self._changed.wait()
            return found

    async def connected(self, count: int = 1) -> Session:
        """Wait until this many sessions were begun and the newest is on the line."""

        def newest() -> Session | None:
            last = [*self.sessions.values()][-1:]
            told = [one for one in last if one.connection and any(event["t"] == "GUILD_CREATE" for event in one.events)]
            return told[0] if told and len(self.sessions) >= count else None

        return await self.until(newest)

    async def request(self, path: str, method: str = "*", after: int = 0) -> Request:
        """Wait for a request that comes after the first so many."""
        return await self.until(lambda: next(iter(self.found(path, method, after)), None))

    def found(self, path: str, method: str = "*", after: int = 0) -> list[Request]:
        wanted = f"{method} {path}"
        return [one for one in self.requests[after:] if fnmatch.fnmatch(f"{one.method} {one.path}", wanted)]

    async def ask(self, name: str, options: dict[str, Any] | None = None, locale: str = "en-US") -> str:
        """Let a member use a command; return the interaction's id."""
        given = [{"name": key, "type": _option(value), "value": value} for key, value in (options or {}).items()]
        return await self.interact(_COMMAND, {"id": "5000", "name": name, "type": 1, "options": given}, locale)

    async def ask_of(self, session: Session, name: str) -> str:
        """Let a member use a command of a shard whether or not it is on the line."""
        number = snowflake()
        data = {"id": "5000", "name": name, "type": 1}
        await session.dispatch("INTERACTION_CREATE", interaction(number, _COMMAND, data))
        return number

    async def complete(self, name: str, option: str, typed: str, locale: str = "en-US") -> str:
        """Let a member type into an option."""
        given = [{"name": option, "type": 3, "value": typed, "focused": True}]
        return await self.interact(_AUTOCOMPLETE, {"id": "5000", "name": name, "type": 1, "options": given}, locale)

    async def press(self, custom_id: str, components: list[dict[str, Any]]) -> str:
        """Let a member press a button of a message with these components."""
        message = self._message(components)
        return await self.interact(_COMPONENT, {"custom_id": custom_id, "component_type": 2}, message=message)

    async def interact(
        self, kind: int, data: dict[str, Any], locale: str = "en-US", message: dict[str, Any] | None = None
    ) -> str:
        number = snowflake()
        session = next(one for one in reversed(self.sessions.values()) if one.connection)
        await session.dispatch("INTERACTION_CREATE", interaction(number, kind, data, locale, message))
        return number

    async def callback(self, number: str, seconds: float = 15.0) -> Request:
        """Wait for the first accepted answer to an interaction."""
        path = f"/interactions/{number}/token-{number}/callback"
        return await self.until(lambda: next((one for one in self.found(path) if one.status < 300), None), seconds)

    async def _note(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # REST

    async def _rest(self, request: web.Request) -> web.Response:
        at = time.perf_counter()
        path = "/" + request.match_info["path"]
        body, files = await _read(request)
        fault = next((one for one in self.faults if one.meets(request, path)), None)
        if fault is not None:
            fault.times -= 1
            answer, status, headers = fault.body, fault.status, fault.headers
        else:
            answer, status = self._answer(request, path, body)
            headers = {}
        self.requests.append(
            Request(request.method, path, dict(request.query), dict(request.headers), body, files, at, status)
        )
        await self._note()
        if status == 204:
            return web.Response(status=204)
        if isinstance(answer, str):
            return web.Response(text=answer, status=status, headers=headers, content_type="text/html")
        # discord.py reads JSON only where the type is exactly this, without a charset.
        return web.Response(
            body=json.dumps(answer).encode(), status=status, headers={**headers, "Content-Type": "application/json"}
        )

    def _answer(self, request: web.Request, path: str, body: Any) -> tuple[Any, int]:  # noqa: C901, PLR0911 - a route a case
        by_token = path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {self.token}":
            return {"message": "401: Unauthorized", "code": 0}, 401
        parts = path.strip("/").split("/")
        match request.method, parts:
            case "GET", ["users", "@me"]:
                return _user(APPLICATION, "opening-bell", bot=True), 200
            case "GET", ["oauth2" | "applications", *_, "@me"]:
                return _application(), 200
            case "GET", ["gateway", "bot"]:
                limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
                return {"url": "wss://gateway.discord.gg", "shards": self.shards, "session_start_limit": limit}, 200
            case "PUT", ["applications", _, "commands"]:
                self.commands = [
                    {**one, "id": snowflake(), "application_id": str(APPLICATION), "version": snowflake()}
                    for one in body
                ]
                return self.commands, 200
            case "POST", ["interactions", number, token, "callback"]:
                resource: dict[str, Any] = {"type": body["type"]}
                if body["type"] in (4, 5, 7):
                    message = self._message((body.get("data") or {}).get("components", []))
                    self.messages[token] = message
                    resource["message"] = message
                about = {"id": number, "type": 2, "response_message_id": self.messages.get(token, {}).get("id")}
                return {"interaction": about, "resource": resource}, 200
            case "DELETE", ["webhooks", _, token, "messages", "@original"]:
                self.messages.pop(token, None)
                return None, 204
            case "PATCH", ["webhooks", _, token, "messages", "@original"]:
                return self._message(body.get("components", [])), 200
            case "POST", ["webhooks", _, token]:
                return self._message(body.get("components", [])), 200
            case "POST", ["channels", channel, "messages"]:
                return self._posted(channel, body), 200
            case _:
                return {"message": "404: Not Found", "code": 0}, 404

    def _posted(self, channel: str, body: dict[str, Any]) -> dict[str, Any]:
        nonce = body.get("nonce")
        known = self.nonces.get(str(nonce)) if body.get("enforce_nonce") else None
        if known is not None:
            return self.messages[known]
        message = {**self._message(body.get("components", [])), "channel_id": channel, "nonce": nonce}
        self.messages[message["id"]] = message
        self.nonces[str(nonce)] = message["id"]
        return message

    def _message(self, components: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": snowflake(),
            "type": 0,
            "channel_id": str(CHANNEL),
            "author": _user(APPLICATION, "opening-bell", bot=True),
            "content": "",
            "timestamp": "2025-09-16T05:10:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "flags": 1 << 15,
            "components": components,
        }

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
            "user": _user(APPLICATION, "opening-bell", bot=True),
            "guilds": [{"id": str(GUILD), "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self.resume_at,
            "shard": session.shard,
            "application": {"id": str(APPLICATION), "flags": 0},
        }
        await session.dispatch("READY", ready)
        await session.dispatch("GUILD_CREATE", _guild())

    async def _resume(self, connection: Connection, data: dict[str, Any]) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self.token:
            await connection.invalidate()
            return
        session.connection, connection.session = connection, session
        for event in session.events[data["seq"] :]:
            await connection.send(event)
        await session.dispatch("RESUMED", {})


async def _read(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    if not request.can_read_body:
        return None, {}
    if request.content_type != "multipart/form-data":
        return json.loads(await request.read()), {}
    body, files = None, {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        if part.name == "payload_json":
            body = json.loads(await part.read())
        else:
            files[str(part.name)] = bytes(await part.read())
    return body, files


def _option(value: Any) -> int:
    return 5 if isinstance(value, bool) else 4 if isinstance(value, int) else 3


def _user(number: int, name: str, *, bot: bool = False) -> dict[str, Any]:
    return {"id": str(number), "username": name, "discriminator": "0", "avatar": None, "bot": bot, "global_name": None}


def _application() -> dict[str, Any]:
    return {
        "id": str(APPLICATION),
        "name": "Opening Bell",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "00",
        "flags": 0,
        "team": None,
        "owner": _user(MEMBER, "owner"),
    }


def _guild() -> dict[str, Any]:
    everyone = {
        "id": str(GUILD),
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": str((1 << 50) - 1),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": str(GUILD),
        "name": "Desk",
        "owner_id": str(MEMBER),
        "unavailable": False,
        "member_count": 2,
        "roles": [everyone],
        "channels": [_channel()],
        "members": [{"user": _user(APPLICATION, "opening-bell", bot=True), "roles": [], "flags": 0}],
        "emojis": [],
        "stickers": [],
        "features": [],
        "threads": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "preferred_locale": "en-US",
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
        "system_channel_flags": 0,
        "afk_timeout": 300,
        "large": False,
    }


def _channel() -> dict[str, Any]:
    return {
        "id": str(CHANNEL),
        "type": 0,
        "name": "markets",
        "position": 0,
        "permission_overwrites": [],
        "guild_id": str(GUILD),
    }


def interaction(
    number: str, kind: int, data: dict[str, Any], locale: str = "en-US", message: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Make the payload of INTERACTION_CREATE."""
    payload = {
        "id": number,
        "application_id": str(APPLICATION),
        "type": kind,
        "token": f"token-{number}",
        "version": 1,
        "data": data,
        "guild_id": str(GUILD),
        "channel_id": str(CHANNEL),
        "channel": _channel(),
        "member": {"user": _user(MEMBER, "member"), "roles": [], "permissions": "0", "flags": 0, "joined_at": None},
        "app_permissions": "0",
        "locale": locale,
        "guild_locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(GUILD)},
        "context": 0,
        "attachment_size_limit": 26_214_400,
    }
    return payload if message is None else {**payload, "message": message}


async def _main(port: int) -> None:
    async with Discord(port) as discord:
        print(f"DISCORD_API_URL={discord.api}")
        print(f"DISCORD_GATEWAY_URL={discord.gateway}")
        print(f"DISCORD_TOKEN={discord.token}", flush=True)
        shown = 0
        while True:
            await asyncio.sleep(0.2)
            for one in discord.requests[shown:]:
                print(json.dumps({"method": one.method, "path": one.path, "status": one.status, "body": one.body}))
            shown = len(discord.requests)
            sys.stdout.flush()


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description="A Discord on this machine.")
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(_main(parser.parse_args().port))
