"""Do several processes on one database share the work, and does the database keep what it is given?"""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.storage.deliveries import DeliveryTables
from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.posting_schema import DELIVERIES, SUBSCRIPTIONS
from bot.adapters.storage.subscription_rows import subscription_columns
from bot.adapters.storage.subscriptions import SubscriptionTables
from bot.domain.markets.market import Region
from bot.domain.posting.deliveries import DeliveryState, Origin, PlannedDelivery
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.schedule import Around, Daily, DayRule, Moment, Subject, Timing, Topic
from bot.domain.posting.subscriptions import (
    Alert,
    AlertCondition,
    AlertKind,
    Colours,
    Destination,
    FailureState,
    Post,
    PostContent,
    PostStyle,
)
from tests.conftest import ROOT
from tests.factories import ASIA, NINE, post
from tests.sentences import other

NOW = datetime(2025, 9, 16, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    yield database
    await database.close()


def planned(number: int, due: datetime) -> PlannedDelivery:
    return PlannedDelivery(
        origin=Origin.POST,
        origin_id=number,
        event="2025-09-16 09:00",
        guild=number,
        channel=number,
        content=PostContent(due, PostStyle(), ASIA),
        due=due,
        latest=due + timedelta(hours=2),
    )


@pytest.mark.no_cover
@pytest.mark.parametrize("processes", [2, 4])
async def test_processes_on_one_postgresql_send_each_of_10000_once(
    postgres_url: str, tmp_path: Path, processes: int
) -> None:
    count, file = 10_000, tmp_path / "sent"
    database = open_database(postgres_url)
    due = datetime.now(UTC).replace(microsecond=0)
    await DeliveryTables(database).enqueue([planned(number, due) for number in range(count)])
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.posting_process", postgres_url, str(file),
            cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(processes)
    ]  # fmt: skip
    for outcome in running:
        assert outcome.stdout is not None
        assert await outcome.stdout.readline() == b"ready\n"
    results = await asyncio.gather(*(outcome.communicate(b"go\n") for outcome in running))
    sent = [line.split() for line in file.read_text().splitlines()]
    assert len(sent) == len({nonce for nonce, _, _ in sent}) == count
    assert {int(channel) for _, channel, _ in sent} == set(range(count))
    shares = Counter(process for _, _, process in sent)
    assert len(shares) == processes  # all of them took part
    assert sum(int(out) for out, _ in results) == count
    async with database.reading() as connection:
        states = await connection.execute(sa.select(DELIVERIES.c.state, sa.func.count()).group_by(DELIVERIES.c.state))
        assert [tuple(row) for row in states] == [(DeliveryState.SENT, count)]
    await database.close()


async def test_several_that_plan_at_once_plan_once(database: Database) -> None:
    tables = SubscriptionTables(database)
    for guild in range(20):
        await tables.add(post(guild=guild))
    due = await tables.list_due(datetime(2030, 1, 1, tzinfo=UTC), 100)
    assert due == []  # nothing is due before its next occurrence is known
    posts = [
        subscription
        for guild in range(20)
        for subscription in await tables.list_for_guild(guild)
        if isinstance(subscription, Post)
    ]
    moved = [
        (subscription, replace(subscription, planned_until=NOW, next_due=NOW + timedelta(days=1)))
        for subscription in posts
    ]
    work = [planned(subscription.id, NOW) for subscription in posts]
    await asyncio.gather(*(tables.save_plan(moved, work) for _ in range(4)))
    outbox = DeliveryTables(database)
    assert [len(await outbox.list_outcomes(Origin.POST, subscription.id)) for subscription in posts] == [1] * 20
    changed = replace(posts[0], timing=Timing(Daily(time(10), "UTC")))
    await tables.change(changed, NOW)
    await tables.save_plan([(posts[0], moved[0][1])], [replace(work[0], event="of what it was")])
    assert len(await outbox.list_outcomes(Origin.POST, posts[0].id)) == 1


