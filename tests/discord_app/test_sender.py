"""What does each of Discord's answers mean for a post? Real discord.py over the wire, every request watched."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import web

from bot.app import utcnow
from bot.discord_app.connection import Clients
from bot.discord_app.patches import addressed
from bot.discord_app.sender import DiscordSender
from bot.domain.posting.schedule import Subject, Topic
from bot.domain.posting.subscriptions import Destination, FailureState, Post
from bot.services.posting_ports import CannotTell, ChannelDead, Composed, Doubtful, NotSent, Rejected, SendError
from tests.factories import NINE
from tests.loopback import payloads
from tests.loopback.discord import VIA, Discord, Fault, Line, limited
from tests.loopback.payloads import CHANNEL, GUILD, MEMBER
from tests.sentences import failing, other

BODY = Composed({"flags": 32768, "components": [{"type": 10, "content": "Good morning"}]}, "It comes late.")
MESSAGES = f"/channels/{CHANNEL}/messages"
NONCE = "0123456789abcdef01234567"
SLEEP = asyncio.sleep
SINCE = datetime(2025, 9, 16, tzinfo=UTC)


class Server(Discord):
    """A Discord with one channel whose history can be read page by page, newest message first."""

    def __init__(self) -> None:
        super().__init__()
        self.history: list[dict[str, Any]] = []
        self.answers: dict[str, Any] = {}  # canned answers by path
        self.behind = timedelta(0)  # how far its clock lags behind this machine's

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        response = await super()._rest(request)
        response.headers["Date"] = format_datetime(datetime.now(UTC) - self.behind, usegmt=True)
        return response

    def _answer(self, request: web.Request, path: str, body: Any) -> tuple[Any, int]:
        if request.method == "GET" and path == MESSAGES:
            after, limit = int(request.query.get("after", 0)), int(request.query["limit"])
            found = [message for message in self.history if int(message["id"]) > after]
            return found[:limit][::-1], 200
        if path.endswith("/crosspost"):
            return {"id": "1"}, 200
        if request.method == "GET" and path in self.answers:
            return self.answers[path], 200
        return super()._answer(request, path, body)

    def write(self, count: int, nonce: str | None = None) -> None:
        numbers = itertools.count(len(self.history))
        start = discord.utils.time_snowflake(SINCE) + 1
        for number in itertools.islice(numbers, count):
            button = {"type": 2, "custom_id": f"post:{nonce}:summary:asia"}
            row = [{"type": 17, "components": [{"type": 1, "components": [button]}]}] if nonce else []
            self.history.append({"id": str(start + number), "channel_id": str(CHANNEL), "components": row})


def offline() -> discord.Client:
    return discord.Client(intents=discord.Intents.none())


class Limiter:
    """Lets every request through, after running a hook."""

    def __init__(self, before: Callable[[], Awaitable[None]] | None = None) -> None:
        self._before = before

    async def acquire(self, places: int = 1) -> None:
        if self._before is not None:
            await self._before()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server() as server:
        yield server


@pytest.fixture
async def channels(server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordSender]:
    async def at_once(seconds: float, result: Any = None) -> Any:
        await wait(0)
        return result

    wait = asyncio.sleep
    monkeypatch.setattr("discord.http.asyncio.sleep", at_once)  # skips the waits between discord.py's own retries
    clients = Clients(offline, utcnow)
    channels = DiscordSender(clients, Limiter())
    with addressed(server.api, server.gateway):
        client = clients()
        assert not channels.ready
        await client.login(server.token)
        yield channels
        await client.close()


async def test_before_there_is_a_connection_nothing_was_sent() -> None:
    with pytest.raises(NotSent):
        await DiscordSender(Clients(offline, utcnow), Limiter()).send(CHANNEL, BODY, NONCE)


async def test_a_message_goes_out_under_its_nonce(server: Server, channels: DiscordSender) -> None:
    sent = await channels.send(CHANNEL, BODY, NONCE)
    (request,) = server.found(MESSAGES, "POST")
    assert request.body == {**BODY.body} | {"nonce": NONCE, "enforce_nonce": True}
    assert await channels.send(CHANNEL, BODY, NONCE) == sent
    assert str(sent) in server.messages


async def test_a_mention_and_a_delay_are_added_to_what_was_composed(server: Server, channels: DiscordSender) -> None:
    await channels.send(CHANNEL, BODY, NONCE, mention=ROLE, delayed=True)
    (request,) = server.found(MESSAGES, "POST")
    assert [part["content"] for part in request.body["components"]] == [f"<@&{ROLE}>", "Good morning", "It comes late."]
    assert request.body["allowed_mentions"] == {"parse": [], "roles": [str(ROLE)]}
    assert len(BODY.body["components"]) == 1  # unchanged, because it is sent many times


def refused(status: int, code: int = 0) -> Callable[[], list[Fault]]:
    return lambda: [Fault(MESSAGES, status, {"message": "no", "code": code}, times=99, method="POST")]


def trouble_then(status: int, code: int = 0) -> Callable[[], list[Fault]]:
    return lambda: [Fault(MESSAGES, 502, {}, times=1, method="POST"), *refused(status, code)()]


@pytest.mark.parametrize(
    ("faults", "error", "words"),
    [
        (refused(403, 50013), ChannelDead, "I lack a permission in the channel."),
        (refused(403, 50001), ChannelDead, "I cannot see the channel."),
        (refused(404, 10003), ChannelDead, "The channel is gone."),
        (refused(400, 50083), ChannelDead, "The thread is archived."),
        (refused(400, 50035), Rejected, "Discord refuses it"),
        (refused(401), NotSent, "token"),
        (refused(502), Doubtful, "trouble"),
        # discord.py's first attempt may have got through, whatever became of the second.
        (trouble_then(403, 50013), Doubtful, "I lack a permission"),
        (trouble_then(400, 50035), Doubtful, "refuses"),
        (lambda: [limited(MESSAGES, via=False, times=9)], NotSent, "asks to wait"),
    ],
)
async def test_what_each_answer_means(
    server: Server, channels: DiscordSender, faults: Callable[[], list[Fault]], error: type[SendError], words: str
) -> None:
    server.faults = faults()
    with failing(error, match=words) as raised:
        await channels.send(CHANNEL, BODY, NONCE)
    assert type(raised.value) is error


@pytest.mark.parametrize(("asked", "wait"), [("3.5", 3.5), ("-1", 0), ("soon", 60), (None, 60), ("1e400", 60)])
async def test_the_wall_says_how_long_to_wait(
    server: Server, channels: DiscordSender, asked: str | None, wait: float
) -> None:
    server.faults = [limited(MESSAGES, via=False)]
    server.faults[0].headers |= {"Retry-After": asked} if asked else {}
    with pytest.raises(NotSent) as raised:
        await channels.send(CHANNEL, BODY, NONCE)
    assert raised.value.wait == timedelta(seconds=wait)


async def test_a_429_with_via_is_waited_for_and_leaves_no_doubt(server: Server, channels: DiscordSender) -> None:
    server.faults = [limited(MESSAGES, via=True, times=2)]
    assert await channels.send(CHANNEL, BODY, NONCE)
    server.faults = [limited(MESSAGES, via=True), *refused(403, 50013)()]
    with pytest.raises(ChannelDead):
        await channels.send(CHANNEL, BODY, NONCE)


async def test_a_global_limit_that_is_not_waited_for_holds_up_nothing_afterwards(
    server: Server, channels: DiscordSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discord.http.asyncio.sleep", SLEEP)
    body = {"message": "You are being rate limited.", "retry_after": 29.0, "global": True}
    server.faults = [Fault(MESSAGES, 429, body, VIA, method="POST")]
    assert channels._client is not None
    held_up = channels._client.http._global_over
    sending = asyncio.create_task(channels.send(CHANNEL, BODY, NONCE))
    while held_up.is_set():
        await asyncio.sleep(0.01)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert len(server.found(MESSAGES, "POST")) == 1
    async with asyncio.timeout(180):
        assert await channels.send(CHANNEL + 1, BODY, "f" * 24)


async def test_between_two_connections_nothing_is_sent(server: Server, channels: DiscordSender) -> None:
    assert channels.ready
    assert channels._client is not None
    await channels._client.http.close()
    await channels._client.close()
    assert not channels.ready
    with pytest.raises(NotSent):
        await channels.send(CHANNEL, BODY, NONCE)


async def test_a_connection_that_is_closed_under_a_request_leaves_no_doubt(
    server: Server, channels: DiscordSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def close() -> None:
        assert channels._client is not None
        await channels._client.close()

    channels = DiscordSender(channels._clients, Limiter(close))
    with pytest.raises(NotSent):
        await channels.find(CHANNEL, NONCE, SINCE)


async def test_a_discord_that_is_not_there_was_sent_nothing(server: Server, channels: DiscordSender) -> None:
    assert server._runner is not None
    await channels.send(CHANNEL, BODY, NONCE)
    await server._runner.cleanup()
    with pytest.raises(Doubtful):  # the connection was still open on this side, so nobody knows
        await channels.send(CHANNEL, BODY, NONCE)
    with failing(NotSent, match="cannot be reached"):
        await channels.send(CHANNEL, BODY, NONCE)


async def test_a_line_that_breaks_before_the_answer_leaves_it_in_doubt(
    server: Server, channels: DiscordSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(request: web.Request) -> web.Response:
        assert request.transport is not None
        await request.read()
        request.transport.abort()
        return web.Response()

    monkeypatch.setattr("tests.loopback.discord.read", broken)
    with failing(Doubtful, match="did not answer"):
        await channels.send(CHANNEL, BODY, NONCE)


BREAKS = [line for line in Line if line not in {Line.WHOLE, Line.UNHEARD, Line.STALLED}]


@pytest.mark.parametrize("line", BREAKS)
async def test_an_answer_that_does_not_arrive_whole_leaves_it_in_doubt(
    server: Server, channels: DiscordSender, line: Line
) -> None:
    server.faults = [Fault(MESSAGES, method="POST", line=line, times=9)]
    with pytest.raises(Doubtful):
        await channels.send(CHANNEL, BODY, NONCE)
    (there,) = {message["id"] for message in server.messages.values()}
    server.faults = []
    assert await channels.send(CHANNEL, BODY, NONCE) == int(there)


@pytest.mark.parametrize("line", BREAKS)
async def test_after_an_answer_that_did_not_arrive_whole_nothing_is_certain(
    server: Server, channels: DiscordSender, line: Line
) -> None:
    """discord.py may retry on its own: if the retry is refused, that says nothing about the first attempt."""
    server.faults = [Fault(MESSAGES, method="POST", line=line), *refused(403, 50013)()]
    with pytest.raises(Doubtful):
        await channels.send(CHANNEL, BODY, NONCE)


async def test_an_answer_that_stalls_leaves_it_in_doubt_for_whoever_waits(
    server: Server, channels: DiscordSender
) -> None:
    server.faults = [Fault(MESSAGES, method="POST", line=Line.STALLED)]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await channels.send(CHANNEL, BODY, NONCE)
    assert channels._client is not None
    own = aiohttp.ClientTimeout(sock_read=0.1)
    channels._client.http._HTTPClient__session._timeout = own  # type: ignore[attr-defined]
    server.faults = [Fault(MESSAGES, method="POST", line=Line.STALLED)]
    with pytest.raises(Doubtful):
        await channels.send(CHANNEL, BODY, "f" * 24)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429])
async def test_a_refusal_whose_body_is_lost_is_still_a_refusal(
    server: Server, channels: DiscordSender, status: int
) -> None:
    for body in (b"{", b"[]", b'"no"'):
        server.faults = [Fault(MESSAGES, status, body, VIA, times=9)]
        with pytest.raises((NotSent, ChannelDead, Rejected)):
            await channels.send(CHANNEL, BODY, NONCE)


@pytest.mark.parametrize("line", [line for line in BREAKS if line not in {Line.ELSEWHERE, Line.OTHER_NONCE}])
async def test_a_look_that_does_not_arrive_whole_proves_nothing(
    server: Server, channels: DiscordSender, line: Line
) -> None:
    server.write(1)
    server.faults = [Fault(MESSAGES, method="GET", line=line, times=9)]
    with pytest.raises((NotSent, Doubtful)):
        await channels.find(CHANNEL, NONCE, SINCE)


@pytest.mark.parametrize("line", BREAKS)
async def test_a_publication_whose_answer_does_not_arrive_may_be_asked_for_again(
    server: Server, channels: DiscordSender, line: Line
) -> None:
    server.faults = [Fault(f"{MESSAGES}/7/crosspost", line=line, times=9)]
    with contextlib.suppress(Doubtful):
        await channels.publish(CHANNEL, 7)


NOTICE = Post(
    id=7,
    destination=Destination(guild=GUILD, channel=CHANNEL, creator=MEMBER),
    subject=Subject(Topic.RECORDS),
    timing=NINE,
    planned_until=SINCE,
    failure=FailureState(problem=other("The channel is gone."), problem_at=SINCE),
)
DIRECT = f"/channels/{payloads.DIRECT}/messages"


@pytest.mark.parametrize("line", [Line.WHOLE, *BREAKS])
async def test_whoever_set_it_up_is_told_once_also_when_the_nonce_is_over(
    server: Server, channels: DiscordSender, line: Line
) -> None:
    if line is not Line.WHOLE:
        server.faults = [Fault(DIRECT, method="POST", line=line, times=9)]
    with contextlib.suppress(Doubtful):
        await channels.notify_paused(NOTICE)
    assert len(server.messages) == 1
    server.nonces.clear()
    server.faults = []
    for again in (NOTICE, replace(NOTICE, failure=FailureState(problem=other("Other words."), problem_at=SINCE))):
        await channels.notify_paused(again)  # as after a crash that lost the record of the notice
    assert len(server.messages) == 1
    await channels.notify_paused(replace(NOTICE, id=70))
    assert len(server.messages) == 2


async def test_what_was_held_up_until_another_may_have_it_is_not_written_any_more(
    server: Server, channels: DiscordSender
) -> None:
    with failing(NotSent, match="held up"):
        await channels.send(CHANNEL, BODY, NONCE, datetime.now(UTC) - timedelta(milliseconds=1))
    assert not server.found(MESSAGES, "POST")
    server.faults = [Fault(MESSAGES, method="POST", line=Line.LOST_BEHIND, times=9)]
    with pytest.raises(Doubtful):
        await channels.send(CHANNEL, BODY, NONCE, datetime.now(UTC) + timedelta(minutes=1))


async def test_a_post_is_found_pages_away(server: Server, channels: DiscordSender) -> None:
    server.write(250)
    server.write(1, NONCE)
    server.write(30)
    assert await channels.find(CHANNEL, NONCE, SINCE) == int(server.history[250]["id"])
    assert len(server.found(MESSAGES, "GET")) == 3
    assert await channels.find(CHANNEL, "f" * 24, SINCE) is None  # the history was read to its end


async def test_an_empty_list_proves_nothing_unless_the_channel_can_be_read(
    server: Server, channels: DiscordSender
) -> None:
    with failing(CannotTell, match="Read Message History"):
        await channels.find(CHANNEL, NONCE, SINCE)
    server.write(1)  # a message older than the search
    assert await channels.find(CHANNEL, NONCE, SINCE + timedelta(days=1)) is None


async def test_more_than_can_be_looked_through_proves_nothing(server: Server, channels: DiscordSender) -> None:
    server.write(2001)
    with failing(CannotTell, match="Too much"):
        await channels.find(CHANNEL, NONCE, SINCE)


async def test_a_clock_that_is_ahead_finds_what_was_sent_under_discords_time(
    server: Server, channels: DiscordSender
) -> None:
    server.write(1, NONCE)
    assert await channels.find(CHANNEL, NONCE, SINCE + timedelta(hours=3)) is None
    server.behind = timedelta(hours=3)
    await channels.send(CHANNEL, BODY, "f" * 24)  # every answer carries Discord's time
    found = await channels.find(CHANNEL, NONCE, SINCE + timedelta(hours=3))
    assert found == int(server.history[0]["id"])


async def test_whatever_is_asked_beside_the_send_waits_for_a_place(server: Server, channels: DiscordSender) -> None:
    places = []

    async def note() -> None:
        places.append(len(server.requests))

    channels = DiscordSender(channels._clients, Limiter(note))
    start = len(server.requests)
    await channels.send(CHANNEL, BODY, NONCE)
    assert places == []  # the send took its place before the claim
    server.write(150)
    await channels.find(CHANNEL, NONCE, SINCE)
    await channels.publish(CHANNEL, 7)
    server.answers = {f"/guilds/{GUILD}": guild(), f"/guilds/{GUILD}/members/{MEMBER}": member()}
    await channels.may_mention(GUILD, CHANNEL, MEMBER, ROLE)
    await channels.notify_paused(
        Post(destination=PLACE, subject=Subject(Topic.RECORDS), timing=NINE, planned_until=SINCE)
    )
    assert len(server.requests) - start == 1 + len(places)
    assert places == sorted(set(places))


ROLE, MANAGERS = 5001, 5002
PLACE = Destination(guild=GUILD, channel=CHANNEL, creator=MEMBER)


def guild(*, mentionable: bool = False) -> dict[str, Any]:
    whole = payloads.guild() | {"owner_id": "1", "channels": []}  # as REST returns it
    seeing = discord.Permissions(view_channel=True, send_messages=True)
    everyone = whole["roles"][0] | {"permissions": str(seeing.value)}
    traders = everyone | {"id": str(ROLE), "name": "traders", "mentionable": mentionable}
    managers = everyone | {"id": str(MANAGERS), "permissions": str(discord.Permissions(mention_everyone=True).value)}
    return whole | {"roles": [everyone, traders, managers]}


def member(*roles: int) -> dict[str, Any]:
    about = payloads.user(MEMBER, "ada")
    return {"user": about, "roles": [str(role) for role in roles], "flags": 0, "joined_at": "2025-01-01T00:00:00+00:00"}


@pytest.mark.parametrize("thread", [False, True])
@pytest.mark.parametrize(
    ("roles", "mentionable", "may"), [((), False, False), ((), True, True), ((MANAGERS,), False, True)]
)
async def test_before_the_gateway_has_told_of_a_server_rest_is_asked_who_may_mention(
    server: Server, channels: DiscordSender, roles: tuple[int, ...], mentionable: bool, may: bool, thread: bool
) -> None:
    server.answers = {
        f"/guilds/{GUILD}": guild(mentionable=mentionable),
        f"/guilds/{GUILD}/members/{MEMBER}": member(*roles),
        f"/channels/{CHANNEL}": payloads.channel(),
    }
    where = CHANNEL
    if thread:
        where = CHANNEL + 1
        about = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": "2025-01-01T00:00:00+00:00"}
        server.answers[f"/channels/{where}"] = payloads.channel() | {
            "id": str(where), "type": 11, "parent_id": str(CHANNEL), "owner_id": "1", "thread_metadata": about,
            "message_count": 0, "member_count": 1, "rate_limit_per_user": 0,
        }  # fmt: skip
    assert await channels.may_mention(GUILD, where, MEMBER, ROLE) is may
    assert not await channels.may_mention(GUILD, where, MEMBER, 6000)  # no such role
    del server.answers[f"/guilds/{GUILD}/members/{MEMBER}"]
    assert not await channels.may_mention(GUILD, where, MEMBER, ROLE)  # the creator has left


async def test_what_is_published_already_is_no_error(server: Server, channels: DiscordSender) -> None:
    path = f"{MESSAGES}/7/crosspost"
    await channels.publish(CHANNEL, 7)
    server.faults = [Fault(path, 400, {"message": "already", "code": 40033})]
    await channels.publish(CHANNEL, 7)
    server.faults = [Fault(path, 400, {"message": "no", "code": 50068})]
    with pytest.raises(Rejected):
        await channels.publish(CHANNEL, 7)
