"""The markets' daily bars, the log of their corrections, what the bot saw itself, and when each market was read."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "bars",
        sa.Column("market", sa.String(32), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("open", sa.BigInteger),
        sa.Column("high", sa.BigInteger),
        sa.Column("low", sa.BigInteger),
        sa.Column("close", sa.BigInteger),
        sa.Column("final", sa.Boolean, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "corrections",
        # SQLite numbers rows by itself only where the key is exactly an INTEGER.
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("market", sa.String(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in ("open", "high", "low", "close")),
        *(sa.Column(f"was_{name}", sa.BigInteger) for name in ("open", "high", "low", "close")),
    )
    op.create_index("corrections_by_market", "corrections", ["market", "day"])
    op.create_table(
        "checkpoints",
        sa.Column("market", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("level", sa.BigInteger, nullable=False),
        sa.Column("known_as_of", sa.Date, nullable=False),
        sa.Column("covers_from", sa.Date),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "readings",
        sa.Column("market", sa.String(32), primary_key=True),
        sa.Column("first_day", sa.Date),
        sa.Column("loaded_at", _INSTANT, nullable=False),
        sa.Column("read_at", _INSTANT, nullable=False),
        sa.Column("twice", sa.Integer, nullable=False, server_default="0"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("readings", "checkpoints", "corrections", "bars"):
        op.drop_table(table)
