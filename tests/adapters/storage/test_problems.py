"""Is what went wrong with a post kept as a code, also where a version that stored sentences wrote it?"""

import asyncio
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.adapters.storage import migration
from bot.adapters.storage.confirmations import ConfirmationTables
from bot.adapters.storage.deliveries import DeliveryTables
from bot.adapters.storage.engine import open_database
from bot.adapters.storage.history import HistoryTables
from bot.adapters.storage.problems import read_problem, written_problem
from bot.adapters.storage.subscriptions import SubscriptionTables
from bot.domain.errors import Failure, FailureCode, Typed, failure
from bot.domain.posting.confirmations import Proposal
from bot.domain.posting.subscriptions import Alert, Post
from bot.views.en.failures import SENTENCES, sentence
from bot.views.page import DISCORD

BEFORE = Path(__file__).with_name("database_0003.sql")
"""A database that the version before wrote: posts, an alert, deliveries that failed in every way, a history."""


def restored(folder: Path) -> Path:
    file = folder / "bell.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(BEFORE.read_text(encoding="utf-8"))
    return file


def problems(file: Path) -> dict[str, list[tuple[int, str]]]:
    with closing(sqlite3.connect(file)) as connection:
        return {
            table: connection.execute(f"SELECT id, problem FROM {table} WHERE problem IS NOT NULL").fetchall()
            for table in ("subscriptions", "deliveries")
        }


async def test_the_database_of_the_version_before_opens_with_all_that_it_holds(tmp_path: Path) -> None:
    file = restored(tmp_path)
    before = problems(file)
    database = open_database(f"sqlite:///{file}")
    store = SubscriptionTables(database)
    stored = {subscription.id: subscription for guild in (1, 2) for subscription in await store.list_for_guild(guild)}
    last = {
        subscription.id: subscription
        for guild in (1, 2)
        for subscription in await DeliveryTables(database).last_outcomes(guild)
    }
    assert sum(isinstance(subscription, Post) for subscription in stored.values()) == 27
    (alert,) = (subscription for subscription in stored.values() if isinstance(subscription, Alert))
    assert (alert.condition.market, alert.condition.percent) == ("dax", 2.5)
    unknown = []
    for number, words in before["subscriptions"]:
        subscription = stored[number]
        assert isinstance(subscription, Post)
        assert subscription.failure.problem is not None
        assert sentence(subscription.failure.problem, DISCORD) == words
        unknown += [words] if subscription.failure.problem.code is FailureCode.OTHER else []
    for number, words in before["deliveries"]:
        problem = last[number].problem
        assert problem is not None
        assert sentence(problem, DISCORD) == words
    assert unknown == ["Words of a version before all of these: {text} **50 %**."]
    assert [bar.day for bar in await HistoryTables(database).bars("nikkei")] == [date(2025, 9, 11), date(2025, 9, 12)]
    assert isinstance(await ConfirmationTables(database).get("1-00aabbccddeeff00"), Proposal)
    await database.close()


async def test_the_version_before_can_have_its_sentences_back(tmp_path: Path) -> None:
    file = restored(tmp_path)
    before = problems(file)
    database = open_database(f"sqlite:///{file}")
    await database.open()
    assert all(text.startswith("{") for rows in problems(file).values() for _, text in rows)

    def back(connection: Connection) -> None:
        config = migration.load().config
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")

    async with database._writer.begin() as connection:
        await connection.run_sync(back)
    await database.close()
    assert await asyncio.to_thread(problems, file) == before


FIELDS = st.one_of(
    st.text(max_size=8), st.integers(), st.lists(st.text(max_size=5)).map(tuple), st.text(max_size=5).map(Typed)
)
FAILURES = st.builds(
    lambda code, fields: failure(code, **fields),
    st.sampled_from(FailureCode),
    st.dictionaries(st.sampled_from(["text", "status", "permissions", "number"]), FIELDS),
)


@given(FAILURES, FAILURES)
def test_what_is_written_is_read_back(problem: Failure, reason: Failure) -> None:
    for written in (problem, failure(FailureCode.MAYBE_SENT, why=reason)):
        text = written_problem(written)
        assert text is not None
        assert read_problem(text) == written


@given(
    st.text() | st.sampled_from(['{"code":"nothing"}', '{"code":3}', "[]", "{}", "3", '{"code":"other","text":null}'])
)
def test_what_is_no_failure_is_kept_as_it_stands(text: str) -> None:
    assert read_problem(text) == failure(FailureCode.OTHER, text=text)


@pytest.mark.parametrize("code", SENTENCES)
def test_a_stored_failure_without_its_fields_still_has_a_sentence(code: FailureCode) -> None:
    assert sentence(Failure(code))
