"""The client from end to end in a simulated Discord: replies, errors, the button and the command sync."""

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord.env import Env

from bot.discord_app import interactions
from bot.discord_app.client import Client
from bot.discord_app.cooldown import PAUSE, PressCooldown
from bot.domain.errors import NoQuotes, Refused
from tests.fakes import FakeQuestions
from tests.sentences import other
from tests.simulated import calls, check, member, simulated, text
from tests.simulated import client as made

SENTENCE = "Yahoo does not answer, and nothing is known from before."
LATE = NoQuotes(other(SENTENCE))


@pytest.fixture
def desk() -> FakeQuestions:
    return FakeQuestions()


@pytest.fixture
async def env(desk: FakeQuestions, tmp_path: Path) -> AsyncIterator[Env]:
    async for env in simulated(desk, tmp_path):
        yield env


def client(env: Env) -> Client:
    assert isinstance(env.bot, Client)
    return env.bot


async def late(env: Env, desk: FakeQuestions, asking: Any) -> Any:
    """Run an interaction that needs a fetch, holding the fetch back until the first response has gone out."""
    desk.gate = gate = asyncio.Event()
    desk.outside = lambda waiting: env.external_wait(waiting, reason="a fetch")
    before = len(calls(env))

    async def fetch() -> None:
        while len(calls(env)) == before:
            await asyncio.sleep(0)
        gate.set()

    fetching = asyncio.create_task(fetch())
    result = await asking
    await fetching
    return result


async def test_what_is_in_memory_is_answered_at_once(env: Env) -> None:
    alice, channel = member(env)
    result = await alice.slash(channel, "index", market="nikkei")
    assert calls(env) == [("POST", "callback")]
    assert not result.ephemeral
    assert "45,055.38" in text(result.response)


async def test_turns_of_the_loop_do_not_matter_but_time_does(
    env: Env, desk: FakeQuestions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "THINKING", 60.0)  # on a slow machine the default could run out
    desk.turns = 50
    alice, channel = member(env)
    await alice.slash(channel, "index", market="nikkei")
    assert calls(env) == [("POST", "callback")]


async def test_what_must_be_fetched_is_deferred_and_follows(env: Env, desk: FakeQuestions) -> None:
    alice, channel = member(env)
    result = await late(env, desk, alice.slash(channel, "index", market="nikkei"))
    assert calls(env) == [("POST", "callback"), ("PATCH", "@original")]
    assert not result.ephemeral
    assert "45,055.38" in text(result.response)


@pytest.mark.parametrize("fetched", [False, True])
async def test_private_answers_are_seen_by_the_asker_alone(env: Env, desk: FakeQuestions, fetched: bool) -> None:
    alice, channel = member(env)
    asking = alice.slash(channel, "index", market="nikkei", private=True)
    result = await late(env, desk, asking) if fetched else await asking
    assert len(calls(env)) == 1 + fetched
    assert result.ephemeral
    assert "45,055.38" in text(result.response)


async def test_an_error_at_once_is_seen_by_the_asker_alone(env: Env) -> None:
    alice, channel = member(env)
    result = await alice.slash(channel, "index", market="nikei")
    assert result.response.ephemeral
    assert result.response.content == "I don't know “nikei”. Did you mean Nikkei 225?"
    assert len(env.errors) == 1


async def test_an_error_after_a_public_defer_is_seen_by_the_asker_alone(env: Env, desk: FakeQuestions) -> None:
    alice, channel = member(env)
    desk.error = LATE
    result = await late(env, desk, alice.slash(channel, "index", market="nikkei"))
    assert [verb for verb, _ in calls(env)] == ["POST", "PATCH", "POST", "DELETE"]
    assert result.response is None
    [followup] = result.followups
    assert followup.ephemeral
    assert followup.content == SENTENCE
    assert len(env.errors) == 1


async def test_an_error_after_a_private_defer_takes_its_place(env: Env, desk: FakeQuestions) -> None:
    alice, channel = member(env)
    desk.error = LATE
    result = await late(env, desk, alice.slash(channel, "index", market="nikkei", private=True))
    assert result.response.ephemeral
    assert result.response.content == SENTENCE
    assert not result.followups
    assert len(env.errors) == 1


