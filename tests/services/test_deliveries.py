"""Does each post arrive once and on time, and if not, does somebody learn why? On both databases."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.storage.deliveries import DeliveryTables
from bot.adapters.storage.engine import open_database
from bot.adapters.storage.posting_schema import DELIVERIES, SUBSCRIPTIONS
from bot.adapters.storage.request_queue import RequestQueueTable
from bot.domain.errors import BadQuestion, FailureCode, StoreError
from bot.domain.posting.deliveries import DeliveryOutcome, DeliveryState, Origin, Publication
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.schedule import Around, Daily, DayRule, Moment, Skipped, Subject, Timing, Topic
from bot.domain.posting.subscriptions import Alert, AlertCondition, AlertKind, Destination, Post, PostContent
from bot.domain.records.events import Event, EventKind
from bot.services.posting_ports import ChannelDead, Composed, Doubtful, NotSent, Rejected, SendError
from tests.factories import NINE
from tests.fakes import UNREADABLE, FakeClock, fails
from tests.posting import Bench
from tests.sentences import failing, other
from tests.sentences import problem as problem_of


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    database = open_database(database_url)
    yield Bench(database)
    await database.close()


async def _outcomes(bench: Bench, subscription: Post | Alert, origin: Origin = Origin.POST) -> list[DeliveryOutcome]:
    return await bench.outbox.list_outcomes(origin, subscription.id)


async def _states(bench: Bench, post: Post) -> list[tuple[str, DeliveryState]]:
    return [(outcome.event[:10], outcome.state) for outcome in await _outcomes(bench, post)]


async def test_a_post_comes_once_a_day_at_its_local_time(bench: Bench) -> None:
    post = await bench.add()
    for _ in range(3 * 24 * 4):
        await bench.until(minutes=15)
    at = [message.at for message in bench.discord.messages]
    assert at == [datetime(2025, 9, day, tzinfo=UTC) for day in (16, 17, 18)]
    assert await _states(bench, post) == [
        ("2025-09-16", DeliveryState.SENT),
        ("2025-09-17", DeliveryState.SENT),
        ("2025-09-18", DeliveryState.SENT),
    ]


async def test_what_says_the_same_is_composed_once_after_its_time_and_sent_many_times(bench: Bench) -> None:
    for guild in range(30):
        await bench.add(guild=guild, channel=guild)
    await bench.add(guild=99, subject=Subject(Topic.MARKET, "nikkei"))
    await bench.until(hours=11, minutes=58)
    assert len(await bench.outbox.list_outcomes(Origin.POST, 1)) == 1  # the recipients are already known
    assert bench.composer.asked == []  # but nothing has been fetched yet
    await bench.until(minutes=2)
    assert len(bench.discord.messages) == 31
    assert len(bench.composer.asked) == 2
    assert all(at >= telling.due for telling, at in bench.composer.asked)
    again = bench.process()
    assert await again.send_due() == 0


async def test_each_message_carries_its_own_id_and_nothing_of_the_others(bench: Bench) -> None:
    for guild in range(3):
        await bench.add(guild=guild)
    await bench.until(hours=12)
    for message in bench.discord.messages:
        ids = [
            part["components"][0]["custom_id"]
            for part in json.loads(message.body)["components"]
            if "components" in part
        ]
        assert ids == [f"post:{message.nonce}"]
        assert len(message.nonce) <= 25
    assert len({message.nonce for message in bench.discord.messages}) == 3


@pytest.mark.parametrize(
    ("late", "state"), [(4, DeliveryState.SENT), (119, DeliveryState.SENT), (121, DeliveryState.MISSED)]
)
async def test_late_within_the_limit_it_says_so_and_beyond_it_is_missed(
    bench: Bench, late: int, state: DeliveryState
) -> None:
    post = await bench.add()
    await bench.until(hours=12, minutes=late)
    (outcome,) = await _outcomes(bench, post)
    assert (outcome.state, outcome.delayed) == (state, 5 <= late < 120)
    assert ["delayed" in message.text for message in bench.discord.messages] == [outcome.delayed] * (
        state is DeliveryState.SENT
    )


async def test_before_the_open_is_no_use_after_it(bench: Bench) -> None:
    post = await bench.add(timing=Timing(Around("XTKS", Moment.OPEN, -30)))
    await bench.until(hours=12, minutes=1)
    assert await _states(bench, post) == [("2025-09-16", DeliveryState.MISSED)]
    assert bench.discord.messages == []


async def test_after_a_long_rest_there_is_no_burst_and_every_day_is_accounted_for(bench: Bench) -> None:
    post = await bench.add()
    await bench.until(days=40, minutes=1)
    states = await _states(bench, post)
    assert [day for day, _ in states] == [str(date(2025, 9, 16) + timedelta(days=number)) for number in range(40)]
    assert {state for _, state in states} == {DeliveryState.MISSED}
    assert bench.discord.messages == []
    await bench.until(hours=12)
    assert len(bench.discord.messages) == 1


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(jumps=st.lists(st.integers(-20 * 60, 20 * 60), min_size=1, max_size=12))
async def test_a_clock_that_jumps_doubles_and_loses_nothing(jumps: list[int], bench: Bench) -> None:
    await bench.subscriptions.delete_guild_data(1)
    bench.clock.now = FakeClock().now
    bench.discord.messages.clear()
    post = await bench.add()
    start = bench.clock.now
    for jump in jumps:
        await bench.until(minutes=jump)
        await bench.until(minutes=7)
        await bench.until(minutes=-7)
    bench.clock.now = start  # from here on the clock is right and runs normally
    for _ in range(16 * 2):
        await bench.until(minutes=30)
    outcomes = await _outcomes(bench, post)
    assert len({outcome.event for outcome in outcomes}) == len(outcomes)
    first = next(outcome for outcome in outcomes if outcome.event.startswith("2025-09-16"))
    assert first.state is DeliveryState.SENT
    nonces = [message.nonce for message in bench.discord.messages]
    assert (
        len(nonces) == len(set(nonces)) == len([outcome for outcome in outcomes if outcome.state is DeliveryState.SENT])
    )


async def test_an_event_is_never_planned_again_when_zones_or_holidays_change(bench: Bench) -> None:
    post = await bench.add()
    await bench.until(hours=12)
    # As if new time zone data had moved nine o'clock by an hour.
    moved = replace(
        post, planned_until=bench.clock.now - timedelta(days=1), next_due=bench.clock.now - timedelta(days=1)
    )
    await bench.subscriptions.change(moved, bench.clock.now)
    await bench.until(hours=1)
    assert len(bench.discord.messages) == 1


async def test_next_runs_are_worked_out_again_from_new_tables(bench: Bench) -> None:
    post = await bench.add()
    wrong = replace(post, next_due=datetime(2025, 9, 16, 5, tzinfo=UTC))
    await bench.subscriptions.change(wrong, bench.clock.now)
    assert await bench.posts.plan_anew() == 1
    assert await bench.posts.plan_anew() == 0
    stored = await bench.posts.get(1, post.id)
    assert isinstance(stored, Post)
    assert stored.next_due == datetime(2025, 9, 16, tzinfo=UTC)


async def test_a_holiday_may_have_a_note(database_url: str) -> None:
    database = open_database(database_url)
    bench = Bench(database, FakeClock("2025-09-14T12:00Z"))
    timing = Timing(Daily(time(9), "Asia/Tokyo"), rule=DayRule.MARKET, market="nikkei", skip_note=True)
    await bench.add(timing=timing, mention=7)
    await bench.until(hours=12)
    (message,) = bench.discord.messages
    assert str(Skipped("XTKS", "Respect for the Aged Day")) in message.text
    assert "<@&7>" not in message.text  # a note about a holiday mentions nobody
    await database.close()


# What goes wrong between the bot and Discord


async def test_an_answer_that_is_lost_is_asked_for_again_under_the_same_nonce(bench: Bench) -> None:
    post = await bench.add()
    bench.discord.after = fails(Doubtful(other("Discord did not answer.")), 2)
    await bench.until(hours=12)
    for _ in range(10):
        await bench.until(seconds=8)
    assert len(bench.discord.messages) == 1
    assert bench.discord.sends == 3
    assert bench.discord.looks == 0
    assert await _states(bench, post) == [("2025-09-16", DeliveryState.SENT)]


async def _crash(bench: Bench, *, arrived: bool = True) -> None:
    """End as if by SIGKILL during a request: what was claimed stays claimed."""

    async def killed(_: int) -> None:
        raise asyncio.CancelledError

    setattr(bench.discord, "after" if arrived else "before", killed)
    await bench.turn()
    bench.discord.before = bench.discord.after = None
    bench.deliveries = bench.process()


async def test_after_a_crash_within_two_minutes_the_same_nonce_is_sent(bench: Bench) -> None:
    post = await bench.add()
    bench.clock.move(hours=12)
    await _crash(bench)
    await bench.until(seconds=30)
    assert bench.discord.sends == 1  # the lease has not expired
    await bench.until(seconds=20)
    assert (bench.discord.sends, len(bench.discord.messages), bench.discord.looks) == (2, 1, 0)
    assert await _states(bench, post) == [("2025-09-16", DeliveryState.SENT)]


async def test_after_a_crash_and_later_the_message_is_looked_for(bench: Bench) -> None:
    post = await bench.add()
    bench.clock.move(hours=12)
    await _crash(bench)
    await bench.until(minutes=10)
    assert (bench.discord.sends, len(bench.discord.messages), bench.discord.looks) == (1, 1, 1)
    assert await _states(bench, post) == [("2025-09-16", DeliveryState.SENT)]
    assert [outcome.message for outcome in await _outcomes(bench, post)] == [1]


async def test_after_a_crash_before_the_message_arrived_it_is_sent(bench: Bench) -> None:
    post = await bench.add()
    bench.clock.move(hours=12)
    await _crash(bench, arrived=False)
    await bench.until(minutes=10)  # the message is searched for
    await bench.until(seconds=1)  # and sent, since it is certainly not there
    assert (len(bench.discord.messages), bench.discord.looks) == (1, 1)
    assert await _states(bench, post) == [("2025-09-16", DeliveryState.SENT)]


async def test_a_database_that_is_away_after_the_send_loses_no_outcome(bench: Bench) -> None:
    """In a channel that cannot be read, nothing else would reveal that the message arrived."""
    post = await bench.add()
    bench.discord.looking = UNREADABLE
    failing = 0

    class Failing(DeliveryTables):
        async def mark_sent(self, *given: Any) -> None:
            nonlocal failing
            failing += 1
            if failing <= 8:  # longer than a lease lasts
                raise StoreError(other("The database does not answer."))
            await super().mark_sent(*given)

    bench.outbox = Failing(bench.database)
    bench.deliveries = bench.process()
    await bench.until(hours=12)
    for _ in range(4):
        await bench.until(seconds=60)
    assert await _states(bench, post) == [("2025-09-16", DeliveryState.SENT)]
    assert bench.discord.sends == len(bench.discord.messages) == 1
    assert failing == 9


async def test_what_cannot_be_told_is_unknown_and_not_sent_again(bench: Bench) -> None:
    post = await bench.add()
    bench.clock.move(hours=12)
    await _crash(bench)
    bench.discord.looking = UNREADABLE
    await bench.until(minutes=10)
    await bench.until(minutes=10)
    assert (bench.discord.sends, bench.discord.looks) == (1, 1)
    (outcome,) = await _outcomes(bench, post)
    assert outcome.state is DeliveryState.UNKNOWN
    assert outcome.problem is not None
    assert "Read Message History" in (problem_of(outcome.problem) or "")


async def test_a_clock_that_went_back_proves_nothing_of_a_nonce(bench: Bench) -> None:
    await bench.add()
    bench.clock.move(hours=12, minutes=70)
    await _crash(bench)
    bench.discord.messages[0].at -= timedelta(hours=1)  # Discord's own clock was right all along
    bench.clock.move(minutes=-50)
    await bench.turn()
    bench.clock.move(minutes=51)
    await bench.turn()
    assert (bench.discord.sends, len(bench.discord.messages), bench.discord.looks) == (1, 1, 1)


async def test_a_retry_that_a_wrong_clock_put_hours_ahead_comes_when_the_clock_is_right(bench: Bench) -> None:
    post = await bench.add()
    bench.discord.before = fails(NotSent(other("Discord cannot be reached.")), 1)
    await bench.until(hours=13, minutes=50)  # the clock is nearly two hours fast
    await bench.until(hours=-1, minutes=-49)
    await bench.until(minutes=1)
    assert len(bench.discord.messages) == 1
    assert await _states(bench, post) == [("2025-09-16", DeliveryState.SENT)]


STOPS = ["pause", "remove", "leave", "move"]


async def _stop(bench: Bench, post: Post, what: str) -> None:
    match what:
        case "leave":
            await bench.posts.mark_left(1)
        case "move":
            await bench.posts.change(replace(post, destination=replace(post.destination, channel=12)))
        case _:
            await getattr(bench.posts, what)(1, post.id)


@pytest.mark.parametrize("what", STOPS)
@pytest.mark.parametrize("error", [NotSent(FailureCode.DISCORD_UNREACHABLE), Doubtful(FailureCode.DISCORD_SILENT)])
@pytest.mark.parametrize("when", ["under way", "between two tries"])
async def test_what_was_stopped_or_moved_is_not_sent_to_where_it_was(
    bench: Bench, what: str, error: SendError, when: str
) -> None:
    post = await bench.add()
    stopped = False

    async def refuse(_: int) -> None:
        nonlocal stopped
        if when == "under way" and not stopped:
            stopped = True
            await _stop(bench, post, what)
        raise error

    bench.discord.before = refuse
    await bench.until(hours=12)
    await bench.until(minutes=1)
    if when != "under way":
        await _stop(bench, post, what)
    bench.discord.before = None
    for _ in range(60):
        await bench.until(minutes=1)
    assert {message.channel for message in bench.discord.messages} == ({12} if what == "move" else set())
    ((_, state),) = await _states(bench, post)
    assert state in ({DeliveryState.SENT} if what == "move" else {DeliveryState.FAILED, DeliveryState.MISSED})


async def test_a_channel_that_a_post_has_left_does_not_pause_it(bench: Bench) -> None:
    post = await bench.add()
    moved = False

    async def refuse(channel: int) -> None:
        nonlocal moved
        if not moved:
            moved = True
            await _stop(bench, post, "move")
        if channel == 10:
            raise ChannelDead(other("The channel is gone."))

    bench.discord.before = refuse
    await bench.until(hours=12)
    for _ in range(130):
        await bench.until(minutes=1)
    assert not (await bench.posts.get(1, post.id)).paused
    assert [message.channel for message in bench.discord.messages] == [12]


async def test_a_channel_that_does_not_answer_holds_up_no_other(bench: Bench) -> None:
    await bench.add()
    await bench.add(guild=2, channel=11, timing=Timing(Daily(time(9, 1), "Asia/Tokyo")))
    answer = asyncio.Event()

    async def hang(channel: int) -> None:
        if channel == 10:
            await answer.wait()

    bench.discord.before = hang
    bench.clock.move(hours=12)
    await bench.posts.plan()
    await bench.deliveries.send_due()
    bench.clock.move(minutes=1)
    await bench.posts.plan()
    await bench.deliveries.send_due()
    async with asyncio.timeout(180):
        while not bench.discord.messages:
            await asyncio.sleep(0.005)
    assert [message.channel for message in bench.discord.messages] == [11]
    answer.set()
    await bench.deliveries.settle()


# Clocks that are wrong for a while


async def test_what_a_fast_clock_left_in_doubt_is_looked_for_when_the_clock_is_right(bench: Bench) -> None:
    await bench.add()
    bench.clock.move(hours=12)  # on a clock that is an hour fast
    bench.discord.after = fails(Doubtful(other("Discord did not answer.")), 1)
    await bench.turn()
    bench.discord.messages[0].at -= timedelta(hours=1)  # Discord's own clock is right
    bench.clock.move(hours=-1)
    for _ in range(62 * 6):
        await bench.until(seconds=10)
    assert (len(bench.discord.messages), bench.discord.looks) == (1, 1)


async def test_what_a_fast_clock_called_too_late_comes_after_all(bench: Bench) -> None:
    post = await bench.add()
    bench.discord.before = fails(NotSent(other("Discord cannot be reached.")), 1)
    await bench.until(hours=12)
    await bench.until(hours=3)
    assert [state for _, state in await _states(bench, post)] == [DeliveryState.MISSED]
    bench.clock.move(hours=-3)
    await bench.until(minutes=1)
    assert len(bench.discord.messages) == 1


async def test_what_a_fast_clock_called_too_late_and_was_removed_does_not_come(bench: Bench) -> None:
    post = await bench.add()
    await bench.until(days=2)
    await bench.posts.remove(1, post.id)
    bench.clock.move(days=-2)
    for _ in range(13):
        await bench.until(hours=1)
    assert bench.discord.messages == []


async def test_what_a_look_does_not_find_is_not_sent_before_its_time(bench: Bench) -> None:
    await bench.add()
    bench.clock.move(hours=12)
    await _crash(bench, arrived=False)
    bench.clock.move(hours=-1)
    for _ in range(30):
        await bench.until(minutes=1)
    assert (bench.discord.messages, bench.discord.looks) == ([], 1)
    await bench.until(minutes=30)
    assert len(bench.discord.messages) == 1


async def test_what_waits_to_be_published_survives_a_fast_clock(bench: Bench) -> None:
    await bench.add(publish=True)
    bench.discord.publishing = NotSent(other("Discord asks to wait."))
    await bench.until(hours=13, minutes=59)
    bench.discord.publishing = None
    await bench.until(hours=-1, minutes=-58)
    assert len(bench.discord.published) == 1


# What another version wrote


async def _rewritten(bench: Bench, table: sa.Table, column: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Rewrite the JSON in a column as a version with other fields might have written it."""
    database = bench.outbox._database
    async with database.writing() as connection:
        for number, text in (await connection.execute(sa.select(table.c.id, table.c[column]))).all():
            value = json.loads(text)
            change(value)
            written = json.dumps(value, separators=(",", ":"))
            await connection.execute(sa.update(table).where(table.c.id == number).values({column: written}))


