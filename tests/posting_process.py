"""One process of several that send from one database: ``python -m tests.posting_process URL FILE``.

What it sends goes, a nonce a line, to the end of a file that all of them write to.
"""

import asyncio
import os
import sys
from datetime import datetime

from bot.app import build, utcnow
from bot.domain.posting.limits import DeliveryLimits
from bot.services.posting_ports import Composed
from tests.factories import settings
from tests.fakes import FakeComposer, FakeDiscord


class File(FakeDiscord):
    """A Discord that is a file: a line that is written whole, however many write."""

    def __init__(self, name: str) -> None:
        super().__init__(utcnow)
        self.file = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def send(
        self, channel: int, message: Composed, nonce: str, until: datetime, *, mention: int | None, delayed: bool
    ) -> int:
        await asyncio.sleep(0)
        os.write(self.file, f"{nonce} {channel} {os.getpid()}\n".encode())
        return channel


async def main(url: str, name: str) -> None:
    limits = DeliveryLimits(rate=5000.0)
    async with build(
        settings(database_url=url), sender=File(name), composer=FakeComposer(utcnow), limits=limits
    ) as app:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)  # all start together
        sent = await app.deliveries.send_due()
        await app.deliveries.settle()
    print(sent)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
