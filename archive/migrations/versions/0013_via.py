"""Which web archive a release comes from: a column of every wording, a table of the captures there,
and whether a crawl has seen the release itself. A key of the record from here on, so every release
changes once."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    # Before, everything was seen by crawls, or read from files of which nothing is known.
    crawled = sa.Column("crawled", sa.Boolean, nullable=False, server_default="1")
    op.add_column("release_records", crawled)
    op.add_column("versions", sa.Column("via", sa.JSON))
    op.create_table(
        "sightings",
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("archive", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("release", "seen_at", "url", name="pk_sightings"),
        sa.ForeignKeyConstraint(
            ["release"], ["release_records.id"], name="fk_sightings_release_records"
        ),
    )
    op.execute(sa.text("DROP VIEW releases"))
    for statement in (RELEASES, ADVANCE):
        op.execute(sa.text(statement))


RELEASES = """
CREATE VIEW releases AS
SELECT r.id, r.seq, r.source, s.kind, s.publisher, s.region, r.url,
       v.title, v.published_on, v.published_at, v.published_by,
       v.dateline, v.place, v.body, v.body_by, v.byline, v.author_tags, v.credits,
       v.election, v.topics, v.language, v.quotes, v.flags, v.via, r.duplicate_of, r.similarity,
       v.version, r.version AS versions, r.first_seen_at, r.last_seen_at, r.gone_at,
       v.sha256, v.capture_file, v.capture_offset, v.capture_record_id,
       v.topic_words, v.id AS version_id
FROM release_records AS r
JOIN versions AS v ON v.release = r.id AND v.version = r.version
JOIN sources AS s ON s.id = r.source
"""

# The order among themselves stays; no number is given out twice.
ADVANCE = """
UPDATE release_records SET seq = (SELECT max(seq) FROM release_records) + (
    SELECT place FROM (SELECT id, row_number() OVER (ORDER BY seq) AS place FROM release_records)
    AS numbered WHERE numbered.id = release_records.id
)
"""
