"""`/index`: where does a market stand?"""

from discord import app_commands

from bot.client import Asked
from bot.interactions import reply
from commands.choices import markets


@app_commands.command()
@app_commands.describe(market="Name or alias of an index, in any script", private="Show the answer to you alone")
@app_commands.autocomplete(market=markets)
async def index(interaction: Asked, market: str, private: bool = False) -> None:  # noqa: FBT001, FBT002 - Discord passes it
    """Level of an index, its change, and what it means."""
    await reply(interaction, interaction.client.ask.index(market), private=private)
