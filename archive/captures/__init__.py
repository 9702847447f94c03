"""Captures: HTTP requests and responses as received, in WARC/1.1 files, a folder per day.

`writer` appends records, `reader` reads one or all, `recovery` completes files that a killed
program left behind, `retention` deletes files that are not evidence. The name of a file being
written ends in `.open`; a complete file never changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from archive.database.connection import ArchiveError

OPEN = ".open"
"""Added to the name of a file that is still being written."""
WAYS = "-ways.warc.gz"
"""End of the name of a file with lists, feeds and robots.txt, and no release."""


class CaptureError(ArchiveError):
    """Captures cannot be written; `str()` is one sentence for people."""


class NotCaptured(Exception):
    """One response could not be captured, though others can; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Location of a captured response."""

    file: str
    """Path inside the folder of captures, without `.open`: `2026-11-24/….warc.gz`."""
    offset: int
    """Offset of the record in the file, in bytes."""
    record_id: str
    """`urn:uuid:…`, in angle brackets as in WARC."""
    digest: str
    """Digest of the payload, as in `WARC-Payload-Digest`."""
    url: str
    at: datetime
    """UTC."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        return cls(**{**values, "at": datetime.fromisoformat(values["at"])})
