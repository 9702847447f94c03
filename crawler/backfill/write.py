"""Writes fetched captures as WARC files under `captures/imported`.

A record has the time at which the web archive captured the page, and the headers that the source
sent. Its notes name the web archive (`via` in `WARC-JSON-Metadata`). A capture with the same
bytes as an earlier one, by the index, becomes a revisit record.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive import __version__
from archive.captures import CaptureError, Via
from archive.captures.records import Record, records
from archive.captures.warc_file import WarcFile, digest_of, new_id, one_line, warc_date
from crawler.backfill.playback import Original
from crawler.discovery.canonical_url import source_address
from crawler.registry.source import Source

FOLDER = "imported"
_PREFIX = "backfill-"
_SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A capture on the disk."""

    url: str
    timestamp: str
    digest: str
    """As the index has it."""
    record_id: str
    payload: str
    """SHA-256 of the payload, as in `WARC-Payload-Digest`."""


class BackfillFile:
    """One WARC file, of one source and one web archive."""

    def __init__(self, folder: Path, source: Source, archive: str) -> None:
        """Raises CaptureError."""
        now = datetime.now(UTC)
        self._source = source
        self._archive = archive
        self._path = folder
        name = (
            f"{_PREFIX}{source.id}-{now:%Y%m%d%H%M%S}-{os.getpid()}-{secrets.token_hex(3)}.warc.gz"
        )
        about = {
            "software": f"arsip-pilkada/{__version__}",
            "format": "WARC File Format 1.1",
            "description": f"Captures of {source.id} from {archive}, by scrapy backfill",
            "isPartOf": archive,
        }
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = WarcFile(folder, f"{FOLDER}/{name}", now, about)
        except OSError as error:
            raise self._unwritable(error) from error
        self.name = self._file.name
        self._is_empty = True

    def add(self, original: Original, url: str, timestamp: str, digest: str, via: Via) -> Written:
        """A capture with its bytes. Raises CaptureError."""
        record_id, payload = new_id(), digest_of(original.body)
        headers = self._headers("response", record_id, url, timestamp, digest, via)
        headers.append(("WARC-Payload-Digest", payload))
        if original.truncated:
            headers.append(("WARC-Truncated", original.truncated))
        self._append(headers, original.head + original.body)
        return Written(
            url=url, timestamp=timestamp, digest=digest, record_id=record_id, payload=payload
        )

    def add_again(self, first: Written, url: str, timestamp: str, via: Via) -> None:
        """A capture that has the same bytes as `first`. Raises CaptureError."""
        headers = self._headers("revisit", new_id(), url, timestamp, first.digest, via)
        headers += [
            ("WARC-Profile", _SAME),
            ("WARC-Refers-To", first.record_id),
            ("WARC-Refers-To-Target-URI", one_line(first.url)),
            ("WARC-Refers-To-Date", warc_date(moment_of(first.timestamp))),
            ("WARC-Payload-Digest", first.payload),
        ]
        self._append(headers, b"HTTP/1.1 200 OK\r\n\r\n")

    def sync(self) -> None:
        """Sees to it that what was written survives a power cut. Raises CaptureError."""
        try:
            self._file.sync()
        except OSError as error:
            raise self._unwritable(error) from error

    def close(self) -> int | None:
        """Completes the file, and returns its size; removes it, and returns None, where it holds
        nothing. Raises CaptureError."""
        try:
            self._file.complete()
            if self._is_empty:
                (self._path / self.name).unlink()
        except OSError as error:
            raise self._unwritable(error) from error
        return None if self._is_empty else self._file.size

    def _headers(
        self, kind: str, record_id: str, url: str, timestamp: str, digest: str, via: Via
    ) -> list[tuple[str, str]]:
        notes = {
            "source": self._source.id,
            "as": "release",
            "of": source_address(url, self._source),
            "hint": None,
            "via": via.as_json(),
            "index": {"archive": self._archive, "timestamp": timestamp, "digest": digest},
        }
        return [
            ("WARC-Type", kind),
            ("WARC-Record-ID", record_id),
            ("WARC-Date", warc_date(moment_of(timestamp))),
            ("WARC-Target-URI", one_line(url)),
            ("WARC-JSON-Metadata", json.dumps(notes)),
        ]

    def _append(self, headers: list[tuple[str, str]], block: bytes) -> None:
        record = self._file.record(headers, "application/http; msgtype=response", block)
        try:
            self._file.append(record)
        except OSError as error:
            raise self._unwritable(error) from error
        self._is_empty = False

    def _unwritable(self, error: OSError) -> CaptureError:
        reason = error.strerror or error
        return CaptureError(f"The captures in {self._path} cannot be written: {reason}")


def moment_of(timestamp: str) -> datetime:
    """The moment that 14 digits name."""
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def backfill_files(folder: Path, source: str) -> list[Path]:
    """The complete files of a source, the oldest first."""
    found = (folder / FOLDER).glob(f"{_PREFIX}{source}-*.warc.gz")
    return sorted(path for path in found if _source_of(path) == source)


def _source_of(path: Path) -> str:
    return path.name.removeprefix(_PREFIX).rsplit("-", 3)[0]


def written_in(path: Path) -> Iterator[tuple[str, Written]]:
    """What a file holds, with the id of the web archive. What is damaged is fetched anew. Raises
    OSError."""
    with path.open("rb") as file:
        for found in records(file, own=True):
            if isinstance(found, Record) and (written := _written(found.head)):
                yield written


def _written(head: Mapping[str, str]) -> tuple[str, Written] | None:
    try:
        index: dict[str, Any] = json.loads(head["warc-json-metadata"])["index"]
        return index["archive"], Written(
            url=head["warc-target-uri"],
            timestamp=index["timestamp"],
            digest=index["digest"],
            record_id=head.get("warc-refers-to") or head["warc-record-id"],
            payload=head["warc-payload-digest"],
        )
    except (KeyError, ValueError, TypeError):
        return None
