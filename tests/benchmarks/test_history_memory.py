"""300,000 bars of 34 markets in memory: what they cost a process, measured in one of its own."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.files.packaged import sessions
from bot.adapters.storage.engine import open_database
from bot.domain.markets.catalogue import MARKETS

ALLOWED = 60_000_000  # bytes
KEYS = [key for key, market in MARKETS.items() if not market.proxy]

_OPEN = """
import asyncio, resource, sys
from datetime import UTC, datetime
import alembic.command, alembic.script
from bot.adapters.storage.engine import open_database
from bot.adapters.storage.history import HistoryTables
from bot.adapters.files.packaged import sessions
from bot.services.history_sync import HistorySync

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

async def main():
    database = open_database(sys.argv[1])
    await database.open()
    before = peak()
    histories = HistorySync(HistoryTables(database), None, sessions(), lambda: datetime.now(UTC))
    await histories.open()
    assert histories.problem is None, histories.problem
    print(sum(len(histories.history(key) or ()) for key in sys.argv[2].split()), peak() - before)
    await database.close()

asyncio.run(main())
"""


@pytest.fixture
async def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'bell.sqlite3'}"
    database = open_database(url)
    await database.open()
    await database.close()
    with closing(sqlite3.connect(tmp_path / "bell.sqlite3")) as connection:
        for key in KEYS:
            calendar = sessions()[MARKETS[key].mic]
            days = [day.isoformat() for day in calendar.sessions(calendar.first, calendar.last)]
            known = days[: len(days) * 2 // 3]
            older = [f"{year}{day[4:]}" for year in range(1985, 1998) for day in known if day.startswith("2005")]
            connection.executemany(
                "INSERT OR IGNORE INTO bars (market, day, open, high, low, close, final, seen_at)"
                " VALUES (?, ?, ?, ?, ?, ?, 1, '2026-03-11 12:00:00')",
                [
                    (key, day, 1_000_000 + n, 1_000_500 + n, 999_500 + n, 1_000_100 + n)
                    for n, day in enumerate((*older, *known))
                ],
            )
            connection.execute(
                "INSERT INTO readings VALUES (?, '1985-01-01', '2026-03-11 12:00:00', '2026-03-11 12:00:00', 0)", (key,)
            )
        connection.commit()
    return url


def test_all_histories_stay_under_sixty_megabytes(url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, url, " ".join(KEYS)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    bars, cost = map(int, done.stdout.split())
    assert bars > 250_000
    assert cost < ALLOWED
