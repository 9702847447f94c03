"""Sources, their crawls, and what these left that is no release."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.database.models.base import Base


class SourceRow(Base):
    """A site as last declared in the registry."""

    __tablename__ = "sources"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    publisher: Mapped[str]
    region: Mapped[str]
    home: Mapped[str]
    timezone: Mapped[str]


class Crawl(Base):
    """One crawl of one source. `outcome` is null while it runs, and after a kill."""

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
    deep: Mapped[bool] = mapped_column(default=False)
    """Whether all releases were fetched again, not only those due."""
    named: Mapped[int | None]
    """Releases that lists named; this and what follows are null in crawls before version 0007."""
    unchanged_lists: Mapped[int | None]
    found: Mapped[int | None]
    """Releases to fetch."""
    moved: Mapped[int | None]
    """Known releases that were missing when most others were too."""
    ways: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """The seeds fetched: `what`, `url`, and how many releases it `named`, or why it `failed`;
    neither if it had not changed."""
    failures: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    """Releases that could not be fetched, by reason."""
    refusals: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    """Pages that were not releases, by reason."""
    seconds: Mapped[float | None]
    """Median response time."""
    alike: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Number of `pages` with status 200, of those that were the `same`, and its `url`."""
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Fields of the releases read, see `crawler.crawl.reading_stats`."""
    merged: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Whether it came in with another archive."""

    __table_args__ = (Index(None, "source", "started_at"),)


class Rejection(Base):
    """A page that was not a release, and why; `resolved_at`: when it became one after all."""

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
    capture_file: Mapped[str | None]
    capture_offset: Mapped[int | None]
    capture_record_id: Mapped[str | None]

    __table_args__ = (UniqueConstraint("source", "url", "stage", "reason"),)


class Lesson(Base):
    """What was learned about a site; the registry overrides it."""

    __tablename__ = "lessons"

    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    article: Mapped[str | None]
    """The form of its releases' URLs, as a template of the registry."""
    frame: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The site template: `blocks` on every page, and the bare initials it signs with."""
    learned_at: Mapped[datetime]
