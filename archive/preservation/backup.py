"""Copies an archive, even while it is written to: the database alone, or with its captures.

With captures it is a tar: `archive.db`, `captures/…`, and last `SHA256SUMS` over all of them. So an
incomplete file is recognised by its missing end, and a backup can be unpacked and checked by hand
(`tar -xf`, `sha256sum -c`). The database is copied first: a capture is on disk before a row refers
to it, so none can be missing.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, Engine, text

from archive.atomic_file import packed, whole_file
from archive.captures import OPEN
from archive.captures.reader import Unreadable, locate
from archive.database import migrate
from archive.database.connection import ArchiveError, open_file
from archive.preservation.table_checks import check_database
from archive.unfinished_files import unfinished_folder

DATABASE = "archive.db"
CAPTURES = "captures"
DIGESTS = "SHA256SUMS"
"""Name of the digests in a tar."""

_RENAMED = 3
"""Attempts to open a capture file that is being renamed or deleted."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Counts of a database."""

    schema: str
    sources: int
    releases: int
    versions: int
    crawls: int
    seq: int
    """`seq` of the release that changed last; 0 if there is none."""


@dataclass(slots=True)
class BackedUp:
    """Contents of a backup."""

    contents: Contents
    captures: int = 0
    """Number of capture files."""
    bytes: int = 0
    """Their size in bytes."""
    missing: list[str] = field(default_factory=list)
    """Missing capture files that versions or rejected pages refer to."""


def back_up(engine: Engine, output: Path, captures: Path | None = None) -> BackedUp:
    """Writes a backup, completely or not at all: a checked snapshot of the database; with
    `captures`, a tar of it and all files in that folder. Compressed if the name ends in `.gz` or
    `.zst`. Raises ArchiveError, OSError."""
    if captures is None and output.suffix not in (".gz", ".zst"):
        with whole_file(output) as file:
            return BackedUp(_snapshot(engine, Path(file.name)))
    with (
        unfinished_folder(output.resolve()) as place,
        whole_file(output) as file,
        packed(file, output.name) as out,
    ):
        copy = place / DATABASE
        done = BackedUp(_snapshot(engine, copy))
        if captures is None:
            with copy.open("rb") as database:
                while block := database.read(1 << 20):
                    out.write(block)
        else:
            _pack(copy, captures, out, done)
    return done


def examine(path: Path) -> Contents:
    """Counts the contents of a copy of an archive, after SQLite has checked every page. Raises
    ArchiveError."""
    engine = open_file(path, older_is_fine=True)
    try:
        with engine.connect() as connection:
            for finding in check_database(connection):
                raise ArchiveError(f"The copy is damaged ({finding.where}: {finding.detail})")
            return _contents(connection)
    finally:
        engine.dispose()


def _snapshot(engine: Engine, path: Path) -> Contents:
    """Copies the database page by page as of the moment when it was counted; writers continue
    meanwhile."""
    with engine.connect() as connection:
        expected = _contents(connection)  # from here on this connection reads a snapshot
        original = connection.connection.driver_connection
        assert isinstance(original, sqlite3.Connection)
        try:
            with closing(sqlite3.connect(path)) as copy:
                original.backup(copy)
                # A single file that can also be read from a read-only folder.
                copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise ArchiveError(f"The backup cannot be written: {error}") from error
    contents = examine(path)
    if contents != expected:
        raise ArchiveError(f"The copy has {asdict(contents)}, the archive {asdict(expected)}")
    return contents


def _contents(connection: Connection) -> Contents:
    def number(of: str) -> int:
        return int(connection.scalar(text(f"SELECT {of}")) or 0)

    return Contents(
        schema=migrate.current(connection) or "",
        sources=number("count(*) FROM sources"),
        releases=number("count(*) FROM release_records"),
        versions=number("count(*) FROM versions"),
        crawls=number("count(*) FROM crawls"),
        seq=number("max(seq) FROM release_records"),
    )


def _pack(copy: Path, captures: Path, out: BinaryIO, done: BackedUp) -> None:
    needed, names = _needed(copy), set(_names(captures))
    done.missing = sorted(needed - names)
    digests = []
    with tarfile.open(fileobj=out, mode="w|") as tar:
        with copy.open("rb") as file:
            digests.append(_add(tar, file, DATABASE))
        for name in sorted(names):
            opened = _opened(captures, name)
            if opened is None:
                done.missing += needed & {name}
                continue
            with opened as file:
                inside = Path(file.name).relative_to(captures).as_posix()
                digests.append(_add(tar, file, f"{CAPTURES}/{inside}"))
                done.captures += 1
                done.bytes += file.tell()
        listed = "".join(f"{digest}  {name}\n" for digest, name in digests).encode()
        info = tarfile.TarInfo(DIGESTS)
        info.size = len(listed)
        tar.addfile(info, BytesIO(listed))


def _names(captures: Path) -> Iterator[str]:
    """Capture files by the names that versions refer to; some may still be open for writing."""
    for pattern in ("*/*.warc.gz", f"*/*.warc.gz{OPEN}"):
        for path in captures.glob(pattern):
            yield path.relative_to(captures).as_posix().removesuffix(OPEN)


def _needed(copy: Path) -> set[str]:
    """The capture files that a database refers to."""
    files: set[str] = set()
    with closing(sqlite3.connect(copy)) as database:
        for table in ("versions", "rejections", "attachment_captures"):
            columns = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
            if "capture_file" in columns:  # schemas before 0006 have no captures
                query = f"SELECT DISTINCT capture_file FROM {table}"  # noqa: S608 - our own names
                files.update(name for (name,) in database.execute(query) if name)
    return files


def _opened(captures: Path, name: str) -> BinaryIO | None:
    for _ in range(_RENAMED):
        try:
            return locate(captures, name).open("rb")
        except (Unreadable, FileNotFoundError):
            continue
    return None


class _Digesting:
    """A file read only up to the size it had at the beginning, with the digest of what was read."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left = file, size
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(block)
        self.digest.update(block)
        return block


def _add(tar: tarfile.TarFile, file: BinaryIO, name: str) -> tuple[str, str]:
    status = os.fstat(file.fileno())
    info = tarfile.TarInfo(name)
    info.size, info.mtime = status.st_size, int(status.st_mtime)
    reader = _Digesting(file, info.size)
    tar.addfile(info, reader)
    return reader.digest.hexdigest(), name
