"""What can go wrong with one of Discord's answers, from its status to the last byte of its body?"""

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
    """How an answer arrives. In all cases but the first two the request was carried out, but the sender cannot know."""

    WHOLE = auto()
    UNHEARD = auto()  # the connection is reset before the request is carried out
    RESET_BEFORE = auto()  # reset before the first byte
    RESET_WITHIN = auto()  # the status, half the body, then a reset
    END_WITHIN = auto()  # the same, then the end of the stream
    UNFINISHED = auto()  # chunked, without the last chunk
    STALLED = auto()  # half the body, then silence
    SHORT = auto()  # complete as HTTP, but only half the JSON
    EMPTY = auto()
    NO_JSON = auto()  # a proxy's page
    NO_UTF8 = auto()
    NO_GZIP = auto()  # compressed, but corrupt
    NO_ID = auto()
    NULL = auto()
    ELSEWHERE = auto()  # describes a message in another channel
    OTHER_NONCE = auto()  # describes another message
    MOVED = auto()  # a redirect to another JSON page
    LOST_BEHIND = auto()  # a proxy's 502 in place of the answer
    TIMED_OUT = auto()  # a proxy's 408


@dataclass(slots=True)
class Fault:
    """A wrong answer that REST gives ``times`` times instead of the right one; ``path`` may contain ``*``.

    With ``line`` set, the answer is the right one but is damaged on its way.
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
    """Return a 429 fault: Discord's own with ``Via``, or without it that of the proxy in front of Discord."""
    body = {"message": "You are being rate limited.", "retry_after": after, "global": False}
    return Fault(path, 429, body, VIA if via else {}, times)


async def broken(request: web.Request, answer: Any, line: Line) -> web.StreamResponse:
    """Send the answer, damaged as ``line`` says."""
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
        await asyncio.sleep(0.02)  # otherwise the reset would overtake the body
        _reset(request)
    elif line is Line.STALLED:
        while request.transport is not None:
            await asyncio.sleep(0.05)
    elif request.transport is not None:
        request.transport.close()
    return response


def _reset(request: web.Request) -> None:
    """Close the connection with a reset rather than an ordinary end."""
    if (transport := request.transport) is not None:
        line: socket.socket = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
