"""`/help`: what can be asked?"""

from discord import app_commands

from bot.client import Asked
from bot.interactions import reply


@app_commands.command()
async def help(interaction: Asked) -> None:  # noqa: A001 - a command is called what the user types
    """What you can ask."""
    await reply(interaction, interaction.client.ask.help(), private=True)
