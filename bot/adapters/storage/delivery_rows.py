"""How is a row of deliveries written and read?"""

import logging
import re
import secrets
from collections.abc import Iterable, Iterator
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.adapters.storage.column_values import BROKEN, instant, maybe_instant, maybe_whole, stamp, whole
from bot.adapters.storage.problems import maybe_problem
from bot.domain.posting.deliveries import (
    ClaimedDelivery,
    DeliveryOutcome,
    DeliveryState,
    Origin,
    PlannedDelivery,
    Publication,
)
from bot.domain.posting.subscriptions import PostContent

_log = logging.getLogger(__name__)

_NONCE: Final = re.compile(r"[0-9a-zA-Z_-]{1,25}")
_CONTENT: Final = TypeAdapter(PostContent)


def content_key(content: PostContent) -> str:
    """Return what a message says as JSON: equal contents have equal text, which is the key of the composed message."""
    return _CONTENT.dump_json(content).decode()


def read_content(text: str) -> PostContent | None:
    """Read what a message says; ``None`` if another version wrote what this one does not know."""
    try:
        return _CONTENT.validate_json(text)
    except ValueError:
        return None


def delivery_columns(planned: PlannedDelivery) -> dict[str, Any]:
    """Return the columns of a planned delivery's row; its nonce is drawn here."""
    return {
        "origin": planned.origin,
        "origin_id": planned.origin_id,
        "event": planned.event,
        "guild": planned.guild,
        "channel": planned.channel,
        "content": content_key(planned.content),
        "mention": planned.mention,
        "due": stamp(planned.due),
        "latest": stamp(planned.latest),
        "state": DeliveryState.PLANNED,
        "ready_at": stamp(planned.due),
        "attempts": 0,
        "nonce": secrets.token_hex(12),  # 24 characters, Discord takes 25
        "delayed": False,
        "publication": Publication.WANTED if planned.publish else Publication.NONE,
        "publish_attempts": 0,
    }


def read_claim(row: sa.Row[Any], claimed_at: int) -> ClaimedDelivery:
    """Read a row that was claimed at an instant, in milliseconds since 1970; one of `BROKEN` if it cannot be read."""
    return ClaimedDelivery(
        id=row.id,
        token=row.token,
        origin=Origin(row.origin),
        origin_id=whole(row.origin_id),
        guild=whole(row.guild),
        channel=whole(row.channel),
        content_key=row.content,
        due=instant(row.due),
        latest=instant(row.latest),
        lease=instant(row.ready_at),
        tried=instant(row.tried_at),
        recovered=row.tried_at != claimed_at,
        attempts=whole(row.attempts),
        nonce=_nonce(row.nonce),
        mention=maybe_whole(row.mention),
        delayed=row.delayed,
        publish=row.publication != Publication.NONE,
    )


def _nonce(value: object) -> str:
    """Return a nonce; ValueError if it is none: without it nobody could tell whether the message is there."""
    if not isinstance(value, str) or not _NONCE.fullmatch(value):
        raise ValueError("the nonce is damaged")
    return value


def read_outcomes(rows: Iterable[sa.Row[Any]]) -> Iterator[DeliveryOutcome]:
    """Read what became of deliveries; rows that cannot be read are left out and logged."""
    for row in rows:
        try:
            yield read_outcome(row)
        except BROKEN as error:
            _log.warning("Delivery %d cannot be read: %s", row.id, error)


def read_outcome(row: sa.Row[Any]) -> DeliveryOutcome:
    """Read what became of a delivery from its row; one of `BROKEN` if it cannot be read."""
    return DeliveryOutcome(
        id=row.id,
        origin=Origin(row.origin),
        origin_id=whole(row.origin_id),
        event=str(row.event),
        channel=whole(row.channel),
        state=DeliveryState(row.state),
        due=instant(row.due),
        at=maybe_instant(row.done_at),
        delayed=row.delayed,
        problem=maybe_problem(row.problem),
        message=maybe_whole(row.message),
        publication=Publication(row.publication),
        publish_attempts=whole(row.publish_attempts),
    )
