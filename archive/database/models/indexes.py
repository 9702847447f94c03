"""Indexes over the current versions: all of them can be built again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.database.column_types import Numbers
from archive.database.models.base import Base


class SearchRoots(Base):
    """Word roots of a current version for the search index; see `archive.search.index`."""

    __tablename__ = "search_roots"

    id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    attachments: Mapped[str] = mapped_column(server_default="")
    """Of the texts of its documents."""
    attachment_text: Mapped[str] = mapped_column(server_default="")
    """The texts of its documents, as the index has them."""


class Signature(Base):
    """An author tag of a current version, from `versions.author_tags`, for lookups."""

    __tablename__ = "signatures"

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(index=True)


class QuotedPerson(Base):
    """A person whom a current version quotes; what `versions.quotes` says, to be found without
    reading the texts."""

    __tablename__ = "quoted_people"

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    """Function and office as printed; empty where none is."""
    quotes: Mapped[int]


class Sketch(Base):
    """A text of at least `fingerprint.LEAST_WORDS` words, however many releases have it."""

    __tablename__ = "sketches"

    id: Mapped[int] = mapped_column(primary_key=True)
    text_hash: Mapped[str] = mapped_column(unique=True)
    algorithm: Mapped[int]
    bands: Mapped[list[int]] = mapped_column(Numbers)
    """Its bands, as the index has them."""
    first: Mapped[str] = mapped_column(ForeignKey("release_records.id"))
    """The earliest release with it."""
    leader: Mapped[int | None] = mapped_column(ForeignKey("sketches.id"), index=True)
    """The text it is a copy of; null if it is a leader."""


class Band(Base):
    """The index for finding copies: a band, and a text that has it."""

    __tablename__ = "bands"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member: Mapped[bool] = mapped_column(primary_key=True)
    """Whether the text is a copy; leaders come first."""
    sketch: Mapped[int] = mapped_column(primary_key=True)
    """Of `sketches`. No foreign key: enforcing it would read the whole index when a text is
    removed."""

    __table_args__ = ({"sqlite_with_rowid": False},)


class Rebuild(Base):
    """An index that is being rebuilt, or whose rebuild was interrupted."""

    __tablename__ = "rebuilds"

    name: Mapped[str] = mapped_column(primary_key=True)
    """`search`, `duplicates`, `people` or `events`."""
    started_at: Mapped[datetime]
    done: Mapped[int]
    """Entries of `total` that are in the index again."""
    total: Mapped[int]
