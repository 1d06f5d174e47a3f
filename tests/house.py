"""A server with the bot in it, in a simulated Discord: its commands, database and deliveries are the real ones."""

from pathlib import Path
from typing import Any

import discord
from simcord.env import Env

from bot.app import build
from bot.discord_app.client import Client
from bot.discord_app.composer import PostComposer
from tests.factories import settings
from tests.fakes import FakeClock, FakeQuestions
from tests.simulated import text


class House:
    """A server with an admin, a member and a channel, and the bot in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock, self.desk = folder, FakeClock(), FakeQuestions()
        self.client = self._process()
        self.env = Env(self.client, shard_count=1)

    def _process(self) -> Client:
        """Make the bot as a new process does: what it knows from before is what the database holds."""
        composer = PostComposer(self.desk.questions, self.desk.renew)
        self.app = build(
            settings(self.folder),
            clock=self.clock,
            questions=self.desk.questions,
            composer=composer,
            wait=self.clock.wait,
        )
        self.database = self.app.market_data.database
        self.posts, self.confirmations, self.deliveries = self.app.posts, self.app.confirmations, self.app.deliveries
        return self.app.clients()

    async def open(self) -> None:
        await self.env.start()
        self.guild = self.env.create_guild()
        self.channel = self.guild.create_text_channel("markets")
        manager = self.guild.create_role("manager", permissions=discord.Permissions(manage_guild=True))
        self.admin = self.guild.add_member(self.env.create_user("ada"), roles=[manager])
        self.member = self.guild.add_member(self.env.create_user("bob"))

    async def restart(self) -> None:
        await self.app.close()
        self.client = self._process()
        await self.env.restart_bot(self.client)

    async def close(self) -> None:
        await self.env.shutdown()
        await self.app.close()

    async def turn(self, **by: float) -> None:
        self.clock.move(**by)
        await self.posts.plan()
        await self.deliveries.send_due()
        await self.deliveries.settle()
        await self.deliveries.publish_due()
        await self.deliveries.send_pause_notices()
        await self.env.settle()

    async def schedule(self, name: str, **options: Any) -> Any:
        return await self.admin.slash(self.channel, f"schedule {name}", **options)

    async def nikkei(self, **options: Any) -> str:
        """Set a post up, say yes where the bot asks, and return what it showed."""
        given = {"what": "nikkei", "channel": self.channel, "when": "09:00", "zone": "Asia/Tokyo"} | options
        shown = await self.schedule("add", **given)
        assert shown.ephemeral
        said = text(shown.response)
        if "Set this up?" in said:
            await self.admin.click(shown.response, label="Yes")
        return said
