"""How does a question that is asked in Discord come to its answer, at once or a little later, and does that arrive?

Discord waits 3 s for the first answer to an interaction. A connection that is reset meanwhile leaves time for one more
try; where the first had arrived after all, Discord says so to the second.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import partial
from typing import Any, Final

import aiohttp
import discord

from bot.discord_app import admission
from bot.domain.answers import Answer
from bot.domain.text import bounded

THINKING: Final = 0.25
"""Seconds without an answer after which Discord is told that one will come; a reader takes less for at once."""

_LATEST: Final = 2.5  # seconds after its arrival at which an interaction must be acknowledged

AGAIN_WITHIN = 2.0
"""Seconds from the first try in which a second is begun, so that it is over within the 3."""

_ACKNOWLEDGED: Final = 40060  # already, that is by the try whose connection was reset
_log = logging.getLogger(__name__)

Kind = discord.InteractionResponseType


async def reply(
    interaction: discord.Interaction[Any], question: Coroutine[Any, Any, Answer], *, private: bool = False
) -> None:
    """Answer a command, or a button by changing its message; whatever goes wrong is raised.

    At once where the answer is in memory. Else Discord is told after `THINKING` that the answer will come, and it
    follows within the 15 minutes that the interaction lives.
    """
    pressed = interaction.type is discord.InteractionType.component
    deferral = Deferral(interaction, private=private, thinking=not pressed)
    try:
        message = interaction.client.messages.message(await question)
    finally:
        await deferral.end()
    response = interaction.response
    if deferral.sent:
        await delivered(interaction, lambda: interaction.edit_original_response(view=message))
    elif pressed:
        await delivered(interaction, lambda: response.edit_message(view=message), Kind.message_update)
    else:
        send = partial(response.send_message, view=message, ephemeral=private)
        await delivered(interaction, send, Kind.channel_message)


class Deferral:
    """Tells Discord that an answer will come, unless it is ended before `THINKING` is over."""

    def __init__(self, interaction: discord.Interaction[Any], *, private: bool, thinking: bool) -> None:
        """Begin to wait; an interaction that had to wait for its turn is acknowledged the sooner."""
        self.sent: asyncio.Task[Any] | None = None
        self._interaction, self._private, self._thinking = interaction, private, thinking
        self._slot = admission.slot()
        self._loop = asyncio.get_running_loop()
        delay = THINKING if self._slot is None else min(THINKING, self._slot.left(_LATEST))
        self._waiting = self._loop.call_later(delay, self._defer)

    async def end(self) -> None:
        """Send nothing any more, or see what was begun through; raises what Discord's answer to it was."""
        self._waiting.cancel()
        if self.sent is not None:
            await self.sent

    def _defer(self) -> None:
        self.sent = self._loop.create_task(self._acknowledge())

    async def _acknowledge(self) -> None:
        await defer(self._interaction, private=self._private, thinking=self._thinking)
        if self._slot is not None:
            self._slot.acknowledged()


def bound(options: Iterable[dict[str, Any]]) -> None:
    """Bound the texts of options, and of what stands within subcommands, where they are."""
    for option in options:
        bound(option.get("options", ()))
        if isinstance(value := option.get("value"), str):
            option["value"] = bounded(value)


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
