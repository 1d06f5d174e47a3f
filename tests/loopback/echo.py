"""The baseline for benchmarks, ``python -m tests.loopback.echo``: a ten-line bot that sends a Components V2 message.

``TEXTS`` is a JSON list of the texts in that message.
"""

import json
import os
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

Route.BASE = os.environ["DISCORD_API_URL"]
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
TEXTS = json.loads(os.environ["TEXTS"])

client = discord.Client(intents=discord.Intents(guilds=True))
tree = discord.app_commands.CommandTree(client)


@tree.command()
async def index(interaction: discord.Interaction, market: str) -> None:
    """Echo."""
    box = discord.ui.Container[Any](*map(discord.ui.TextDisplay, TEXTS), accent_colour=0x2E9E5B)
    buttons = (("↻", f"ix:{market}"), ("Why?", f"why:{market}"))
    row = discord.ui.ActionRow[Any](*(discord.ui.Button[Any](label=label, custom_id=name) for label, name in buttons))
    box.add_item(row)
    await interaction.response.send_message(view=discord.ui.LayoutView().add_item(box))


client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
