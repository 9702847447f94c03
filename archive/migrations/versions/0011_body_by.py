"""By which evidence a text was chosen. It and `flags` are keys of the record from here on, so every
release changes once for those who mirror the archive."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    # Before, every text was read from the visible page.
    op.add_column("versions", sa.Column("body_by", sa.Text, nullable=False, server_default="page"))
    op.execute(sa.text("DROP VIEW releases"))
    op.execute(sa.text(RELEASES))
    op.execute(sa.text(ADVANCE))


RELEASES = """
CREATE VIEW releases AS
SELECT r.id, r.seq, r.source, s.kind, s.publisher, s.region, r.url,
       v.title, v.published_on, v.published_at, v.published_by,
       v.dateline, v.place, v.body, v.body_by, v.byline, v.author_tags, v.credits,
       v.election, v.topics, v.language, v.flags, r.duplicate_of, r.similarity,
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
