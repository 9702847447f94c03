"""What can go wrong with an archive, whoever notices it. Imports nothing."""

from __future__ import annotations


class ArchiveError(Exception):
    """The archive cannot be opened, read or written; `str()` is one sentence for people."""


class ArchiveLocked(ArchiveError):
    """Another program holds it."""


class ValueDamaged(ArchiveError):
    """A value in the archive is none that this program writes."""

    def __init__(self, value: object) -> None:
        super().__init__(
            f"The archive is damaged: {str(value)[:80]!r} stands where no such value can"
        )
