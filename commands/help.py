"""`/help`: what can be asked?"""

from discord import app_commands

from bot.discord_app.interactions import Interaction, reply
from commands import row

HELP = row("help")


@app_commands.command(name=HELP.name, description=HELP.description)
async def help(interaction: Interaction) -> None:  # noqa: A001 - a command is called what the user types
    await reply(interaction, HELP.ask(interaction.client.ask), private=True)
