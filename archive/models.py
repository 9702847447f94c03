"""The tables. What each column means for a reader of the database stands in docs/query.md."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from archive.columns import PrintedDateTime, UtcDateTime


class Base(DeclarativeBase):
    # Named constraints, so that later migrations can refer to them.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        str: Text,
        datetime: UtcDateTime,
        list[str]: JSON,
        list[dict[str, str]]: JSON,
        dict[str, list[str]]: JSON,
        dict[str, Any]: JSON,
    }


class SourceRow(Base):
    """A site as the registry declared it last."""

    __tablename__ = "sources"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    publisher: Mapped[str]
    region: Mapped[str]
    home: Mapped[str]
    timezone: Mapped[str]


class Crawl(Base):
    """One visit to one source. `outcome` is null while it runs, and after a kill."""

    __tablename__ = "crawls"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    pages: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(default=0)
    releases_new: Mapped[int] = mapped_column(default=0)
    releases_changed: Mapped[int] = mapped_column(default=0)
    releases_seen: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index(None, "source", "started_at"),)


class ReleaseRecord(Base):
    """One press release: what stays the same while its wording changes."""

    __tablename__ = "release_records"

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), index=True)
    url: Mapped[str]
    seq: Mapped[int] = mapped_column(unique=True)
    version: Mapped[int]
    """The current wording's number, which is also how many there are."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("release_records.id"), index=True)
    similarity: Mapped[float | None]


class Version(Base):
    """One wording of a release. The number `id` also names it in the search index."""

    __tablename__ = "versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    release: Mapped[str] = mapped_column(ForeignKey("release_records.id"))
    version: Mapped[int]
    seen_at: Mapped[datetime]
    crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    title: Mapped[str]
    published_on: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(PrintedDateTime)
    published_by: Mapped[str | None]
    dateline: Mapped[str | None]
    place: Mapped[str | None]
    body: Mapped[str]
    byline: Mapped[str | None]
    author_tags: Mapped[list[str]]
    credits: Mapped[list[dict[str, str]]]
    election: Mapped[bool]
    topics: Mapped[list[str]]
    topic_words: Mapped[dict[str, list[str]]]
    language: Mapped[str | None]
    flags: Mapped[list[str]]
    sha256: Mapped[str]
    text_hash: Mapped[str | None] = mapped_column(index=True)
    capture_file: Mapped[str | None]
    capture_offset: Mapped[int | None]
    capture_record_id: Mapped[str | None]

    __table_args__ = (UniqueConstraint("release", "version"),)


class Rejection(Base):
    """A page that gave no release, and why; `resolved_at` says when it gave one after all."""

    __tablename__ = "rejections"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    url: Mapped[str]
    stage: Mapped[str]
    reason: Mapped[str]
    detail: Mapped[str]
    record: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
    resolved_at: Mapped[datetime | None]
    crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))

    __table_args__ = (UniqueConstraint("source", "url", "stage", "reason"),)