async def test_what_is_resumed_while_the_dead_are_paused_is_not_paused_after_all(database: Database) -> None:
    tables = SubscriptionTables(database)
    trouble = FailureState(problem=other("gone"), problem_at=NOW, failing_since=NOW - timedelta(hours=3))
    number = await tables.add(replace(post(), failure=trouble))
    assert number is not None
    hour = timedelta(hours=1)
    async with database.writing() as connection:
        mended = sa.update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == number)
        await connection.execute(mended.values(failing_since=None, problem=None, problem_at=None))
        pausing = asyncio.create_task(tables.pause_dead(NOW, hour, hour))
        await asyncio.sleep(0.3)  # it waits for the row, or for the write lock
        assert not pausing.done()
    assert await pausing == []
    stored = await tables.get(number)
    assert isinstance(stored, Post)
    assert not stored.paused


async def test_what_is_kept_comes_back_as_it_was(database: Database) -> None:
    tables = SubscriptionTables(database)
    timings = [
        NINE,
        Timing(Around("XTKS", Moment.OPEN, -30)),
        Timing(Daily(time(7, 30), "America/New_York", frozenset({0, 4})), DayRule.MARKET, Region.ASIA, "sp500", True),
    ]
    trouble = FailureState(problem=other("The channel is gone."), problem_at=NOW, failing_since=NOW)
    for timing in timings:
        subscription = Post(
            destination=Destination(guild=1, channel=2**62, creator=2**62 + 1, mention=3, publish=True),
            subject=Subject(Topic.MARKET, "nikkei"),
            timing=timing,
            style=PostStyle("ja", Colours.EASTERN),
            planned_until=NOW,
            next_due=NOW + timedelta(milliseconds=1),
            failure=trouble,
        )
        number = await tables.add(subscription)
        assert number is not None
        assert await tables.get(number) == replace(subscription, id=number)
    place = Destination(guild=2, channel=5, creator=6)
    alert = Alert(destination=place, condition=AlertCondition("dax", AlertKind.MOVE, 1.5))
    number = await tables.add(alert)
    assert number is not None
    assert await tables.list_for_guild(2) == [replace(alert, id=number)]
    assert await tables.watched_markets() == {"dax"}
    assert await tables.alert_conditions(["nikkei"]) == {}
    ((name, wanted),) = (await tables.alert_conditions(["dax"])).items()
    assert wanted == alert.condition
    assert await tables.list_alerts([name], 0, 10) == [replace(alert, id=number)]
    assert await tables.list_alerts([name], number, 10) == []


async def test_no_offset_is_kept(database: Database) -> None:
    tables = SubscriptionTables(database)
    await tables.add(post(timing=Timing(Daily(time(9), "Europe/Berlin"))))
    async with database.reading() as connection:
        task = (await connection.execute(sa.select(SUBSCRIPTIONS.c.task))).scalar_one()
    assert "Europe/Berlin" in task
    assert "09:00:00" in task
    assert "+0" not in task
    assert subscription_columns(post())["task"] != task


async def test_numbers_of_what_was_removed_never_come_again(database: Database) -> None:
    tables = SubscriptionTables(database)
    first = await tables.add(post())
    stored = (await tables.list_for_guild(1))[0]
    await tables.remove(stored, NOW)
    second = await tables.add(post())
    assert first is not None
    assert second is not None
    assert second > first


async def test_a_claim_belongs_to_one_alone_and_only_its_holder_ends_it(database: Database) -> None:
    outbox, limits = DeliveryTables(database), DeliveryLimits()
    await outbox.enqueue([planned(number, NOW) for number in range(40)])
    said = list(await outbox.ready_contents(NOW, 10, []))
    assert len(said) == 1
    taken = await asyncio.gather(*(outbox.claim(NOW, limits, 10, said, []) for _ in range(6)))
    ids = [claim.id for claims in taken for claim in claims]
    assert len(ids) == len(set(ids)) == 40
    first = next(claims for claims in taken if claims)[0]
    later = NOW + limits.lease
    (again, *_) = [delivery for delivery in await outbox.claim(later, limits, 40, said, []) if delivery.id == first.id]
    assert again.recovered
    assert not first.recovered
    assert again.nonce == first.nonce
    assert again.tried == first.tried
    await outbox.give_up(first, DeliveryState.FAILED, other("too late to say so"), later)
    (outcome,) = await outbox.list_outcomes(Origin.POST, first.origin_id)
    assert outcome.state is DeliveryState.CLAIMED
    await outbox.mark_sent(first, 7, later)  # but what is there is there
    (outcome,) = await outbox.list_outcomes(Origin.POST, first.origin_id)
    assert (outcome.state, outcome.message) == (DeliveryState.SENT, 7)
