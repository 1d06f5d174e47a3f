"""What does an admin see when a row, or the whole database, cannot be read?"""

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.storage import subscription_rows
from bot.adapters.storage.engine import open_database
from tests.house import House
from tests.simulated import check, text


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(subscription_rows, "_logged", set())
    house = House(tmp_path)
    await house.open()
    try:
        yield house
    finally:
        await house.env.shutdown()
        await house.database.close()
    check(house.env)


def _damage(folder: Path, change: str) -> None:
    with closing(sqlite3.connect(folder / "bell.sqlite3")) as database:
        database.execute(f"UPDATE subscriptions SET {change} WHERE id = 1")
        database.commit()


@pytest.mark.parametrize(
    "change",
    [
        "planned_until = NULL",
        "planned_until = 'x'",
        "task = CAST(x'7bff7d' AS TEXT)",
        "task = '{}'",
        "task = replace(task, 'nikkei', 'nosuch')",
        "problem = x'ff'",
        "creator = 1.5",
        "style = 7",
        "problem_at = 4611686018427387904",
        "kind = x'ff'",
    ],
)
async def test_a_post_that_cannot_be_read_is_listed_as_such_and_can_be_removed(
    house: House, tmp_path: Path, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    await house.nikkei()
    await house.nikkei(when="10:00")
    _damage(tmp_path, change)
    with caplog.at_level(logging.WARNING):
        for hours in (13, 24):
            listed = text((await house.schedule("list")).response)
            await house.turn(hours=hours)
    assert "2 posts" in listed
    assert "Post 1 cannot be read" in listed
    assert "10:00 Asia/Tokyo" in listed
    assert sum("cannot be read" in record.message for record in caplog.records) == 1
    assert len(house.channel.history()) == 2  # two days of the other post
    assert "Post 1 cannot be read: remove it" in text((await house.schedule("pause", number=1)).response)
    assert "removed" in text((await house.schedule("remove", number=1)).response)
    assert "1 post" in text((await house.schedule("list")).response)


async def test_another_server_cannot_remove_it(house: House, tmp_path: Path) -> None:
    await house.nikkei()
    _damage(tmp_path, "task = '{}', guild = 5")
    assert "no post or alert number 1" in text((await house.schedule("remove", number=1)).response)


@pytest.mark.parametrize(
    ("command", "options"),
    [("list", {}), ("remove", {"number": 1}), ("pause", {"number": 1}), ("test", {"number": 1})],
)
@pytest.mark.parametrize("content", [b"no database" * 999, b""])
async def test_neither_path_nor_host_nor_user_of_a_database_is_shown(
    house: House, tmp_path: Path, command: str, options: dict[str, int], content: bytes
) -> None:
    if content:
        file = tmp_path / "secret-place.sqlite3"
        file.write_bytes(content)
        database = open_database(f"sqlite:///{file}")
    else:
        database = open_database("postgresql://secret-user:secret-word@127.0.0.1:1/secret-place")
    house.posts._subscriptions._database = database  # type: ignore[attr-defined]
    house.posts._outbox._database = database  # type: ignore[attr-defined]
    said = text((await house.schedule(command, **options)).response)
    assert "The database" in said
    for secret in ("secret", "127.0.0.1", str(tmp_path), "sqlite", "postgres"):
        assert secret not in said
    await database.close()