async def test_what_an_older_version_kept_is_planned_and_sent(bench: Bench) -> None:
    await bench.add(timing=Timing(Around("XTKS", Moment.OPEN, -30)))
    await _rewritten(bench, SUBSCRIPTIONS, "task", lambda task: task["timing"]["when"].pop("weekdays"))
    await bench.until(hours=11, minutes=28)
    await _rewritten(bench, DELIVERIES, "content", lambda content: content.pop("event"))
    await bench.until(minutes=2)
    assert len(bench.discord.messages) == 1


async def test_what_a_newer_version_kept_stops_nothing_else(bench: Bench) -> None:
    for number in range(12):  # more than one batch
        await bench.add(guild=number, channel=number)
    await _rewritten(bench, SUBSCRIPTIONS, "task", lambda task: task["subject"].update(topic="weather"))
    await bench.add(guild=20, channel=20)
    await bench.until(hours=12)
    assert [message.channel for message in bench.discord.messages] == [20]
    for number in range(12):
        await bench.add(guild=number, channel=number + 100)
    await bench.until(hours=23, minutes=58)
    await _rewritten(bench, DELIVERIES, "content", lambda notified: notified["subject"].update(topic="weather"))
    await bench.add(guild=21, channel=21)
    for _ in range(125):
        await bench.until(minutes=1)
    assert [message.channel for message in bench.discord.messages] == [20, 21]
    (listed,) = (listing for listing in await bench.posts.list_for_guild(20) if listing.last is not None)
    assert listed.last is not None
    assert (listed.last.state, problem_of(listed.last.problem)) == (
        DeliveryState.MISSED,
        "The message could not be composed.",
    )


