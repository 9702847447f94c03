"""Copies the capture files of another archive. Their names hold the run that wrote them, so those
of two archives are never equal."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from archive.atomic_file import whole_file
from archive.captures import OPEN, CaptureError


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied."""

    files: int = 0
    bytes: int = 0


def copy_captures(from_folder: Path, to_folder: Path, besides: Collection[str] = ()) -> Copied:
    """Copies complete capture files that are missing; each appears as a whole or not at all.
    `besides`: names of files in which bytes were erased, so that they may differ. Raises
    CaptureError if a file of the same name has other bytes, or one cannot be written."""
    files = size = 0
    for file in sorted(from_folder.rglob("*.warc*")):
        if file.name.endswith(OPEN) or not file.is_file() or file.is_symlink():
            continue
        name = file.relative_to(from_folder)
        target = to_folder / name
        if target.exists():
            if name.as_posix() not in besides and not _are_equal(file, target):
                raise CaptureError(f"{target} and {file} have one name and different contents")
            continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with file.open("rb") as source, whole_file(target) as copy:
                shutil.copyfileobj(source, copy)
        except OSError as error:
            raise CaptureError(f"{target} cannot be written: {error.strerror or error}") from error
        files += 1
        size += target.stat().st_size
    return Copied(files, size)


def _are_equal(one: Path, other: Path) -> bool:
    if one.samefile(other):
        return True
    if one.stat().st_size != other.stat().st_size:
        return False
    digests = []
    for path in (one, other):
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").digest())
    return digests[0] == digests[1]
