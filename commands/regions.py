"""`/asia`, `/europe`, `/americas`, `/world`: how did a region's day go, and who trades now?"""

from discord import app_commands

from bot.client import Asked
from bot.domain.markets import Region
from bot.interactions import reply

asia = app_commands.Group(name="asia", description="Asia's markets: the day's summary, and who trades now")
europe = app_commands.Group(name="europe", description="Europe's markets: the day's summary, and who trades now")
americas = app_commands.Group(
    name="americas", description="The Americas' markets: the day's summary, and who trades now"
)
world = app_commands.Group(name="world", description="The world's markets: the day's summary, and who trades now")


@asia.command(name="summary")
async def asia_summary(interaction: Asked) -> None:
    """Asia's day as a news wire would tell it."""
    await reply(interaction, interaction.client.ask.summary(Region.ASIA))


@asia.command(name="status")
async def asia_status(interaction: Asked) -> None:
    """Which of Asia's exchanges trade now, and the holidays to come."""
    await reply(interaction, interaction.client.ask.status(Region.ASIA))


@europe.command(name="summary")
async def europe_summary(interaction: Asked) -> None:
    """Europe's day as a news wire would tell it."""
    await reply(interaction, interaction.client.ask.summary(Region.EUROPE))


@europe.command(name="status")
async def europe_status(interaction: Asked) -> None:
    """Which of Europe's exchanges trade now, and the holidays to come."""
    await reply(interaction, interaction.client.ask.status(Region.EUROPE))


@americas.command(name="summary")
async def americas_summary(interaction: Asked) -> None:
    """The Americas' day as a news wire would tell it."""
    await reply(interaction, interaction.client.ask.summary(Region.AMERICAS))


@americas.command(name="status")
async def americas_status(interaction: Asked) -> None:
    """Which of the Americas' exchanges trade now, and the holidays to come."""
    await reply(interaction, interaction.client.ask.status(Region.AMERICAS))


@world.command(name="summary")
async def world_summary(interaction: Asked) -> None:
    """The world's day, from Wellington to New York, as a news wire would tell it."""
    await reply(interaction, interaction.client.ask.summary(Region.WORLD))


@world.command(name="status")
async def world_status(interaction: Asked) -> None:
    """Which exchanges of the world trade now, and the holidays to come."""
    await reply(interaction, interaction.client.ask.status(Region.WORLD))
