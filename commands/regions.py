"""How did a region's day go, and who trades now? What `/asia`, `/europe`, `/americas` and `/world` have in common."""

from typing import Any

from discord import app_commands

from bot.discord_app.interactions import Interaction, reply
from bot.services.grammar import Command
from commands import ALL


def region(name: str, description: str) -> app_commands.Group:
    """Make a region's group, with a subcommand for each of its rows in the table."""
    group = app_commands.Group(name=name, description=description)
    for command in ALL:
        if command.name.startswith(f"{name} "):
            group.add_command(_subcommand(command))
    return group


def _subcommand(command: Command) -> app_commands.Command[Any, ..., Any]:
    async def answer(interaction: Interaction) -> None:
        await reply(interaction, command.ask(interaction.client.ask))

    name = command.name.partition(" ")[2]
    return app_commands.Command(name=name, description=command.description, callback=answer)
