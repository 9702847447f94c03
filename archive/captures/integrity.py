"""Reads every byte of every capture file, and reports damage with the release it affects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, null, select, union_all

from archive.captures import OPEN
from archive.captures.erasing import TYPE as ERASED
from archive.captures.reader import Unreadable, locate, read_record
from archive.captures.records import Damage, Record, records
from archive.captures.recovery import is_unwritten
from archive.database.models import AttachmentCapture, Erasure, Rejection, Version
from archive.fault import Fault


@dataclass(slots=True)
class Counted:
    """What was read."""

    files: int = 0
    records: int = 0
    """Complete records, whether anything refers to them or not."""
    bytes: int = 0
    needed: int = 0
    """Versions and rejected pages whose record is complete."""
    erased: int = 0
    """Responses that were overwritten, as the list of erasures says."""


@dataclass(frozen=True, slots=True)
class _Pointer:
    """Location of the capture of a version or a rejected page."""

    file: str
    offset: int
    record_id: str
    name: str
    digest: str | None
    """Of its payload, as it was when it was archived; None: not known."""

    def fault(self, why: str) -> Fault:
        """What is wrong with the capture."""
        return _fault(self.name, f"its capture in {self.file} at {self.offset}: {why}")


def check(connection: Connection, folder: Path, counted: Counted) -> Iterator[Fault]:
    """Reads all capture files, and checks every pointer to them."""
    pointers = groupby(_pointers(connection), lambda one: one.file)
    rows = connection.execute(select(Erasure.record_id, Erasure.release))
    erased = {row.record_id: row.release for row in rows}
    pending = next(pointers, None)
    for name in sorted({*capture_files(folder), *named(connection)}):
        needed = []
        if pending is not None and pending[0] == name:
            needed = list(pending[1])
            pending = next(pointers, None)
        yield from _file(folder, name, needed, erased, counted)


def capture_files(folder: Path) -> set[str]:
    """The capture files as in `Capture.file`, including those being written."""
    files = [*folder.glob("*/*.warc.gz"), *folder.glob(f"*/*.warc.gz{OPEN}")]
    return {path.relative_to(folder).as_posix().removesuffix(OPEN) for path in files}


def named(connection: Connection) -> Iterator[str]:
    """The capture files that a version, a rejected page or a document refers to."""
    for table in (Version, Rejection, AttachmentCapture):
        yield from filter(None, connection.scalars(select(table.capture_file).distinct()))


def _pointers(connection: Connection) -> Iterator[_Pointer]:
    """Locations sorted by file and offset."""
    parts = [
        select(
            table.capture_file, table.capture_offset, table.capture_record_id, name, digest
        ).where(table.capture_file.is_not(None))
        for table, name, digest in (
            (Version, Version.release, Version.capture_digest),
            (Rejection, Rejection.url, null().label("capture_digest")),
            (AttachmentCapture, AttachmentCapture.url, AttachmentCapture.capture_digest),
        )
    ]
    query: Any = union_all(*parts).order_by("capture_file", "capture_offset")
    for row in connection.execute(query, execution_options={"yield_per": 500}):
        yield _Pointer(*row)


def _file(
    folder: Path, name: str, needed: list[_Pointer], erased: Mapping[str, str], counted: Counted
) -> Iterator[Fault]:
    try:
        with _opened(folder, name) as file:
            yield from _read(file, name, needed, erased, counted)
    except Unreadable as error:
        for pointer in needed:
            yield pointer.fault(str(error).rstrip("."))
    except OSError as error:
        yield _fault(name, f"cannot be read: {error.strerror or error}")


def _opened(folder: Path, name: str) -> BinaryIO:
    """Opens a file that may be completed, and so renamed, at this moment."""
    try:
        return locate(folder, name).open("rb")
    except FileNotFoundError:
        return locate(folder, name).open("rb")


def _read(
    file: BinaryIO,
    name: str,
    needed: list[_Pointer],
    erased: Mapping[str, str],
    counted: Counted,
) -> Iterator[Fault]:
    is_open, wrappers = file.name.endswith(OPEN), _Wrappers()
    waiting = defaultdict[int, list[_Pointer]](list)
    for pointer in needed:
        waiting[pointer.offset].append(pointer)
    counted.files += 1
    for record in records(file, own=True):
        counted.bytes += record.length
        damage = record if isinstance(record, Damage) else _contradiction(record)
        if damage is not None:
            hit = [at for at in waiting if damage.offset <= at < damage.end]
            yield from (pointer.fault(damage.why) for at in hit for pointer in waiting.pop(at))
            # The end of a file that is being written is not on disk yet.
            if not hit and not (is_open and is_unwritten(file, damage)):
                yield _fault(name, str(damage))
        elif isinstance(record, Record):
            if not _is_overwritten(record):
                wrappers.note(record)
            pointers = waiting.pop(record.offset, []) if record.is_found_alone else []
            yield from _complete(record, name, pointers, erased, counted)
    for at in sorted(waiting):
        yield from (pointer.fault("there is no record there") for pointer in waiting[at])
    for offset in wrappers.strange():
        why = "the header of the gzip member has changed; its record is intact"
        yield _fault(name, f"at {offset:,} {why}")


def _complete(
    record: Record,
    name: str,
    pointers: list[_Pointer],
    erased: Mapping[str, str],
    counted: Counted,
) -> Iterator[Fault]:
    """Whether a complete record is the one that the pointers to it mean."""
    counted.records += 1
    id_ = record.head.get("warc-record-id", "")
    is_overwritten = _is_overwritten(record)
    if is_overwritten:
        counted.erased += id_ in erased
    elif id_ in erased:
        yield _fault(erased[id_], f"its capture in {name} was erased, but is there again")
    for pointer in pointers:
        if pointer.record_id != id_:
            yield pointer.fault(f"it is {id_}")
        elif not is_overwritten:
            counted.needed += 1
            if pointer.digest not in (None, record.head.get("warc-payload-digest")):
                yield pointer.fault("it is not what was received, though its digests agree")
        elif id_ not in erased:
            yield pointer.fault("it was erased, and the list of erasures does not say so")


def _is_overwritten(record: Record) -> bool:
    return record.head.get("warc-type") == ERASED


def _fault(where: str, detail: str) -> Fault:
    return Fault("capture", where, detail)


def _contradiction(record: Record) -> Damage | None:
    """What is wrong with a record that is complete."""
    if record.data is None:
        return None  # too long for memory, but its gzip member is complete
    try:
        read_record(record)
    except Unreadable as error:
        return Damage(record.offset, record.length, str(error).rstrip("."), record.head)
    return None


class _Wrappers:
    """The first bytes of gzip members, which no checksum covers. One program writes them all
    alike, so those that differ from most have changed."""

    def __init__(self) -> None:
        self._seen: Counter[bytes] = Counter()
        self._at: dict[bytes, list[int]] = defaultdict(list)

    def note(self, record: Record) -> None:
        """Called for each complete record."""
        self._seen[record.wrapper] += 1
        if len(self._at[record.wrapper]) < 100:
            self._at[record.wrapper].append(record.offset)

    def strange(self) -> Iterator[int]:
        """Offsets of the members that differ."""
        for wrapper, _ in self._seen.most_common()[1:]:
            yield from self._at[wrapper]
