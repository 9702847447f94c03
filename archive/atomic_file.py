"""Files that are written completely or not at all."""

from __future__ import annotations

import gzip
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from archive.unfinished_files import unfinished_file


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file written next to its target and renamed to it at the end. A target that is not a
    regular file (a pipe, /dev/null) is written directly. Raises OSError."""
    path = path.resolve()  # a symbolic link stays one
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        with path.open("wb") as file:
            yield file
        return
    with unfinished_file(path) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
        Path(file.name).replace(path)


@contextmanager
def packed(file: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Compresses what is written if the name ends in `.gz` or `.zst`. The same content gives the
    same bytes, since no name and no time are stored."""
    if name.endswith(".gz"):
        with gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packer:
            yield cast(BinaryIO, packer)
    elif name.endswith(".zst"):
        with zstandard.ZstdCompressor().stream_writer(file, closefd=False) as packer:
            yield cast(BinaryIO, packer)
    else:
        yield file
