"""Corrections and suppressions by people, and what the reader had read of the versions they change.
Keys of the record from here on, so every release changes once."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    for name in ("corrected", "corrections", "withheld"):
        op.add_column("versions", sa.Column(name, sa.JSON))
    suppressed = sa.Column("suppressed", sa.Boolean, nullable=False, server_default="0")
    op.add_column("versions", suppressed)
    op.create_table(
        "as_read",
        sa.Column("version_id", sa.Integer, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("version_id", name="pk_as_read"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_as_read_version_id"),
    )
    op.create_index("ix_as_read_release", "as_read", ["release"])
    op.create_table(
        "corrections",
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("release", "field", name="pk_corrections"),
    )
    op.create_table(
        "suppressions",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("of", sa.Text),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("version", sa.Integer),
        sa.Column("seen_at", sa.Text),
        sa.Column("sha256", sa.Text),
        sa.Column("record_id", sa.Text),
        sa.Column("words", sa.Integer),
        sa.Column("salt", sa.Text),
        sa.Column("digest", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suppressions"),
    )
    op.create_index("ix_suppressions_release", "suppressions", ["release"])
    op.create_table(
        "erasures",
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("offset", sa.Integer, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("suppression", sa.Text, nullable=False),
        sa.Column("erased_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_erasures"),
    )
    op.execute(sa.text("DROP VIEW releases"))
    for statement in (EVERY_RELEASE, RELEASES, *APPEND_ONLY, ADVANCE):
        op.execute(sa.text(statement))


# Also those that are suppressed, with empty texts.
EVERY_RELEASE = """
CREATE VIEW every_release AS
SELECT r.id, r.seq, r.source, s.kind,
       CASE WHEN s.region = '00' THEN 'nasional' WHEN length(s.region) = 2 THEN 'provinsi'
            WHEN substr(s.region, 4, 2) >= '71' THEN 'kota' ELSE 'kabupaten' END AS level,
       s.publisher, s.region, r.url,
       v.title, v.published_on, v.published_at, v.published_by,
       v.dateline, v.place, v.body, v.body_by, v.byline, v.author_tags, v.credits,
       v.election, v.topics, v.language, v.quotes, v.flags, v.via, r.duplicate_of, r.similarity,
       v.version, r.version AS versions, r.first_seen_at, r.last_seen_at, r.gone_at,
       v.sha256, v.capture_file, v.capture_offset, v.capture_record_id,
       v.corrected, v.corrections, v.withheld, v.suppressed,
       v.topic_words, v.id AS version_id
FROM release_records AS r
JOIN versions AS v ON v.release = r.id AND v.version = r.version
JOIN sources AS s ON s.id = r.source
"""

RELEASES = "CREATE VIEW releases AS SELECT * FROM every_release WHERE NOT suppressed"

APPEND_ONLY = [
    f"""
CREATE TRIGGER {table}_{when.lower()} BEFORE {when} ON {table}
BEGIN SELECT raise(ABORT, '{table} is a list to which rows are only added'); END
"""
    for table in ("suppressions", "erasures")
    for when in ("UPDATE", "DELETE")
]

# The order among themselves stays; no number is given out twice.
ADVANCE = """
UPDATE release_records SET seq = (SELECT max(seq) FROM release_records) + (
    SELECT place FROM (SELECT id, row_number() OVER (ORDER BY seq) AS place FROM release_records)
    AS numbered WHERE numbered.id = release_records.id
)
"""
