"""The bot in a simulated Discord (simcord), its questions answered by a stand-in; every body it sends is checked."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from simcord.env import Env

import commands
from bot.adapters.files.private import PrivateFile
from bot.app import utcnow
from bot.discord_app.client import Client
from tests import openapi
from tests.fakes import FakeQuestions


def client(desk: FakeQuestions, data: Path, count: int | None = None) -> Client:
    """Make the bot with its first so many commands, without a database; what it remembers is in a folder."""
    synced = PrivateFile(data / "commands.json")
    return Client(desk.questions, commands.slash_commands()[:count], synced, utcnow)


async def simulated(desk: FakeQuestions, data: Path) -> AsyncIterator[Env]:
    """Start the bot, hand it over, and look at all that it sent in the end; errors must have been looked at."""
    env = Env(client(desk, data), shard_count=1)
    await env.start()
    try:
        yield env
    finally:
        await env.shutdown()
    env._raise_errors_since(env._errors_acknowledged)
    check(env)


def check(env: Env) -> None:
    """Fail where Discord would refuse something that the bot sent."""
    for request in env.http_requests:
        if request.json is not None and "/permissions/" not in request.path:  # a test changes these in the bot's name
            openapi.check(request.method, request.path, request.json)


def member(env: Env, name: str = "alice") -> tuple[Any, Any]:
    """Return a member of the one server and its channel."""
    guild = env.guild if env.backend.guilds else env.create_guild()
    channel = guild.channels.get("markets") or guild.create_text_channel("markets")
    return guild.add_member(env.create_user(name)), channel


def text(message: Any) -> str:
    """Return all that a message shows."""
    return str(message.content) + json.dumps(message.components, ensure_ascii=False)


def calls(env: Env) -> list[tuple[str, str]]:
    """Return what was sent for interactions: method and the end of its path."""
    return [
        (request.method, request.path.rsplit("/", 1)[-1])
        for request in env.http_requests
        if request.path.startswith(("/interactions", "/webhooks"))
    ]
