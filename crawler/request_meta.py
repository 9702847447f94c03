"""What is kept in a request's `meta`: validators, notes for its capture, and what was captured."""

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
"""Key of a list of the captures of all responses to a request, retries and redirects included:
where a download ends in an exception, it is all there is."""
BEGUN = "begun"
"""Key of a `ResponseHead`."""


class Validators(NamedTuple):
    """What an answer said it can be recognised by (RFC 9110, section 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(slots=True)
class ResponseHead:
    """An answer whose head has come."""

    status: int
    protocol: str
    headers: Headers
    ip: str | None
    cut_off: str | None = None
    """Why its body did not come whole, as `WARC-Truncated` has it (WARC/1.1, section 5.13):
    `length`, `time` or `disconnect`."""


@dataclass(frozen=True, slots=True)
class CaptureNotes:
    """What goes with a request into its capture."""

    notes: Mapping[str, Any] = field(default_factory=dict)
    """What is known when it is asked, as JSON values: enough to read the answer again by it."""
    before: Capture | None = None
    """The last whole answer from this address."""

    @property
    def on_the_way(self) -> bool:
        """Whether it is asked to find releases, and is none."""
        return self.notes.get("as") not in ("release", "part")


async def captured(response: Response) -> Capture | None:
    """Where the bytes of an answer lie, once they are on the disk; None: captures are not kept.
    Raises CaptureError; NotCaptured, where this answer alone could not be kept."""
    written: Future[Capture] | None = response.meta.get(CAPTURED)
    if written is None:
        return None
    return await asyncio.wrap_future(written)


def answered_at(response: Response) -> datetime:
    """When an answer came in: the time of its capture, so that reading that again gives the same;
    now, where captures are not kept."""
    moment: datetime = response.meta.get(ANSWERED_AT) or datetime.now(UTC)
    return moment
