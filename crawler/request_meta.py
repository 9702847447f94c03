"""Entries of a request's `meta`: validators, notes for its capture, and the capture's location."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from scrapy.http import Headers, Response

from archive.captures import Capture

CAPTURED = "captured"
"""Key of a future: the location of the response's capture."""
ANSWERED_AT = "answered_at"
"""Key of the time at which the response arrived, UTC."""
ANSWERS = "answers"
"""Key of a list: time and capture of each response to a request, retries and redirects included;
if a download ends with an exception, this is all there is."""
FORMER = "former"
"""Key of the host and port of a known release, on a host that its source has left."""
BEGUN = "begun"
"""Key of a `ResponseHead`."""


class Validators(NamedTuple):
    """The validators of a response (RFC 9110, section 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(slots=True)
class ResponseHead:
    """A response whose head has arrived."""

    status: int
    protocol: str
    headers: Headers
    ip: str | None
    cut_off: str | None = None
    """Why its body is incomplete, as in `WARC-Truncated` (WARC/1.1, section 5.13): `length`,
    `time` or `disconnect`."""


@dataclass(frozen=True, slots=True)
class CaptureNotes:
    """What goes from a request into its capture."""

    notes: Mapping[str, Any] = field(default_factory=dict)
    """What is known at the request, as JSON values, enough for a rebuild."""
    before: Capture | None = None
    """The last complete response from this URL."""

    @property
    def on_the_way(self) -> bool:
        """Whether it serves to find releases, and is not one."""
        return self.notes.get("as") not in ("release", "part", "attachment")


async def captured(response: Response) -> Capture | None:
    """Location of a response's capture, once it is on disk; None without captures. Raises
    CaptureError; NotCaptured, if only this response could not be captured."""
    written: Future[Capture] | None = response.meta.get(CAPTURED)
    if written is None:
        return None
    return await asyncio.wrap_future(written)


def answered_at(response: Response) -> datetime:
    """When a response arrived: the time of its capture, so that a rebuild gives the same;
    without captures, now."""
    moment: datetime = response.meta.get(ANSWERED_AT) or datetime.now(UTC)
    return moment
