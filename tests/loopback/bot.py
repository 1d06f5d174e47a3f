"""The bot as a process of its own, its questions answered by a stand-in: ``python -m tests.loopback.bot``.

Settings come from the environment, as those of ``python -m bot run`` do, but it needs no Yahoo.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path

import commands
from bot.client import Client
from bot.gateway import serve
from tests.desk import Desk


async def _main() -> int:
    env = os.environ
    logging.basicConfig(level=env.get("LOG_LEVEL", "INFO"), format="%(levelname)s %(name)s %(message)s")
    desk, data = Desk(), Path(env["XDG_DATA_HOME"])
    desk.hang = float(env.get("DESK_HANGS", "0"))
    return await serve(
        lambda: Client(desk.questions, commands.ALL, data),
        env["DISCORD_TOKEN"],
        api=env["DISCORD_API_URL"],
        gateway=env["DISCORD_GATEWAY_URL"],
    )


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