async def test_a_claim_that_was_held_up_is_given_back_unsent(bench: Bench) -> None:
    post = await bench.add()
    await bench.until(hours=11, minutes=59)
    bench.clock.move(minutes=1)
    ready = await bench.outbox.ready_contents(bench.clock.now, 10, [])
    (claim,) = await bench.outbox.claim(bench.clock.now, bench.limits, 10, list(ready), [])
    bench.clock.move(seconds=20)  # the process was suspended
    await bench.deliveries._deliver(claim, None)
    assert bench.discord.sends == 0
    await bench.turn()
    assert len(bench.discord.messages) == 1
    assert await _states(bench, post) == [("2025-09-16", DeliveryState.SENT)]


async def test_discord_down_for_an_hour_delays_and_loses_nothing(bench: Bench) -> None:
    for guild in range(12):
        await bench.add(guild=guild, channel=guild)
    bench.discord.before = fails(NotSent(other("Discord cannot be reached.")))
    await bench.until(hours=12)
    for _ in range(60):
        await bench.until(minutes=1)
    assert bench.discord.messages == []
    assert bench.discord.sends < 12 * 15  # it backs off
    bench.discord.before = None
    for _ in range(59):
        await bench.until(minutes=1)
    assert len(bench.discord.messages) == 12
    assert all("delayed" in message.text for message in bench.discord.messages)


