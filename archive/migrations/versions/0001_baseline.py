"""The first tables, the search index, and the views people query."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _sources_and_crawls()
    _releases()
    _rejections()
    for statement in (RELEASES, AUTHOR_TAGS, REPOSTS, SEARCH_TEXTS, SEARCH_INDEX):
        op.execute(sa.text(statement))


def _sources_and_crawls() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("home", sa.Text, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
    )
    op.create_table(
        "crawls",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("reason", sa.Text),
        *(sa.Column(name, sa.Integer, nullable=False) for name in CRAWL_COUNTS),
        sa.PrimaryKeyConstraint("id", name="pk_crawls"),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name="fk_crawls_source"),
    )
    op.create_index("ix_crawls_source_started_at", "crawls", ["source", "started_at"])


def _releases() -> None:
    op.create_table(
        "release_records",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("first_seen_at", sa.Text, nullable=False),
        sa.Column("last_seen_at", sa.Text, nullable=False),
        sa.Column("gone_at", sa.Text),
        sa.Column("duplicate_of", sa.Text),
        sa.Column("similarity", sa.Double),
        sa.PrimaryKeyConstraint("id", name="pk_release_records"),
        sa.UniqueConstraint("seq", name="uq_release_records_seq"),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name="fk_release_records_source"),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["release_records.id"], name="fk_release_records_duplicate_of"
        ),
    )
    op.create_index("ix_release_records_source", "release_records", ["source"])
    op.create_index("ix_release_records_duplicate_of", "release_records", ["duplicate_of"])
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("crawl", sa.Integer),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("published_on", sa.Date),
        sa.Column("published_at", sa.Text),
        sa.Column("published_by", sa.Text),
        sa.Column("dateline", sa.Text),
        sa.Column("place", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("byline", sa.Text),
        sa.Column("author_tags", sa.JSON, nullable=False),
        sa.Column("credits", sa.JSON, nullable=False),
        sa.Column("election", sa.Boolean, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("topic_words", sa.JSON, nullable=False),
        sa.Column("language", sa.Text),
        sa.Column("flags", sa.JSON, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("text_hash", sa.Text),
        sa.Column("capture_file", sa.Text),
        sa.Column("capture_offset", sa.Integer),
        sa.Column("capture_record_id", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("release", "version", name="uq_versions_release_version"),
        sa.ForeignKeyConstraint(["release"], ["release_records.id"], name="fk_versions_release"),
        sa.ForeignKeyConstraint(["crawl"], ["crawls.id"], name="fk_versions_crawl"),
    )
    op.create_index("ix_versions_text_hash", "versions", ["text_hash"])


def _rejections() -> None:
    op.create_table(
        "rejections",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("record", sa.JSON),
        sa.Column("first_seen_at", sa.Text, nullable=False),
        sa.Column("last_seen_at", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("resolved_at", sa.Text),
        sa.Column("crawl", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_rejections"),
        sa.UniqueConstraint(
            "source", "url", "stage", "reason", name="uq_rejections_source_url_stage_reason"
        ),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name="fk_rejections_source"),
        sa.ForeignKeyConstraint(["crawl"], ["crawls.id"], name="fk_rejections_crawl"),
    )


CRAWL_COUNTS = (
    "pages",
    "requests",
    "bytes",
    "releases_new",
    "releases_changed",
    "releases_seen",
    "rejected",
)

RELEASES = """
CREATE VIEW releases AS
SELECT r.id, r.seq, r.source, s.kind, s.publisher, s.region, r.url,
       v.title, v.published_on, v.published_at, v.published_by,
       v.dateline, v.place, v.body, v.byline, v.author_tags, v.credits,
       v.election, v.topics, v.language, r.duplicate_of, r.similarity,
       v.version, r.version AS versions, r.first_seen_at, r.last_seen_at, r.gone_at,
       v.sha256, v.capture_file, v.capture_offset, v.capture_record_id,
       v.flags, v.topic_words, v.id AS version_id
FROM release_records AS r
JOIN versions AS v ON v.release = r.id AND v.version = r.version
JOIN sources AS s ON s.id = r.source
"""

AUTHOR_TAGS = """
CREATE VIEW author_tags AS
SELECT r.id AS release, r.source, r.published_on, tag.value AS tag, tag.key + 1 AS position
FROM releases AS r, json_each(r.author_tags) AS tag
"""

REPOSTS = """
CREATE VIEW reposts AS
SELECT r.id AS release, r.source, r.published_on,
       r.duplicate_of AS first, f.source AS first_source, r.similarity
FROM releases AS r
JOIN release_records AS f ON f.id = r.duplicate_of
"""

# What is searched: the current wordings. The index keeps no second copy of the texts.
SEARCH_TEXTS = """
CREATE VIEW search_texts AS
SELECT v.id, v.title, coalesce(v.dateline, '') || v.body || coalesce(' ' || v.byline, '') AS text
FROM versions AS v
JOIN release_records AS r ON r.id = v.release AND r.version = v.version
"""

SEARCH_INDEX = """
CREATE VIRTUAL TABLE search_index USING fts5(
    title, text, content='search_texts', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2'
)
"""
