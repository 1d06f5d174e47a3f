"""`/data`: what does the bot keep of this server, and how is it deleted?"""

import discord
from discord import app_commands

from bot import scheduling
from bot.client import Asked

data = app_commands.Group(
    name="data",
    description="What is kept of this server",
    guild_only=True,
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


@data.command()
async def delete(interaction: Asked) -> None:
    """Delete all that is kept of this server: posts, alerts, and the record of what was sent."""
    await scheduling.forget(interaction)
