"""How does a post get into a Discord channel, and how is it found there again?

Through discord.py's HTTP alone, so that posts go out while the gateway is away. What discord.py did within a request,
its own second tries included, is watched: only what certainly never arrived counts as not sent.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Any, Final, TypeVar

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.domain.posts import Alert, Post
from bot.services.post_ports import CannotTell, ChannelDead, Doubtful, NotSent, Rejected
from bot.views import post_wording
from bot.views.blocks import escaped

Found = TypeVar("Found")

_log = logging.getLogger(__name__)

_PAGE: Final = 100  # messages that Discord gives at once
_PAGES: Final = 20  # looked through before it is said that nobody can tell
_PUBLISHED_ALREADY: Final = 40033
_SENTENCES: Final = {
    10003: "The channel is gone.",
    10008: "The message is gone.",
    50001: "I cannot see the channel.",
    50013: "I lack a permission in the channel.",
    50083: "The thread is archived.",
}
_NEEDED: Final = ("view_channel", "send_messages", "attach_files", "read_message_history")


@dataclass(slots=True)
class _Course:
    """What happened to the tries of one request so far."""

    written: bool = False  # something went out whose answer has not come
    doubtful: bool = False  # a try ended without an answer, or with one that proves nothing


_course: ContextVar[_Course | None] = ContextVar("course", default=None)


Place = Callable[[], Awaitable[None]]


async def _at_once() -> None:
    """Wait for nothing."""


class Channels:
    """Sends, finds and publishes posts through a client's connection to Discord; there may be none yet.

    Every request waits for a place in the queue that all processes share, but for `send`, whose place is taken before
    its delivery is claimed.
    """

    def __init__(self) -> None:
        """Start with no connection and no queue."""
        self._client: discord.Client | None = None
        self._place: Place = _at_once
        self._ahead = timedelta(0)  # by which this machine's clock is ahead of Discord's, as far as is known

    def attach(self, client: discord.Client) -> None:
        """Use this client from now on; to be called before it connects."""
        client.http.http_trace = self._trace()
        self._client = client

    def queue(self, place: Place) -> None:
        """Wait for a place by this before each request."""
        self._place = place

    async def send(self, channel: int, body: str, nonce: str) -> int:
        """Send a message under a nonce; see `Poster`."""
        payload = json.loads(body) | {"nonce": nonce, "enforce_nonce": True}
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel)
        try:
            with self._judged():
                sent = await self._http.request(route, json=payload)
        except ChannelDead as error:
            raise ChannelDead(self._lacked(channel) or str(error)) from error
        return int(sent["id"])

    async def find(self, channel: int, nonce: str, since: datetime) -> int | None:
        """Page through what the channel holds since an instant; see `Poster`."""
        # Messages bear Discord's time: an instant of a clock that is ahead of it would be after the message.
        since -= max(self._ahead, timedelta(0))
        mine, after = f"post:{nonce}", discord.utils.time_snowflake(since)
        seen = False
        for _ in range(_PAGES):
            found = await self._messages(channel, after=after, limit=_PAGE)
            for one in found:
                if any(custom_id == mine or custom_id.startswith(f"{mine}:") for custom_id in _custom_ids(one)):
                    return int(one["id"])
            seen = seen or bool(found)
            if len(found) < _PAGE:
                # Without Read Message History the list is empty, which proves nothing.
                if seen or self._readable(channel) or await self._messages(channel, limit=1):
                    return None
                raise CannotTell("I lack Read Message History in the channel.")
            after = max(int(one["id"]) for one in found)
        raise CannotTell("Too much was written in the channel since.")

    async def publish(self, channel: int, sent: int) -> None:
        """Publish a message; see `Poster`."""
        route = Route(
            "POST", "/channels/{channel_id}/messages/{message_id}/crosspost", channel_id=channel, message_id=sent
        )
        await self._place()
        try:
            with self._judged():
                await self._http.request(route)
        except Rejected as error:
            cause = error.__cause__
            if not isinstance(cause, discord.HTTPException) or cause.code != _PUBLISHED_ALREADY:
                raise

    async def may_mention(self, guild: int, channel: int, member: int, role: int) -> bool:
        """Ask Discord whether a member may mention a role; see `Poster`.

        What the gateway has told is believed; just after a start, and while it is away, Discord is asked for all of it.
        """
        client = self._connected
        with self._judged():
            try:
                place = client.get_guild(guild)
                if place is None or place.unavailable:
                    place = await self._asked(client.fetch_guild(guild))
                if (known := place.get_role(role)) is None:
                    return False
                asked = await self._asked(place.fetch_member(member))
                if known.mentionable:
                    return True
                where = place.get_channel_or_thread(channel) or await self._asked(place.fetch_channel(channel))
                if isinstance(where, discord.Thread):
                    where = where.parent or await self._asked(place.fetch_channel(where.parent_id))
            except discord.NotFound:  # the role's server or channel is gone, or who set it up has left
                return False
        assert isinstance(where, discord.abc.GuildChannel), "the parent of a thread is none"
        return where.permissions_for(asked).mention_everyone

    async def tell(self, subscription: Post | Alert) -> None:
        """Tell by direct message, or failing that in the server's system channel; see `Poster`."""
        guild = self._client.get_guild(subscription.place.guild) if self._client is not None else None
        text = post_wording.paused(subscription, escaped(guild.name) if guild else None)
        body = json.dumps({"content": text[:2000], "allowed_mentions": {"parse": []}})
        at = subscription.trouble.at
        nonce = f"p{subscription.id}-{int(at.timestamp()) if at else 0}"[:25]
        try:
            await self._place()
            with self._judged():
                opened = await self._http.request(
                    Route("POST", "/users/@me/channels"), json={"recipient_id": str(subscription.place.creator)}
                )
            await self._place()
            await self.send(int(opened["id"]), body, nonce)
        except (ChannelDead, Rejected):
            if guild is None or guild.system_channel is None:
                raise
            await self._place()
            await self.send(guild.system_channel.id, body, nonce)

    @property
    def ready(self) -> bool:
        """Whether there is a connection to send through."""
        client = self._client
        return (
            client is not None and not client.is_closed() and client.http.token is not None and client.user is not None
        )

    @property
    def _connected(self) -> discord.Client:
        if self._client is None or not self.ready:
            raise NotSent("The bot is not connected to Discord yet.")
        return self._client

    @property
    def _http(self) -> HTTPClient:
        return self._connected.http

    async def _asked(self, request: Awaitable[Found]) -> Found:
        await self._place()
        return await request

    async def _messages(self, channel: int, **query: int) -> list[dict[str, Any]]:
        await self._place()
        with self._judged():
            route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel)
            found: list[dict[str, Any]] = await self._http.request(route, params=query)
        return found

    def _known(self, channel: int) -> discord.abc.GuildChannel | discord.Thread | None:
        """Give a channel as the gateway told it."""
        where = self._client.get_channel(channel) if self._client is not None else None
        return where if isinstance(where, (discord.abc.GuildChannel, discord.Thread)) else None

    def _readable(self, channel: int) -> bool:
        """Say whether the bot certainly may read the channel's history."""
        where = self._known(channel)
        return where is not None and where.permissions_for(where.guild.me).read_message_history

    def _lacked(self, channel: int) -> str | None:
        """Name the permissions that the bot lacks in a channel, where that is known."""
        where = self._known(channel)
        missing = lacking(where) if where is not None else []
        return f"I lack **{'**, **'.join(missing)}** in the channel." if missing else None

    def _trace(self) -> aiohttp.TraceConfig:
        """Watch what discord.py does within a request, and what Discord's clock says."""
        trace = aiohttp.TraceConfig()

        async def sent(_: aiohttp.ClientSession, __: SimpleNamespace, ___: object) -> None:
            if (course := _course.get()) is not None:
                course.written = True

        async def answered(_: aiohttp.ClientSession, __: SimpleNamespace, given: aiohttp.TraceRequestEndParams) -> None:
            with contextlib.suppress(KeyError, ValueError):
                self._ahead = datetime.now(UTC) - parsedate_to_datetime(given.response.headers["Date"])
            if (course := _course.get()) is not None:
                course.written = False
                course.doubtful |= given.response.status >= 500  # noqa: PLR2004 - a server's error

        async def broken(_: aiohttp.ClientSession, __: SimpleNamespace, ___: object) -> None:
            if (course := _course.get()) is not None:
                course.doubtful |= course.written
                course.written = False

        trace.on_request_headers_sent.append(sent)
        trace.on_request_end.append(answered)
        trace.on_request_exception.append(broken)
        return trace

    @contextlib.contextmanager
    def _judged(self) -> Iterator[None]:
        """Turn what a request raises into what it means for the message."""
        course = _Course()
        token = _course.set(course)
        try:
            yield
        except discord.RateLimited as error:
            raise _certain(course, NotSent("Discord asks to wait.", timedelta(seconds=error.retry_after))) from error
        except discord.HTTPException as error:
            raise _meaning(error, course) from error
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and self.ready:
                raise  # not that the session was closed
            lost = course.doubtful or course.written
            raise Doubtful("Discord did not answer.") if lost else NotSent("Discord cannot be reached.") from error
        except asyncio.CancelledError:
            # While it waits for the end of a global limit discord.py holds up all requests, and would for ever.
            if self.ready:
                self._http._global_over.set()  # noqa: SLF001
            raise
        finally:
            _course.reset(token)


