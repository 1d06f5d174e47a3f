"""What servers keep with the bot (posts and alerts), the deliveries of both, their texts, and the pace of sending."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite numbers rows only where it is an INTEGER
_INSTANT = sa.BigInteger  # milliseconds since 1970, UTC: compared millions of times


def upgrade() -> None:
    """Make the tables."""
    _subscriptions()
    _deliveries()
    _contents()
    _pace()


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
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
        sa.Column("left_at", _INSTANT),
        sa.Column("planned_until", _INSTANT),
        sa.Column("next_due", _INSTANT),
        sa.Column("problem", sa.Text),
        sa.Column("problem_at", _INSTANT),
        sa.Column("failing_since", _INSTANT),
        sa.Column("notice_at", _INSTANT),
        sqlite_autoincrement=True,  # a number never comes again: deliveries outlive what they were of
    )
    for column in ("guild", "market", "left_at", "next_due", "failing_since", "notice_at"):
        op.create_index(f"subscriptions_by_{column}", "subscriptions", [column])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("origin", sa.String(8), nullable=False),
        sa.Column("origin_id", sa.BigInteger, nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("guild", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("mention", sa.BigInteger),
        sa.Column("due", _INSTANT, nullable=False),
        sa.Column("latest", _INSTANT, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("ready_at", _INSTANT),
        sa.Column("token", sa.String(32)),
        sa.Column("tried_at", _INSTANT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("nonce", sa.String(25), nullable=False),
        sa.Column("delayed", sa.Boolean, nullable=False),
        sa.Column("message", sa.BigInteger),
        sa.Column("problem", sa.Text),
        sa.Column("done_at", _INSTANT),
        sa.Column("publication", sa.String(8), nullable=False),
        sa.Column("publish_at", _INSTANT),
        sa.Column("publish_attempts", sa.Integer, nullable=False),
        sa.UniqueConstraint("origin", "origin_id", "event"),
    )
    op.create_index("deliveries_by_ready_at", "deliveries", ["ready_at", "id"])  # many share an instant
    for column in ("guild", "publish_at", "done_at"):
        op.create_index(f"deliveries_by_{column}", "deliveries", [column])
    op.create_index("deliveries_by_state", "deliveries", ["state", "latest"])


def _contents() -> None:
    op.create_table(
        "contents",
        sa.Column("content", sa.Text, primary_key=True),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
    )


def _pace() -> None:
    pace = op.create_table(
        "pace",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("free_at", sa.BigInteger, nullable=False),  # microseconds since 1970: when the next request may go
    )
    op.bulk_insert(pace, [{"name": "discord", "free_at": 0}])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("pace", "contents", "deliveries", "subscriptions"):
        op.drop_table(table)
