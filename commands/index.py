"""`/index`: where does a market stand?"""

from discord import app_commands

from bot.discord_app.interactions import Interaction, reply
from commands import row
from commands.choices import Text, listings

INDEX = row("index")


@app_commands.command(name=INDEX.name, description=INDEX.description)
@app_commands.describe(
    market="An index, or gold, oil, a currency, the VIX; by any name, in any script",
    private="Show the answer to you alone",
)
@app_commands.autocomplete(market=listings)
async def index(interaction: Interaction, market: Text, private: bool = False) -> None:
    interaction.client.asked.note(interaction.guild_id, market)
    await reply(interaction, INDEX.ask(interaction.client.ask, market), private=private)
