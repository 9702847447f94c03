"""Crawls that ran with a wrong clock, and the stamps corrected after them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.database.models.base import Base


class ClockCorrection(Base):
    """A crawl that ran with a wrong clock, and by how much its stamps were moved."""

    __tablename__ = "clock_corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    began_at: Mapped[datetime]
    """By the wrong clock, like `ended_at`."""
    ended_at: Mapped[datetime]
    seconds: Mapped[int]
    """Added to each stamp between the two."""
    evidence: Mapped[str]
    """`dates` (the `Date` headers it captured) or `neighbours` (the crawls before and after)."""


class CorrectedStamp(Base):
    """The original value of a stamp written with a wrong clock."""

    __tablename__ = "corrected_stamps"

    id: Mapped[int] = mapped_column(primary_key=True)
    correction: Mapped[int] = mapped_column(ForeignKey("clock_corrections.id"), index=True)
    table_name: Mapped[str]
    row_key: Mapped[list[Any]] = mapped_column(JSON)
    """The row's primary key."""
    column_name: Mapped[str]
    original: Mapped[str]
    """The value as it was written."""
