"""`/about`: whose figures are these, how late, and what is kept of the asker?"""

from discord import app_commands

from bot.discord_app.interactions import Interaction, reply
from commands import row

ABOUT = row("about")


@app_commands.command(name=ABOUT.name, description=ABOUT.description)
async def about(interaction: Interaction) -> None:
    await reply(interaction, ABOUT.ask(interaction.client.ask), private=True)
