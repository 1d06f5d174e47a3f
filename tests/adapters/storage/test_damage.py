"""Does a damaged database end no task, hide no sound row, and end in sentences of our own?"""

import asyncio
import random
import shutil
import signal
import sqlite3
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.storage.engine import open_database
from tests.damage import Attack, fill, scatter, scramble
from tests.loopback.discord import Discord
from tests.loopback.process import bot

Damage = Callable[[Path, int], Awaitable[None]]


@pytest.fixture
async def sound(tmp_path: Path) -> Path:
    """Give a file with all that the bot keeps."""
    file = tmp_path / "sound.sqlite3"
    await fill(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = DELETE")  # all of it in one file
    return file


def _fine(attack: Attack, seed: int) -> None:
    for name, error in attack.unmapped[:1]:
        trace = "".join(traceback.format_exception(error))
        raise AssertionError(f"seed {seed}, {name}: {type(error).__name__}: {error}\n{trace[-3000:]}")


async def _damaged_at_rest(sound: Path, seed: int) -> None:
    chance = random.Random(seed)
    file = sound.with_name(f"rest-{seed}.sqlite3")
    shutil.copy(sound, file)
    scatter(file, chance)
    attack = Attack(open_database(f"sqlite:///{file}"))
    await attack.run()
    await attack.database.close()
    _fine(attack, seed)


async def _damaged_in_use(sound: Path, seed: int) -> None:
    chance = random.Random(seed)
    file = sound.with_name(f"use-{seed}.sqlite3")
    shutil.copy(sound, file)
    attack = Attack(open_database(f"sqlite:///{file}"))
    await attack.database.open()
    await attack.database.close()  # stays marked as looked at; its next connection reads the file anew
    scatter(file, chance, chance.choice((4, 40, 400)))
    await attack.run()
    await attack.database.close()
    _fine(attack, seed)


async def _odd_cells(sound: Path, seed: int) -> None:
    chance = random.Random(seed)
    file = sound.with_name(f"cells-{seed}.sqlite3")
    shutil.copy(sound, file)
    scramble(file, chance, chance.choice((1, 4, 40)))
    attack = Attack(open_database(f"sqlite:///{file}"))
    await attack.run()
    await attack.database.close()
    _fine(attack, seed)
    # The file is sound: what cannot be read is skipped, and everything is done.
    assert attack.done > attack.refused, (seed, attack.done, attack.refused)


@pytest.mark.parametrize("damage", [_damaged_at_rest, _damaged_in_use, _odd_cells])
async def test_damage_anywhere_ends_in_sentences_of_our_own(damage: Damage, sound: Path) -> None:
    for seed in range(12):
        await damage(sound, seed)


@pytest.mark.slow
@pytest.mark.parametrize("damage", [_damaged_at_rest, _damaged_in_use, _odd_cells])
async def test_damage_anywhere_ends_in_sentences_of_our_own_for_500_rounds(damage: Damage, sound: Path) -> None:
    for seed in range(100, 600):
        await damage(sound, seed)


@pytest.mark.parametrize("at_start", [True, False])
async def test_the_running_bot_stays_up_over_a_damaged_file_and_says_so_once(sound: Path, at_start: bool) -> None:
    if at_start:
        scatter(sound, random.Random(1))
    async with (
        Discord() as discord,
        bot(discord, LOG_LEVEL="INFO", DATABASE_URL=f"sqlite+aiosqlite:///{sound}") as running,
    ):
        await discord.connected()
        if at_start:
            await running.said("is damaged", 60.0)
        else:
            scatter(sound, random.Random(1))
        await asyncio.sleep(6.0)
        assert running.process.returncode is None
        running.process.send_signal(signal.SIGTERM)
        assert await running.exit(10) == 0
    lines = [line for line in running.lines if " WARNING " in line or " ERROR " in line or " CRITICAL " in line]
    # One for each job, what the driver said of each, and of Yahoo, who is not there.
    assert len(running.lines) <= 60, running.output
    counts = Counter(line.split(" ", 2)[2] for line in lines)
    assert max(counts.values()) == 1, counts
    assert "Traceback" not in running.output
