"""Health: what a crawl notes of its lists, answers and readings, and what a webhook was told."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for name in ("named", "unchanged_lists", "found", "moved"):
        op.add_column("crawls", sa.Column(name, sa.Integer))
    for name in ("ways", "failures", "refusals"):
        op.add_column("crawls", sa.Column(name, sa.JSON))
    op.add_column("crawls", sa.Column("seconds", sa.Double))
    for name in ("alike", "reading"):
        op.add_column("crawls", sa.Column(name, sa.JSON))
    op.create_table(
        "told",
        sa.Column("webhook", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("told_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("webhook", "source", "kind", name="pk_told"),
    )
