"""`/why`: which stocks made a market's move?"""

from discord import app_commands

from bot.discord_app.interactions import Interaction, reply
from commands import row
from commands.choices import Text, markets

WHY = row("why")


@app_commands.command(name=WHY.name, description=WHY.description)
@app_commands.describe(market="Name or alias of an index", private="Show the answer to you alone")
@app_commands.autocomplete(market=markets)
async def why(interaction: Interaction, market: Text, private: bool = False) -> None:
    interaction.client.asked.note(interaction.guild_id, market)
    await reply(interaction, WHY.ask(interaction.client.ask, market), private=private)
