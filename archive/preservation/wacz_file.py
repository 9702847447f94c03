"""Writes WACZ 1.1.1 files, which ReplayWeb.page and pywb open: captures, an index, a list of pages.

https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO
from urllib.parse import urlsplit

from archive import __version__
from archive.captures.reader import Answer
from archive.preservation.wacz_signature import Sign

WARC = "archive/data.warc.gz"
"""Path of the captures in the container."""
_WWW = re.compile(r"^www\d*\.")
_SAME_DAY = (1980, 1, 1, 0, 0, 0)
"""Time of all files in the container, so that the same selection gives the same bytes except for
`created` and the signature."""


class Wacz:
    """A container that is being written."""

    def __init__(self, warc: _Entry, catalogue: _Catalogue) -> None:
        self._warc = warc
        self._catalogue = catalogue
        self.files: dict[str, bytes] = {}
        """Further files of the container, by path."""

    def has(self, record_id: str) -> bool:
        """Whether this was asked of a record before."""
        return self._catalogue.has(record_id)

    def write(self, member: bytes) -> None:
        """Writes a gzip member that is not in the index."""
        self._warc.write(member)

    def add(self, answer: Answer, members: Sequence[bytes], page: str | None = None) -> None:
        """Adds a response: the gzip members of its record and of related records; `page`: its line
        in the list of pages (`page_line`)."""
        offset, length = self._warc.size, len(members[0])
        for member in members:
            self._warc.write(member)
        self._catalogue.add(_index_line(answer, offset, length), page)


@contextmanager
def write_wacz(out: BinaryIO, title: str, sign: Sign | None = None) -> Iterator[Wacz]:
    """Opens a container, which is complete, and signed, at the end of the block. Raises OSError,
    SigningError."""
    resources: list[dict[str, Any]] = []
    with (
        closing(_Catalogue()) as catalogue,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as container,
    ):
        with _entry(container, WARC, resources) as warc:
            wacz = Wacz(warc, catalogue)
            yield wacz
        for name, lines in (
            ("indexes/index.cdx", catalogue.index()),
            ("pages/pages.jsonl", catalogue.pages()),
        ):
            with _entry(container, name, resources) as entry:
                for line in lines:
                    entry.write(f"{line}\n".encode())
        for name, data in wacz.files.items():
            with _entry(container, name, resources) as entry:
                entry.write(data)
        created = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        described = _described(title, created, resources)
        container.writestr(_info("datapackage.json"), described)
        digest: dict[str, Any] = {"path": "datapackage.json", "hash": _sha256(described)}
        if sign is not None:
            digest["signedData"] = sign(digest["hash"], created)
        container.writestr(_info("datapackage-digest.json"), json.dumps(digest, indent=2))


def page_line(id: str, answer: Answer, title: str) -> str:
    """A line of the list of pages."""
    page = {
        "id": id,
        "url": answer.url,
        "ts": answer.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "title": title,
    }
    return json.dumps(page, ensure_ascii=False)


class _Catalogue:
    """Index and list of pages so far, in a temporary database on disk: memory does not grow with
    the selection."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.executescript(
            "CREATE TABLE records (id TEXT PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE lines (number INTEGER PRIMARY KEY, entry TEXT, page TEXT);"
        )

    def has(self, record_id: str) -> bool:
        """Whether the record is in already; it counts as in from now on."""
        inserted = self._db.execute("INSERT OR IGNORE INTO records VALUES (?)", (record_id,))
        return inserted.rowcount == 0

    def add(self, entry: str, page: str | None) -> None:
        """Adds a line of the index, and for a page a line of the list of pages."""
        self._db.execute("INSERT INTO lines (entry, page) VALUES (?, ?)", (entry, page))

    def index(self) -> Iterator[str]:
        """The lines sorted by bytes, as the format requires."""
        yield from (entry for (entry,) in self._db.execute("SELECT entry FROM lines ORDER BY 1"))

    def pages(self) -> Iterator[str]:
        """The lines in the order of the archive."""
        yield json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Releases"})
        lines = self._db.execute("SELECT page FROM lines WHERE page IS NOT NULL ORDER BY number")
        yield from (page for (page,) in lines)

    def close(self) -> None:
        self._db.close()


def _index_line(answer: Answer, offset: int, length: int) -> str:
    """A CDXJ line: a sortable address, the time, and the location of the record."""
    fields = {
        "url": answer.url,
        "mime": (answer.header("Content-Type") or "").partition(";")[0].strip(),
        "status": str(answer.status),
        "digest": answer.digest or "",
        "length": str(length),
        "offset": str(offset),
        "filename": Path(WARC).name,
    }
    return f"{_sortable(answer.url)} {answer.at:%Y%m%d%H%M%S} {json.dumps(fields)}"


def _sortable(url: str) -> str:
    """`https://www.kota.go.id/Berita?a=1` → `id,go,kota)/berita?a=1`, as usual in web indexes; pywb
    reverses bare IP addresses too."""
    parts = urlsplit(url)
    labels = _WWW.sub("", parts.hostname or "").split(".")[::-1]
    try:
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        port = ""
    query = f"?{'&'.join(sorted(parts.query.lower().split('&')))}" if parts.query else ""
    path = parts.path.lower() or "/"
    return f"{','.join(labels)}{port}){path.rstrip('/') or '/'}{query}"


def _described(title: str, created: str, resources: list[dict[str, Any]]) -> bytes:
    values = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": title,
        "software": f"arsip-pilkada/{__version__}",
        "created": created,
        "resources": resources,
    }
    return json.dumps(values, indent=2).encode()


@dataclass(slots=True)
class _Entry:
    """A file in the container, with its size and digest so far."""

    file: IO[bytes]
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> None:
        self.file.write(data)
        self.digest.update(data)
        self.size += len(data)


@contextmanager
def _entry(
    container: zipfile.ZipFile, path: str, resources: list[dict[str, Any]]
) -> Iterator[_Entry]:
    with container.open(_info(path), "w", force_zip64=True) as file:
        entry = _Entry(file)
        yield entry
    digest = f"sha256:{entry.digest.hexdigest()}"
    name = Path(path).name
    resources.append({"name": name, "path": path, "hash": digest, "bytes": entry.size})


def _info(path: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(path, _SAME_DAY)


def _sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
