"""One table of commands serves the terminal, `/help` and Discord alike."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from discord import AppCommandOptionType
from discord.app_commands import Command, Group

import commands
from bot import app
from bot.domain.answers import HelpAnswer
from bot.domain.errors import BadQuestion, MarketError
from bot.services import grammar
from bot.services.query import Query
from tests.conftest import ROOT
from tests.sentences import failing, other, sentence_of


def spoken() -> list[Command[Any, ..., Any]]:
    found: list[Command[Any, ..., Any]] = []
    for command in commands.slash_commands():
        children = command.walk_commands() if isinstance(command, Group) else (command,)
        found.extend(child for child in children if isinstance(child, Command))
    return found


def test_discord_has_the_commands_of_the_table_in_its_order_and_its_words() -> None:
    assert [(command.qualified_name, command.description) for command in spoken()] == [
        (row.name, row.description) for row in commands.ALL
    ]


def test_discord_asks_for_a_market_where_the_table_does() -> None:
    for row, command in zip(commands.ALL, spoken(), strict=True):
        market = next((parameter for parameter in command.parameters if parameter.name == "market"), None)
        if row.question is not None:
            needed = None if market is None else "required" if market.required else "optional"
            assert needed == row.market, row.name
            assert market is None or market.type is AppCommandOptionType.string


def test_help_lists_the_table() -> None:
    reply = asyncio.run(app.sample().ask("/help"))
    assert isinstance(reply, HelpAnswer)
    assert [(command.name, command.description) for command in reply.commands] == [
        (row.name, row.description) for row in commands.ALL
    ]


@pytest.mark.parametrize("row", commands.ALL, ids=lambda row: row.name)
def test_the_terminal_answers_every_command_that_asks_and_no_other(row: grammar.Command) -> None:
    line = f"/{row.name} nikkei" if row.market else f"/{row.name}"
    if row.question is None:
        with failing(BadQuestion, match=f"I don't know the command “{line}”"):
            asyncio.run(app.sample().ask(line))
        return
    typed, asked = asyncio.run(app.sample().ask(line)), row.ask(app.sample(), "nikkei" if row.market else "")
    assert typed == asyncio.run(asked)


def test_names_are_unique_and_descriptions_are_sentences_that_discord_takes() -> None:
    names = [row.name for row in commands.ALL]
    assert len(names) == len(set(names))
    assert all(row.description.endswith(".") and len(row.description) <= 100 for row in commands.ALL)
    groups = {row.name.partition(" ")[0] for row in commands.ALL if " " in row.name}
    assert not groups & set(names)


def test_the_table_needs_no_discord() -> None:
    program = "import sys, commands; print(sorted({'discord', 'aiohttp'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def _no_answer(*_: object) -> Query[Any]:
    raise MarketError(other("Never asked."))


FORMS = (
    grammar.Command("week", "A week.", _no_answer, market="required"),
    grammar.Command("moon phase", "A phase.", _no_answer),
    grammar.Command("moon rise", "A rise.", _no_answer, market="optional"),
    grammar.Command("moon landing", "Not in the terminal."),
)


@pytest.mark.parametrize(
    ("line", "name", "market"),
    [
        ("/week nikkei", "week", "nikkei"),
        ("WEEK market: hang seng", "week", "hang seng"),
        ("/moon phase", "moon phase", ""),
        ("/moon rise", "moon rise", ""),
        ("/moon rise market:日経225", "moon rise", "日経225"),
    ],
)
def test_a_line_is_read_by_the_table(line: str, name: str, market: str) -> None:
    command, text = grammar.read(line, FORMS)
    assert (command.name, text) == (name, market)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "Ask something, such as /index nikkei."),
        ("/week", "Which market? For example: /week nikkei."),
        ("/moon", "Ask /moon phase or /moon rise."),
        ("/moon landing", "Ask /moon phase or /moon rise."),
        ("/moon phase full", "Ask /moon phase or /moon rise."),
        ("/sun", "I don't know the command “/sun”. Ask /help for what there is."),
    ],
)
def test_what_the_table_does_not_know_is_said(line: str, sentence: str) -> None:
    with pytest.raises(BadQuestion) as error:
        grammar.read(line, FORMS)
    assert sentence_of(error.value) == sentence
