"""The gateway's side of a websocket: the events a shard was sent, and what can go wrong with its connection."""

import itertools
import json
import zlib
from collections.abc import Callable
from typing import Any

import zstandard
from aiohttp import web

_counter = itertools.count()


class Session:
    """What the gateway knows about a shard, including its events, so that a resume can replay those it missed."""

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
    """One of the bot's websockets."""

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
        """Ask the bot to reconnect and resume."""
        await self.send({"op": 7, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell the bot that its session is invalid; unless ``resumable``, it must identify again."""
        await self.send({"op": 9, "d": resumable})

    async def close(self, code: int) -> None:
        self.leave()
        await self.socket.close(code=code)

    def drop(self) -> None:
        """Cut the connection without a close frame."""
        self.leave()
        assert self._transport is not None
        self._transport.abort()

    def leave(self) -> None:
        if self.session is not None and self.session.connection is self:
            self.session.connection = None
