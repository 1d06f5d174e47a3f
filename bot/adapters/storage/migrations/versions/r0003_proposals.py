"""What admins were asked and have not answered yet, so that a restart does not end the question."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "proposals",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("guild", sa.BigInteger, nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("post", sa.Text),
        sa.Column("expires_at", sa.BigInteger, nullable=False),  # milliseconds since 1970, UTC
        sa.Column("ending", sa.String(8)),
        sa.Column("number", sa.BigInteger),
    )
    for column in ("guild", "expires_at"):
        op.create_index(f"proposals_by_{column}", "proposals", [column])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("proposals")
