"""How are posts, alerts and deliveries laid out in the database?

Instants are whole milliseconds since 1970 in UTC, since they are compared far more often than read. Zones and local
times stand in the JSON of a post's task, never offsets.
"""

from typing import Final

import sqlalchemy as sa

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
