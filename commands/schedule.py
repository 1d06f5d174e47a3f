"""`/schedule`: what does the bot send to this server by itself, where and when?"""

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.discord_app import subscription_commands
from bot.discord_app.interactions import Interaction
from bot.discord_app.permissions import Channel
from bot.domain.posting.parsing import subjects
from bot.domain.posting.zones import timezones
from bot.views.en.languages import LANGUAGES
from commands import row
from commands.choices import Text, markets

schedule = app_commands.Group(
    name="schedule",
    description="Posts that come by themselves, for those who manage the server",
    guild_only=True,
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)

_ONLY = [
    Choice(name="every day", value="every"),
    Choice(name="only when a market of the region trades", value="region"),
    Choice(name="only when the named market trades", value="market"),
]
_TEXTS = {
    "what": "asia summary, europe status, records, or a market",
    "channel": "Where it is posted",
    "when": "09:00, 30 min before Tokyo opens, 15 min after Hong Kong closes",
    "zone": "Time zone of a local time",
    "days": "every day, weekdays, mon-fri, mon,wed,fri",
    "only": "On which of these days; if left out, on those when what it tells of trades",
    "market": "The market that must trade",
    "note": "On a holiday, say in a line which one it is",
    "mention": "A role to mention with each post",
    "silent": "Mention nobody any more",
    "publish": "Publish it, in an announcement channel",
    "language": "Language of the post, once I speak it; such as en-US or ja",
    "number": "Number of the post, see /schedule list",
}


async def _subjects(_: Interaction, typed: str) -> list[Choice[str]]:
    return [Choice(name=name, value=value) for name, value in subjects(typed)]


async def _languages(_: Interaction, typed: str) -> list[Choice[str]]:
    known = ((f"{name} ({code})", code) for code, name in LANGUAGES.items())
    return [Choice(name=name, value=code) for name, code in known if typed.casefold() in name.casefold()][:25]


async def _zones(_: Interaction, typed: str) -> list[Choice[str]]:
    return [Choice(name=name, value=name) for name in timezones(typed)]


@schedule.command(description=row("schedule add").description)
@app_commands.describe(**{name: text for name, text in _TEXTS.items() if name not in {"number", "silent"}})
@app_commands.autocomplete(what=_subjects, zone=_zones, market=markets, language=_languages)
@app_commands.choices(only=_ONLY)
async def add(
    interaction: Interaction,
    what: Text,
    channel: Channel,
    when: Text,
    zone: Text | None = None,
    days: Text | None = None,
    only: str | None = None,
    market: Text | None = None,
    note: bool | None = None,
    mention: discord.Role | None = None,
    publish: bool | None = None,
    language: Text | None = None,
) -> None:
    draft = subscription_commands.draft(
        interaction, what=what, channel=channel, when=when, zone=zone, days=days, only=only, market=market, note=note,
        mention=mention, publish=publish, language=language,
    )  # fmt: skip
    await subscription_commands.add(interaction, draft)


@schedule.command(description=row("schedule edit").description)
@app_commands.describe(**_TEXTS)
@app_commands.autocomplete(what=_subjects, zone=_zones, market=markets, language=_languages)
@app_commands.choices(only=_ONLY)
async def edit(
    interaction: Interaction,
    number: int,
    what: Text | None = None,
    channel: Channel | None = None,
    when: Text | None = None,
    zone: Text | None = None,
    days: Text | None = None,
    only: str | None = None,
    market: Text | None = None,
    note: bool | None = None,
    mention: discord.Role | None = None,
    silent: bool = False,
    publish: bool | None = None,
    language: Text | None = None,
) -> None:
    draft = subscription_commands.draft(
        interaction, what=what, channel=channel, when=when, zone=zone, days=days, only=only, market=market, note=note,
        mention=mention, silent=silent, publish=publish, language=language,
    )  # fmt: skip
    await subscription_commands.edit(interaction, number, draft)


@schedule.command(name="list", description=row("schedule list").description)
async def list_(interaction: Interaction) -> None:
    await subscription_commands.listed(interaction, alerts=False)


@schedule.command(description=row("schedule preview").description)
@app_commands.describe(number=_TEXTS["number"])
async def preview(interaction: Interaction, number: int) -> None:
    await subscription_commands.preview(interaction, number)


@schedule.command(description=row("schedule pause").description)
@app_commands.describe(number=_TEXTS["number"])
async def pause(interaction: Interaction, number: int) -> None:
    await subscription_commands.pause(interaction, number)


@schedule.command(description=row("schedule resume").description)
@app_commands.describe(number=_TEXTS["number"])
async def resume(interaction: Interaction, number: int) -> None:
    await subscription_commands.resume(interaction, number)


@schedule.command(description=row("schedule remove").description)
@app_commands.describe(number=_TEXTS["number"])
async def remove(interaction: Interaction, number: int) -> None:
    await subscription_commands.remove(interaction, number)


@schedule.command(description=row("schedule test").description)
@app_commands.describe(number=_TEXTS["number"])
async def test(interaction: Interaction, number: int) -> None:
    await subscription_commands.test(interaction, number)