async def test_a_dead_channel_is_retried_then_paused_and_its_creator_told_once(bench: Bench) -> None:
    post = await bench.add()
    bench.discord.before = fails(ChannelDead(other("I lack Send Messages in the channel.")))
    await bench.until(hours=12)
    await bench.until(minutes=1)
    (listed,) = await bench.posts.list_for_guild(1)
    assert isinstance(listed.what, Post)
    assert problem_of(listed.what.failure.problem) == "I lack Send Messages in the channel."
    for _ in range(125):
        await bench.until(minutes=1)
    assert 5 <= bench.discord.sends <= 10
    assert [notice.id for notice in bench.discord.notified] == [post.id]
    (listed,) = await bench.posts.list_for_guild(1)
    assert isinstance(listed.what, Post)
    assert listed.what.paused
    assert listed.last is not None
    assert listed.last.state is DeliveryState.FAILED
    assert problem_of(listed.last.problem) == "I lack Send Messages in the channel."
    bench.discord.before = None
    await bench.live(24)
    assert bench.discord.messages == []
    await bench.posts.resume(1, post.id)
    await bench.live(24)
    assert len(bench.discord.messages) == 1
    assert len(bench.discord.notified) == 1


@pytest.mark.parametrize(("refusals", "problem"), [(2, None), (4, "I lack Send Messages in the channel.")])
async def test_a_channel_that_recovers_within_the_grace_gets_its_post(
    bench: Bench, refusals: int, problem: str | None
) -> None:
    post = await bench.add()
    bench.discord.before = fails(ChannelDead(other("I lack Send Messages in the channel.")), refusals)
    await bench.until(hours=12)
    for _ in range(20):
        await bench.until(minutes=1)
    (message,) = bench.discord.messages
    stored = await bench.posts.get(1, post.id)
    assert not stored.paused
    assert stored.failure.failing_since is None
    assert problem_of(stored.failure.problem) == problem  # the reason for the delay stays readable
    assert ("delayed" in message.text) is (problem is not None)


