"""`/about`: whose figures are these, how late, and what is kept of the asker?"""

from discord import app_commands

from bot.client import Asked
from bot.interactions import reply


@app_commands.command()
async def about(interaction: Asked) -> None:
    """Sources, delays, privacy; not investment advice."""
    await reply(interaction, interaction.client.ask.about(), private=True)
