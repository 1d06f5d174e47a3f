"""One process of several that send from one database: ``python -m tests.posting_process URL FILE``.

What it sends goes, a nonce a line, to the end of a file that all of them write to.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime

from bot.adapters.storage.deliveries import DeliveryTables
from bot.adapters.storage.engine import open_database
from bot.adapters.storage.subscriptions import SubscriptionTables
from bot.domain.posting.limits import DeliveryLimits
from bot.services.deliveries import DeliveryService
from bot.services.posting_ports import Composed
from tests.posting import Composer, Discord


def now() -> datetime:
    return datetime.now(UTC)


class File(Discord):
    """A Discord that is a file: a line that is written whole, however many write."""

    def __init__(self, name: str) -> None:
        super().__init__(now)
        self.file = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def send(
        self, channel: int, message: Composed, nonce: str, until: datetime, *, mention: int | None, delayed: bool
    ) -> int:
        await asyncio.sleep(0)
        os.write(self.file, f"{nonce} {channel} {os.getpid()}\n".encode())
        return channel


async def main(url: str, name: str) -> None:
    database = open_database(url)
    outbox, tables = DeliveryTables(database), SubscriptionTables(database)
    deliveries = DeliveryService(outbox, tables, File(name), Composer(now), now, DeliveryLimits(rate=5000.0))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)  # all start together
    sent = await deliveries.send_due()
    await deliveries.settle()
    await database.close()
    print(sent)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
