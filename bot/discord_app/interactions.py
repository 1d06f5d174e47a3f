"""How does a question that is asked in Discord come to its answer, at once or a little later, and does that arrive?

Discord waits 3 s for the first answer to an interaction. A connection that is reset meanwhile leaves time for one more
try; where the first had arrived after all, Discord says so to the second. Whatever goes wrong ends in `fail`.
"""

import asyncio
import functools
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Final

import aiohttp
import discord
from discord import app_commands

from bot.discord_app import admission
from bot.discord_app.cooldown import PressCooldown, TrialCooldown
from bot.discord_app.faults import TRANSIENT, describe, lost
from bot.discord_app.patches import AdmittingClient
from bot.domain.answers import Answer
from bot.domain.errors import Failure, FailureCode, MarketError, failure
from bot.domain.text import bounded
from bot.services.asked_markets import AskedMarkets
from bot.services.confirmations import ConfirmationService
from bot.services.ports import Clock
from bot.services.questions import Questions
from bot.services.subscriptions import SubscriptionService
from bot.views.language import Language
from bot.views.languages import language
from bot.views.message import Messages
from bot.views.page import DISCORD

THINKING: Final = 0.25
"""Seconds after which an interaction is deferred; readers perceive anything shorter as immediate."""

_LATEST: Final = 2.5  # seconds after its arrival at which an interaction must be acknowledged

AGAIN_WITHIN = 2.0
"""Seconds from the first try in which a second is begun, so that it is over within the 3."""

_ACKNOWLEDGED: Final = 40060  # already, that is by the try whose connection was reset
_log = logging.getLogger(__name__)

Kind = discord.InteractionResponseType


class AnsweringClient(AdmittingClient):
    """What a client has that its interactions are answered with; ``clock`` gives the present instant, in UTC."""

    ask: Questions
    asked: AskedMarkets
    clock: Clock
    messages: Messages
    presses: PressCooldown
    trials: TrialCooldown
    posts: SubscriptionService | None  # what servers are sent by themselves, where a database is there to keep it
    confirmations: ConfirmationService | None  # the same


Interaction = discord.Interaction[AnsweringClient]


def words(interaction: Interaction) -> Language:
    """Return the language of whoever asks, as their Discord is set, English where it is not spoken yet."""
    return language(interaction.locale.value)


async def reply(interaction: Interaction, question: Coroutine[Any, Any, Answer], *, private: bool = False) -> None:
    """Answer a command, or a button by changing its message; whatever goes wrong is raised.

    Immediately if the answer is in memory. Otherwise the interaction is deferred after `THINKING`, and the answer
    follows within the 15 minutes for which its token is valid.
    """
    pressed = interaction.type is discord.InteractionType.component
    deferral = Deferral(interaction, private=private, thinking=not pressed)
    try:
        message = interaction.client.messages.message(await question, words(interaction))
    finally:
        await deferral.end()
    response = interaction.response
    if deferral.sent:
        await delivered(interaction, lambda: interaction.edit_original_response(view=message))
    elif pressed:
        await delivered(interaction, lambda: response.edit_message(view=message), Kind.message_update)
    else:
        send = functools.partial(response.send_message, view=message, ephemeral=private)
        await delivered(interaction, send, Kind.channel_message)


class Deferral:
    """Tells Discord that an answer will come, unless it is ended before `THINKING` is over."""

    def __init__(self, interaction: Interaction, *, private: bool, thinking: bool) -> None:
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


async def delivered(interaction: Interaction, send: Callable[[], Awaitable[object]], kind: Kind | None = None) -> None:
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


def first_answer(interaction: Interaction) -> Kind | None:
    """Return the kind of first answer that Discord has for an interaction; ``None`` where it still waits for one."""
    arrived: Kind | None = interaction.extras.get("arrived")
    return arrived or interaction.response.type


async def defer(interaction: Interaction, *, private: bool, thinking: bool) -> None:
    """Tell Discord that an answer will come; ``thinking`` shows that, and is what commands always do."""
    interaction.extras["private"] = private
    pressed = interaction.type is discord.InteractionType.component
    kind = Kind.deferred_message_update if pressed and not thinking else Kind.deferred_channel_message
    await delivered(interaction, lambda: interaction.response.defer(ephemeral=private, thinking=thinking), kind)


async def fail(interaction: Interaction, error: Exception) -> None:
    """Tell the asker, and nobody else, in one sentence what went wrong; the one place where errors end.

    A library's words are never shown: a reference leads from the sentence to the traceback in the log.
    """
    if (cause := lost(error)) is not None:
        interaction.client.tally.count(cause)  # once more was tried already: see `delivered`
        return
    try:
        await _whisper(interaction, words(interaction).failure(_failure(error), DISCORD))
    except TRANSIENT as fault:
        interaction.client.tally.count(f"whose asker could not be told what went wrong ({describe(fault)})")


def _failure(error: Exception) -> Failure:
    """Return the failure to show the asker; an unexpected error is logged."""
    if isinstance(error, MarketError):
        return error.failure
    if isinstance(error, (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)):
        return failure(FailureCode.COMMAND_CHANGED)
    if isinstance(error, app_commands.TransformerError) and error.type is discord.AppCommandOptionType.channel:
        channel = getattr(error.value, "id", None)
        return failure(FailureCode.CANNOT_SEE, **({"channel": channel} if channel is not None else {}))
    reference = secrets.token_hex(3)
    _log.error("Reference %s", reference, exc_info=error)
    return failure(FailureCode.FLAW, reference=reference)


async def _whisper(interaction: Interaction, sentence: str) -> None:
    first = first_answer(interaction)
    if first is None:
        answer = functools.partial(interaction.response.send_message, sentence, ephemeral=True)
        await delivered(interaction, answer, Kind.channel_message)
    elif first is not Kind.deferred_channel_message:
        await interaction.followup.send(sentence, ephemeral=True)
    elif interaction.extras.get("private"):
        await interaction.edit_original_response(content=sentence)
    else:
        # What first follows a public "is thinking…" is public itself, and nothing may follow once that is deleted
        # (discord-api-docs 2866, 2739, 3087): so it is filled, which says nothing, and deleted last.
        await interaction.edit_original_response(content=words(interaction).no_answer)
        try:
            await interaction.followup.send(sentence, ephemeral=True)
        finally:
            await interaction.delete_original_response()
