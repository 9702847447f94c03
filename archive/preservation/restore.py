"""Restores a backup: checks it first, and never overwrites anything."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

import zstandard

from archive.captures.recovery import mend
from archive.curation import ledger
from archive.database import migrate
from archive.database.connection import ArchiveError, open_file
from archive.preservation.backup import CAPTURES, DATABASE, DIGESTS, Contents, examine
from archive.unfinished_files import unfinished_folder

_SQLITE, _GZIP, _ZSTD = b"SQLite format 3\0", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_TAR_AT, _TAR = 257, b"ustar"
_HEAD, _BLOCK = 512, 1 << 20


class InTheWay(ArchiveError):
    """Something exists where the backup should go."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored."""

    contents: Contents
    captures: int | None
    """Number of capture files; None if the backup is of the database alone."""


def restore(backup: Path, archive: Path, captures: Path) -> Restored:
    """Restores a backup after checking that it is as it was written. Raises InTheWay, and
    ArchiveError if the backup cannot be read, is damaged, or was made by a newer version of the
    program."""
    _refuse_to_overwrite(archive)
    with _unpacked(backup) as (head, file), _beside(archive) as place:
        copy = place / DATABASE
        if head.startswith(_SQLITE):
            _copy(file, copy)
            contents = examine(copy)
            _put(copy, archive)
            return Restored(contents, None)
        if head[_TAR_AT:].startswith(_TAR):
            if captures.is_dir() and any(captures.iterdir()):
                raise InTheWay(f"{captures} already holds captures")
            with _beside(captures) as shelf:
                number = _extract(backup, file, copy, shelf / CAPTURES)
                contents = examine(copy)
                mend(shelf / CAPTURES)
                (shelf / CAPTURES).replace(captures)
                _put(copy, archive)
            if contents.schema == migrate.head():  # an older one gets the list at its next rebuild
                _put_list_beside(archive, captures)
            return Restored(contents, number)
    raise ArchiveError(f"{backup} is not a backup of an archive")


def _refuse_to_overwrite(archive: Path) -> None:
    # SQLite would apply the log of another database to this one.
    for path in (archive, *(archive.with_name(archive.name + end) for end in ("-wal", "-journal"))):
        if path.exists():
            raise InTheWay(f"{path} already exists; move it away first, or name another file")


def _put(copy: Path, archive: Path) -> None:
    _refuse_to_overwrite(archive)
    copy.replace(archive)


def _put_list_beside(archive: Path, captures: Path) -> None:
    """Writes the list of what was taken down beside the captures, which are read again by it."""
    engine = open_file(archive)
    try:
        ledger.keep(engine, captures)
    finally:
        engine.dispose()


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A temporary folder on the disk of the target."""
    with ExitStack() as stack:
        try:
            place = stack.enter_context(unfinished_folder(target.absolute()))
        except OSError as error:
            raise ArchiveError(f"{target} cannot be created: {error.strerror or error}") from error
        yield place


@contextmanager
def _unpacked(backup: Path) -> Iterator[tuple[bytes, BinaryIO]]:
    """The first bytes of a backup, and then all of it; damage is raised as ArchiveError."""
    try:
        with _opened(backup) as file:
            head = file.read(_HEAD)
        with _opened(backup) as file:
            yield head, file
    except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError, tarfile.TarError) as error:
        raise ArchiveError(f"{backup} is damaged ({error})") from error


@contextmanager
def _opened(backup: Path) -> Iterator[BinaryIO]:
    try:
        plain = backup.open("rb")
    except OSError as error:
        raise ArchiveError(f"{backup} cannot be read: {error.strerror}") from error
    with plain:
        start = plain.read(len(_ZSTD))
        plain.seek(0)
        if start.startswith(_GZIP):
            with gzip.open(plain) as file:
                yield cast(BinaryIO, file)
        elif start == _ZSTD:
            with zstandard.ZstdDecompressor().stream_reader(plain) as reader:
                yield cast(BinaryIO, reader)
        else:
            yield plain


def _extract(backup: Path, file: BinaryIO, copy: Path, captures: Path) -> int:
    """Extracts a tar, comparing each file with its digest; returns the number of capture files."""
    captures.mkdir()
    computed: dict[str, str] = {}
    digests: dict[str, str] | None = None
    with tarfile.open(fileobj=file, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None:
                raise ArchiveError(f"{backup} is not a backup of an archive: {member.name}")
            if member.name == DIGESTS:
                digests = _listed(content.read())
            else:
                target = _place(backup, member.name, copy, captures)
                computed[member.name] = _copy(content, target)
    if digests is None or DATABASE not in computed:
        raise ArchiveError(f"{backup} is incomplete: its end is missing")
    for name in sorted(digests.keys() | computed.keys()):
        if digests.get(name) != computed.get(name):
            raise ArchiveError(f"{backup} is damaged: {name} has changed since it was written")
    return len(computed) - 1


def _place(backup: Path, name: str, copy: Path, captures: Path) -> Path:
    if name == DATABASE:
        return copy
    parts = PurePosixPath(name).parts
    if len(parts) != 3 or parts[0] != CAPTURES or any(part in ("..", "/") for part in parts):
        raise ArchiveError(f"{backup} is not a backup of an archive: {name}")
    target = captures.joinpath(*parts[1:])
    target.parent.mkdir(exist_ok=True)
    return target


def _listed(text: bytes) -> dict[str, str]:
    lines = (line.partition("  ") for line in text.decode(errors="replace").splitlines())
    return {name: digest for digest, _, name in lines}


def _copy(content: IO[bytes], target: Path) -> str:
    """Copies, and returns the SHA-256 in hex."""
    digest = hashlib.sha256()
    with target.open("wb") as file:
        while block := content.read(_BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()
