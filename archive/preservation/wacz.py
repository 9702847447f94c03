"""A selection with its bytes in one file: WACZ 1.1.1, which ReplayWeb.page and pywb open.

https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO
from urllib.parse import urlsplit

from sqlalchemy import Engine, select

from archive import __version__
from archive.captures.gzip_members import member_at
from archive.captures.reader import Answer, Unreadable, locate, read_at
from archive.captures.records import Damage, record_at
from archive.database.models import Version
from archive.database.views import releases
from archive.lookup.selection import Selection

_WARC = "archive/data.warc.gz"
_WWW = re.compile(r"^www\d*\.")
_SAME_DAY = (1980, 1, 1, 0, 0, 0)
"""In the container: the same selection gives the same bytes, but for `created`."""


@dataclass(slots=True)
class Packed:
    """What is in a package."""

    releases: int = 0
    captures: int = 0
    missing: int = 0
    """Wordings whose bytes are not there."""


def package(
    engine: Engine,
    selection: Selection,
    folder: Path,
    out: BinaryIO,
    say: Callable[[str], None] = lambda _: None,
) -> Packed:
    """Writes the captures of every wording of the chosen releases. `say` is told, in a sentence
    without its full stop, of each wording whose bytes are not there. Raises ArchiveError."""
    packed = Packed()
    resources: list[dict[str, Any]] = []
    with (
        closing(_Catalogue()) as catalogue,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as container,
    ):
        with _entry(container, _WARC, resources) as warc:
            for row, members in _captured(engine, selection, folder, packed, catalogue, say):
                offset, length = warc.size, len(members.parts[0])
                for member in members.parts:
                    warc.write(member)
                catalogue.add(
                    _index_line(members.answer, offset, length), _page_line(row, members.answer)
                )
        for name, lines in (
            ("indexes/index.cdx", catalogue.index()),
            ("pages/pages.jsonl", catalogue.pages()),
        ):
            with _entry(container, name, resources) as entry:
                for line in lines:
                    entry.write(f"{line}\n".encode())
        described = _described(resources)
        container.writestr(_info("datapackage.json"), described)
        digest = {"path": "datapackage.json", "hash": _sha256(described)}
        container.writestr(_info("datapackage-digest.json"), json.dumps(digest, indent=2))
    return packed


class _Catalogue:
    """What is in the package so far, in a nameless database that SQLite keeps on the disk: memory
    does not grow with the selection."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.executescript(
            "CREATE TABLE records (id TEXT PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE lines (number INTEGER PRIMARY KEY, entry TEXT, page TEXT);"
        )

    def has(self, record_id: str) -> bool:
        """Whether it was told of a record; from now on it was."""
        told = self._db.execute("INSERT OR IGNORE INTO records VALUES (?)", (record_id,))
        return told.rowcount == 0

    def add(self, entry: str, page: str) -> None:
        """A line of the index, and one of the list of pages."""
        self._db.execute("INSERT INTO lines (entry, page) VALUES (?, ?)", (entry, page))

    def index(self) -> Iterator[str]:
        """Sorted by the bytes, as indexes are searched."""
        yield from (entry for (entry,) in self._db.execute("SELECT entry FROM lines ORDER BY 1"))

    def pages(self) -> Iterator[str]:
        """In the order of the archive."""
        yield json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Releases"})
        lines = self._db.execute("SELECT page FROM lines ORDER BY number")
        yield from (page for (page,) in lines)

    def close(self) -> None:
        self._db.close()


@dataclass(frozen=True, slots=True)
class _Members:
    """The gzip members of an answer and of its request, as they lie in the captures."""

    answer: Answer
    parts: list[bytes]
    lost: Damage | None = None
    """What lies in the place of the request."""


def _captured(
    engine: Engine,
    selection: Selection,
    folder: Path,
    packed: Packed,
    catalogue: _Catalogue,
    say: Callable[[str], None],
) -> Iterator[tuple[Any, _Members]]:
    query = (
        select(
            releases.c.id,
            Version.title,
            Version.version,
            Version.capture_file,
            Version.capture_offset,
            Version.capture_record_id,
        )
        .select_from(releases)
        .join(Version, Version.release == releases.c.id)
        .where(*selection.conditions())
        .order_by(releases.c.seq, Version.version)
    )
    with engine.connect() as connection:
        for row in connection.execute(query, execution_options={"yield_per": 500}):
            packed.releases += row.version == 1
            where = f"version {row.version} of {row.id}"
            if row.capture_file is None:
                packed.missing += 1
                say(f"{where} was archived without a capture")
                continue
            try:
                with locate(folder, row.capture_file).open("rb") as file:
                    answer = read_at(file, row.capture_offset, row.capture_record_id)
                    members = _Members(answer, *_pair(file, row.capture_offset))
            except (Unreadable, OSError) as error:
                packed.missing += 1
                why = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
                say(f"{where}: {why or error}")
                continue
            if members.lost is not None:
                packed.missing += 1
                say(f"{where}: the page is in the package, its request is not: {members.lost}")
            if not catalogue.has(row.capture_record_id):
                packed.captures += 1
                yield row, members


def _pair(file: BinaryIO, offset: int) -> tuple[list[bytes], Damage | None]:
    """The gzip member at an offset, and the one after it where that is the request; or what damage
    is there in its place."""
    answer = member_at(file, offset)
    if answer is None:
        raise Unreadable("It is not compressed record by record.")
    request = record_at(file, offset + len(answer))
    if isinstance(request, Damage):
        return [answer], request if request.length else None
    if request.head.get("warc-type") != "request":
        return [answer], None
    return [answer, member_at(file, request.offset) or b""], None


def _index_line(answer: Answer, offset: int, length: int) -> str:
    """CDXJ: a sortable address, the time, and where the record lies."""
    fields = {
        "url": answer.url,
        "mime": (answer.header("Content-Type") or "").partition(";")[0].strip(),
        "status": str(answer.status),
        "digest": answer.digest or "",
        "length": str(length),
        "offset": str(offset),
        "filename": Path(_WARC).name,
    }
    return f"{_sortable(answer.url)} {answer.at:%Y%m%d%H%M%S} {json.dumps(fields)}"


def _sortable(url: str) -> str:
    """`https://www.kota.go.id/Berita?a=1` → `id,go,kota)/berita?a=1`, as web indexes have it;
    pywb turns bare addresses around too."""
    parts = urlsplit(url)
    labels = _WWW.sub("", parts.hostname or "").split(".")[::-1]
    try:
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        port = ""
    query = f"?{'&'.join(sorted(parts.query.lower().split('&')))}" if parts.query else ""
    path = parts.path.lower() or "/"
    return f"{','.join(labels)}{port}){path.rstrip('/') or '/'}{query}"


def _page_line(row: Any, answer: Answer) -> str:
    page = {
        "id": f"{row.id}/{row.version}",
        "url": answer.url,
        "ts": answer.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "title": row.title,
    }
    return json.dumps(page, ensure_ascii=False)


def _described(resources: list[dict[str, Any]]) -> bytes:
    values = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": "Press releases",
        "software": f"arsip-pilkada/{__version__}",
        "created": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "resources": resources,
    }
    return json.dumps(values, indent=2).encode()


@dataclass(slots=True)
class _Entry:
    """A file in the container; knows its size and digest as it grows."""

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
