"""How are posts, alerts and deliveries laid out in the database?

Instants are whole milliseconds since 1970 in UTC, since they are compared far more often than read. Zones and local
times stand in the JSON of a post's task, never offsets.
"""

import json
import logging
import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final, cast

import sqlalchemy as sa
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from bot.adapters.storage.problems import read_problem, written_problem
from bot.domain.errors import Failure
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import Region
from bot.domain.posting.deliveries import (
    ClaimedDelivery,
    DeliveryOutcome,
    DeliveryState,
    Origin,
    PlannedDelivery,
    Publication,
)
from bot.domain.posting.schedule import Subject, Timing, Topic
from bot.domain.posting.subscriptions import (
    Alert,
    AlertCondition,
    Destination,
    FailureState,
    Post,
    PostContent,
    PostStyle,
    UnreadableSubscription,
)

_log = logging.getLogger(__name__)

_MOST_LOGGED: Final = 10_000
_SHOWN: Final = 40  # characters of what cannot be read that are repeated in the log
_NONCE: Final = re.compile(r"[0-9a-zA-Z_-]{1,25}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")

_tables: Final = sa.MetaData()

SUBSCRIPTIONS: Final = sa.Table(
    "subscriptions",
    _tables,
    sa.Column("id", _NUMBER, primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("guild", sa.BigInteger, nullable=False),
    sa.Column("channel", sa.BigInteger, nullable=False),
    sa.Column("creator", sa.BigInteger, nullable=False),
    sa.Column("mention", sa.BigInteger),
    sa.Column("publish", sa.Boolean, nullable=False),
    sa.Column("style", sa.Text, nullable=False),
    sa.Column("task", sa.Text, nullable=False),
    sa.Column("market", sa.String(32)),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("left_at", sa.BigInteger),
    sa.Column("planned_until", sa.BigInteger),
    sa.Column("next_due", sa.BigInteger),
    sa.Column("problem", sa.Text),
    sa.Column("problem_at", sa.BigInteger),
    sa.Column("failing_since", sa.BigInteger),
    sa.Column("notice_at", sa.BigInteger),
)
DELIVERIES: Final = sa.Table(
    "deliveries",
    _tables,
    sa.Column("id", _NUMBER, primary_key=True),
    sa.Column("origin", sa.String(8), nullable=False),
    sa.Column("origin_id", sa.BigInteger, nullable=False),
    sa.Column("event", sa.String(64), nullable=False),
    sa.Column("guild", sa.BigInteger, nullable=False),
    sa.Column("channel", sa.BigInteger, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("mention", sa.BigInteger),
    sa.Column("due", sa.BigInteger, nullable=False),
    sa.Column("latest", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("ready_at", sa.BigInteger),  # when it may be claimed, or its lease ends; none once it is final
    sa.Column("token", sa.String(32)),
    sa.Column("tried_at", sa.BigInteger),  # the first attempt whose outcome nobody knows
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("nonce", sa.String(25), nullable=False),
    sa.Column("delayed", sa.Boolean, nullable=False),
    sa.Column("message", sa.BigInteger),
    sa.Column("problem", sa.Text),
    sa.Column("done_at", sa.BigInteger),
    sa.Column("publication", sa.String(8), nullable=False),
    sa.Column("publish_at", sa.BigInteger),
    sa.Column("publish_attempts", sa.Integer, nullable=False),
)
CONTENTS: Final = sa.Table(
    "contents",
    _tables,
    sa.Column("content", sa.Text, primary_key=True),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
)
PACE: Final = sa.Table(
    "pace",
    _tables,
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("free_at", sa.BigInteger, nullable=False),
)
PROPOSALS: Final = sa.Table(
    "proposals",
    _tables,
    sa.Column("token", sa.String(32), primary_key=True),
    sa.Column("guild", sa.BigInteger, nullable=False),
    sa.Column("action", sa.String(8), nullable=False),
    sa.Column("post", sa.Text),  # none once the question has ended
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("ending", sa.String(8)),  # none while it is open
    sa.Column("number", sa.BigInteger),
)
LIVE: Final = sa.and_(SUBSCRIPTIONS.c.paused == sa.false(), (SUBSCRIPTIONS.c.left_at + 0).is_(None))
"""Neither paused nor left; not to be looked up by the index of those left, of which nearly all are none."""


def stamp(at: datetime) -> int:
    """Write an aware instant as milliseconds since 1970."""
    return milliseconds(at - _EPOCH)


def milliseconds(span: timedelta) -> int:
    """Write a length of time as it is compared with differences of instants."""
    return span // _MILLISECOND


def instant(stamped: int) -> datetime:
    """Read milliseconds since 1970 as an instant in UTC; one of `BROKEN` where they are none."""
    return _EPOCH + whole(stamped) * _MILLISECOND


def maybe(stamped: int | None) -> datetime | None:
    """Read milliseconds that may be missing."""
    return None if stamped is None else instant(stamped)


@dataclass(frozen=True)
class _Task:
    """What a post does and when, as its JSON holds it."""

    subject: Subject
    timing: Timing


_TASK: Final = TypeAdapter(_Task)
_STYLE: Final = TypeAdapter(PostStyle)
_WANTED: Final = TypeAdapter(AlertCondition)
_TELLING: Final = TypeAdapter(PostContent)


BROKEN: Final = (ValueError, TypeError, OverflowError)
"""What reading a row raises that another version wrote, or that was damaged: SQLite keeps anything in any column."""


def whole(value: object) -> int:
    """Give a whole number as it stands in a column; TypeError where something else does."""
    if type(value) is not int:
        raise TypeError(f"{type(value).__name__} where a whole number should be")
    return value


def _maybe_whole(value: object) -> int | None:
    return None if value is None else whole(value)


def _problem(value: object) -> Failure | None:
    if value is None or isinstance(value, str):
        return None if value is None else read_problem(value)
    raise TypeError(f"{type(value).__name__} where text should be")


def told(telling: PostContent) -> str:
    """Write what a message says; equal tellings give equal text, which names the message."""
    return _TELLING.dump_json(telling).decode()


def telling(text: str) -> PostContent | None:
    """Read what a message says; ``None`` where another version wrote what this one does not know."""
    try:
        return _TELLING.validate_json(text)
    except ValueError:
        return None


def columns(one: Post | Alert) -> dict[str, Any]:
    """Write a post or an alert as the columns of its row, its number apart."""
    place, trouble = one.destination, one.failure
    row: dict[str, Any] = {
        "guild": place.guild,
        "channel": place.channel,
        "creator": place.creator,
        "mention": place.mention,
        "publish": place.publish,
        "style": _STYLE.dump_json(one.style).decode(),
        "paused": one.paused,
        "problem": written_problem(trouble.problem),
        "problem_at": stamp(trouble.problem_at) if trouble.problem_at else None,
        "failing_since": stamp(trouble.failing_since) if trouble.failing_since else None,
    }
    if isinstance(one, Alert):
        return row | {
            "kind": "alert",
            "task": _WANTED.dump_json(one.condition).decode(),
            "market": one.condition.market,
        }
    return row | {
        "kind": "post",
        "task": _TASK.dump_json(_Task(one.subject, one.timing)).decode(),
        "planned_until": stamp(one.planned_until),
        "next_due": stamp(one.next_due) if one.next_due else None,
    }


def subscriptions(rows: Iterable[sa.Row[Any]]) -> Iterator[Post | Alert]:
    """Read rows of subscriptions; what another version wrote, or what is damaged, is left out, and logged."""
    return (one for one in map(subscription, rows) if not isinstance(one, UnreadableSubscription))


_logged: Final[set[int]] = set()
"""The posts and alerts of which the log knows that they cannot be read: they are met every second."""


def subscription(row: sa.Row[Any]) -> Post | Alert | UnreadableSubscription:
    """Read a row of subscriptions; what cannot be read is logged once."""
    try:
        return _subscription(row)
    except BROKEN as error:
        if row.id not in _logged and len(_logged) < _MOST_LOGGED:
            _logged.add(row.id)
            _log.warning("Post or alert %d cannot be read: %s", row.id, error)
        is_alert = row.kind == "alert" or (row.kind != "post" and row.market is not None)
        guild = row.guild if type(row.guild) is int else 0
        return UnreadableSubscription(id=row.id, guild=guild, kind="alert" if is_alert else "post")


def same_task(text: str, post: Post) -> bool:
    """Say whether a stored task is that of a post; another version may have written the same in other words."""
    if text == columns(post)["task"]:
        return True
    try:
        return _TASK.validate_json(text) == _Task(post.subject, post.timing)
    except ValueError:
        return False


def read_wanted(text: str) -> AlertCondition | None:
    """Read what an alert waits for; ``None`` where another version wrote what this one does not know."""
    try:
        return _WANTED.validate_json(text)
    except ValueError:
        return None


def _subscription(row: sa.Row[Any]) -> Post | Alert:
    if row.kind not in ("post", "alert"):
        raise ValueError("it is neither a post nor an alert")
    common: dict[str, Any] = {
        "id": row.id,
        "destination": Destination(
            guild=whole(row.guild),
            channel=whole(row.channel),
            creator=whole(row.creator),
            mention=_maybe_whole(row.mention),
            publish=row.publish,
        ),
        "style": _STYLE.validate_json(row.style),
        "paused": row.paused,
        "failure": FailureState(
            problem=_problem(row.problem), problem_at=maybe(row.problem_at), failing_since=maybe(row.failing_since)
        ),
    }
    if row.kind == "alert":
        wanted = _WANTED.validate_json(row.task)
        _known(wanted.market)
        return Alert(condition=wanted, **common)
    task = _TASK.validate_json(row.task)
    if task.subject.topic is Topic.MARKET:
        _known(task.subject.key)
    elif task.subject.key:
        Region(task.subject.key)
    if task.timing.market:
        _known(task.timing.market)
    return Post(
        subject=task.subject,
        timing=task.timing,
        planned_until=instant(row.planned_until),
        next_due=maybe(row.next_due),
        **common,
    )


def written_post(post: Post) -> str:
    """Write a post that is not kept as one yet."""
    return json.dumps(columns(post) | {"id": post.id})


def read_post(text: str) -> Post:
    """Read a post that is not kept as one yet; ValueError where this version does not know what stands there."""
    try:
        post = subscription(cast("sa.Row[Any]", SimpleNamespace(**json.loads(text))))
    except (AttributeError, TypeError) as error:
        raise ValueError("no post of this version") from error
    if not isinstance(post, Post):
        raise ValueError("an alert")  # noqa: TRY004 - what is kept is wrong, not what was passed
    return post


def _known(market: str) -> None:
    """Raise ValueError for a market that no version knows, or that this one does not."""
    if market not in MARKETS:
        raise ValueError(f"there is no market “{market[:_SHOWN]}”")


def delivery_columns(one: PlannedDelivery) -> dict[str, Any]:
    """Write a planned delivery as the columns of its row."""
    return {
        "origin": one.origin,
        "origin_id": one.origin_id,
        "event": one.event,
        "guild": one.guild,
        "channel": one.channel,
        "content": told(one.content),
        "mention": one.mention,
        "due": stamp(one.due),
        "latest": stamp(one.latest),
        "state": DeliveryState.PLANNED,
        "ready_at": stamp(one.due),
        "attempts": 0,
        "nonce": secrets.token_hex(12),  # 24 characters, Discord takes 25
        "delayed": False,
        "publication": Publication.WANTED if one.publish else Publication.NONE,
        "publish_attempts": 0,
    }


def read_claim(row: sa.Row[Any], at: int) -> ClaimedDelivery:
    """Read a row of deliveries that was claimed at an instant, in milliseconds."""
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
        recovered=row.tried_at != at,
        attempts=whole(row.attempts),
        nonce=_nonce(row.nonce),
        mention=_maybe_whole(row.mention),
        delayed=row.delayed,
        publish=row.publication != Publication.NONE,
    )


def _nonce(value: object) -> str:
    """Give the name of a message; ValueError where it is none: without it nobody could tell whether it is there."""
    if not isinstance(value, str) or not _NONCE.fullmatch(value):
        raise ValueError("the nonce is damaged")
    return value


def outcomes(rows: Iterable[sa.Row[Any]]) -> Iterator[DeliveryOutcome]:
    """Read what became of deliveries; what cannot be read is left out."""
    for row in rows:
        try:
            yield read_outcome(row)
        except BROKEN as error:
            _log.warning("Delivery %d cannot be read: %s", row.id, error)


def read_outcome(row: sa.Row[Any]) -> DeliveryOutcome:
    """Read what became of a delivery from its row; one of `BROKEN` where it cannot be read."""
    return DeliveryOutcome(
        id=row.id,
        origin=Origin(row.origin),
        origin_id=whole(row.origin_id),
        event=str(row.event),
        channel=whole(row.channel),
        state=DeliveryState(row.state),
        due=instant(row.due),
        at=maybe(row.done_at),
        delayed=row.delayed,
        problem=_problem(row.problem),
        message=_maybe_whole(row.message),
        publication=Publication(row.publication),
        publish_attempts=whole(row.publish_attempts),
    )
