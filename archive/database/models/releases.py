"""Releases, their versions, sightings in web archives, and moves to other addresses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.database.column_types import PrintedDateTime
from archive.database.models.base import Base


class ReleaseRecord(Base):
    """One press release: what its versions share."""

    __tablename__ = "release_records"

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), index=True)
    url: Mapped[str]
    seq: Mapped[int] = mapped_column(unique=True)
    version: Mapped[int]
    """The current version's number, and so the number of versions."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("release_records.id"), index=True)
    similarity: Mapped[float | None]
    crawled: Mapped[bool] = mapped_column(default=True, server_default="1")
    """Whether a crawl has seen it itself; otherwise it was only ever seen in web archives."""


class Version(Base):
    """One version of a release. Its `id` also identifies it in the search index."""

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
    body_by: Mapped[str] = mapped_column(server_default="page")
    byline: Mapped[str | None]
    author_tags: Mapped[list[str]]
    credits: Mapped[list[dict[str, str]]]
    election: Mapped[bool]
    topics: Mapped[list[str]]
    topic_words: Mapped[dict[str, list[str]]]
    language: Mapped[str | None]
    flags: Mapped[list[str]]
    quotes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Quotes, with spans of `body`; null if a program without quotes read it."""
    attachments: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Documents that the page links to: `url`, `type`, `label`; null if a program without
    attachments read it."""
    sha256: Mapped[str]
    text_hash: Mapped[str | None] = mapped_column(index=True)
    capture_file: Mapped[str | None]
    capture_offset: Mapped[int | None]
    capture_record_id: Mapped[str | None]
    capture_digest: Mapped[str | None]
    """Of the payload, as in `WARC-Payload-Digest`; null before version 0022."""
    via: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The web archive it was first seen in, and the address there; null: a crawl saw it itself."""
    reader: Mapped[str | None]
    """The program that read it, see `crawler.extraction.reader_version`; null if unknown."""
    claim_on: Mapped[date | None]
    """The day from which its text counts; null: from `claim_seen_at` on."""
    claim_at: Mapped[datetime | None] = mapped_column(PrintedDateTime)
    """The same with its time, if that was printed."""
    claim_seen_at: Mapped[datetime | None]
    """When the archive first saw the text here."""
    corrected: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Fields that people corrected. This column and the next three are written by
    `archive.curation.shown` alone."""
    corrections: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """`field`, `value_read`, `reason`, `who` and `when` of each."""
    withheld: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    """`what` (`release`, `version`, `passage`), `reason` and `at` of what is suppressed in it."""
    suppressed: Mapped[bool] = mapped_column(server_default="0")
    """Whether all of it is suppressed; its texts are empty then."""

    __table_args__ = (
        UniqueConstraint("release", "version"),
        # Has all columns that `archive.health.publishing_rhythm` needs, so that it reads no text.
        Index(None, "release", "version", "published_on"),
    )


class Sighting(Base):
    """A capture of a release in a web archive: at that time the release was at its source."""

    __tablename__ = "sightings"

    release: Mapped[str] = mapped_column(ForeignKey("release_records.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    """The address of the capture in the web archive."""
    archive: Mapped[str]


class MoveRow(Base):
    """A release that its site has given another address; see `archive.moves`."""

    __tablename__ = "moves"

    old: Mapped[str] = mapped_column(ForeignKey("release_records.id"), primary_key=True)
    new: Mapped[str] = mapped_column(ForeignKey("release_records.id"), unique=True)
    origin: Mapped[str] = mapped_column(ForeignKey("release_records.id"))
    """The release under its first address; `old`, unless it has moved several times."""
    at: Mapped[datetime]
    """Since when it is known at the new address, and not at the old one."""
    how: Mapped[str]
    """What shows it: `redirect`, `host`, `gone`; see `archive.moves.links`."""

    __table_args__ = (Index(None, "origin"),)
