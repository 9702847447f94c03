"""Errors of an archive. Imports nothing."""

from __future__ import annotations


class ArchiveError(Exception):
    """The archive cannot be opened, read or written; `str()` is one sentence for people."""


class ArchiveLocked(ArchiveError):
    """Another program holds it."""


class ValueDamaged(ArchiveError):
    """The archive has a value that this program never writes."""

    def __init__(self, value: object) -> None:
        super().__init__(f"The archive is damaged: {str(value)[:80]!r} is not a valid value there")
