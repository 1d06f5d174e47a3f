"""The bot as a separate process, without Yahoo: ``python -m tests.loopback.bot``.

Settings come from the environment, as with ``python -m bot run``. A stand-in answers its questions; with
``DESK=sample`` the real `Questions` do, from the embedded sample and through the real cache.
"""

import asyncio
import contextlib
import logging
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import commands
from bot.adapters.files.packaged import rate_decisions, sessions
from bot.adapters.files.private import PrivateFile
from bot.adapters.files.sample import Sample
from bot.adapters.quote_cache import QuoteCache
from bot.app import utcnow
from bot.discord_app import interactions
from bot.discord_app.client import Client
from bot.discord_app.connection import serve
from bot.services.explanations import Explanations
from bot.services.questions import Questions
from bot.views.en.english import ENGLISH
from tests.fakes import FakeQuestions


def _for_ever() -> None:
    while True:
        pass


BLOCKS: dict[str, Callable[[], object]] = {
    "loop": _for_ever,
    "regex": lambda: re.fullmatch(r"(a+)+", "a" * 200 + "b"),
    "sleep": lambda: time.sleep(600),
}
"""Three different ways to block the event loop for at least some minutes."""


def sample() -> Questions:
    calendars = sessions()
    source = Sample(calendars)
    explanations = Explanations(source, source.weights, rate_decisions)
    quotes = QuoteCache(source, calendars, source.clock)
    return Questions(quotes, source, calendars, source.clock, commands.ALL, explanations=explanations)


def stand_in() -> Questions:
    desk = FakeQuestions()
    desk.hang = float(os.environ.get("DESK_HANGS", "0"))
    if block := BLOCKS.get(os.environ.get("DESK_BLOCKS", "")):
        desk.block = lambda: (print("blocked", flush=True), block())
    return desk.questions


async def _stubborn() -> None:
    """Go on whatever cancels it, as a task does that loses its cancellation."""
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)


async def main() -> int:
    env = os.environ
    stubborn = asyncio.create_task(_stubborn()) if "DESK_STUBBORN" in env else None
    logging.basicConfig(level=env.get("LOG_LEVEL", "INFO"), format="%(levelname)s %(name)s %(message)s")
    ENGLISH.load()
    ask = sample() if env.get("DESK") == "sample" else stand_in()
    synced = PrivateFile(Path(env["XDG_DATA_HOME"]) / "commands.json")
    interactions.AGAIN_WITHIN = float(env.get("AGAIN_WITHIN", interactions.AGAIN_WITHIN))  # a test may need longer
    status = await serve(
        lambda: Client(ask, commands.slash_commands(), synced, utcnow),
        env["DISCORD_TOKEN"],
        api=env["DISCORD_API_URL"],
        gateway=env["DISCORD_GATEWAY_URL"],
    )
    if stubborn is not None:
        await stubborn
    return status


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
