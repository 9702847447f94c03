"""Completes capture files that a killed program left open, and cuts off an incomplete last
record."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.captures import OPEN, CaptureError
from archive.captures.records import Damage, Record, records

_UNWRITTEN = bytes(64)
"""Zeros at the end of a file that was extended before a power cut, but not written."""
_LOCK = ".lock"


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Locks the folder while a file is begun or checked for a writer: otherwise a new file could
    be taken for one left behind. Raises OSError."""
    with ExitStack() as stack:
        try:
            lock = stack.enter_context((folder / _LOCK).open("ab"))
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
            # A reader without write access waits for writers, if there ever were any.
            if not (folder / _LOCK).exists():
                yield
                return
            lock = stack.enter_context((folder / _LOCK).open("rb"))  # type: ignore[arg-type]
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def mend(folder: Path) -> list[str]:
    """Completes files that dead programs left open, cut back to their last complete record.
    Returns a sentence for each. Files of running programs are left alone. Nothing cut off was
    archived: a version is stored only when its capture is on disk. Raises CaptureError."""
    if not folder.is_dir():
        return []
    try:
        return [
            sentence
            for path in sorted(folder.glob(f"*/*{OPEN}"))
            if (sentence := _mend(folder, path))
        ]
    except OSError as error:
        name = error.filename or folder
        raise CaptureError(f"{name} cannot be repaired: {error.strerror or error}") from error


def left_open(folder: Path) -> Iterator[Path]:
    """Files that `mend` would complete."""
    for path in sorted(folder.glob(f"*/*{OPEN}")):
        with path.open("rb") as file:
            if _abandoned(folder, file):
                yield path


def whole_length(file: BinaryIO) -> int:
    """How many bytes of a file to keep: all but an incomplete end. Damage before other records
    stays, and so does a complete last record, which may have been archived before it was
    damaged."""
    whole = 0
    for part in records(file, own=True):
        if isinstance(part, Record) or not is_unwritten(file, part):
            whole = part.offset + part.length
    return whole


def is_unwritten(file: BinaryIO, damage: Damage) -> bool:
    """Whether damage is what a kill or a power cut leaves at the end of a file: an incomplete
    record, zeros, or bytes that never were a record."""
    if damage.is_torn or not damage.head:
        return True
    file.seek(max(damage.offset, damage.end - len(_UNWRITTEN)))
    return file.read(len(_UNWRITTEN)) == _UNWRITTEN


def _mend(folder: Path, path: Path) -> str | None:
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        return None  # completed at this moment
    with file:
        if not _abandoned(folder, file) or not path.exists():
            return None
        name = path.name.removesuffix(OPEN)
        size, whole = path.stat().st_size, whole_length(file)
        if not whole:
            path.unlink()
            return f"{name} was left without a complete record ({size:,} bytes) and was removed."
        if whole < size:
            file.truncate(whole)
            os.fsync(file.fileno())
        path.rename(path.with_name(name))
    if whole == size:
        return f"{name} was left open; all its records are complete, and the file was closed."
    return (
        f"{name} was left with an incomplete record; its last {size - whole:,} bytes were cut off."
    )


def _abandoned(folder: Path, file: BinaryIO) -> bool:
    """Whether no running program writes a file; if so, we hold its lock until it is closed."""
    with turn(folder):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
