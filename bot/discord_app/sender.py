"""How does a post get into a Discord channel, and how is it found there again?

Through discord.py's HTTP alone, so that posts go out while the gateway is away. What each answer means for a message
stands in `bot.discord_app.request_outcomes`: only what certainly never arrived counts as not sent.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import discord
from discord.http import HTTPClient, Route

from bot.discord_app import custom_ids
from bot.discord_app.connection import Clients
from bot.discord_app.patches import release_global_limit
from bot.discord_app.permissions import lacking
from bot.discord_app.request_outcomes import UNREADABLE, judged
from bot.domain.errors import Failure, FailureCode, failure
from bot.domain.posting.subscriptions import Alert, Post
from bot.services.posting_ports import CannotTell, ChannelDead, Composed, Doubtful, Limiter, NotSent, Rejected
from bot.views.languages import language
from bot.views.page import escaped

Found = TypeVar("Found")
Message = dict[str, Any]

_PAGE: Final = 100  # messages that Discord gives at once
_PAGES: Final = 20  # looked through before it is said that nobody can tell
_MARGIN: Final = timedelta(minutes=15)  # by which a look for a notice begins before what it is about
_PUBLISHED_ALREADY: Final = 40033


class DiscordSender:
    """Sends, finds and publishes posts through a client's connection to Discord; there may be none yet.

    Every request waits for a place in the queue that all processes share, but for `send`, whose place is taken before
    its delivery is claimed.
    """

    def __init__(self, clients: Clients[Any], limiter: Limiter) -> None:
        """Send through the newest of these clients, at the pace of the limiter."""
        self._clients = clients
        self._limiter = limiter

    async def send(
        self,
        channel: int,
        message: Composed,
        nonce: str,
        until: datetime | None = None,
        *,
        mention: int | None = None,
        delayed: bool = False,
    ) -> int:
        """Send a composed message under a nonce; see `MessageSender`."""
        assert not message.files, "no composer attaches any yet"
        return await self._send(channel, message_body(message, nonce, mention, delayed=delayed), nonce, until)

    async def _send(self, channel: int, body: Message, nonce: str, until: datetime | None = None) -> int:
        payload = body | {"nonce": nonce, "enforce_nonce": True}
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel)
        try:
            with self._judged(until):
                sent = await self._http.request(route, json=payload)
        except ChannelDead as error:
            raise ChannelDead(self._lacked(channel) or error.failure) from error
        return _number(sent, channel, nonce)

    async def find(self, channel: int, nonce: str, since: datetime) -> int | None:
        """Page through what the channel holds since an instant; see `MessageSender`."""
        number, nothing = await self._search(channel, since, lambda message: custom_ids.names(message, nonce))
        # Without Read Message History the list is empty, which proves nothing.
        if number is None and nothing and not self._readable(channel) and not await self._messages(channel, limit=1):
            raise CannotTell(FailureCode.HISTORY_UNREADABLE)
        return number

    async def _search(
        self, channel: int, since: datetime, wanted: Callable[[Message], bool]
    ) -> tuple[int | None, bool]:
        """Give the id of the first message since an instant that is wanted, and whether there was none at all."""
        # Messages bear Discord's time: an instant of a clock that is ahead of it would be after the message.
        after = discord.utils.time_snowflake(since - max(self._clients.ahead, timedelta(0)))
        for page in range(_PAGES):
            messages = await self._messages(channel, after=after, limit=_PAGE)
            for message in messages:
                if wanted(message):
                    return int(message["id"]), False
            if len(messages) < _PAGE:
                return None, not page and not messages
            after = max(int(message["id"]) for message in messages)
        raise CannotTell(FailureCode.TOO_MUCH_WRITTEN)

    async def publish(self, channel: int, sent: int) -> None:
        """Publish a message; see `MessageSender`."""
        route = Route(
            "POST", "/channels/{channel_id}/messages/{message_id}/crosspost", channel_id=channel, message_id=sent
        )
        await self._limiter.acquire()
        try:
            with self._judged():
                await self._http.request(route)
        except Rejected as error:
            cause = error.__cause__
            if not isinstance(cause, discord.HTTPException) or cause.code != _PUBLISHED_ALREADY:
                raise

    async def may_mention(self, guild: int, channel: int, member: int, role: int) -> bool:
        """Ask Discord whether a member may mention a role; see `MessageSender`.

        What the gateway has told is believed; just after a start, and while it is away, Discord is asked for all of it.
        """
        try:
            return await self._allowed(guild, channel, member, role)
        except Doubtful as error:
            raise NotSent(error.failure) from error  # it was only asked

    async def _allowed(self, guild: int, channel: int, member: int, role: int) -> bool:
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

    async def notify_paused(self, subscription: Post | Alert) -> None:
        """Tell by direct message, or failing that in the server's system channel; see `MessageSender`."""
        guild = self._client.get_guild(subscription.destination.guild) if self._client is not None else None
        text = language(subscription.style.language).posting.paused(
            subscription, escaped(guild.name) if guild else None
        )
        try:
            await self._limiter.acquire()
            with self._judged():
                opened = await self._http.request(
                    Route("POST", "/users/@me/channels"), json={"recipient_id": str(subscription.destination.creator)}
                )
            await self._tell_once(_number(opened), subscription, text)
        except (ChannelDead, Rejected):
            if guild is None or guild.system_channel is None:
                raise
            await self._tell_once(guild.system_channel.id, subscription, text)

    async def _tell_once(self, channel: int, subscription: Post | Alert, text: str) -> None:
        """Tell, unless it stands there: an earlier try whose end nobody knows may be older than its nonce."""
        instant = subscription.failure.problem_at or self._clients.clock()
        start = language(subscription.style.language).posting.pause_begins(subscription)
        user = self._connected.user

        def tells(message: Message) -> bool:
            own = user is not None and message.get("author", {}).get("id") == str(user.id)
            return own and str(message.get("content", "")).startswith(start)

        # Where the channel cannot be read the list is empty, and the nonce alone prevents a second message.
        number, _ = await self._search(channel, instant - _MARGIN, tells)
        if number is None:
            body: Message = {"content": text[:2000], "allowed_mentions": {"parse": []}}
            await self._limiter.acquire()
            await self._send(channel, body, f"p{subscription.id}-{int(instant.timestamp())}"[:25])

    @property
    def ready(self) -> bool:
        """Whether there is a connection to send through."""
        return self._clients.connected

    @property
    def _client(self) -> discord.Client | None:
        return self._clients.newest

    @property
    def _connected(self) -> discord.Client:
        if self._client is None or not self.ready:
            raise NotSent(FailureCode.DISCORD_NOT_CONNECTED)
        return self._client

    @property
    def _http(self) -> HTTPClient:
        return self._connected.http

    async def _asked(self, request: Awaitable[Found]) -> Found:
        await self._limiter.acquire()
        return await request

    async def _messages(self, channel: int, **query: int) -> list[Message]:
        await self._limiter.acquire()
        route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel)
        with self._judged():
            messages = await self._http.request(route, params=query)
        if not isinstance(messages, list):
            raise Doubtful(UNREADABLE)  # a page of a proxy, or nothing: it does not say that the channel is empty
        for message in messages:
            _number(message, channel)
        return messages

    def _known(self, channel: int) -> discord.abc.GuildChannel | discord.Thread | None:
        """Give a channel as the gateway told it."""
        where = self._client.get_channel(channel) if self._client is not None else None
        return where if isinstance(where, (discord.abc.GuildChannel, discord.Thread)) else None

    def _readable(self, channel: int) -> bool:
        """Say whether the bot certainly may read the channel's history."""
        where = self._known(channel)
        return where is not None and where.permissions_for(where.guild.me).read_message_history

    def _lacked(self, channel: int) -> Failure | None:
        """Name the permissions that the bot lacks in a channel, where that is known."""
        where = self._known(channel)
        missing = lacking(where) if where is not None else ()
        return failure(FailureCode.PERMISSIONS_MISSING, permissions=missing) if missing else None

    @contextlib.contextmanager
    def _judged(self, until: datetime | None = None) -> Iterator[None]:
        """Turn what a request raises into what it means for the message."""
        try:
            with judged(lambda: self.ready, lambda: until is not None and self._clients.clock() >= until):
                yield
        except asyncio.CancelledError:
            # While it waits for the end of a global limit discord.py holds up all requests, and would for ever.
            if self.ready:
                release_global_limit(self._http)
            raise


def message_body(message: Composed, nonce: str, mention: int | None, *, delayed: bool) -> Message:
    """Make the body of one message: what was composed, under the delivery's own name; the same each time."""
    components = [custom_ids.named(component, nonce) for component in message.body["components"]]
    body = {**message.body, "components": components}
    if mention is not None:
        components.insert(0, _text(f"<@&{mention}>"))
        body["allowed_mentions"] = {"parse": [], "roles": [str(mention)]}
    if delayed and message.delayed_line is not None:
        components.append(_text(message.delayed_line))
    return body


def _text(content: str) -> Message:
    return {"type": discord.ComponentType.text_display.value, "content": content}


def _number(answer: Any, channel: int | None = None, nonce: str | None = None) -> int:  # noqa: ANN401 - off the wire
    """Read the id of the object in a response; a response without one, or about something else, proves nothing."""
    try:
        number = int(answer["id"])
        matches = channel is None or int(answer["channel_id"]) == channel
        if nonce is not None:  # an answer need not bear it
            matches = matches and str(answer.get("nonce") or nonce) == nonce
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Doubtful(UNREADABLE) from error
    if not matches:
        raise Doubtful(FailureCode.DISCORD_OTHER_MESSAGE)
    return number
