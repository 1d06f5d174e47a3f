"""What comes in with an interaction, does what is sent for it arrive, and what does it mean where it does not?

Discord waits 3 s for the first answer to an interaction. A connection that is reset meanwhile leaves time for one more
try; where the first had arrived after all, Discord says so to the second.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import aiohttp
import discord

from bot.domain.text import bounded

AGAIN_WITHIN = 2.0
"""Seconds from the first try in which a second is begun, so that it is over within the 3."""

_ACKNOWLEDGED: Final = 40060  # already, that is by the try whose connection was reset
_GONE: Final = frozenset({
    10003,  # unknown channel
    10004,  # unknown server
    10008,  # unknown message
    10015,  # unknown webhook, which is what the interaction's token stands for
    10062,  # unknown interaction
    50027,  # the interaction's token is too old
})  # fmt: skip

_log = logging.getLogger(__name__)

Kind = discord.InteractionResponseType


def bound(options: Iterable[dict[str, Any]]) -> None:
    """Bound the texts of options, and of what stands within subcommands, where they are."""
    for option in options:
        bound(option.get("options", ()))
        if isinstance(value := option.get("value"), str):
            option["value"] = bounded(value)


def is_gone(error: BaseException) -> bool:
    """Say whether what was to be answered, or whoever asked, is not there any more: nobody is left to be told."""
    return isinstance(error, discord.HTTPException) and error.code in _GONE


async def delivered(
    interaction: discord.Interaction[Any], send: Callable[[], Awaitable[object]], kind: Kind | None = None
) -> None:
    """Send something for an interaction, once more where the connection was reset.

    ``kind`` is that of a first answer; `first_answer` tells it, also of one that arrived without discord.py's knowing.
    """
    now = asyncio.get_running_loop().time
    started = now()
    try:
        await send()
    except (aiohttp.ClientError, ConnectionError) as fault:
        if now() - started > AGAIN_WITHIN:
            raise
        _log.info("An answer's connection was lost (%s); it is sent once more.", type(fault).__name__)
        try:
            await send()
        except discord.HTTPException as error:
            if error.code != _ACKNOWLEDGED:
                raise
            interaction.extras["arrived"] = kind


def first_answer(interaction: discord.Interaction[Any]) -> Kind | None:
    """Tell what kind of first answer Discord has for an interaction; ``None`` where it still waits for one."""
    arrived: Kind | None = interaction.extras.get("arrived")
    return arrived or interaction.response.type


async def defer(interaction: discord.Interaction[Any], *, private: bool, thinking: bool) -> None:
    """Tell Discord that an answer will come; ``thinking`` shows that, and is what commands always do."""
    interaction.extras["private"] = private
    pressed = interaction.type is discord.InteractionType.component
    kind = Kind.deferred_message_update if pressed and not thinking else Kind.deferred_channel_message
    await delivered(interaction, lambda: interaction.response.defer(ephemeral=private, thinking=thinking), kind)
