"""Changes of releases, and what watches and webhooks were told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.database.models.base import Base


class ChangeRow(Base):
    """What a crawl saw happen to a release. Triggers of the database write the rows; they never
    change."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    release: Mapped[str] = mapped_column(ForeignKey("release_records.id"))
    what: Mapped[str]
    """`new`, `edited`, `withdrawn`, or `returned` (a withdrawn release was there again)."""
    at: Mapped[datetime]
    """When the crawl saw it."""
    version_id: Mapped[int | None]
    """Of `versions`, for `new` and `edited`. No foreign key: a better reading may show that two
    versions are one."""

    __table_args__ = (UniqueConstraint("release", "what", "at"),)


class WatchPosition(Base):
    """Up to which of the `changes` a watch was delivered to one receiver."""

    __tablename__ = "watch_positions"

    watch: Mapped[str] = mapped_column(primary_key=True)
    receiver: Mapped[str] = mapped_column(primary_key=True)
    """`mail`, SHA-256 of a webhook's URL or of a command; empty: where the watch began."""
    position: Mapped[int]
    saved_at: Mapped[datetime]


class ReportedFinding(Base):
    """A finding reported to a webhook and not yet reported as over."""

    __tablename__ = "told"

    webhook: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of its URL, which may contain a secret, and of the source it is limited to."""
    source: Mapped[str] = mapped_column(primary_key=True)
    """Empty for a finding about the whole archive."""
    kind: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    told_at: Mapped[datetime]
