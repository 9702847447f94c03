"""Captures: HTTP requests and responses as received, in WARC/1.1 files, a folder per day.

`writer` appends records to a `warc_file`, `reader` reads one or all, `recovery` completes files
that a killed program left behind, `retention` deletes files that are not evidence. The name of a
file being written ends in `.open`; a complete file never changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
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
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"at": self.at.isoformat()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        return cls(**{**values, "at": datetime.fromisoformat(values["at"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    """The web archive that a capture comes from."""

    archive: str
    """Its name, such as `web.archive.org`."""
    url: str
    """The address of the capture there."""

    def as_json(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_notes(cls, notes: Mapping[str, Any]) -> Self | None:
        """As the notes of a capture (`WARC-JSON-Metadata`) have it; None: from no web archive."""
        via = notes.get("via")
        if not isinstance(via, Mapping):
            return None
        archive, url = via.get("archive"), via.get("url")
        return (
            cls(archive=archive, url=url)
            if isinstance(archive, str) and isinstance(url, str)
            else None
        )
