"""Deletes old capture files with lists, feeds and robots.txt only.

Captures of releases stay for ever, and so does every file that a version or a rejected page
refers to. Files are deleted whole; none is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select, update

from archive.captures import OPEN, WAYS, CaptureError
from archive.database.connection import writing
from archive.database.models import Address, AttachmentCapture, Rejection, Version
from archive.proof import capture_files


@dataclass(slots=True)
class CaptureFolder:
    """A folder of captures: one day's, or imported ones."""

    name: str
    files: int = 0
    bytes: int = 0
    ways: int = 0
    """Bytes of lists, feeds and robots.txt."""
    open: int = 0
    """Files that are being written, or were left open."""


@dataclass(slots=True)
class Dropped:
    """What was deleted, or could be."""

    files: int = 0
    bytes: int = 0


def capture_folders(folder: Path) -> list[CaptureFolder]:
    """The contents of each folder, sorted by name."""
    by_folder: dict[str, CaptureFolder] = {}
    for path in folder.glob("*/*"):
        name = path.name.removesuffix(OPEN)
        if name.endswith(".warc.gz"):
            contents = by_folder.setdefault(path.parent.name, CaptureFolder(path.parent.name))
            size = path.stat().st_size
            contents.files += 1
            contents.bytes += size
            contents.ways += size if name.endswith(WAYS) else 0
            contents.open += path.name.endswith(OPEN)
    return [by_folder[name] for name in sorted(by_folder)]


def droppable(engine: Engine, folder: Path, before: date) -> list[Path]:
    """Complete files from before this day (UTC) that no release needs."""
    needed = _needed(engine)
    return [
        path
        for path in sorted(folder.glob(f"*/*{WAYS}"))
        if _is_before(path.parent.name, before) and _name(folder, path) not in needed
    ]


def drop(engine: Engine, folder: Path, paths: Collection[Path]) -> Dropped:
    """Deletes files. The next crawl fetches and captures the unchanged lists in them again, so
    that no later capture refers to a deleted one. No crawl may be running. Raises CaptureError,
    ArchiveError."""
    dropped = Dropped()
    names = {_name(folder, path) for path in paths}
    file = func.json_extract(Address.capture, "$.file")
    forget = {"capture": None, "etag": None, "last_modified": None}
    with writing(engine) as connection:
        at = select(Address.source, Address.url, file).where(Address.capture.is_not(None))
        for source, url, of in connection.execute(at.where(Address.what != "release")).all():
            if of in names:
                one = update(Address).where(Address.source == source, Address.url == url)
                connection.execute(one.values(forget))
        capture_files.left(connection, names, "captures-dropped")
    try:
        for path in paths:
            size = path.stat().st_size
            path.unlink()
            dropped.files += 1
            dropped.bytes += size
        for day in {path.parent for path in paths}:
            if not any(day.iterdir()):
                day.rmdir()
    except OSError as error:
        name = error.filename or folder
        raise CaptureError(f"{name} cannot be removed: {error.strerror or error}") from error
    return dropped


def _needed(engine: Engine) -> set[str]:
    """Files that a version, a rejected page or the last fetch of a release refers to."""
    with engine.connect() as connection:
        return set(_pointed_to(connection.execution_options(yield_per=1000)))


def _pointed_to(connection: Connection) -> Iterator[str]:
    for table in (Version, Rejection, AttachmentCapture):
        column = table.capture_file
        for name in connection.scalars(select(column).distinct()):
            if name is not None:
                yield name
    file = func.json_extract(Address.capture, "$.file")
    last = select(file).distinct().where(Address.capture.is_not(None), Address.what == "release")
    yield from connection.scalars(last)


def _is_before(folder: str, before: date) -> bool:
    """Whether a folder is of an earlier day; imported captures have no day."""
    try:
        return date.fromisoformat(folder) < before
    except ValueError:
        return False


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()
