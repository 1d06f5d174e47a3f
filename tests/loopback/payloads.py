"""Minimal payloads as Discord sends and receives them: users, servers, messages and interactions."""

import itertools
import json
import time
from typing import Any

from aiohttp import BodyPartReader, web

APPLICATION, GUILD, CHANNEL, MEMBER = 1000, 2000, 3000, 4000
DIRECT = 6000  # the direct message channel
COMMAND, COMPONENT, AUTOCOMPLETE = 2, 3, 4
_EPOCH = 1_420_070_400_000  # milliseconds, where Discord's snowflakes begin
_counter = itertools.count()


def snowflake() -> str:
    """Return an id whose timestamp is now."""
    return str((int(time.time() * 1000) - _EPOCH) << 22 | next(_counter) & 0x3FFFFF)


def option(value: Any) -> int:
    return 5 if isinstance(value, bool) else 4 if isinstance(value, int) else 3


def user(number: int, name: str, *, bot: bool = False) -> dict[str, Any]:
    return {"id": str(number), "username": name, "discriminator": "0", "avatar": None, "bot": bot, "global_name": None}


def application() -> dict[str, Any]:
    return {
        "id": str(APPLICATION),
        "name": "Opening Bell",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "00",
        "flags": 0,
        "team": None,
        "owner": user(MEMBER, "owner"),
    }


def guild() -> dict[str, Any]:
    everyone = {
        "id": str(GUILD),
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": str((1 << 50) - 1),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": str(GUILD),
        "name": "Desk",
        "owner_id": str(MEMBER),
        "unavailable": False,
        "member_count": 2,
        "roles": [everyone],
        "channels": [channel()],
        "members": [{"user": user(APPLICATION, "opening-bell", bot=True), "roles": [], "flags": 0}],
        "emojis": [],
        "stickers": [],
        "features": [],
        "threads": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "preferred_locale": "en-US",
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
        "system_channel_flags": 0,
        "afk_timeout": 300,
        "large": False,
    }


def channel() -> dict[str, Any]:
    return {
        "id": str(CHANNEL),
        "type": 0,
        "name": "markets",
        "position": 0,
        "permission_overwrites": [],
        "guild_id": str(GUILD),
    }


def message(components: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": snowflake(),
        "type": 0,
        "channel_id": str(CHANNEL),
        "author": user(APPLICATION, "opening-bell", bot=True),
        "content": "",
        "timestamp": "2025-09-16T05:10:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "flags": 1 << 15,
        "components": components,
    }


def interaction(
    number: str, kind: int, data: dict[str, Any], locale: str = "en-US", message: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the payload of INTERACTION_CREATE."""
    payload = {
        "id": number,
        "application_id": str(APPLICATION),
        "type": kind,
        "token": f"token-{number}",
        "version": 1,
        "data": data,
        "guild_id": str(GUILD),
        "channel_id": str(CHANNEL),
        "channel": channel(),
        "member": {"user": user(MEMBER, "member"), "roles": [], "permissions": "0", "flags": 0, "joined_at": None},
        "app_permissions": "0",
        "locale": locale,
        "guild_locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(GUILD)},
        "context": 0,
        "attachment_size_limit": 26_214_400,
    }
    return payload if message is None else {**payload, "message": message}


async def read(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    """Read a JSON or multipart body; return its JSON part and its files."""
    if not request.can_read_body:
        return None, {}
    if request.content_type != "multipart/form-data":
        return json.loads(await request.read()), {}
    body, files = None, {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        if part.name == "payload_json":
            body = json.loads(await part.read())
        else:
            files[str(part.name)] = bytes(await part.read())
    return body, files
