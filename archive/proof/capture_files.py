"""Capture files in the log: complete ones never change, so their digests show that they existed,
with every list and feed in them: what a site did not have at that time, too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Engine

from archive.database.connection import writing
from archive.fault import Fault
from archive.proof import chain
from archive.proof.stamped_events import about_archive

_BATCH = 100
"""Files per event."""
_KINDS = ("captures", "captures-dropped", "captures-erased", "captures-moved")


def enter(engine: Engine, folder: Path) -> int:
    """Enters the complete files that are not in the log; returns how many. Raises ArchiveError."""
    with engine.connect() as connection:
        known = entered(connection)
    new = (path for path in _complete(folder) if _name(folder, path) not in known)
    number = 0
    while batch := list(islice(new, _BATCH)):
        files = {_name(folder, path): digest_of(path) for path in batch if path.exists()}
        with writing(engine) as connection:
            chain.append(connection, "captures", files=files)
        number += len(files)
    return number


def entered(connection: Connection) -> dict[str, tuple[str, int]]:
    """The files that should be there by the log: SHA-256, and the event's number."""
    files: dict[str, tuple[str, int]] = {}
    for number, entry in about_archive(connection):
        if entry.get("kind") in _KINDS and isinstance(entry.get("files"), dict):
            for name, digest in entry["files"].items():
                if digest is None:
                    files.pop(name, None)
                else:
                    files[name] = (digest, number)
    return files


def left(connection: Connection, names: set[str], kind: str) -> None:
    """Logs that files are no longer kept. `kind`: `captures-dropped` or `captures-moved`."""
    known = entered(connection)
    if gone := {name: None for name in sorted(names) if name in known}:
        chain.append(connection, kind, files=gone)


def erased(connection: Connection, folder: Path, names: set[str]) -> None:
    """Logs the new digests of files in which bytes were overwritten."""
    known = entered(connection)
    files = {name: digest_of(folder / name) for name in sorted(names & known.keys())}
    files = {name: digest for name, digest in files.items() if digest != known[name][0]}
    if files:
        chain.append(connection, "captures-erased", files=files)


def check(connection: Connection, folder: Path) -> Iterator[Fault]:
    """Files that are not as they were entered. One with the same bytes under another name was
    moved, which is no harm."""
    known = entered(connection)
    missing = {name: entry for name, entry in known.items() if not (folder / name).is_file()}
    for name, (digest, event) in known.items():
        if name not in missing and digest_of(folder / name) != digest:
            yield Fault("capture-file", name, f"is not as it was when event {event} entered it")
    if missing:
        others = {digest_of(path) for path in _complete(folder) if _name(folder, path) not in known}
        for name, (digest, event) in missing.items():
            if digest not in others:
                yield Fault("capture-file", name, f"is not there; event {event} entered it")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _complete(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.warc.gz"))


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()
