"""`/record`: is a market at a record, and which one did it beat?"""

from discord import app_commands

from bot.discord_app.interactions import Interaction, reply
from commands import row
from commands.choices import Text, markets

RECORD = row("record")


@app_commands.command(name=RECORD.name, description=RECORD.description)
@app_commands.describe(
    market="Name or alias of an index; leave it out for the board of all", private="Show the answer to you alone"
)
@app_commands.autocomplete(market=markets)
async def record(interaction: Interaction, market: Text | None = None, private: bool = False) -> None:
    if market is not None:
        interaction.client.asked.note(interaction.guild_id, market)
    await reply(interaction, RECORD.ask(interaction.client.ask, market or ""), private=private)
