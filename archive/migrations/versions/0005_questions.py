"""Signatures by their name, and views that answer what is asked most."""

import sqlalchemy as sa
from alembic import op

from archive.search import index

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "signatures",
        sa.Column("version_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("tag", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version_id", "position", name="pk_signatures"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_signatures_version_id"),
    )
    op.create_index("ix_signatures_tag", "signatures", ["tag"])
    op.execute(sa.text("DROP VIEW author_tags"))
    for statement in (AUTHOR_TAGS, WITHDRAWN, DAILY):
        op.execute(sa.text(statement))
    index.fill_signatures(op.get_bind())


AUTHOR_TAGS = """
CREATE VIEW author_tags AS
SELECT r.id AS release, r.source, v.published_on, s.tag, s.position
FROM signatures AS s
JOIN versions AS v ON v.id = s.version_id
JOIN release_records AS r ON r.id = v.release
"""

WITHDRAWN = """
CREATE VIEW withdrawn AS
SELECT id AS release, source, publisher, url, title, published_on, election, author_tags,
       versions, first_seen_at, last_seen_at, gone_at,
       CAST(julianday(gone_at) - julianday(first_seen_at) AS INTEGER) AS days
FROM releases
WHERE gone_at IS NOT NULL
"""

DAILY = """
CREATE VIEW daily AS
SELECT source, published_on, count(*) AS releases, sum(election) AS election,
       count(duplicate_of) AS reposts, sum(versions > 1) AS edited, count(gone_at) AS withdrawn
FROM releases
WHERE published_on IS NOT NULL
GROUP BY source, published_on
"""
