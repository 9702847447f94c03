"""Unfinished files, locked so that files of a killed program are recognised.

The system releases the lock (flock) of a program that ends. A program that writes to a folder
removes unfinished files that nobody locks any more; files with other names are never touched.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

ENDING = ".arsip.part"
"""Suffix of unfinished files."""
_BESIDE = ("-journal", "-wal", "-shm")
"""Files that SQLite keeps next to a database while it is written."""


@contextmanager
def unfinished_file(target: Path) -> Iterator[BinaryIO]:
    """A new file in the folder of a target, to be renamed when it is finished; removed at the
    end if it is still there. Raises OSError."""
    remove_leftovers(target.parent)
    while True:
        part = _named(target)
        with part.open("xb") as file:
            if not _is_held(file.fileno(), part):
                continue  # removed as a leftover before it was locked
            try:
                yield file
            finally:
                _remove(part)
            return


@contextmanager
def unfinished_folder(target: Path) -> Iterator[Path]:
    """A new folder next to a target, removed with its contents at the end. Raises OSError."""
    remove_leftovers(target.parent)
    while True:
        part = _named(target)
        part.mkdir(mode=0o700)
        handle = os.open(part, os.O_RDONLY)
        try:
            if not _is_held(handle, part):
                continue
            try:
                yield part
            finally:
                _remove(part)
            return
        finally:
            os.close(handle)


def remove_leftovers(folder: Path) -> None:
    """Removes unfinished files of ended programs from a folder. Unreadable ones stay."""
    for part in folder.glob(f".*{ENDING}"):
        try:
            handle = os.open(part, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            continue  # finished at this moment, or of another user
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(part)
        except OSError:
            continue  # another program writes it
        finally:
            os.close(handle)


def _named(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(3)}{ENDING}")


def _is_held(handle: int, part: Path) -> bool:
    """Takes the lock; returns whether the locked file still exists."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: no other program takes it for a leftover either
    try:
        return os.path.samestat(os.fstat(handle), part.stat())
    except FileNotFoundError:
        return False


def _remove(part: Path) -> None:
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part, ignore_errors=True)
        return
    for ending in ("", *_BESIDE):
        part.with_name(part.name + ending).unlink(missing_ok=True)
