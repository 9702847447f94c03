"""What people corrected, took down and erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.database.models.base import Base


class AsRead(Base):
    """What the reader read of a version, where people have changed it: evidence under lock, which
    no page and no export shows."""

    __tablename__ = "as_read"

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    release: Mapped[str] = mapped_column(index=True)
    columns: Mapped[dict[str, Any]]
    """The columns of `versions` that differ, as stored."""


class CorrectionRow(Base):
    """A correction by a person; its release may be one that the archive does not have yet."""

    __tablename__ = "corrections"

    release: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    reason: Mapped[str]
    who: Mapped[str]
    made_on: Mapped[date]


class SuppressionRow(Base):
    """What was taken down, lifted or erased, and why. Rows are only added."""

    __tablename__ = "suppressions"

    id: Mapped[str] = mapped_column(primary_key=True)
    """Random, so that lists of several archives can be joined."""
    action: Mapped[str]
    """`suppress`, `lift`, `erase`."""
    of: Mapped[str | None]
    """The suppression that is lifted or erased."""
    release: Mapped[str] = mapped_column(index=True)
    what: Mapped[str]
    """`release`, `version`, `passage`."""
    version: Mapped[int | None]
    """The version's number then; what follows finds it later, when it may have another one."""
    seen_at: Mapped[datetime | None]
    sha256: Mapped[str | None]
    record_id: Mapped[str | None]
    words: Mapped[int | None]
    """How many words a passage has. It is found again by `digest`: it is not kept itself."""
    salt: Mapped[str | None]
    digest: Mapped[str | None]
    reason: Mapped[str]
    who: Mapped[str]
    made_at: Mapped[datetime]


class Erasure(Base):
    """A captured response whose bytes were overwritten. Rows are only added."""

    __tablename__ = "erasures"

    record_id: Mapped[str] = mapped_column(primary_key=True)
    file: Mapped[str]
    offset: Mapped[int]
    release: Mapped[str]
    suppression: Mapped[str]
    erased_at: Mapped[datetime]
