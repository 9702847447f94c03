"""A WARC file being written: records of requests and responses, a gzip member each."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.utils import Digester

import archive.captures.brotli_for_warcio  # noqa: F401 - for its effect
from archive.captures import OPEN, Capture
from archive.captures.recovery import turn

_IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_IN_HEADS = re.compile("[\x00-\x20\x7f\ud800-\udfff]")
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its response as received (without chunk headers)."""

    url: str
    at: datetime
    """When the response was complete (UTC)."""
    request: bytes
    """Request line, headers, body."""
    head: bytes
    """Status line and headers of the response, with the empty line after them."""
    body: bytes
    """The body, compressed if the server compressed it."""
    status: int
    ip: str | None = None
    truncated: str | None = None
    """Why the body is incomplete: `length`, `time` or `disconnect`."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """What the program knew at the request, as JSON values, for a rebuild."""
    before: Capture | None = None
    """The last complete response from this URL."""
    on_the_way: bool = False
    """Whether it is not a release's page but a list, a feed or robots.txt. Such responses go
    into separate files, which need not be kept for ever."""


class WarcFile:
    """A WARC file being written, locked so that no other program takes it for one left behind."""

    def __init__(self, folder: Path, name: str, now: datetime, about: Mapping[str, str]) -> None:
        """`name`: its path inside `folder`. Raises OSError."""
        self.name = name
        self.begun = time.monotonic()
        self._path = folder / (self.name + OPEN)
        self._path.parent.mkdir(exist_ok=True)
        with turn(folder):
            self._out: BinaryIO = self._path.open("xb", buffering=0)
            fcntl.flock(self._out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._warcinfo_id: str | None = None
        self.size = self._synced = 0
        try:
            self._warcinfo_id = self._append_info(now, about)
            _sync_folder(self._path.parent)
        except OSError:
            self._out.close()
            self._path.unlink()
            raise

    def add(self, exchange: Exchange) -> Capture:
        """Adds the pair. If it raises OSError, nothing of it is left in the file."""
        record_id, digest = new_id(), digest_of(exchange.body)
        headers = [
            ("WARC-Type", "response"),
            ("WARC-Record-ID", record_id),
            ("WARC-Date", warc_date(exchange.at)),
            ("WARC-Target-URI", one_line(exchange.url)),
        ]
        asked = [
            ("WARC-Type", "request"),
            ("WARC-Record-ID", new_id()),
            *headers[2:],
            ("WARC-Concurrent-To", record_id),
        ]
        if exchange.ip:
            headers.append(("WARC-IP-Address", exchange.ip))
        if exchange.truncated:
            headers.append(("WARC-Truncated", exchange.truncated))
        if exchange.notes:
            headers.append(("WARC-JSON-Metadata", json.dumps(exchange.notes)))
        block, same = exchange.head, _unchanged(exchange, digest)
        if same is None:
            headers.append(("WARC-Payload-Digest", digest))
            block += exchange.body
        else:
            headers[0] = ("WARC-Type", "revisit")
            headers += _refers_to(same, _NOT_MODIFIED if exchange.status == 304 else _IDENTICAL)
        response = self.record(headers, "application/http; msgtype=response", block)
        request = self.record(asked, "application/http; msgtype=request", exchange.request)
        offset = self.append(response + request)
        return same or Capture(
            file=self.name,
            offset=offset,
            record_id=record_id,
            digest=digest,
            url=exchange.url,
            at=exchange.at,
        )

    def sync(self) -> None:
        """Flushes what was written to disk."""
        if self._synced < self.size:
            os.fsync(self._out.fileno())
            self._synced = self.size

    def complete(self) -> None:
        """Gives the file its final name."""
        try:
            self.sync()
            self._path.rename(self._path.with_name(self._path.name.removesuffix(OPEN)))
            _sync_folder(self._path.parent)
        finally:
            self._out.close()

    def _append_info(self, now: datetime, about: Mapping[str, str]) -> str:
        """Writes the record that describes the program, and returns its id."""
        record_id = new_id()
        headers = [
            ("WARC-Type", "warcinfo"),
            ("WARC-Record-ID", record_id),
            ("WARC-Date", warc_date(now)),
            ("WARC-Filename", Path(self.name).name),
        ]
        fields = "".join(f"{name}: {value}\r\n" for name, value in about.items() if value)
        self.append(self.record(headers, "application/warc-fields", fields.encode()))
        return record_id

    def record(self, headers: list[tuple[str, str]], content_type: str, block: bytes) -> bytes:
        """A gzip member. The block is written as received, so not by warcio, which rewrites the
        head of a response."""
        if self._warcinfo_id:
            headers.append(("WARC-Warcinfo-ID", self._warcinfo_id))
        headers += [
            ("WARC-Block-Digest", digest_of(block)),
            ("Content-Type", content_type),
            ("Content-Length", str(len(block))),
        ]
        warc = StatusAndHeaders("", headers, protocol="WARC/1.1")
        return gzip.compress(warc.to_bytes() + block + b"\r\n\r\n", compresslevel=6, mtime=0)

    def append(self, members: bytes) -> int:
        """Appends members, all or (after an OSError) none; returns their offset."""
        offset = self.size
        try:
            view = memoryview(members)
            while view:
                view = view[self._out.write(view) :]
        except OSError:
            self._out.truncate(offset)
            self._out.seek(offset)
            raise
        self.size += len(members)
        return offset


def one_line(url: str) -> str:
    """A URL that a record's header can contain."""
    return _NOT_IN_HEADS.sub(lambda odd: quote(odd.group(), errors="backslashreplace"), url)


def _unchanged(exchange: Exchange, digest: str) -> Capture | None:
    """The earlier capture, if it has exactly the bytes of this response."""
    before = exchange.before
    if before is None or exchange.status == 304:
        return before
    return before if exchange.body and digest == before.digest else None


def _refers_to(same: Capture, profile: str) -> list[tuple[str, str]]:
    return [
        ("WARC-Profile", profile),
        ("WARC-Refers-To", same.record_id),
        ("WARC-Refers-To-Target-URI", same.url),
        ("WARC-Refers-To-Date", warc_date(same.at)),
        ("WARC-Payload-Digest", same.digest),
    ]


def digest_of(data: bytes) -> str:
    """`sha256:` and base 32, as in WARC."""
    digester = Digester("sha256")
    digester.update(data)
    return str(digester)


def new_id() -> str:
    return str(StatusAndHeadersParser.make_warc_id())


def warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _sync_folder(folder: Path) -> None:
    """Flushes a folder, so that a new or renamed file survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
