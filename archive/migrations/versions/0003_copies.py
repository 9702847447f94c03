"""The texts and their bands, by which copies are found. `upgrade` fills them afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "sketches",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("text_hash", sa.Text, nullable=False),
        sa.Column("algorithm", sa.Integer, nullable=False),
        sa.Column("bands", sa.LargeBinary, nullable=False),
        sa.Column("first", sa.Text, nullable=False),
        sa.Column("leader", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_sketches"),
        sa.UniqueConstraint("text_hash", name="uq_sketches_text_hash"),
        sa.ForeignKeyConstraint(["first"], ["release_records.id"], name="fk_sketches_first"),
        sa.ForeignKeyConstraint(["leader"], ["sketches.id"], name="fk_sketches_leader"),
    )
    op.create_index("ix_sketches_leader", "sketches", ["leader"])
    op.create_table(
        "bands",
        sa.Column("key", sa.BigInteger, nullable=False),
        sa.Column("member", sa.Boolean, nullable=False),
        sa.Column("sketch", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", "member", "sketch", name="pk_bands"),
        sqlite_with_rowid=False,
    )
    op.execute(sa.text(CLUSTERS))


CLUSTERS = """
CREATE VIEW clusters AS
SELECT coalesce(r.duplicate_of, r.id) AS first, r.id AS release, r.source, r.published_on,
       r.duplicate_of IS NULL AS is_first, coalesce(r.similarity, 1.0) AS similarity
FROM releases AS r
WHERE r.duplicate_of IS NOT NULL
   OR EXISTS (SELECT 1 FROM release_records AS copy WHERE copy.duplicate_of = r.id)
"""
