"""What can a user type? One file a slash command; `ALL` holds them in reading order."""

from discord.app_commands import Group

from bot.client import Command
from bot.domain.answers import CommandHelp
from commands import about, alert, data, help, index, record, regions, schedule  # noqa: A004 - modules, so that `index.index` does not hide one

ALL: tuple[Command, ...] = (
    index.index,
    record.record,
    regions.asia,
    regions.europe,
    regions.americas,
    regions.world,
    schedule.schedule,
    alert.alert,
    data.data,
    help.help,
    about.about,
)


def listed() -> tuple[CommandHelp, ...]:
    """Return the commands as `/help` lists them, each subcommand on its own."""
    found: list[Command] = []
    for one in ALL:
        found.extend(one.walk_commands() if isinstance(one, Group) else (one,))
    return tuple(CommandHelp(name=one.qualified_name, description=one.description) for one in found)
