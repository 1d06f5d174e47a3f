"""Which markets are offered while a user types? From memory; never a call to anywhere."""

from discord.app_commands import Choice

from bot.client import Asked
from bot.domain.names import search


async def markets(interaction: Asked, typed: str) -> list[Choice[str]]:
    """Offer up to 25 markets, named in the user's language where it is known; the value is the catalogue's key."""
    language = interaction.locale.value
    return [Choice(name=one.names.get(language, one.name), value=one.key) for one in search(typed)]
