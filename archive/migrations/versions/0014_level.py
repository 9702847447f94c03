"""The level of the publisher's region in every release, read off its code. A key of the record from
here on, so every release changes once."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute(sa.text("DROP VIEW releases"))
    for statement in (RELEASES, ADVANCE):
        op.execute(sa.text(statement))


# Kemendagri codes: 00 the country, two digits a province, and cities count from 71 on.
RELEASES = """
CREATE VIEW releases AS
SELECT r.id, r.seq, r.source, s.kind,
       CASE WHEN s.region = '00' THEN 'nasional' WHEN length(s.region) = 2 THEN 'provinsi'
            WHEN substr(s.region, 4, 2) >= '71' THEN 'kota' ELSE 'kabupaten' END AS level,
       s.publisher, s.region, r.url,
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
