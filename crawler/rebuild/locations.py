"""Where captured responses are in the files of captures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.captures import Via


@dataclass(frozen=True, slots=True)
class Location:
    """Location of a captured response."""

    url: str
    at: datetime
    kind: str
    status: int
    file: str
    offset: int
    length: int
    record_id: str
    refers_to: str | None
    crawl: str
    hint: dict[str, Any] | None
    """What a list gave for the release: `evidence`, `title`, `published`."""
    truncated: str | None
    """Why it is not whole: `length`, `time`, `disconnect`, `unspecified`; None: it is."""
    via: Via | None = None
    """The web archive it comes from; None: a crawl captured it."""


@dataclass(frozen=True, slots=True)
class CapturedFetch:
    """One captured fetch of a URL."""

    location: Location
    bytes_at: Location | None
    """Where the bytes are that a revisit found unchanged; None: at `location`, or not captured."""
    parts: tuple[Location, ...] = ()
    """Further parts of a release with several pages."""

    @property
    def locations(self) -> tuple[Location, ...]:
        """Where the bytes of the page and of its further parts are."""
        return (self.bytes_at or self.location, *self.parts)


@dataclass(frozen=True, slots=True)
class DocumentLocation:
    """Location of a captured response to a request for a document."""

    url: str
    """As the release links to it."""
    at: datetime
    kind: str
    status: int
    file: str
    offset: int
    length: int
    record_id: str
    truncated: str | None
