"""Documents that cannot drift: what the README must name."""

import re

import click

import commands
from bot.cli import main
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_slash_command_stands_in_the_readme() -> None:
    for row in commands.ALL:
        assert re.search(rf"`/{row.name}\b", README), row.name


def test_every_command_of_the_terminal_stands_in_the_readme() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert f"`python -m bot {name}" in README, name
        for child in command.commands if isinstance(command, click.Group) else ():
            assert re.search(rf"`(python -m bot {name} )?{child}`|`python -m bot {name} {child}", README), (name, child)


def test_the_readme_names_the_two_commands_in_full() -> None:
    for mark in ("try", "test"):
        block = re.search(rf"<!-- {mark} -->\n```sh\n(.*?)```", README, re.DOTALL)
        assert block, mark
        assert block[1].startswith("python3 -m venv .venv\n")


def test_lock_files_hold_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index-url" not in text
        assert text.count("--hash=sha256:") > 50
