"""What can go wrong with an answer of Discord, from its status to the last byte of its body?"""

import asyncio
import fnmatch
import gzip
import json
import socket
import struct
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from aiohttp import web

VIA = {"Via": "1.1 google"}
_JSON = {"Content-Type": "application/json"}


class Line(Enum):
    """How an answer arrives; in all cases but the first two the request was obeyed and the sender cannot know it."""

    WHOLE = auto()
    UNHEARD = auto()  # the connection is reset before the request is obeyed
    RESET_BEFORE = auto()  # not a byte of it
    RESET_WITHIN = auto()  # the status, half the body, and a reset
    END_WITHIN = auto()  # the same, and the end of the stream
    UNFINISHED = auto()  # in chunks, without the last one
    STALLED = auto()  # half the body, and silence
    SHORT = auto()  # whole for HTTP, half a JSON
    EMPTY = auto()
    NO_JSON = auto()  # a proxy's page
    NO_UTF8 = auto()
    NO_GZIP = auto()  # compressed, and damaged
    NO_ID = auto()
    NULL = auto()
    ELSEWHERE = auto()  # it tells of a message in another channel
    OTHER_NONCE = auto()  # it tells of another message
    MOVED = auto()  # a redirection to a page of JSON
    LOST_BEHIND = auto()  # a proxy's 502 in place of the answer
    TIMED_OUT = auto()  # a proxy's 408


@dataclass(slots=True)
class Fault:
    """An answer that REST gives instead of the right one, as often as told; ``path`` may hold ``*``.

    Where ``line`` is given it is the right answer that does not arrive as it should.
    """

    path: str
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    method: str = "*"
    line: Line = Line.WHOLE

    def meets(self, request: web.Request, path: str) -> bool:
        return self.times > 0 and fnmatch.fnmatch(f"{request.method} {path}", f"{self.method} {self.path}")


def limited(path: str, *, via: bool, after: float = 0.1, times: int = 1) -> Fault:
    """A 429: Discord's own with ``Via``, that of the wall in front of it without."""
    body = {"message": "You are being rate limited.", "retry_after": after, "global": False}
    return Fault(path, 429, body, VIA if via else {}, times)


async def broken(request: web.Request, answer: Any, line: Line) -> web.StreamResponse:
    """Let an answer arrive like this."""
    raw = json.dumps(answer).encode()
    half = raw[: len(raw) // 2]
    match line:
        case Line.RESET_BEFORE | Line.UNHEARD:
            _reset(request)
            return web.Response()
        case Line.RESET_WITHIN | Line.END_WITHIN | Line.UNFINISHED | Line.STALLED:
            return await _partly(request, raw, line)
        case Line.EMPTY:
            return web.Response(headers=_JSON)
        case Line.NO_JSON:
            return web.Response(text="<html>One moment please</html>", content_type="text/html")
        case Line.NO_GZIP:
            packed = gzip.compress(raw)
            damaged = packed[:12] + bytes(255 - byte for byte in packed[12:])
            return web.Response(body=damaged, headers={**_JSON, "Content-Encoding": "gzip"})
        case Line.MOVED:
            return web.Response(status=302, headers={"Location": "/api/v10/users/@me"})
        case Line.LOST_BEHIND | Line.TIMED_OUT:
            return web.Response(text="<html></html>", status=502 if line is Line.LOST_BEHIND else 408)
        case _:
            return web.Response(body=_other(answer, half, line), headers=_JSON)


def _other(answer: Any, half: bytes, line: Line) -> bytes:
    whole = answer if isinstance(answer, dict) else {}
    bodies = {
        Line.WHOLE: answer,
        Line.NO_ID: {name: value for name, value in whole.items() if name != "id"},
        Line.NULL: None,
        Line.ELSEWHERE: {**whole, "channel_id": "1"},
        Line.OTHER_NONCE: {**whole, "nonce": "another"},
    }
    if line is Line.NO_UTF8:
        return b'{"id": "1", "content": "\xff\xfe"}'
    return json.dumps(bodies[line]).encode() if line in bodies else half


async def _partly(request: web.Request, raw: bytes, line: Line) -> web.StreamResponse:
    response = web.StreamResponse(headers=_JSON)
    if line is Line.UNFINISHED:
        response.enable_chunked_encoding()
    else:
        response.content_length = len(raw)
    await response.prepare(request)
    await response.write(raw[: len(raw) // 2])
    if line is Line.RESET_WITHIN:
        await asyncio.sleep(0.02)  # the reset would overtake what is still under way
        _reset(request)
    elif line is Line.STALLED:
        while request.transport is not None:
            await asyncio.sleep(0.05)
    elif request.transport is not None:
        request.transport.close()
    return response


def _reset(request: web.Request) -> None:
    """Cut the line so that the other side learns of a reset, not of an end."""
    if (transport := request.transport) is not None:
        line: socket.socket = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
