"""Captures: what came over the wire, as WARC/1.1 files, a folder a day.

`writing` adds to them, `reading` finds a record again, `mending` sees to what a killed program
left behind, `retention` takes away what is no evidence. A file being written has the ending `.open`
more; it gets its own name when it is complete, and never changes after that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from archive.database.connection import ArchiveError

OPEN = ".open"
"""What is added to the name of a file that is still being written."""
WAYS = "-ways.warc.gz"
"""The end of the name of a file that has what was met on the way to releases (lists, feeds,
robots.txt), and no release."""


class CaptureError(ArchiveError):
    """Captures cannot be written; `str()` is one sentence for people."""


class NotCaptured(Exception):
    """One response could not be captured, though others can; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where the bytes of an answer lie."""

    file: str
    """Path inside the folder of captures, without `.open`: `2026-11-24/….warc.gz`."""
    offset: int
    """Of the record in the file, in bytes."""
    record_id: str
    """`urn:uuid:…`, in angle brackets as WARC has it."""
    digest: str
    """Of the payload, as in `WARC-Payload-Digest`."""
    url: str
    at: datetime
    """UTC."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        return cls(**{**values, "at": datetime.fromisoformat(values["at"])})
