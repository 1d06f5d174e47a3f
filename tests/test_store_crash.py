"""SIGKILL at any moment of a load or an update: the store opens, holds whole readings alone, and goes on from there.

A real process writes to a real SQLite file and is killed, again and again on the same file. What the file then holds is
compared, market by market, with what an undisturbed run holds after the same readings.
"""

import asyncio
import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.adapters.files.packaged import sessions
from bot.adapters.storage.engine import open_database
from bot.adapters.storage.history import HistoryTables
from bot.domain.history.bars import Bar
from bot.domain.history.refresh_policy import StoredBar, compare, settled
from bot.domain.markets.catalogue import MARKETS
from bot.services.history_sync import HistorySync

# The catalogue does not say when these begin, so that made-up short histories are no reason to read them whole again.
KEYS = ("kosdaq", "shenzhen", "set", "psei")
SINCE = date(2024, 1, 2)
START = datetime(2026, 1, 6, tzinfo=UTC)
STEP = timedelta(hours=3)
ROUNDS_A_FILE = 10


@cache
def _days(key: str) -> list[date]:
    return list(sessions()[MARKETS[key].mic].sessions(SINCE, date(2027, 12, 30)))


def _told(key: str, now: datetime, *, whole: bool) -> list[Bar]:
    """Tell the bars of an instant: they move until six hours after the close, and a seventh is corrected days later."""
    calendar = sessions()[MARKETS[key].mic]
    since = SINCE if whole else calendar.local_day(now) - timedelta(days=30)
    bars = []
    for day in _days(key):
        if day < since or (session := calendar.session(day)) is None:
            continue
        if session.open > now:
            break
        close = 1_000_000 + day.toordinal() % 500
        close += 1 if now < session.close + timedelta(hours=6) else 0
        close += 5 if day.toordinal() % 7 == 0 and now > session.close + timedelta(days=3) else 0
        bars.append(Bar(day, close, close + 9, close - 9, close))
    return bars


class _Source:
    def __init__(self, log: int) -> None:
        self.now = START
        self.log = log

    async def bars(self, key: str, *, whole: bool) -> list[Bar]:
        os.write(self.log, f"{key} {'whole' if whole else 'tail'} {self.now.isoformat()}\n".encode())
        return _told(key, self.now, whole=whole)


def _work(file: str, log: str) -> None:
    """Read the markets, go on to the next hours, and so on until killed."""

    async def work() -> None:
        source = _Source(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT))
        histories = HistorySync(
            HistoryTables(open_database(f"sqlite:///{file}")), source, sessions(), lambda: source.now
        )
        await histories.open(KEYS)
        assert histories.problem is None, histories.problem
        source.now = max([START, *(reading.read_at for key in KEYS if (reading := histories.reading(key)))])
        while True:
            for outcome in await histories.update(KEYS):
                assert outcome.failure is None, outcome
            source.now += STEP

    asyncio.run(work())


def _readings(file: Path) -> dict[str, datetime]:
    with closing(sqlite3.connect(file)) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'readings'").fetchall():
            return {}
        return {
            key: datetime.fromisoformat(at).replace(tzinfo=UTC)
            for key, at in database.execute("SELECT market, read_at FROM readings")
        }


def _undisturbed(key: str, times: list[datetime]) -> tuple[dict[date, StoredBar], int]:
    """Work out what is kept, and how much was corrected, after readings at these instants."""
    stored: dict[date, StoredBar] = {}
    corrections = 0
    for number, at in enumerate(times):
        final = settled(sessions()[MARKETS[key].mic], at)
        for change in compare(stored, _told(key, at, whole=number == 0), final).changes:
            stored[change.bar.day] = StoredBar(change.bar, change.final)
            corrections += change.corrects
    return stored, corrections


