"""The frontier: addresses, second addresses, and what sites taught about themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    deep = sa.Column("deep", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("crawls", deep)
    _addresses()
    op.create_table(
        "aliases",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("leads_to", sa.Text, nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source", "url", name="pk_aliases"),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name="fk_aliases_source"),
    )
    op.create_table(
        "lessons",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("article", sa.Text),
        sa.Column("frame", sa.JSON),
        sa.Column("learned_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_lessons"),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name="fk_lessons_source"),
    )
    # Releases archived before there was a frontier: due at once, so that the next crawl learns
    # their validators.
    op.execute(
        sa.text(
            """
            INSERT INTO addresses (source, url, what, found_by, found_at, shown, due_at, release)
            SELECT source, url, 'release', 'archive', first_seen_at, '{}', last_seen_at, id
            FROM release_records
            """
        )
    )


def _addresses() -> None:
    op.create_table(
        "addresses",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("found_by", sa.Text, nullable=False),
        sa.Column("found_at", sa.Text, nullable=False),
        sa.Column("hint", sa.JSON),
        sa.Column("shown", sa.JSON, nullable=False),
        sa.Column("asked_at", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("payload", sa.Text),
        sa.Column("due_at", sa.Text),
        sa.Column("missing_since", sa.Text),
        sa.Column("missing_in", sa.Integer),
        sa.Column("walked_at", sa.Text),
        sa.Column("regular", sa.Boolean),
        sa.Column("release", sa.Text),
        sa.PrimaryKeyConstraint("source", "url", name="pk_addresses"),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name="fk_addresses_source"),
        sa.ForeignKeyConstraint(["missing_in"], ["crawls.id"], name="fk_addresses_missing_in"),
        sa.ForeignKeyConstraint(["release"], ["release_records.id"], name="fk_addresses_release"),
    )
    op.create_index("ix_addresses_source_due_at", "addresses", ["source", "due_at"])
    op.create_index("ix_addresses_release", "addresses", ["release"])
