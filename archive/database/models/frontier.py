"""The frontier: the URLs of a source, and the releases they lead to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from archive.database.models.base import Base


class Address(Base):
    """The frontier: a URL of a source, its last response, and when to fetch it again."""

    __tablename__ = "addresses"

    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    requested: Mapped[str | None]
    """The URL to request: as a page linked it, or as it last answered. None: `url`."""
    what: Mapped[str]
    """`release`, or a seed: `home`, `listing`, `feed`, `sitemap`, `rest`."""
    found_by: Mapped[str]
    """The kind of seed; `web-archive`: no page has linked it, so it is not requested."""
    found_at: Mapped[datetime]
    hint: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the seed that named a release gave for it: evidence, title, published."""
    shown: Mapped[dict[str, str]] = mapped_column(default=dict)
    """For each list that names a release, a digest of what it showed at the last fetch."""
    asked_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """Outcome of the last fetch: `release`, `unchanged`, `walked`, or why nothing came of it."""
    status: Mapped[int | None]
    """HTTP status of the last response."""
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    payload: Mapped[str | None]
    """SHA-256 of the last response's body."""
    due_at: Mapped[datetime | None]
    missing_since: Mapped[datetime | None]
    missing_in: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    """The crawl that first missed it; a later one that misses it again confirms it."""
    walked_at: Mapped[datetime | None]
    """When a seed was last followed to where everything was known."""
    regular: Mapped[bool | None]
    """Whether a seed is fetched on every crawl, since together the regular ones name all
    releases."""
    release: Mapped[str | None] = mapped_column(ForeignKey("release_records.id"))
    capture: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Location of the last complete response; the same bytes are not stored twice."""

    __table_args__ = (Index(None, "source", "due_at"), Index(None, "release"))


class Alias(Base):
    """Another URL of a release."""

    __tablename__ = "aliases"

    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    leads_to: Mapped[str]
    """The canonical URL."""
    how: Mapped[str]
    """`redirect`, `rel-canonical`, or `spelling` (case, a final slash)."""
    seen_at: Mapped[datetime]
