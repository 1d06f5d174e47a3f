"""The commands as a whole."""

from discord.app_commands import Group

import commands


def test_every_command_is_listed_with_a_description() -> None:
    listed = commands.listed()
    assert [one.name for one in listed][:1] == ["index"]
    assert {one.name for one in listed} >= {"index", "help", "about"}
    assert all(one.description.endswith(".") and len(one.description) <= 100 for one in listed)
    assert not any(
        isinstance(command, Group) and command.name in {one.name for one in listed} for command in commands.ALL
    )


def test_names_are_unique() -> None:
    names = [one.name for one in commands.ALL]
    assert len(names) == len(set(names))
