"""`/index`: where does a market stand?"""

from discord import app_commands

from bot.discord_app.interactions import Interaction, reply
from commands import row
from commands.choices import Text, markets

INDEX = row("index")


@app_commands.command(name=INDEX.name, description=INDEX.description)
@app_commands.describe(market="Name or alias of an index, in any script", private="Show the answer to you alone")
@app_commands.autocomplete(market=markets)
async def index(interaction: Interaction, market: Text, private: bool = False) -> None:
    interaction.client.asked.note(interaction.guild_id, market)
    await reply(interaction, INDEX.ask(interaction.client.ask, market), private=private)
