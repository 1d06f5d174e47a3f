"""The bot as a separate process, and what it printed."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.loopback.discord import PATIENCE, Discord

ROOT = Path(__file__).parent.parent.parent
RUN = ("-m", "bot", "run")
STAND_IN = ("-m", "tests.loopback.bot")
"""The same client with prepared answers, so that no Yahoo is needed."""
NOBODY = "http://127.0.0.1:9"


class Bot:
    """A running bot and everything that it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reading = asyncio.create_task(self._read())

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    async def said(self, words: str, seconds: float = PATIENCE) -> None:
        """Wait until it has printed these words."""
        async with asyncio.timeout(seconds):
            while words not in self.output:
                await asyncio.sleep(0.02)

    async def exit(self, seconds: float = PATIENCE) -> int:
        """Wait for it to end and return its exit status."""
        async with asyncio.timeout(seconds):
            status = await self.process.wait()
        await self._reading
        return status

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode().rstrip())


@contextlib.asynccontextmanager
async def bot(discord: Discord, *arguments: str, token: str | None = None, **settings: str) -> AsyncIterator[Bot]:
    """Run the bot against this Discord; kill it at the end unless it has ended by itself."""
    settings = (
        {"YAHOO_URL": NOBODY}
        | settings
        | {
            "DISCORD_TOKEN": token or discord.token,
            "DISCORD_API_URL": discord.api,
            "DISCORD_GATEWAY_URL": discord.gateway,
        }
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(arguments or RUN),
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "DEBUG", **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=2**20,
    )
    running = Bot(process)
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await running.exit()
        print(running.output)  # pytest shows this when a test fails
