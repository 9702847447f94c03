"""One crawl, or one maintenance, at a time: who holds an archive, told by a lock beside it.

SQLite lets several programs write in turn. Two crawls would both be right, but would ask every site
twice as often as it allows; and making an index anew takes longer than a crawl waits for its turn.
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


class Lock:
    """Held from `take` to `release`, or to the end of the program however it ends: the system
    takes the lock (flock) off the dead. The file stays, empty; were it removed, two programs could
    hold two files of one name."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @classmethod
    def take(cls, archive: Path, command: str) -> Self:
        """Takes the lock of the archive at this path for a command such as `scrapy crawlall`.

        Raises ArchiveLocked, which says who holds it, and ArchiveError where there can be no lock.
        """
        archive = Path(os.path.realpath(archive))  # by whatever link it was come to
        path = archive.with_name(archive.name + SUFFIX)
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
        """Gives it back."""
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
    said = file.read(1000).decode(errors="replace").strip()
    return said or "another program, which has this moment begun or ended"
