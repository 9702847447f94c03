"""The event log and its time stamps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from archive.database.models.base import Base


class ChainRow(Base):
    """A chain of events: this archive's own is number 1, the others came in by a merge. Rows are
    only added; see `archive.proof`."""

    __tablename__ = "chains"

    id: Mapped[int] = mapped_column(primary_key=True)
    genesis: Mapped[str]
    """The hash of its first event, in hex: copies of an archive share it."""
    parent: Mapped[int | None] = mapped_column(ForeignKey("chains.id"))
    """The chain from which it differs only after event `shared`, where an archive was copied and
    both went on."""
    shared: Mapped[int] = mapped_column(server_default="0")
    added_at: Mapped[datetime]


class EventRow(Base):
    """Something that happened in an archive. Rows are only added."""

    __tablename__ = "events"

    chain: Mapped[int] = mapped_column(ForeignKey("chains.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 1, without gaps."""
    release: Mapped[str | None]
    """The release it is about, as in `content`; null for one about the archive."""
    content: Mapped[str]
    """Canonical JSON."""
    hash: Mapped[bytes]
    """SHA-256 of the hash before it and of the SHA-256 of `content`."""

    __table_args__ = (
        Index("ix_events_release", "release", "chain", "number"),
        {"sqlite_with_rowid": False},
    )


class StampRow(Base):
    """What a time-stamping service (RFC 3161) has signed. Rows are only added."""

    __tablename__ = "stamps"

    chain: Mapped[int] = mapped_column(ForeignKey("chains.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """The event whose hash was stamped."""
    service: Mapped[str] = mapped_column(primary_key=True)
    """Its URL."""
    at: Mapped[datetime]
    """The time in the stamp."""
    answer: Mapped[bytes]
    """The service's answer (`TimeStampResp`), with the certificates it sent."""
