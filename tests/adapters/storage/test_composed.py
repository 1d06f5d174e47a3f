"""Is a composed message read as it was kept, by this version and by the one before?"""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.storage.composed import composed_text, read_composed
from bot.adapters.storage.deliveries import DeliveryTables
from bot.adapters.storage.engine import open_database
from bot.adapters.storage.posting_schema import CONTENTS
from bot.services.posting_ports import Composed
from tests.fakes import FakeClock

BODY = {"flags": 32768, "components": [{"type": 10, "content": "日経平均 “up”"}]}


@pytest.mark.parametrize(
    "composed",
    [
        Composed(BODY, "It comes late."),
        Composed(BODY, None),
        Composed(BODY, None, (("chart.png", b"\x89PNG\x00\xff"),)),
    ],
)
def test_it_is_read_as_it_was_written(composed: Composed) -> None:
    assert read_composed(composed_text(composed)) == composed


def test_what_the_version_before_kept_is_read_and_what_is_kept_now_it_would_read() -> None:
    before = json.dumps({"message": BODY, "delayed": "It comes late."}, ensure_ascii=False)
    assert read_composed(before) == Composed(BODY, "It comes late.")
    assert composed_text(Composed(BODY, "It comes late.")) == before


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "{}", "7", '{"message": {}}', '{"message": {}, "delayed": null}'),
        *('{"message": 1, "delayed": ""}', '{"message": {"components": 1}, "delayed": ""}'),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json words it, or we do
        read_composed(text)


async def test_the_first_one_is_kept_and_one_that_is_damaged_is_replaced(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'bell.sqlite3'}")
    outbox, now = DeliveryTables(database), FakeClock().now
    first, second = Composed(BODY, "first"), Composed(BODY, "second")
    assert await outbox.keep_composed("key", first, now) == first
    assert await outbox.keep_composed("key", second, now) == first
    assert await outbox.composed(["key", "another"]) == {"key": first}
    async with database.writing() as connection:
        await connection.execute(sa.update(CONTENTS).values(message='{"message": {'))
    assert await outbox.composed(["key"]) == {}
    assert await outbox.keep_composed("key", second, now) == second
    assert await outbox.composed(["key"]) == {"key": second}
    await database.close()
