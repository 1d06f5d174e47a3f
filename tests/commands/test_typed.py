"""Is every text typed in Discord cut to a bounded length before the bot's own code sees it?"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord.env import Env

import commands
from bot.discord_app import client
from bot.domain.text import LONGEST, bounded
from tests.fakes import FakeQuestions
from tests.simulated import member, simulated

HIDDEN = "  nik\u200bkei \u202e\t x\u2066\x00 "


@pytest.fixture
def desk() -> FakeQuestions:
    return FakeQuestions()


@pytest.fixture
async def env(desk: FakeQuestions, tmp_path: Path) -> AsyncIterator[Env]:
    async for env in simulated(desk, tmp_path):
        yield env


def every() -> Iterator[app_commands.Command[Any, ..., Any]]:
    for command in commands.slash_commands():
        if isinstance(command, app_commands.Group):
            yield from (found for found in command.walk_commands() if isinstance(found, app_commands.Command))
        else:
            yield command


def test_discord_is_told_how_long_each_text_may_be() -> None:
    texts = [
        (command.qualified_name, parameter)
        for command in every()
        for parameter in command.parameters
        if parameter.type is discord.AppCommandOptionType.string and not parameter.choices
    ]
    assert len(texts) > 10
    for name, parameter in texts:
        assert parameter.max_value == LONGEST, (name, parameter.name)


async def test_an_option_is_bounded_before_the_question_is_asked(env: Env, desk: FakeQuestions) -> None:
    alice, channel = member(env)
    result = await alice.slash(channel, "index", market=HIDDEN)
    assert desk.asked == ["nikkei x"]
    assert result.response.content.startswith("I don't know “nikkei x”.")
    assert len(env.errors) == 1


def parameters(option: dict[str, Any], deep: int) -> dict[str, Any]:
    for level in range(deep):
        option = {"name": f"level {level}", "type": 2, "options": [option]}
    return option


@pytest.mark.parametrize("deep", [0, 1, 2])
async def test_options_of_subcommands_are_too_and_nothing_else_is_changed(env: Env, deep: int) -> None:
    assert isinstance(env.bot, client.Client)
    typed = {"name": "when", "type": 3, "value": HIDDEN * 1000}
    number = {"name": "number", "type": 4, "value": 7}
    interaction: Any = type("Interaction", (), {"data": {"options": [parameters(typed, deep), number]}})()
    assert await env.bot.tree.interaction_check(interaction)
    assert typed["value"] == bounded(HIDDEN * 1000)
    assert number["value"] == 7
    interaction.data = {}
    assert await env.bot.tree.interaction_check(interaction)


async def test_what_is_typed_while_choices_are_offered_is_bounded(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    typed: list[str] = []

    def search(text: str, *_: object) -> list[Any]:
        typed.append(text)
        return []

    monkeypatch.setattr("commands.choices.search", search)
    alice, channel = member(env)
    await alice.autocomplete(channel, "index", "market", "  nik\u200b" + "k" * 6000)
    assert typed == ["nik" + "k" * 97]


async def test_a_custom_id_that_is_not_the_bots_is_no_button(env: Env) -> None:
    assert isinstance(env.bot, client.Client)
    patterns = list(env.bot._connection._view_store._dynamic_items)
    assert len(patterns) >= 2
    for pattern in patterns:
        for beginning in ("ix:", "post:a:market:", "post:a:", "post:", "ask:"):
            for filling in ("a", "-", ":", "a:"):
                assert pattern.fullmatch(beginning + filling * 6000) is None
