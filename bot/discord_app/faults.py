"""Is the network or Discord to blame for a failure, and is anybody left to be told of it?"""

from typing import Final

import aiohttp
import discord

TRANSIENT: Final = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
"""What a network, a proxy or Discord in trouble raises: worth a line in the log, not a traceback."""

GONE: Final = "whose asker or message was gone"
"""What to count where nobody is left to be answered."""

_GONE: Final = frozenset({
    10003,  # unknown channel
    10004,  # unknown server
    10008,  # unknown message
    10015,  # unknown webhook, which is what the interaction's token stands for
    10062,  # unknown interaction
    50027,  # the interaction's token is too old
})  # fmt: skip


def describe(fault: BaseException | None) -> str:
    """Say in a few words what kept Discord from answering; never an address or a token."""
    match fault:
        case None:
            return "the connection ended"
        case discord.HTTPException():
            return f"HTTP {fault.status}"
        case discord.ConnectionClosed():
            return f"closed with {fault.code}"
        case _:
            return type(fault).__name__


def is_gone(error: BaseException) -> bool:
    """Say whether what was to be answered, or whoever asked, is not there any more: nobody is left to be told."""
    return isinstance(error, discord.HTTPException) and error.code in _GONE


def lost(error: BaseException | None) -> str | None:
    """Say what to count where an answer did not get through, and nothing in the bot is to blame for it."""
    if error is not None and is_gone(error):
        return GONE
    if isinstance(error, (aiohttp.ClientError, ConnectionError)):
        return f"that did not get through to Discord ({describe(error)})"
    return None
