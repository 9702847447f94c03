"""Reads captures: one record at its location, or all records of any WARC or ARC file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader

import archive.captures.brotli_for_warcio  # noqa: F401 - for its effect
from archive.captures import OPEN
from archive.captures.content_encoding import unchunk, unpack
from archive.captures.record_stream import BLOCK_MAX
from archive.captures.records import Damage, Record, record_at, records

_LOADER = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
BODY_MAX = 32 * 1024 * 1024
"""Bytes; a body that decompresses to more is not a page."""


class Unreadable(Exception):
    """The record is missing, or not as it was written; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A captured response, or a `revisit` record for an unchanged one."""

    kind: str
    """`response`, `revisit`, or `resource` (a body without HTTP headers)."""
    record_id: str
    url: str
    at: datetime
    """UTC."""
    status: int
    headers: list[tuple[str, str]]
    payload: bytes
    """The body without chunk headers, still compressed."""
    digest: str | None = None
    refers_to: str | None = None
    """For a revisit: the record that has the bytes."""
    profile: str | None = None
    truncated: str | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    """What our own crawler knew at the request."""
    length: int = 0
    """Bytes of its record in the file, compressed as it is there."""

    def header(self, name: str) -> str | None:
        """The first value of a header; None if there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def body(self) -> bytes:
        """The decoded content. Raises `content_encoding.Undecodable`."""
        packed = [value for key, value in self.headers if key.lower() == "content-encoding"]
        encodings = [name for value in packed for name in value.split(",")]
        return unpack(self.payload, encodings, BODY_MAX)


def locate(folder: Path, name: str) -> Path:
    """A file of captures, complete or still being written. Raises Unreadable."""
    path = folder / name
    if folder.resolve() not in path.resolve().parents:
        raise Unreadable(f"{name} is outside the captures folder.")
    for candidate in (path, path.with_name(path.name + OPEN)):
        if candidate.is_file():
            return candidate
    raise Unreadable(f"There is no file {name} in {folder}.")


def read_at(file: BinaryIO, offset: int, record_id: str | None = None) -> Answer:
    """The record at an offset, after checking its digests and its id. Raises Unreadable."""
    record = record_at(file, offset)
    if isinstance(record, Damage):
        raise Unreadable(f"The record is damaged: {record.why}.")
    kept = record.head.get("warc-record-id")
    if record_id is not None and kept != record_id:
        raise Unreadable(f"Another record ({kept}) is at that offset.")
    answer = read_record(record)
    if answer is None:
        raise Unreadable("The record at that offset is not a response.")
    return answer


def read_record(record: Record) -> Answer | None:
    """The response in a record; None if it has none. Raises Unreadable if the record is not as
    it was written."""
    if record.data is None:
        raise Unreadable(f"The record is longer than {BLOCK_MAX:,} bytes.")
    try:
        parsed = _LOADER.parse_record_stream(BytesIO(record.data), check_digests=True)
        answer = _answer(parsed, record.length)
    except (ArchiveLoadFailed, EOFError, ValueError) as error:
        raise Unreadable(f"The record is damaged ({first_line(error)}).") from error
    if answer is not None and parsed.digest_checker.passed is False:
        raise Unreadable(f"The record is damaged ({'; '.join(parsed.digest_checker.problems)}).")
    return answer


def answers(
    file: BinaryIO, lost: Callable[[Damage], None] | None = None
) -> Iterator[tuple[int, Answer]]:
    """All responses of a capture file with their offsets. `lost` is called for each damaged
    part, and the rest is read; without it, Unreadable is raised there."""
    for part in records(file, own=True):
        damage = part if isinstance(part, Damage) else None
        if isinstance(part, Record):
            try:
                answer = read_record(part)
                if answer is not None and not part.is_found_alone:
                    raise Unreadable("It shares one gzip member with other records.")
                if answer is not None:
                    yield part.offset, answer
            except Unreadable as error:
                why = str(error).rstrip(".")
                damage = Damage(part.offset, part.length, why, part.head)
        if damage is not None and lost is None:
            raise Unreadable(f"{damage}.")
        if damage is not None and lost is not None:
            lost(damage)


def _answer(record: ArcWarcRecord, length: int) -> Answer | None:
    headers = record.rec_headers
    url = headers.get_header("WARC-Target-URI") or headers.get_header("uri")
    if record.rec_type not in ("response", "revisit", "resource") or not url:
        return None
    if not url.startswith(("http://", "https://")):
        return None
    http = record.http_headers
    payload = record.raw_stream.read()
    fields = list(http.headers) if http else []
    if record.rec_type == "resource":
        status = 200
        fields = [("Content-Type", headers.get_header("Content-Type") or "")]
    else:
        if http is None:
            return None
        status = _status(http.get_statuscode())
        coding = http.get_header("Transfer-Encoding")
        if coding and coding.strip().lower() == "chunked":
            payload = unchunk(payload)
    return Answer(
        kind=record.rec_type,
        record_id=headers.get_header("WARC-Record-ID") or "",
        url=url,
        at=_moment(headers.get_header("WARC-Date") or headers.get_header("archive-date")),
        status=status,
        headers=fields,
        payload=payload,
        digest=headers.get_header("WARC-Payload-Digest"),
        refers_to=headers.get_header("WARC-Refers-To"),
        profile=headers.get_header("WARC-Profile"),
        truncated=headers.get_header("WARC-Truncated"),
        notes=_notes(headers.get_header("WARC-JSON-Metadata")),
        length=length,
    )


def _status(code: str) -> int:
    return int(code) if code.isascii() and code.isdecimal() and len(code) == 3 else 0


def _moment(text: str | None) -> datetime:
    """A WARC date of any precision, or an ARC date. Raises ValueError."""
    if not text:
        raise ValueError("a record without a date")
    if text.isdecimal() and len(text) == 14:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _notes(text: str | None) -> dict[str, Any]:
    """The notes of a record; those of another program may be anything."""
    try:
        notes = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return notes if isinstance(notes, dict) else {}


def first_line(error: Exception) -> str:
    """The first line of an error's message."""
    return next(
        (line.strip() for line in str(error).splitlines() if line.strip()), "no cause given"
    )
