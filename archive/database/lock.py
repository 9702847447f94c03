"""The locks of an archive: one crawl, or one maintenance command, at a time.

SQLite lets several programs write in turn. But two crawls would request every site twice as
often as allowed, and most maintenance takes longer than a crawl waits.
"""

from __future__ import annotations

import fcntl
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from archive.database.column_types import utc_text
from archive.database.connection import ArchiveError, ArchiveLocked

SUFFIX = ".lock"
MAINTENANCE = ".maintenance.lock"
"""Suffix of the lock for maintenance in short steps, which can run during a crawl but only once."""


class Lock:
    """Held from `take` to `release`, or until the program ends: the system releases the lock
    (flock) of a killed one. The empty file stays; if it were removed, two programs could lock
    two files of one name."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @classmethod
    def take(cls, archive: Path, command: str, suffix: str = SUFFIX) -> Self:
        """Locks the archive at this path for a command such as `arsip crawlall`. Raises
        ArchiveLocked, which names the holder, and ArchiveError if locks do not work."""
        archive = Path(os.path.realpath(archive))  # through whatever link
        path = archive.with_name(archive.name + suffix)
        try:
            file = path.open("a+b")
        except OSError as error:
            raise ArchiveError(f"{path} cannot be written: {error.strerror or error}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with file:
                raise ArchiveLocked(f"{archive} is in use by {_read(file)}") from None
        except OSError as error:
            file.close()
            # Network file systems. SQLite's log does not work there either.
            raise ArchiveError(
                f"{path} cannot be locked ({error.strerror or error}): keep the archive on a disk "
                "of this machine"
            ) from error
        file.truncate(0)
        file.write(_signed(command).encode())
        file.flush()
        return cls(file)

    def release(self) -> None:
        """Releases the lock."""
        with self._file:
            self._file.truncate(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _signed(command: str) -> str:
    since = utc_text(datetime.now(UTC))
    return f"{command} (process {os.getpid()} on {socket.gethostname()}, since {since})\n"


def _read(file: BinaryIO) -> str:
    file.seek(0)
    holder = file.read(1000).decode(errors="replace").strip()
    return holder or "another program, which has this moment begun or ended"