async def test_a_fault_of_ours_is_a_reference_whose_traceback_is_in_the_log(
    env: Env, desk: FakeQuestions, caplog: pytest.LogCaptureFixture
) -> None:
    alice, channel = member(env)
    desk.error = KeyError("a secret of the inside")
    result = await alice.slash(channel, "index", market="nikkei")
    found = re.fullmatch(r"Something went wrong on our side\. Reference `([0-9a-f]{6})`\.", result.response.content)
    assert found
    [logged] = [record for record in caplog.records if record.name == "bot.discord_app.interactions"]
    assert found[1] in logged.getMessage()
    assert logged.exc_info
    assert logged.exc_info[1] is desk.error
    assert len(env.errors) == 1


async def test_an_asker_who_is_gone_is_logged_and_no_error(
    env: Env, desk: FakeQuestions, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.discord_app.admission")
    alice, channel = member(env)
    env.inject_error("POST", "/interactions/*", status=404, code=10062, message="Unknown interaction")
    result = await alice.slash(channel, "index", market="nikkei")
    assert not result.acknowledged
    client(env).tally.close()
    [line] = [record for record in caplog.records if record.name.startswith("bot.")]
    assert line.getMessage() == "Interactions without an answer: 1 whose asker or message was gone."
    assert line.exc_info is None
    assert calls(env) == [("POST", "callback")]
    assert len(env.errors) == 1


async def test_gone_while_deferring_ends_as_quietly_and_the_fetch_is_not_lost(env: Env, desk: FakeQuestions) -> None:
    alice, channel = member(env)
    env.inject_error("POST", "/interactions/*", status=404, code=10062, message="Unknown interaction")
    await late(env, desk, alice.slash(channel, "index", market="nikkei"))
    assert calls(env) == [("POST", "callback")]
    assert desk.answered == 1
    assert len(env.errors) == 1


async def test_an_error_that_cannot_be_told_is_logged(
    env: Env, desk: FakeQuestions, caplog: pytest.LogCaptureFixture
) -> None:
    alice, channel = member(env)
    desk.error = LATE
    env.inject_error("POST", "/interactions/*", status=403, code=50001, message="Missing Access")
    await alice.slash(channel, "index", market="nikkei")
    client(env).tally.close()
    assert "1 whose asker could not be told what went wrong (HTTP 403)" in caplog.text
    assert len(env.errors) == 1


async def test_choices_that_come_too_late_are_counted_and_no_traceback(
    env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.discord_app.admission")
    alice, channel = member(env)
    env.inject_error("POST", "/interactions/*", status=404, code=10062, message="Unknown interaction")
    with contextlib.suppress(Exception):  # the simulation complains that no answer came
        await alice.autocomplete(channel, "index", "market", "nik")
    client(env).tally.close()
    assert all(record.levelno < logging.WARNING for record in caplog.records)
    [line] = [record for record in caplog.records if record.name == "bot.discord_app.admission"]
    assert line.getMessage() == "Interactions without an answer: 1 whose asker or message was gone."
    assert not env.errors


async def test_it_counts_one_place_for_what_is_under_way_and_gives_it_back(env: Env, desk: FakeQuestions) -> None:
    door = client(env).connection.admission
    alice, channel = member(env)
    under_way: list[int] = []
    desk.block = lambda: under_way.append(door.under_way)
    first = await alice.slash(channel, "index", market="nikkei")
    await alice.click(first.response, label="↻")
    await late(env, desk, alice.slash(channel, "index", market="nikkei"))
    await alice.slash(channel, "index", market="nikei")  # refused
    assert under_way == [1, 1, 1]
    assert door.under_way == 0
    assert len(env.errors) == 1


async def test_help_and_about_are_private(env: Env) -> None:
    alice, channel = member(env)
    for name, expected in (("help", "/index"), ("about", "Not investment advice")):
        result = await alice.slash(channel, name)
        assert result.ephemeral
        assert expected in text(result.response)


async def test_commands_work_in_direct_messages_and_for_users_who_installed_the_bot(env: Env) -> None:
    env.create_guild()
    alice = env.create_user("alice")
    assert set(alice.available_commands()) >= {"index", "help", "about"}
    assert "45,055.38" in text((await alice.slash("index", market="日経225")).response)
    for command in client(env).tree.get_commands():
        payload = command.to_dict(client(env).tree)
        for_servers = command.name in ("schedule", "alert", "data")
        assert payload["integration_types"] == ([0] if for_servers else [0, 1]), command.name
        assert payload["contexts"] == ([0] if for_servers else [0, 1, 2]), command.name


async def test_nothing_sent_is_kept_in_memory_for_its_buttons(env: Env) -> None:
    alice, channel = member(env)
    await alice.slash(channel, "index", market="nikkei")
    await alice.slash(channel, "index", market="nikkei", private=True)
    assert env.bot._connection._view_store._views == {}


async def test_the_button_renews_the_message(env: Env, desk: FakeQuestions) -> None:
    alice, channel = member(env)
    first = await alice.slash(channel, "index", market="nikkei")
    desk.level = 45100.00
    await alice.click(first.response, label="↻")
    assert calls(env)[1:] == [("POST", "callback")]
    assert "45,100.00" in text(first.response)
    assert desk.asked == ["nikkei", "nikkei"]


async def test_the_button_works_after_a_restart_and_when_a_fetch_is_needed(
    env: Env, desk: FakeQuestions, tmp_path: Path
) -> None:
    alice, channel = member(env)
    first = await alice.slash(channel, "index", market="nikkei")
    await env.restart_bot(made(desk, tmp_path))
    desk.level = 45100.00
    await late(env, desk, alice.click(first.response, label="↻"))
    assert calls(env)[1:] == [("POST", "callback"), ("PATCH", "@original")]
    assert "45,100.00" in text(first.response)
    assert channel.last_message.id == first.response.id


async def test_an_error_of_the_button_leaves_the_message_alone(env: Env, desk: FakeQuestions) -> None:
    alice, channel = member(env)
    first = await alice.slash(channel, "index", market="nikkei")
    desk.error = LATE
    at_once = await alice.click(first.response, label="↻")
    assert at_once.response.ephemeral
    assert at_once.response.content == SENTENCE
    client(env).presses = PressCooldown()
    after_defer = await late(env, desk, alice.click(first.response, label="↻"))
    [followup] = after_defer.followups
    assert followup.ephemeral
    assert followup.content == SENTENCE
    assert "45,055.38" in text(first.response)


async def test_a_member_who_presses_again_too_soon_is_told_how_long_to_wait(env: Env, desk: FakeQuestions) -> None:
    now = 0.0
    client(env).presses = PressCooldown(lambda: now)
    alice, channel = member(env)
    bob, _ = member(env, "bob")
    first = await alice.slash(channel, "index", market="nikkei")
    await alice.click(first.response, label="↻")
    now = 1.5
    refused = await alice.click(first.response, label="↻")
    assert refused.response.ephemeral
    assert refused.response.content == "You can refresh again in 4 s."
    await bob.click(first.response, label="↻")
    now = PAUSE
    await alice.click(first.response, label="↻")
    assert len(desk.asked) == 4


def test_presses_are_forgotten_as_soon_as_they_do_not_matter() -> None:
    now = 0.0
    presses = PressCooldown(lambda: now)
    for user in range(10_050):
        presses.press(user)
    assert len(presses) == 10_000
    now = PAUSE
    presses.press(1)
    assert len(presses) == 1
    with pytest.raises(Refused):
        presses.press(1)


def puts(env: Env) -> list[Any]:
    return [request for request in env.http_requests if request.method == "PUT"]


async def test_commands_are_synced_only_when_they_changed(desk: FakeQuestions, tmp_path: Path) -> None:
    async with simcord.run(made(desk, tmp_path), shard_count=1) as env:
        assert len(puts(env)) == 1
        await env.restart_bot(made(desk, tmp_path))
        assert len(puts(env)) == 1
        await env.restart_bot(made(desk, tmp_path, 2))
        assert len(puts(env)) == 2
        check(env)


@pytest.mark.parametrize("content", ["", "[1]", "{not json"])
async def test_a_spoilt_memory_of_the_sync_means_to_sync_again(
    desk: FakeQuestions, tmp_path: Path, content: str
) -> None:
    (tmp_path / "commands.json").write_text(content)
    async with simcord.run(made(desk, tmp_path), shard_count=1) as env:
        assert len(puts(env)) == 1


async def test_a_data_folder_that_cannot_be_written_is_no_end(
    desk: FakeQuestions, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    async with simcord.run(made(desk, tmp_path / "file"), shard_count=1) as env:
        alice, channel = member(env)
        assert (await alice.slash(channel, "index", market="nikkei")).acknowledged
        assert "cannot be written" in caplog.text


def test_no_member_and_no_message_is_kept(desk: FakeQuestions, tmp_path: Path) -> None:
    client = made(desk, tmp_path)
    assert client.intents == discord.Intents(guilds=True)
    assert client._connection.member_cache_flags == discord.MemberCacheFlags.none()
    assert client._connection._messages is None
    assert client.allowed_mentions is not None
    assert client.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()
