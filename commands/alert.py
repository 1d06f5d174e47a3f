"""`/alert`: what should the bot tell this server as soon as it happens?"""

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from bot.discord_app import subscription_commands
from bot.discord_app.interactions import Interaction
from bot.discord_app.permissions import Channel
from commands import row
from commands.choices import Text, markets

alert = app_commands.Group(
    name="alert",
    description="What to tell as soon as it happens, for those who manage the server",
    guild_only=True,
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)

_KINDS = [
    Choice(name="a record in the session", value="record_high"),
    Choice(name="a record at the close", value="record_close"),
    Choice(name="a round number crossed", value="round"),
    Choice(name="a move of so many per cent", value="move"),
]
_NUMBER = "Number of the alert, see /alert list"


@alert.command(description=row("alert add").description)
@app_commands.describe(
    market="Name or alias of an index, in any script",
    what="What you want to be told",
    channel="Where it is posted",
    percent="For a move: how many per cent, up or down, from the last close",
    mention="A role to mention with each alert",
)
@app_commands.autocomplete(market=markets)
@app_commands.choices(what=_KINDS)
async def add(
    interaction: Interaction,
    market: Text,
    what: str,
    channel: Channel,
    percent: Range[float, 0.1, 50.0] | None = None,
    mention: discord.Role | None = None,
) -> None:
    await subscription_commands.add_alert(interaction, market, what, channel, mention, percent)


@alert.command(name="list", description=row("alert list").description)
async def list_(interaction: Interaction) -> None:
    await subscription_commands.listed(interaction, alerts=True)


@alert.command(description=row("alert resume").description)
@app_commands.describe(number=_NUMBER)
async def resume(interaction: Interaction, number: int) -> None:
    await subscription_commands.resume(interaction, number)


@alert.command(description=row("alert remove").description)
@app_commands.describe(number=_NUMBER)
async def remove(interaction: Interaction, number: int) -> None:
    await subscription_commands.remove(interaction, number)
