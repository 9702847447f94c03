"""The views that the migrations create, as tables to select from. Users query them too."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, MetaData, Table

from archive.database.column_types import Day, PrintedDateTime, UtcDateTime, Words

# Not the models' MetaData: Alembic compares tables only.
_views = MetaData()


def _of_releases() -> list[Column[Any]]:
    return [
        Column("id", Words, primary_key=True),
        Column("seq", Integer),
        Column("source", Words),
        Column("kind", Words),
        Column("level", Words),
        Column("publisher", Words),
        Column("region", Words),
        Column("url", Words),
        Column("title", Words),
        Column("published_on", Day),
        Column("published_at", PrintedDateTime),
        Column("published_by", Words),
        Column("dateline", Words),
        Column("place", Words),
        Column("body", Words),
        Column("body_by", Words),
        Column("byline", Words),
        Column("author_tags", JSON),
        Column("credits", JSON),
        Column("election", Boolean),
        Column("topics", JSON),
        Column("language", Words),
        Column("quotes", JSON),
        Column("flags", JSON),
        Column("attachments", JSON),
        Column("attachment_text", Words),
        Column("via", JSON),
        Column("duplicate_of", Words),
        Column("similarity", Float),
        Column("moved_to", Words),
        Column("moved_from", Words),
        Column("version", Integer),
        Column("versions", Integer),
        Column("first_seen_at", UtcDateTime),
        Column("last_seen_at", UtcDateTime),
        Column("gone_at", UtcDateTime),
        Column("sha256", Words),
        Column("capture_file", Words),
        Column("capture_offset", Integer),
        Column("capture_record_id", Words),
        Column("corrected", JSON),
        Column("corrections", JSON),
        Column("withheld", JSON),
        Column("suppressed", Boolean),
        Column("topic_words", JSON),
        Column("version_id", Integer),
    ]


releases = Table("releases", _views, *_of_releases())
"""Each release in its current version, without those that are suppressed."""

every_release = Table("every_release", _views, *_of_releases())
"""As `releases`, with those that are suppressed; their texts are empty."""

author_tags = Table(
    "author_tags",
    _views,
    Column("release", Words),
    Column("source", Words),
    Column("published_on", Day),
    Column("tag", Words),
    Column("position", Integer),
)
"""One row per author tag of a current version."""

quotes = Table(
    "quotes",
    _views,
    Column("release", Words),
    Column("source", Words),
    Column("region", Words),
    Column("published_on", Day),
    Column("position", Integer),
    Column("text", Words),
    Column("start", Integer),
    Column("end", Integer),
    Column("direct", Boolean),
    Column("verb", Words),
    Column("speaker", Words),
    Column("person", Words),
    Column("role", Words),
    Column("how", Words),
)
"""One row per quote of a current version."""

reposts = Table(
    "reposts",
    _views,
    Column("release", Words),
    Column("source", Words),
    Column("published_on", Day),
    Column("first", Words),
    Column("first_source", Words),
    Column("similarity", Float),
)
"""Releases whose text another release published first."""

clusters = Table(
    "clusters",
    _views,
    Column("first", Words),
    Column("release", Words),
    Column("source", Words),
    Column("published_on", Day),
    Column("is_first", Boolean),
    Column("similarity", Float),
)
"""Releases whose text others have too, including the first ones."""

claims = Table(
    "claims",
    _views,
    Column("release", Words),
    Column("source", Words),
    Column("counts_from", Words),
    Column("vouched_by", Words),
    Column("seen_at", UtcDateTime),
    Column("is_replaced", Boolean),
    Column("prints_earlier", Boolean),
    Column("is_unproven", Boolean),
    Column("is_imported", Boolean),
)
"""The date from which each release's text counts, and doubts about it."""