async def test_a_channel_that_is_mended_late_gets_its_post_just_before_it_is_too_late(bench: Bench) -> None:
    post = await bench.add()
    bench.discord.before = fails(ChannelDead(other("I lack Send Messages in the channel.")))
    await bench.until(hours=12)
    for _ in range(100):
        await bench.until(minutes=1)
    bench.discord.before = None  # between the attempt after an hour and a half and the next
    for _ in range(30):
        await bench.until(minutes=1)
    assert [message.at.minute for message in bench.discord.messages] == [59]
    assert not (await bench.posts.get(1, post.id)).paused


async def test_a_channel_that_was_mended_after_the_last_try_is_not_taken_for_dead(bench: Bench) -> None:
    post = await bench.add(timing=Timing(Around("XTKS", Moment.OPEN, -30)))  # not attempted after the opening
    bench.discord.before = fails(ChannelDead(other("The channel is gone.")))
    await bench.until(hours=11, minutes=30)
    for _ in range(180):
        await bench.until(minutes=1)
    assert not (await bench.posts.get(1, post.id)).paused
    await bench.until(hours=21)  # the channel is still dead the next day
    await bench.turn()
    assert (await bench.posts.get(1, post.id)).paused
    assert len(bench.discord.notified) == 1


async def test_what_was_missed_says_why_until_somebody_has_read_it(bench: Bench) -> None:
    await bench.add()
    await bench.until(hours=12, minutes=121)
    await bench.until(hours=22)
    (listed,) = await bench.posts.list_for_guild(1)
    assert listed.last is not None
    assert listed.last.state is DeliveryState.SENT
    assert isinstance(listed.what, Post)
    assert (
        problem_of(listed.what.failure.problem)
        == "I was not running, or could not reach Discord, until it was too late."
    )
    assert listed.what.failure.problem_at == datetime(2025, 9, 16, 2, 1, tzinfo=UTC)


async def test_a_channel_that_refuses_is_not_asked_for_the_other_posts_either(bench: Bench) -> None:
    bench.discord.before = fails(ChannelDead(other("The channel is gone.")))
    for minute in range(5):
        await bench.add(timing=Timing(Daily(time(9, minute), "Asia/Tokyo")))
    await bench.until(hours=12, minutes=5)
    first = bench.discord.sends
    await bench.until(seconds=30)
    assert bench.discord.sends == first <= 5


async def test_a_notice_that_cannot_be_given_now_is_given_later(bench: Bench) -> None:
    await bench.add()
    bench.discord.before = fails(ChannelDead(other("The channel is gone.")))
    bench.discord.telling = NotSent(other("Discord cannot be reached."))
    await bench.until(hours=12)
    for _ in range(121):
        await bench.until(minutes=1)
    assert bench.discord.notified == []
    bench.discord.telling = None
    await bench.until(minutes=1)
    assert len(bench.discord.notified) == 1


async def test_a_refused_message_fails_alone(bench: Bench) -> None:
    post = await bench.add()
    bench.discord.before = fails(Rejected(other("Discord refuses this message.")), 1)
    await bench.until(hours=12)
    await bench.until(hours=24)
    assert await _states(bench, post) == [
        ("2025-09-16", DeliveryState.FAILED),
        ("2025-09-17", DeliveryState.SENT),
    ]


async def test_what_cannot_be_composed_does_not_hold_up_the_others(bench: Bench) -> None:
    bad = await bench.add(subject=Subject(Topic.RECORDS))
    good = await bench.add(channel=11)
    compose = bench.composer.compose

    async def broken(telling: PostContent) -> Composed:
        if telling.subject == Subject(Topic.RECORDS):
            raise RuntimeError("no")
        return await compose(telling)

    bench.composer.compose = broken  # type: ignore[method-assign]
    await bench.until(hours=12)
    assert await _states(bench, good) == [("2025-09-16", DeliveryState.SENT)]
    assert await _states(bench, bad) == [("2025-09-16", DeliveryState.PLANNED)]  # it may still work later
    for _ in range(121):
        await bench.until(minutes=1)
    (outcome,) = await _outcomes(bench, bad)
    assert (outcome.state, problem_of(outcome.problem)) == (DeliveryState.MISSED, "The message could not be composed.")
    await bench.until(hours=20)
    bench.composer.compose = compose  # type: ignore[method-assign]
    await bench.until(hours=2)
    assert [state for _, state in await _states(bench, bad)] == [DeliveryState.MISSED, DeliveryState.SENT]


# Publishing, mentions


async def test_publishing_is_a_second_request_and_may_fail_alone(bench: Bench) -> None:
    post = await bench.add(publish=True)
    bench.discord.publishing = NotSent(other("Discord asks to wait."), timedelta(minutes=10))
    await bench.until(hours=12)
    (outcome,) = await _outcomes(bench, post)
    assert (outcome.state, outcome.publication) == (DeliveryState.SENT, Publication.DUE)
    bench.discord.publishing = None
    await bench.until(minutes=5)
    assert bench.discord.published == []
    await bench.until(minutes=6)
    assert bench.discord.published == [outcome.message]
    await bench.until(minutes=6)
    (outcome,) = await _outcomes(bench, post)
    assert (outcome.publication, len(bench.discord.messages), len(bench.discord.published)) == (Publication.DONE, 1, 1)


