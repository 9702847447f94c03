"""The log of events and its stamps, and the digests of captures. `upgrade` enters the releases that
are there afterwards, in steps."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("versions", sa.Column("capture_digest", sa.Text))
    op.add_column("attachment_captures", sa.Column("capture_digest", sa.Text))
    op.create_table(
        "chains",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("genesis", sa.Text, nullable=False),
        sa.Column("parent", sa.Integer),
        sa.Column("shared", sa.Integer, nullable=False, server_default="0"),
        sa.Column("added_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chains"),
        sa.ForeignKeyConstraint(["parent"], ["chains.id"], name="fk_chains_parent_chains"),
    )
    op.create_table(
        "events",
        sa.Column("chain", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("release", sa.Text),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("chain", "number", name="pk_events"),
        sa.ForeignKeyConstraint(["chain"], ["chains.id"], name="fk_events_chain_chains"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_events_release", "events", ["release", "chain", "number"])
    op.create_table(
        "stamps",
        sa.Column("chain", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("chain", "number", "service", name="pk_stamps"),
        sa.ForeignKeyConstraint(["chain"], ["chains.id"], name="fk_stamps_chain_chains"),
    )
    for table in ("chains", "events", "stamps"):
        for action in ("update", "delete"):
            op.execute(sa.text(FORBID.format(table=table, action=action)))


FORBID = """
CREATE TRIGGER {table}_no_{action} BEFORE {action} ON {table}
BEGIN
    SELECT raise(ABORT, 'rows of {table} are only added');
END
"""
