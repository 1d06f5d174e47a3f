"""What may a user type, and which markets are offered meanwhile? From memory; never a call to anywhere."""

from discord.app_commands import Choice, Range

from bot.discord_app.interactions import Interaction
from bot.domain.markets.search import MOST_CHOICES, search, search_instruments

Text = Range[str, 1, 100]
"""What can be typed into an option: Discord's own bound of what `bot.domain.text.LONGEST` says."""


async def markets(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Offer up to 25 markets, named in the user's language where it is known; the value is the catalogue's key.

    What the server asks for most comes first, then what is nearest to those who speak the language.
    """
    language = interaction.locale.value
    found = search(typed, language, interaction.client.asked.most(interaction.guild_id))
    return [Choice(name=market.names.get(language, market.name), value=market.key) for market in found]


async def listings(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Offer markets as `markets` does, and after them gold, currencies and what else has a level but no records."""
    language = interaction.locale.value
    found = [
        Choice(name=item.names.get(language, item.name[0].upper() + item.name[1:]), value=item.key)
        for item in search_instruments(typed)
    ]
    return [*await markets(interaction, typed), *found][:MOST_CHOICES]