async def test_publishing_that_is_refused_ends(bench: Bench) -> None:
    post = await bench.add(publish=True)
    bench.discord.publishing = ChannelDead(other("I lack Manage Messages there."))
    await bench.until(hours=12)
    (outcome,) = await _outcomes(bench, post)
    assert (outcome.state, outcome.publication, problem_of(outcome.problem)) == (
        DeliveryState.SENT,
        Publication.FAILED,
        "I lack Manage Messages there.",
    )


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_role_is_mentioned_only_while_its_creator_may(bench: Bench, allowed: bool) -> None:
    await bench.add(mention=77)
    bench.discord.mentionable = allowed
    await bench.until(hours=12)
    body = json.loads(bench.discord.messages[0].body)
    assert ("<@&77>" in bench.discord.messages[0].text) is allowed
    assert body.get("allowed_mentions", {"roles": []})["roles"] == (["77"] if allowed else [])
    (listed,) = await bench.posts.list_for_guild(1)
    assert isinstance(listed.what, Post)
    assert ("without the mention" in (problem_of(listed.what.failure.problem) or "")) is not allowed


# What an admin does


async def test_pause_resume_remove_and_test(bench: Bench) -> None:
    post = await bench.add()
    await bench.until(hours=11, minutes=58)
    await bench.posts.pause(1, post.id)
    await bench.until(hours=1)
    assert bench.discord.messages == []
    await bench.posts.resume(1, post.id)
    await bench.until(hours=1)
    assert bench.discord.messages == []  # missed posts are not made up for
    await bench.posts.send_test(1, post.id)
    await bench.turn()
    assert len(bench.discord.messages) == 1
    await bench.live(24)
    assert len(bench.discord.messages) == 2
    await bench.posts.remove(1, post.id)
    await bench.live(48)
    assert len(bench.discord.messages) == 2
    assert await bench.posts.list_for_guild(1) == []


async def test_a_pause_and_resume_just_before_its_time_changes_nothing(bench: Bench) -> None:
    post = await bench.add()
    await bench.until(hours=11, minutes=58)
    await bench.posts.pause(1, post.id)
    await bench.posts.resume(1, post.id)
    await bench.until(minutes=3)
    assert len(bench.discord.messages) == 1


async def test_an_edit_moves_what_was_planned_already(bench: Bench) -> None:
    post = await bench.add()
    await bench.until(hours=11, minutes=58)
    ten = Timing(Daily(time(10), "Asia/Tokyo"))
    place = replace(post.destination, channel=12)
    await bench.posts.change(replace(post, timing=ten, destination=place))
    await bench.until(minutes=10)
    assert bench.discord.messages == []
    await bench.until(minutes=52)
    assert [(message.channel, message.at.hour) for message in bench.discord.messages] == [(12, 1)]


async def test_the_same_hour_elsewhere_is_another_post(bench: Bench) -> None:
    post = await bench.add()
    await bench.until(hours=12)
    changed = await bench.posts.change(replace(post, timing=Timing(Daily(time(9), "Europe/London"))))
    assert isinstance(changed, Post)
    assert changed.next_due == datetime(2025, 9, 16, 8, tzinfo=UTC)
    await bench.until(hours=8)
    assert [message.at.hour for message in bench.discord.messages] == [0, 8]


async def test_a_zone_that_is_no_more_stops_its_own_post_alone(bench: Bench) -> None:
    lost = await bench.add()
    timing = Timing(Daily(time(9), "Mars/Olympus"))
    due = datetime(2025, 9, 16, tzinfo=UTC)
    await bench.subscriptions.change(replace(lost, timing=timing, next_due=due), bench.clock.now)
    await bench.add(channel=11)
    await bench.until(hours=12)
    assert [message.channel for message in bench.discord.messages] == [11]
    assert await bench.posts.plan_anew() == 0


async def test_a_server_has_at_most_25_posts_and_sees_no_other_servers(bench: Bench) -> None:
    for _ in range(25):
        await bench.add()
    with failing(BadQuestion, match="25 posts"):
        await bench.add()
    other = await bench.add(guild=2)
    with failing(BadQuestion, match="no post"):
        await bench.posts.get(1, other.id)
    with failing(BadQuestion, match="no post"):
        await bench.posts.remove(1, other.id)


