"""Who said what: a column of every wording, and a view. `scrapy rebuild` fills the wordings of
before from their captures. A key of the record from here on, so every release changes once."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("versions", sa.Column("quotes", sa.JSON))
    op.execute(sa.text("DROP VIEW releases"))
    for statement in (RELEASES, QUOTES, ADVANCE):
        op.execute(sa.text(statement))


RELEASES = """
CREATE VIEW releases AS
SELECT r.id, r.seq, r.source, s.kind, s.publisher, s.region, r.url,
       v.title, v.published_on, v.published_at, v.published_by,
       v.dateline, v.place, v.body, v.body_by, v.byline, v.author_tags, v.credits,
       v.election, v.topics, v.language, v.quotes, v.flags, r.duplicate_of, r.similarity,
       v.version, r.version AS versions, r.first_seen_at, r.last_seen_at, r.gone_at,
       v.sha256, v.capture_file, v.capture_offset, v.capture_record_id,
       v.topic_words, v.id AS version_id
FROM release_records AS r
JOIN versions AS v ON v.release = r.id AND v.version = r.version
JOIN sources AS s ON s.id = r.source
"""

QUOTES = """
CREATE VIEW quotes AS
SELECT r.id AS release, r.source, r.region, r.published_on, quote.key + 1 AS position,
       quote.value ->> 'text' AS text, quote.value ->> 'start' AS start,
       quote.value ->> 'end' AS "end", quote.value ->> 'direct' AS direct,
       quote.value ->> 'verb' AS verb, quote.value ->> 'speaker' AS speaker,
       quote.value ->> 'person' AS person, quote.value ->> 'role' AS role,
       quote.value ->> 'how' AS how
FROM releases AS r, json_each(r.quotes) AS quote
"""

# The order among themselves stays; no number is given out twice.
ADVANCE = """
UPDATE release_records SET seq = (SELECT max(seq) FROM release_records) + (
    SELECT place FROM (SELECT id, row_number() OVER (ORDER BY seq) AS place FROM release_records)
    AS numbered WHERE numbered.id = release_records.id
)
"""
