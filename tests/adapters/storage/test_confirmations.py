"""Is a question carried out once, and with it kept that it was, on either database and by several processes?"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.confirmations import ConfirmationTables
from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.posting_schema import PROPOSALS
from bot.adapters.storage.subscription_rows import dump_post, read_post
from bot.adapters.storage.subscriptions import SubscriptionTables
from bot.domain.posting.confirmations import Action, Ending, Proposal, Settlement
from bot.domain.posting.schedule import Around, Daily, DayRule, Moment, Timing
from bot.domain.posting.subscriptions import MOST_PER_GUILD, Post, PostStyle
from tests.factories import NINE, post

NOW = datetime(2025, 9, 16, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    yield database
    await database.close()


@pytest.mark.parametrize(
    "subscription",
    [
        post(mention=8, publish=True),
        post(timing=Timing(Around("XTKS", Moment.OPEN, -30, frozenset({0, 2})), DayRule.MARKET, market="nikkei")),
        replace(post(timing=Timing(Daily(time(9), "Asia/Tokyo"), skip_note=True)), id=17, style=PostStyle("ja")),
    ],
)
async def test_what_was_asked_is_read_as_it_was_kept(database: Database, subscription: Post) -> None:
    assert read_post(dump_post(subscription)) == subscription
    tables = ConfirmationTables(database)
    asked = Proposal(subscription.destination.guild, Action.CHANGE, subscription)
    await tables.add("a", asked, LATER)
    assert await tables.get("a") == asked
    assert await tables.get("b") is None
    await tables.add("c", Proposal(3, Action.DELETE), LATER)
    assert await tables.get("c") == Proposal(3, Action.DELETE)


async def test_of_many_answers_at_once_one_is_carried_out_and_all_learn_it(
    database: Database, database_url: str
) -> None:
    tables, others = ConfirmationTables(database), [open_database(database_url) for _ in range(3)]
    for number in range(5):
        subscription = post(guild=number)
        await tables.add(f"t{number}", Proposal(number, Action.ADD, subscription), LATER)
        ends = await asyncio.gather(
            *(
                ConfirmationTables(each).carry_out(f"t{number}", Action.ADD, subscription, NOW)
                for each in (*others, database) * 2
            )
        )
        stored = await SubscriptionTables(database).list_for_guild(number)
        assert len(stored) == 1
        assert set(ends) == {Settlement(Ending.DONE, Action.ADD, stored[0].id)}
    for each in others:
        await each.close()


async def test_of_a_yes_and_a_no_at_once_one_counts(database: Database, database_url: str) -> None:
    tables, other = ConfirmationTables(database), open_database(database_url)
    for number in range(6):
        subscription = post(guild=number)
        await tables.add(f"t{number}", Proposal(number, Action.ADD, subscription), LATER)
        yes, no = await asyncio.gather(
            tables.carry_out(f"t{number}", Action.ADD, subscription, NOW),
            ConfirmationTables(other).decline(f"t{number}"),
        )
        assert yes == no
        assert yes is not None
        assert len(await SubscriptionTables(database).list_for_guild(number)) == (yes.ending is Ending.DONE)
    await other.close()


async def test_what_cannot_be_carried_out_stays_open(database: Database) -> None:
    tables, posts = ConfirmationTables(database), SubscriptionTables(database)
    await tables.add("full", Proposal(1, Action.ADD, post()), LATER)
    for _ in range(MOST_PER_GUILD):
        await posts.add(post())
    assert await tables.carry_out("full", Action.ADD, post(), NOW) is None
    assert await tables.get("full") == Proposal(1, Action.ADD, post())
    gone = replace(post(timing=NINE), id=9999)
    await tables.add("gone", Proposal(1, Action.CHANGE, gone), LATER)
    assert await tables.carry_out("gone", Action.CHANGE, gone, NOW) is None
    mine = (await posts.list_for_guild(1))[0]
    assert isinstance(mine, Post)
    theirs = replace(mine, destination=replace(mine.destination, guild=2))
    await tables.add("theirs", Proposal(2, Action.CHANGE, theirs), LATER)
    assert await tables.carry_out("theirs", Action.CHANGE, theirs, NOW) is None
    assert await posts.get(mine.id) == mine


async def test_once_ended_nothing_is_kept_but_how(database: Database) -> None:
    tables = ConfirmationTables(database)
    await tables.add("a", Proposal(1, Action.ADD, post()), LATER)
    assert await tables.decline("a") == await tables.get("a") == Settlement(Ending.DECLINED, Action.ADD)
    assert await tables.decline("nothing") is None
    assert await tables.carry_out("nothing", Action.ADD, post(), NOW) == Settlement(Ending.ANSWERED)
    async with database.reading() as connection:
        assert (await connection.execute(sa.select(PROPOSALS.c.post))).scalar_one() is None


@pytest.mark.parametrize("text", ["{}", "[]", "no json", '{"kind": "post"}', "null", "7"])
async def test_what_another_version_wrote_is_no_question(database: Database, text: str) -> None:
    tables = ConfirmationTables(database)
    await tables.add("a", Proposal(1, Action.ADD, post()), LATER)

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(sa.update(PROPOSALS).values(post=text))

    await database.write(work)
    assert await tables.get("a") is None