async def test_of_two_who_add_the_25th_at_once_one_is_told_no(bench: Bench) -> None:
    for _ in range(24):
        await bench.add()
    results = await asyncio.gather(bench.add(), bench.add(), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["BadQuestion", "Post"]


async def test_the_next_three_runs_and_how_late_they_may_be(bench: Bench) -> None:
    forecast = await bench.posts.forecast(NINE)
    assert [run.event for run in forecast.runs] == [f"2025-09-{day} 09:00 Asia/Tokyo" for day in (16, 17, 18)]
    assert forecast.delay == timedelta(0)
    for number in range(120):
        await bench.add(guild=number)
    assert (await bench.posts.forecast(NINE)).delay == timedelta(seconds=3)
    a_minute_later = Timing(Daily(time(9, 1), "Asia/Tokyo"))
    assert (await bench.posts.forecast(a_minute_later)).delay == timedelta(0)
    with failing(BadQuestion, match="never"):
        await bench.posts.forecast(Timing(Daily(time(9), "Asia/Tokyo", frozenset())))


# Servers that come and go


async def test_leaving_keeps_everything_for_30_days_and_coming_back_takes_it_up(bench: Bench) -> None:
    post = await bench.add()
    await bench.until(hours=11, minutes=58)
    await bench.posts.mark_left(1)
    for _ in range(29):
        await bench.until(days=1)
        await bench.posts.purge()
    assert bench.discord.messages == []
    await bench.posts.restore_guild(1)
    assert bench.discord.messages == []
    await bench.live(24)
    assert len(bench.discord.messages) == 1
    assert [listed.what.id for listed in await bench.posts.list_for_guild(1)] == [post.id]
    await bench.posts.mark_left(1)
    bench.clock.move(days=30, minutes=1)
    await bench.posts.purge()
    assert await bench.posts.list_for_guild(1) == []
    assert await _outcomes(bench, post) == []


async def test_what_was_left_while_the_bot_was_down_is_noticed_at_the_start(bench: Bench) -> None:
    await bench.add(guild=1)
    await bench.add(guild=2)
    await bench.posts.mark_left(2)
    await bench.posts.reconcile_guilds([2])
    left = {guild: at is not None for guild, at in (await bench.subscriptions.guilds()).items()}
    assert left == {1: True, 2: False}
    await bench.posts.reconcile_guilds([1], mine=lambda guild: guild == 1)
    left = {guild: at is not None for guild, at in (await bench.subscriptions.guilds()).items()}
    assert left == {1: False, 2: False}


async def test_one_post_that_cannot_be_worked_out_keeps_no_server_away(bench: Bench) -> None:
    lost, good = await bench.add(), await bench.add()
    await bench.add(guild=3)
    timing = Timing(Daily(time(9), "Mars/Olympus"))
    await bench.subscriptions.change(replace(lost, timing=timing, next_due=None), bench.clock.now)
    for guild in (1, 3):
        await bench.posts.mark_left(guild)
    await bench.posts.reconcile_guilds([1, 3])
    assert set((await bench.subscriptions.guilds()).values()) == {None}
    assert (await bench.subscriptions.get(good.id)) == good


async def test_after_coming_back_a_channel_has_its_grace_anew(bench: Bench) -> None:
    post = await bench.add()
    bench.discord.before = fails(ChannelDead(other("The channel is gone.")))
    await bench.until(hours=12)
    await bench.posts.mark_left(1)
    bench.clock.move(days=10)
    await bench.posts.restore_guild(1)
    await bench.until(hours=24)
    await bench.until(minutes=1)
    assert not (await bench.posts.get(1, post.id)).paused


async def test_who_changes_a_post_that_was_left_has_the_bot_back(bench: Bench) -> None:
    post, _ = await bench.add(), await bench.add(guild=2, channel=20)
    await bench.posts.mark_left(1)
    await bench.posts.resume(1, post.id)
    await bench.until(hours=12)
    assert sorted(message.channel for message in bench.discord.messages) == [10, 20]


async def test_a_number_that_is_given_again_is_not_taken_for_sent(bench: Bench) -> None:
    other = await bench.add(guild=2, channel=20, timing=Timing(Daily(time(9, 4), "Asia/Tokyo")))
    await bench.add()
    done = False

    async def forgotten(_: int) -> None:
        nonlocal done
        if not done:
            done = True
            await bench.posts.delete_guild_data(1)  # while its post is being sent
            bench.clock.move(seconds=70)
            await bench.posts.plan()

    bench.discord.before = forgotten
    await bench.until(hours=12)
    for _ in range(10):
        await bench.until(minutes=1)
    assert sorted(message.channel for message in bench.discord.messages) == [10, 20]
    (outcome,) = await _outcomes(bench, other)
    assert outcome.message == next(message.id for message in bench.discord.messages if message.channel == 20)


async def test_forgetting_a_server_leaves_nothing_of_it(bench: Bench) -> None:
    post = await bench.add()
    await bench.add(guild=2)
    await bench.until(hours=12)
    await bench.posts.delete_guild_data(1)
    assert await bench.posts.list_for_guild(1) == []
    assert await _outcomes(bench, post) == []
    assert len(await bench.posts.list_for_guild(2)) == 1


async def test_of_a_server_that_keeps_nothing_nothing_is_kept_for_longer_than_30_days(bench: Bench) -> None:
    post, other = await bench.add(), await bench.add(guild=2)
    await bench.until(hours=12)
    await bench.posts.remove(1, post.id)
    bench.clock.move(days=29)
    await bench.posts.purge()
    assert len(await _outcomes(bench, post)) == 1
    bench.clock.move(days=2)
    await bench.posts.purge()
    assert await _outcomes(bench, post) == []
    assert len(await _outcomes(bench, other)) == 1


# Alerts


class Market:
    """Reports the events that the test puts into ``shown``."""

    def __init__(self) -> None:
        self.shown: list[Event] = []
        self.asked: list[dict[str, set[float]]] = []

    def active_markets(self, markets: Collection[str]) -> Collection[str]:
        return sorted(markets)

    async def newest_events(self, moves: object) -> list[Event]:
        self.asked.append({key: set(value) for key, value in moves.items()})  # type: ignore[attr-defined]
        return self.shown


def alert(kind: AlertKind, percent: float | None = None, market: str = "nikkei") -> Alert:
    return Alert(
        destination=Destination(guild=1, channel=10, creator=5), condition=AlertCondition(market, kind, percent)
    )


async def test_an_alert_tells_each_event_once_and_no_other(bench: Bench) -> None:
    market = Market()
    alerts = bench.app(market).alerts
    assert await alerts.look() == 0
    assert market.asked == []  # no alerts, so no request
    for subscription in (
        alert(AlertKind.RECORD_HIGH),
        alert(AlertKind.MOVE, 2.0),
        alert(AlertKind.ROUND, market="dax"),
    ):
        await bench.posts.add(subscription)
    day = date(2025, 9, 16)
    high = Event("nikkei", EventKind.RECORD_HIGH, day, level=45055.38)
    market.shown = [
        high,
        Event("nikkei", EventKind.RISE, day, 1.0),
        Event("nikkei", EventKind.ROUND_ABOVE, day, 45000.0),
    ]
    for _ in range(3):
        assert await alerts.look() == len(bench.discord.messages) ^ 1
        await bench.turn()
        bench.clock.move(minutes=1)
    restarted = bench.app(market).alerts
    await restarted.look()
    await bench.turn()
    assert len(bench.discord.messages) == 1
    assert market.asked[-1] == {"nikkei": {2.0}, "dax": set()}
    market.shown = [high, Event("nikkei", EventKind.FALL, day, 2.0)]
    await restarted.look()
    await bench.turn()
    assert len(bench.discord.messages) == 2


def gap(threshold: float, kind: EventKind = EventKind.ROUND_ABOVE) -> Event:
    return Event("nikkei", kind, date(2025, 9, 16), threshold)


async def test_a_look_tells_a_server_one_event_of_a_market_and_loses_none(bench: Bench) -> None:
    market = Market()
    alerts = bench.app(market).alerts
    kinds = (AlertKind.ROUND, AlertKind.RECORD_HIGH, AlertKind.RECORD_CLOSE)
    for subscription in (*(alert(kind) for kind in kinds), alert(AlertKind.MOVE, 2.0), alert(AlertKind.MOVE, 5.0)):
        await bench.posts.add(subscription)
    day = date(2025, 9, 16)
    moves = [Event("nikkei", EventKind.RISE, day, percent) for percent in (2.0, 5.0)]
    records = [Event("nikkei", kind, day) for kind in (EventKind.RECORD_HIGH, EventKind.RECORD_CLOSE)]
    market.shown = [*moves, gap(55_000.0), *records]
    counts = []
    for _ in range(8):
        assert await alerts.look() <= 1
        await bench.turn()
        counts.append(len(bench.discord.messages))
        market.shown = []  # postponed events are still reported after they have disappeared
        bench.clock.move(minutes=1)
    assert counts == [1, 2, 3, 4, 4, 4, 4, 4]
    texts = [message.text for message in bench.discord.messages]
    for text, kind in zip(texts, ("RECORD_CLOSE", "RECORD_HIGH", "ROUND_ABOVE", "RISE"), strict=True):
        assert kind in text
    assert "5.0" in texts[-1]  # 5 % implies 2 %


async def test_after_a_jump_and_back_no_nearer_round_number_is_told(bench: Bench) -> None:
    market = Market()
    alerts = bench.app(market).alerts
    await bench.posts.add(alert(AlertKind.ROUND))
    count = 0
    for threshold in (55_000.0, 46_000.0, 50_000.0, 55_000.0, 47_000.0, 56_000.0, 46_000.0):
        market.shown = [gap(threshold)]
        count += await alerts.look()
        bench.clock.move(minutes=1)
    assert count == 2  # 55,000 and 56,000
    market.shown = [gap(44_000.0, EventKind.ROUND_BELOW)]
    assert await alerts.look() == 1


async def test_each_server_and_each_channel_is_told_what_it_waits_for(bench: Bench) -> None:
    market = Market()
    alerts = bench.app(market).alerts
    for guild, channel, percent in ((1, 10, 5.0), (1, 11, 2.0), (2, 20, 2.0)):
        place = Destination(guild=guild, channel=channel, creator=5)
        await bench.posts.add(Alert(destination=place, condition=AlertCondition("nikkei", AlertKind.MOVE, percent)))
    day = date(2025, 9, 16)
    market.shown = [Event("nikkei", EventKind.RISE, day, percent) for percent in (2.0, 5.0)]
    assert await alerts.look() == 2
    assert await alerts.look() == 1  # the other channel of the first server
    assert await alerts.look() == 0


@pytest.mark.parametrize("what", ["remove", "forget", "pause"])
async def test_an_alert_that_goes_while_quotes_are_read_tells_nothing(bench: Bench, what: str) -> None:
    subscription = await bench.posts.add(alert(AlertKind.RECORD_HIGH))

    class Slow(Market):
        async def newest_events(self, moves: object) -> list[Event]:
            await (
                bench.posts.delete_guild_data(1) if what == "forget" else getattr(bench.posts, what)(1, subscription.id)
            )
            return [Event("nikkei", EventKind.RECORD_HIGH, date(2025, 9, 16))]

    await bench.app(Slow()).alerts.look()
    await bench.turn()
    assert bench.discord.messages == []
    assert await _outcomes(bench, subscription, Origin.ALERT) == []


async def test_alerts_and_posts_are_listed_together_and_one_is_no_test(bench: Bench) -> None:
    subscription = await bench.posts.add(alert(AlertKind.ROUND))
    await bench.add()
    assert [type(listed.what) for listed in await bench.posts.list_for_guild(1)] == [Alert, Post]
    with failing(BadQuestion, match="tried out"):
        await bench.posts.send_test(1, subscription.id)


# The limits


def test_limits_under_which_a_message_could_come_twice_are_refused() -> None:
    for wrong in (
        {"send": timedelta(seconds=50)},
        {"lease": timedelta(minutes=3)},
        {"rate": 0.0},
    ):
        with pytest.raises(ValueError, match="lease"):
            DeliveryLimits(**wrong)


async def test_the_pace_is_shared(bench: Bench) -> None:
    for guild in range(100):
        await bench.add(guild=guild, channel=guild)
    await bench.until(hours=12)
    start = datetime(2025, 9, 16, tzinfo=UTC)
    seconds = [(message.at - start).total_seconds() for message in bench.discord.messages]
    assert len(seconds) == 100
    for second in range(4):  # at most 50 in any one second, and 40 a second on average
        assert len([instant for instant in seconds if second <= instant < second + 1]) <= 50
    assert 2.0 <= max(seconds) <= 3.0
    ahead = await RequestQueueTable(bench.database).acquire(40, 40.0, bench.clock.now)
    assert await RequestQueueTable(bench.database).acquire(40, 40.0, bench.clock.now) == ahead + timedelta(seconds=1)
    bench.clock.move(hours=-5)  # places reserved under a wrong clock delay nobody
    assert await RequestQueueTable(bench.database).acquire(1, 40.0, bench.clock.now) == bench.clock.now