def _check(file: Path, log: Path) -> None:
    """Compare the file with an undisturbed run over those readings that it says it holds."""
    asked: dict[str, list[tuple[str, datetime]]] = {key: [] for key in KEYS}
    for line in log.read_text().splitlines() if log.exists() else ():
        key, how, at = line.split()
        asked[key].append((how, datetime.fromisoformat(at)))
    readings = _readings(file)
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for key, read_at in readings.items():
            times = sorted({at for _, at in asked[key] if at <= read_at})
            expected, corrections = _undisturbed(key, times)
            rows = database.execute(
                "SELECT day, close, high, low, open, final FROM bars WHERE market = ? ORDER BY day", (key,)
            )
            found = {
                date.fromisoformat(day): StoredBar(Bar(date.fromisoformat(day), *prices), bool(final))
                for day, *prices, final in rows
            }
            assert found == expected, key
            counted = database.execute("SELECT count(*) FROM corrections WHERE market = ?", (key,)).fetchone()
            assert counted == (corrections,), key
        if _made(database):
            strangers = database.execute("SELECT DISTINCT market FROM bars").fetchall()
            assert {key for (key,) in strangers} == set(readings)


def _made(database: sqlite3.Connection) -> bool:
    return bool(database.execute("SELECT 1 FROM sqlite_master WHERE name = 'bars'").fetchall())


def _lines(log: Path) -> int:
    return log.read_bytes().count(b"\n") if log.exists() else 0


def _wait_for_questions(log: Path, before: int, count: int) -> None:
    """Wait until the process has asked for so many bars more."""
    given_up = time.monotonic() + 300
    while _lines(log) < before + count:
        assert time.monotonic() < given_up, "it asks for nothing"
        time.sleep(0.002)


def _rounds(folder: Path, seed: int, rounds: int) -> Iterator[tuple[Path, Path]]:
    chance = random.Random(seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "alembic.command", "aiosqlite", "sqlalchemy.dialects.sqlite.aiosqlite"])
    for number in range(rounds):
        file = folder / f"{seed}-{number // ROUNDS_A_FILE}.sqlite3"
        log = file.with_suffix(".log")
        before = _lines(log)
        process = context.Process(target=_work, args=(str(file), str(log)))
        process.start()
        assert process.pid is not None
        # The start and the making of the tables first, then loads, then updates: each must be hit at times, whatever
        # time they take on this machine.
        asked = chance.choice((0, chance.randint(1, len(KEYS)), chance.randint(len(KEYS) + 1, 3 * len(KEYS))))
        _wait_for_questions(log, before, asked)
        time.sleep(chance.random() * (0.05 if asked else 0.3))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert process.exitcode == -signal.SIGKILL, "it ended before it was killed"
        yield file, log


def _run(folder: Path, seed: int, rounds: int) -> None:
    before: tuple[Path | None, dict[str, datetime], int] = (None, {}, 0)
    loaded = updated = 0
    for file, log in _rounds(folder, seed, rounds):
        _check(file, log) if file.exists() else None
        readings = _readings(file) if file.exists() else {}
        lines = log.read_text().splitlines() if log.exists() else []
        known = before[1] if before[0] == file else {}
        # It went on where it was: nothing that was there is read whole again, nothing is asked for a second time.
        for line in lines[before[2] if before[0] == file else 0 :]:
            key, how, at = line.split()
            assert (how == "tail") == (key in known) or key in readings, line
            if key in known:
                assert how == "tail", line
                assert datetime.fromisoformat(at) > known[key], line
        loaded += len(readings) - len(known)
        updated += sum(readings[key] > at for key, at in known.items())
        before = (file, readings, len(lines))
    assert loaded, "no load was finished in any round"
    assert updated, "no update was finished in any round"


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a signal of POSIX systems")
def test_a_kill_at_any_moment_leaves_whole_readings(tmp_path: Path) -> None:
    _run(tmp_path, seed=1, rounds=20)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a signal of POSIX systems")
def test_a_kill_at_any_moment_leaves_whole_readings_for_the_rest_of_200_rounds(tmp_path: Path) -> None:
    _run(tmp_path, seed=2, rounds=180)
