"""`/calendar`: which decisions and figures are due?"""

from typing import Literal

from discord import app_commands
from discord.app_commands import Range

from bot.discord_app.interactions import Interaction, reply
from commands import row

CALENDAR = row("calendar")


@app_commands.command(name=CALENDAR.name, description=CALENDAR.description)
@app_commands.describe(
    region="Whose figures; all where you leave it out",
    days="How many days, today included; a week where you leave it out",
    private="Show the answer to you alone",
)
async def calendar(
    interaction: Interaction,
    region: Literal["asia", "europe", "americas", "world"] = "world",
    days: Range[int, 1, 14] = 7,
    private: bool = False,
) -> None:
    await reply(interaction, CALENDAR.ask(interaction.client.ask, f"{region} {days}"), private=private)
