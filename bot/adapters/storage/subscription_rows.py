"""How is a row of subscriptions written and read?"""

import json
import logging
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any, Final, cast

import sqlalchemy as sa
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from bot.adapters.storage.column_values import BROKEN, instant, maybe_instant, maybe_whole, stamp, whole
from bot.adapters.storage.problems import maybe_problem, written_problem
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import Region
from bot.domain.posting.schedule import Subject, Timing, Topic
from bot.domain.posting.subscriptions import (
    Alert,
    AlertCondition,
    Destination,
    FailureState,
    Post,
    PostStyle,
    UnreadableSubscription,
)

_log = logging.getLogger(__name__)

_MOST_LOGGED: Final = 10_000
_SHOWN: Final = 40  # characters of what cannot be read that are repeated in the log


@dataclass(frozen=True)
class _Task:
    """What a post does and when, as its JSON holds it."""

    subject: Subject
    timing: Timing


_TASK: Final = TypeAdapter(_Task)
_STYLE: Final = TypeAdapter(PostStyle)
_CONDITION: Final = TypeAdapter(AlertCondition)


def subscription_columns(subscription: Post | Alert) -> dict[str, Any]:
    """Return the columns of a post's or an alert's row, all but its number."""
    destination, failure = subscription.destination, subscription.failure
    row: dict[str, Any] = {
        "guild": destination.guild,
        "channel": destination.channel,
        "creator": destination.creator,
        "mention": destination.mention,
        "publish": destination.publish,
        "style": _STYLE.dump_json(subscription.style).decode(),
        "paused": subscription.paused,
        "problem": written_problem(failure.problem),
        "problem_at": stamp(failure.problem_at) if failure.problem_at else None,
        "failing_since": stamp(failure.failing_since) if failure.failing_since else None,
    }
    if isinstance(subscription, Alert):
        return row | {
            "kind": "alert",
            "task": _CONDITION.dump_json(subscription.condition).decode(),
            "market": subscription.condition.market,
        }
    return row | {
        "kind": "post",
        "task": _TASK.dump_json(_Task(subscription.subject, subscription.timing)).decode(),
        "planned_until": stamp(subscription.planned_until),
        "next_due": stamp(subscription.next_due) if subscription.next_due else None,
    }


def read_subscriptions(rows: Iterable[sa.Row[Any]]) -> Iterator[Post | Alert]:
    """Read rows of subscriptions; what another version wrote, or what is damaged, is left out and logged."""
    return (
        subscription
        for subscription in map(read_subscription, rows)
        if not isinstance(subscription, UnreadableSubscription)
    )


_logged: Final[set[int]] = set()
"""Numbers of unreadable posts and alerts that were logged already: they are met every second."""


def read_subscription(row: sa.Row[Any]) -> Post | Alert | UnreadableSubscription:
    """Read a row of subscriptions; what cannot be read is logged once."""
    try:
        return _read(row)
    except BROKEN as error:
        if row.id not in _logged and len(_logged) < _MOST_LOGGED:
            _logged.add(row.id)
            _log.warning("Post or alert %d cannot be read: %s", row.id, error)
        is_alert = row.kind == "alert" or (row.kind != "post" and row.market is not None)
        guild = row.guild if type(row.guild) is int else 0
        return UnreadableSubscription(id=row.id, guild=guild, kind="alert" if is_alert else "post")


def same_task(text: str, post: Post) -> bool:
    """Return whether a stored task is that of a post; another version may have written the same differently."""
    if text == subscription_columns(post)["task"]:
        return True
    try:
        return _TASK.validate_json(text) == _Task(post.subject, post.timing)
    except ValueError:
        return False


def read_condition(text: str) -> AlertCondition | None:
    """Read what an alert waits for; ``None`` if another version wrote what this one does not know."""
    try:
        return _CONDITION.validate_json(text)
    except ValueError:
        return None


def _read(row: sa.Row[Any]) -> Post | Alert:
    if row.kind not in ("post", "alert"):
        raise ValueError("it is neither a post nor an alert")
    common: dict[str, Any] = {
        "id": row.id,
        "destination": Destination(
            guild=whole(row.guild),
            channel=whole(row.channel),
            creator=whole(row.creator),
            mention=maybe_whole(row.mention),
            publish=row.publish,
        ),
        "style": _STYLE.validate_json(row.style),
        "paused": row.paused,
        "failure": FailureState(
            problem=maybe_problem(row.problem),
            problem_at=maybe_instant(row.problem_at),
            failing_since=maybe_instant(row.failing_since),
        ),
    }
    if row.kind == "alert":
        condition = _CONDITION.validate_json(row.task)
        _check_market(condition.market)
        return Alert(condition=condition, **common)
    task = _TASK.validate_json(row.task)
    if task.subject.topic is Topic.MARKET:
        _check_market(task.subject.key)
    elif task.subject.key:
        Region(task.subject.key)
    if task.timing.market:
        _check_market(task.timing.market)
    return Post(
        subject=task.subject,
        timing=task.timing,
        planned_until=instant(row.planned_until),
        next_due=maybe_instant(row.next_due),
        **common,
    )


def dump_post(post: Post) -> str:
    """Return the JSON of a post that has no row of its own yet."""
    return json.dumps(subscription_columns(post) | {"id": post.id})


def read_post(text: str) -> Post:
    """Read a post from its JSON; ValueError if this version does not know what stands there."""
    try:
        post = read_subscription(cast("sa.Row[Any]", SimpleNamespace(**json.loads(text))))
    except (AttributeError, TypeError) as error:
        raise ValueError("no post of this version") from error
    if not isinstance(post, Post):
        raise ValueError("an alert")  # noqa: TRY004 - the stored text is wrong, not the argument's type
    return post


def _check_market(market: str) -> None:
    """Raise ValueError for a market that this version does not know."""
    if market not in MARKETS:
        raise ValueError(f"there is no market “{market[:_SHOWN]}”")
