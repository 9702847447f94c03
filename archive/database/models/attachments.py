"""Documents that releases link to, and what was captured of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from archive.database.models.base import Base


class Attachment(Base):
    """A document that a release links to, or linked to, and the last fetch of it."""

    __tablename__ = "attachments"

    release: Mapped[str] = mapped_column(ForeignKey("release_records.id"), primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str | None]
    label: Mapped[str | None]
    linked_at: Mapped[datetime]
    """When the page was first seen with it."""
    unlinked_at: Mapped[datetime | None]
    """When the page was first seen without it; null while it links to it."""
    asked_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """Outcome of the last fetch: `captured`, `unchanged`, `too-large`, or why there is none."""
    status: Mapped[int | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    capture: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Location of its last complete response; the same bytes are not stored twice."""


class AttachmentCapture(Base):
    """A captured state of a document. The same bytes again only move `last_seen_at`."""

    __tablename__ = "attachment_captures"

    id: Mapped[int] = mapped_column(primary_key=True)
    release: Mapped[str]
    url: Mapped[str]
    seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    media_type: Mapped[str | None]
    """As the server declared it."""
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str]
    capture_file: Mapped[str]
    capture_offset: Mapped[int]
    capture_record_id: Mapped[str]
    capture_digest: Mapped[str | None]
    """As in `versions`."""
    text: Mapped[str | None]
    """The text of a PDF; null if it was not read, or has none."""
    unread: Mapped[str | None]
    """Why the text is missing or incomplete, as a word: `encrypted`, `broken`, `no-text`, …"""

    __table_args__ = (
        ForeignKeyConstraint(["release", "url"], ["attachments.release", "attachments.url"]),
        Index("ix_attachment_captures_release", "release", "url", "seen_at"),
    )
