"""What may an admin set up here, and what may the bot do in a channel?"""

from collections.abc import Sequence
from typing import Final

import discord

from bot.discord_app.interactions import Interaction
from bot.domain.errors import BadQuestion, FailureCode, Refused
from bot.domain.posting.subscriptions import Destination
from bot.services.subscriptions import SubscriptionService

Channel = discord.TextChannel | discord.Thread
"""Where a post can go."""

_NEEDED: Final = ("view_channel", "send_messages", "attach_files", "read_message_history")


def managed_posts(interaction: Interaction) -> SubscriptionService:
    """Return the posts, for whoever may manage the server.

    Admins can open a command to everybody in the server's settings; what it changes stays theirs.

    Raises:
        Refused: if the asker may not, or this is no server.
    """
    if interaction.guild is None:
        raise Refused(FailureCode.SERVERS_ONLY)
    if not interaction.permissions.manage_guild:
        raise Refused(FailureCode.ADMINS_ONLY)
    if interaction.client.posts is None:
        raise Refused(FailureCode.NO_DATABASE_FOR_POSTS)
    return interaction.client.posts


def find_channel(interaction: Interaction, number: int) -> Channel:
    """Find a channel of the asker's server by its id.

    Raises:
        BadQuestion: if it is gone, or the bot cannot see it.
    """
    assert interaction.guild is not None, "allowed only in servers"
    channel = interaction.guild.get_channel_or_thread(number)
    if not isinstance(channel, Channel):
        raise BadQuestion(FailureCode.CHANNEL_UNKNOWN)
    return channel


def destination(
    interaction: Interaction, channel: Channel, mention: discord.Role | None, *, publish: bool
) -> Destination:
    """Return where a post goes once it is checked that it can, and with it its mention and its publishing.

    Raises:
        Refused: if the bot lacks a permission there, or the asker may not mention the role; names what is missing.
        BadQuestion: if what cannot be published is to be.
    """
    check_channel(channel)
    if publish and not (isinstance(channel, discord.TextChannel) and channel.is_news()):
        raise BadQuestion(FailureCode.NOT_AN_ANNOUNCEMENT_CHANNEL, channel=channel.id)
    if mention is not None and mention.is_default():
        raise BadQuestion(FailureCode.MENTIONS_EVERYONE)
    if mention is not None and not mention.mentionable:
        asker = interaction.user
        if not isinstance(asker, discord.Member) or not channel.permissions_for(asker).mention_everyone:
            raise Refused(FailureCode.MENTION_FORBIDDEN, role=mention.id, channel=channel.id)
    return Destination(
        guild=channel.guild.id,
        channel=channel.id,
        creator=interaction.user.id,
        mention=mention.id if mention is not None else None,
        publish=publish,
    )


def check_channel(channel: Channel) -> None:
    """Refuse a channel in which the bot lacks a permission; names what is missing.

    Raises:
        Refused: if it lacks one.
    """
    if missing := lacking(channel):
        raise Refused(FailureCode.CANNOT_POST, channel=channel.id, permissions=missing)


def lacking(channel: discord.abc.GuildChannel | discord.Thread) -> tuple[str, ...]:
    """Name, as discord.py does, the permissions that the bot needs in a channel to post there and has not.

    Who may not send may not attach either, and who may not see may do nothing: only what lacks itself is named.
    """
    granted = channel.permissions_for(channel.guild.me)
    needed: Sequence[str] = _NEEDED
    if isinstance(channel, discord.Thread):
        needed = [name if name != "send_messages" else "send_messages_in_threads" for name in needed]
    names = [name for name in needed if not getattr(granted, name)]
    if "view_channel" in names:
        names = ["view_channel"]
    elif names and names[0].startswith("send_messages"):
        names = [name for name in names if name != "attach_files"]
    return tuple(names)
