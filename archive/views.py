"""The views the migrations make, as tables to select from. They are also what people query."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Integer, MetaData, Table, Text

from archive.columns import Day, PrintedDateTime, UtcDateTime

# Not the models' MetaData: Alembic compares tables only.
_views = MetaData()

releases = Table(
    "releases",
    _views,
    Column("id", Text, primary_key=True),
    Column("seq", Integer),
    Column("source", Text),
    Column("kind", Text),
    Column("publisher", Text),
    Column("region", Text),
    Column("url", Text),
    Column("title", Text),
    Column("published_on", Day),
    Column("published_at", PrintedDateTime),
    Column("published_by", Text),
    Column("dateline", Text),
    Column("place", Text),
    Column("body", Text),
    Column("body_by", Text),
    Column("byline", Text),
    Column("author_tags", JSON),
    Column("credits", JSON),
    Column("election", Boolean),
    Column("topics", JSON),
    Column("language", Text),
    Column("quotes", JSON),
    Column("flags", JSON),
    Column("duplicate_of", Text),
    Column("similarity", Float),
    Column("version", Integer),
    Column("versions", Integer),
    Column("first_seen_at", UtcDateTime),
    Column("last_seen_at", UtcDateTime),
    Column("gone_at", UtcDateTime),
    Column("sha256", Text),
    Column("capture_file", Text),
    Column("capture_offset", Integer),
    Column("capture_record_id", Text),
    Column("topic_words", JSON),
    Column("version_id", Integer),
)
"""Each release in its current wording."""

author_tags = Table(
    "author_tags",
    _views,
    Column("release", Text),
    Column("source", Text),
    Column("published_on", Day),
    Column("tag", Text),
    Column("position", Integer),
)
"""One row for each name a current wording is signed with."""

quotes = Table(
    "quotes",
    _views,
    Column("release", Text),
    Column("source", Text),
    Column("region", Text),
    Column("published_on", Day),
    Column("position", Integer),
    Column("text", Text),
    Column("start", Integer),
    Column("end", Integer),
    Column("direct", Boolean),
    Column("verb", Text),
    Column("speaker", Text),
    Column("person", Text),
    Column("role", Text),
    Column("how", Text),
)
"""One row for each quote of a current wording."""

reposts = Table(
    "reposts",
    _views,
    Column("release", Text),
    Column("source", Text),
    Column("published_on", Day),
    Column("first", Text),
    Column("first_source", Text),
    Column("similarity", Float),
)
"""Releases whose text another release had first."""

clusters = Table(
    "clusters",
    _views,
    Column("first", Text),
    Column("release", Text),
    Column("source", Text),
    Column("published_on", Day),
    Column("is_first", Boolean),
    Column("similarity", Float),
)
"""Releases whose text others carry too, the first ones included."""

claims = Table(
    "claims",
    _views,
    Column("release", Text),
    Column("source", Text),
    Column("counts_from", Text),
    Column("vouched_by", Text),
    Column("seen_at", UtcDateTime),
    Column("is_replaced", Boolean),
    Column("prints_earlier", Boolean),
    Column("is_unproven", Boolean),
    Column("is_imported", Boolean),
)
"""The date from which each release's text counts, and doubts about it."""