def _certain(course: _Course, error: NotSent | ChannelDead | Rejected) -> Exception:
    """Let a refusal of the last try stand only where no earlier try can have come through."""
    return Doubtful(str(error)) if course.doubtful else error


def _meaning(error: discord.HTTPException, course: _Course) -> Exception:
    sentence = _SENTENCES.get(error.code, f"Discord refuses it ({error.status}, {error.code}).")
    if error.status >= 500:  # noqa: PLR2004 - a server's error
        return Doubtful(f"Discord has trouble ({error.status}).")
    if error.status == 429:  # noqa: PLR2004 - too many requests
        return _certain(course, NotSent("Discord asks to wait.", timedelta(minutes=1)))
    if error.status == 401:  # noqa: PLR2004 - every such answer counts towards a ban
        return _certain(course, NotSent("Discord refuses the token.", timedelta(minutes=10)))
    if error.status in {403, 404} or error.code == 50083:  # noqa: PLR2004 - forbidden, not found, archived
        return _certain(course, ChannelDead(sentence))
    return _certain(course, Rejected(sentence))


def _custom_ids(part: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(found := part.get("custom_id"), str):
        yield found
    for inner in (*part.get("components", ()), *filter(None, [part.get("accessory")])):
        yield from _custom_ids(inner)


def lacking(channel: discord.abc.GuildChannel | discord.Thread) -> list[str]:
    """Name the permissions that the bot needs in a channel to post there and has not.

    Who may not send may not attach either, and who may not see may do nothing: only what lacks itself is named.
    """
    granted = channel.permissions_for(channel.guild.me)
    needed: Sequence[str] = _NEEDED
    if isinstance(channel, discord.Thread):
        needed = [name if name != "send_messages" else "send_messages_in_threads" for name in needed]
    names = [name for name in needed if not getattr(granted, name)]
    if "view_channel" in names:
        names = ["view_channel"]
    elif names and names[0].startswith("send_messages"):
        names = [name for name in names if name != "attach_files"]
    return [name.replace("_", " ").title().replace(" In ", " in ") for name in names]
