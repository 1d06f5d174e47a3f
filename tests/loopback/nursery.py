"""Start the bot a thousand times while importing it only once: ``python -m tests.loopback.nursery``.

This process imports everything and does nothing else. For each line of standard input, a JSON object with a bot's
settings, it forks a process that runs the bot with them, and prints ``started PID``.
"""

import asyncio
import contextlib
import importlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
MODULES = (
    *("alembic.command", "aiosqlite", "asyncpg", "commands", "yfinance", "bot.cli", "bot.cli.run", "bot.app"),
    *("bot.discord_app.client", "bot.logs", "bot.settings", "bot.discord_app.connection"),
    *("bot.discord_app.buttons", "bot.discord_app.sender", "bot.background", "bot.discord_app.composer"),
    *("bot.adapters.quote_cache", "bot.adapters.storage.deliveries", "bot.adapters.storage.history"),
    *("bot.adapters.storage.subscriptions", "bot.adapters.yahoo.source", "bot.adapters.yahoo.client"),
    *("bot.services.alerts", "bot.services.closes", "bot.services.history_sync"),
    *("bot.services.subscriptions", "bot.services.market_snapshots"),
)


class Nursery:
    """Starts and kills bots; ``lines`` holds what they have printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._started: asyncio.Queue[int] = asyncio.Queue()
        self._alive: set[int] = set()
        self.lines: list[str] = []
        self._reading = asyncio.gather(self._read_starts(), self._read_output())

    async def start(self, settings: dict[str, str]) -> int:
        """Start a bot with these settings and return its process ID."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(settings).encode() + b"\n")
        async with asyncio.timeout(120):
            pid = await self._started.get()
        self._alive.add(pid)
        return pid

    def kill(self, pid: int) -> None:
        self._alive.discard(pid)
        os.kill(pid, signal.SIGKILL)  # raises if the bot ended by itself, which it never should

    async def freeze(self, pid: int, seconds: float) -> None:
        """Suspend a bot for so many seconds, as on a machine that sleeps, then let it continue."""
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.kill(pid, signal.SIGCONT)

    async def close(self) -> None:
        for pid in [*self._alive]:
            with contextlib.suppress(ProcessLookupError):
                self.kill(pid)
        self._process.kill()
        await self._process.wait()
        await self._reading

    async def _read_starts(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._started.put_nowait(int(line.split()[1]))

    async def _read_output(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.lines.append(line.decode(errors="replace").rstrip())


@contextlib.asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.loopback.nursery"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    started = Nursery(process)
    try:
        yield started
    finally:
        await started.close()
        print("\n".join(started.lines[-200:]))  # pytest shows this when a test fails


def _main() -> None:
    for name in MODULES:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no zombies, although nobody waits for the children
    while line := sys.stdin.readline():
        pid = os.fork()
        if not pid:
            _bot(json.loads(line))
        print(f"started {pid}", flush=True)


def _bot(settings: dict[str, str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # a line cut short by a killed bot must not swallow the next "started PID"
    os.environ.update(settings)
    from bot.cli import main

    main(["run"])


if __name__ == "__main__":
    _main()
