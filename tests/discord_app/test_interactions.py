"""When is an answer sent a second time?"""

from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from bot.discord_app import interactions
from bot.discord_app.interactions import Kind, delivered, first_answer


def interaction() -> Any:
    return SimpleNamespace(extras={}, response=SimpleNamespace(type=None))


def refusal(code: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=400, reason="Bad Request")
    return discord.HTTPException(response, {"code": code, "message": "no"})


class Sends:
    """A send that raises the given exceptions in turn, then succeeds."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.count = 0

    async def __call__(self) -> None:
        self.count += 1
        if self.faults:
            raise self.faults.pop(0)


RESET = (aiohttp.ServerDisconnectedError(), aiohttp.ClientOSError(104, "reset"), ConnectionResetError())


@pytest.mark.parametrize("fault", RESET)
async def test_after_a_reset_once_more_within_the_time_that_is_left(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "AGAIN_WITHIN", 600.0)
    sends = Sends(fault)
    await delivered(interaction(), sends, Kind.channel_message)
    assert sends.count == 2
    twice = Sends(fault, fault)
    with pytest.raises(type(fault)):
        await delivered(interaction(), twice, Kind.channel_message)
    assert twice.count == 2
    monkeypatch.setattr(interactions, "AGAIN_WITHIN", -1.0)
    late = Sends(fault)
    with pytest.raises(type(fault)):
        await delivered(interaction(), late, Kind.channel_message)
    assert late.count == 1


async def test_what_discord_refuses_is_not_sent_again() -> None:
    sends = Sends(refusal(50035))
    with pytest.raises(discord.HTTPException):
        await delivered(interaction(), sends, Kind.channel_message)
    assert sends.count == 1


async def test_a_first_that_arrived_unnoticed_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interactions, "AGAIN_WITHIN", 600.0)
    command = interaction()
    assert first_answer(command) is None
    await delivered(command, Sends(RESET[0], refusal(40060)), Kind.deferred_channel_message)
    assert first_answer(command) is Kind.deferred_channel_message
    with pytest.raises(discord.HTTPException):
        await delivered(interaction(), Sends(RESET[0], refusal(50035)), Kind.channel_message)
    with pytest.raises(discord.HTTPException):  # already answered, but not by us
        await delivered(interaction(), Sends(refusal(40060)), Kind.channel_message)
