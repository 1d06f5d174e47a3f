"""How does a question that is asked in Discord come to its answer, at once or a little later?"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import discord

from bot import admission
from bot.domain.answers import Answer

THINKING: Final = 0.25
"""Seconds without an answer after which Discord is told that one will come; a reader takes less for at once."""

_LATEST: Final = 2.5  # seconds after its arrival at which an interaction must be acknowledged


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
    if deferral.sent:
        await interaction.edit_original_response(view=message)
    elif pressed:
        await interaction.response.edit_message(view=message)
    else:
        await interaction.response.send_message(view=message, ephemeral=private)


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
        self._interaction.extras["private"] = self._private
        self.sent = self._loop.create_task(self._acknowledge())

    async def _acknowledge(self) -> None:
        await self._interaction.response.defer(ephemeral=self._private, thinking=self._thinking)
        if self._slot is not None:
            self._slot.acknowledged()
