"""`/record`: is a market at a record, and which one did it beat?"""

from discord import app_commands

from bot.client import Asked
from bot.interactions import reply
from commands.choices import markets


@app_commands.command()
@app_commands.describe(
    market="Name or alias of an index; leave it out for the board of all", private="Show the answer to you alone"
)
@app_commands.autocomplete(market=markets)
async def record(interaction: Asked, market: str | None = None, private: bool = False) -> None:  # noqa: FBT001, FBT002 - Discord passes it
    """Whether a market hit a record, at the close or in the session, and which one it beat."""
    ask = interaction.client.ask
    await reply(interaction, ask.record(market) if market else ask.records(), private=private)
