"""Exchanges to write, and what can be read of what was written."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from archive.captures.warc_file import Exchange
from archive.captures.writer import CaptureWriter

NOON = datetime(2026, 11, 24, 5, 0, 0, 123456, tzinfo=UTC)
PAGE = b"<html><body><h1>Rilis</h1><p>Panitia mengajak warga.</p></body></html>" * 9


def exchange(number: int = 1, body: bytes = PAGE, **changed: Any) -> Exchange:
    """A page of a made-up site and the request for it."""
    path = f"/berita/read/{number}"
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
        b"Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Kota: Kota \xdcjung\r\n\r\n"
    )
    values: dict[str, Any] = {
        "url": f"https://contoh.example{path}",
        "at": NOON,
        "request": f"GET {path} HTTP/1.1\r\nHost: contoh.example\r\n\r\n".encode(),
        "head": head,
        "body": gzip.compress(body, mtime=0),
        "status": 200,
        "ip": "192.0.2.7",
    }
    return Exchange(**values | changed)


@contextmanager
def writer(
    folder: Path, *, file_bytes: int = 1 << 30, file_seconds: float = 3600
) -> Iterator[CaptureWriter]:
    """A writer that is closed at the end of the block."""
    opened = CaptureWriter(
        folder, {"software": "uji/1"}, file_bytes=file_bytes, file_seconds=file_seconds
    )
    try:
        yield opened
    finally:
        opened.close()


def files(folder: Path) -> list[Path]:
    """All capture files, complete or not."""
    return sorted(path for path in folder.glob("*/*") if path.is_file())


def records(path: Path) -> list[dict[str, str]]:
    """The WARC headers of each record, its digests verified."""
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            record.raw_stream.read()
            found.append(dict(record.rec_headers.headers))
    return found
