"""`/data`: what does the bot keep of this server, and how is it deleted?"""

import discord
from discord import app_commands

from bot.discord_app import subscription_commands
from bot.discord_app.interactions import Interaction
from commands import row

data = app_commands.Group(
    name="data",
    description="What is kept of this server",
    guild_only=True,
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


@data.command(description=row("data delete").description)
async def delete(interaction: Interaction) -> None:
    await subscription_commands.forget(interaction)
