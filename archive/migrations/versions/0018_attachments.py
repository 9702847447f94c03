"""The documents that releases link to, their captures, and the texts of these in the search index.
Two keys of the record from here on, so every release changes once. `scrapy rebuild` finds the links
of old releases in their captures."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("versions", sa.Column("attachments", sa.JSON))
    for name in ("attachments", "attachment_text"):
        op.add_column("search_roots", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.create_table(
        "attachments",
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("type", sa.Text),
        sa.Column("label", sa.Text),
        sa.Column("linked_at", sa.Text, nullable=False),
        sa.Column("unlinked_at", sa.Text),
        sa.Column("asked_at", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("capture", sa.JSON),
        sa.PrimaryKeyConstraint("release", "url", name="pk_attachments"),
        sa.ForeignKeyConstraint(["release"], ["release_records.id"], name="fk_attachments_release"),
    )
    op.create_table(
        "attachment_captures",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("last_seen_at", sa.Text, nullable=False),
        sa.Column("crawl", sa.Integer),
        sa.Column("media_type", sa.Text),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("capture_file", sa.Text, nullable=False),
        sa.Column("capture_offset", sa.Integer, nullable=False),
        sa.Column("capture_record_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("unread", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_attachment_captures"),
        sa.ForeignKeyConstraint(
            ["release", "url"],
            ["attachments.release", "attachments.url"],
            name="fk_attachment_captures_release",
        ),
        sa.ForeignKeyConstraint(["crawl"], ["crawls.id"], name="fk_attachment_captures_crawl"),
    )
    op.create_index(
        "ix_attachment_captures_release", "attachment_captures", ["release", "url", "seen_at"]
    )
    for statement in (
        "DROP TABLE search_index",
        "DROP VIEW search_texts",
        "DROP VIEW releases",
        "DROP VIEW every_release",
        EVERY_RELEASE,
        RELEASES,
        SEARCH_TEXTS,
        SEARCH_INDEX,
        "INSERT INTO search_index (search_index) VALUES ('rebuild')",
        ADVANCE,
    ):
        op.execute(sa.text(statement))


LAST = """(
            SELECT c.{} FROM attachment_captures AS c
            WHERE c.release = v.release AND c.url = linked.value ->> 'url'
            ORDER BY c.seen_at DESC, c.id DESC LIMIT 1
        )"""

ATTACHMENTS = f"""CASE WHEN v.suppressed OR coalesce(v.attachments, '[]') = '[]' THEN '[]' ELSE (
           SELECT json_group_array(json_object(
               'url', linked.value ->> 'url', 'type', linked.value ->> 'type',
               'label', linked.value ->> 'label', 'capture', {LAST.format("capture_record_id")}
           )) FROM json_each(v.attachments) AS linked
       ) END"""  # noqa: S608 - our own names

TEXT = f"""(
           SELECT group_concat({LAST.format("text")}, char(10, 10))
           FROM json_each(coalesce(v.attachments, '[]')) AS linked
           WHERE NOT v.suppressed AND v.withheld IS NULL
       )"""  # noqa: S608 - our own names

# Also those that are suppressed, with empty texts.
EVERY_RELEASE = f"""
CREATE VIEW every_release AS
SELECT r.id, r.seq, r.source, s.kind,
       CASE WHEN s.region = '00' THEN 'nasional' WHEN length(s.region) = 2 THEN 'provinsi'
            WHEN substr(s.region, 4, 2) >= '71' THEN 'kota' ELSE 'kabupaten' END AS level,
       s.publisher, s.region, r.url,
       v.title, v.published_on, v.published_at, v.published_by,
       v.dateline, v.place, v.body, v.body_by, v.byline, v.author_tags, v.credits,
       v.election, v.topics, v.language, v.quotes, v.flags,
       {ATTACHMENTS} AS attachments,
       {TEXT} AS attachment_text,
       v.via, r.duplicate_of, r.similarity,
       v.version, r.version AS versions, r.first_seen_at, r.last_seen_at, r.gone_at,
       v.sha256, v.capture_file, v.capture_offset, v.capture_record_id,
       v.corrected, v.corrections, v.withheld, v.suppressed,
       v.topic_words, v.id AS version_id
FROM release_records AS r
JOIN versions AS v ON v.release = r.id AND v.version = r.version
JOIN sources AS s ON s.id = r.source
"""  # noqa: S608 - our own names

RELEASES = "CREATE VIEW releases AS SELECT * FROM every_release WHERE NOT suppressed"

# What is searched: the current wordings, and the texts of their documents in columns of their own.
# These are copied, since FTS5 reads no view that uses json_each.
SEARCH_TEXTS = """
CREATE VIEW search_texts AS
SELECT v.id, v.title, coalesce(v.dateline, '') || v.body || coalesce(' ' || v.byline, '') AS text,
       s.attachment_text AS attachments,
       s.title AS title_roots, s.text AS text_roots, s.attachments AS attachment_roots
FROM versions AS v
JOIN release_records AS r ON r.id = v.release AND r.version = v.version
JOIN search_roots AS s ON s.id = v.id
"""

SEARCH_INDEX = """
CREATE VIRTUAL TABLE search_index USING fts5(
    title, text, attachments, title_roots, text_roots, attachment_roots,
    content='search_texts', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
)
"""

# The order among themselves stays; no number is given out twice.
ADVANCE = """
UPDATE release_records SET seq = (SELECT max(seq) FROM release_records) + (
    SELECT place FROM (SELECT id, row_number() OVER (ORDER BY seq) AS place FROM release_records)
    AS numbered WHERE numbered.id = release_records.id
)
"""
