"""The records of a WARC or ARC file in order, and the damage between them.

After damage, reading continues at the next complete gzip member or, in a file that is not
compressed, at the next header of a record. What is skipped is returned with its location. A
record is complete if its gzip member is (CRC-32 and length), its block is as long as its header
says, and it matches its `WARC-Block-Digest`, if it has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from archive.captures.gzip_members import Member, info_of, next_member, read_member, size_of, unpack
from archive.captures.record_heads import LINE_MAX, fields, has_digest, is_head
from archive.captures.record_stream import Tape


@dataclass(frozen=True, slots=True)
class Record:
    """A complete record."""

    offset: int
    """Offset in the file, in bytes: of the record, or of the gzip member that contains it."""
    length: int
    """Length of that in the file."""
    data: bytes | None
    """Header and block, decompressed; None if the block is over `record_stream.BLOCK_MAX`, too
    long for a page."""
    head: dict[str, str]
    """Fields of its header, names in lower case; none for ARC."""
    wrapper: bytes = b""
    """The first bytes of its gzip member, which no checksum covers."""
    is_found_alone: bool = True
    """Whether its offset is its own: no other record precedes it in its gzip member."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A part of a file without a complete record."""

    offset: int
    length: int
    why: str
    """A sentence for people, without its full stop."""
    head: dict[str, str] = field(default_factory=dict)
    """What can still be read of the header of the lost record."""
    is_torn: bool = False
    """Whether the only fault is that the file ends within it, as in a file that is being
    written."""

    @property
    def end(self) -> int:
        """Offset at which reading continued."""
        return self.offset + self.length

    @property
    def of(self) -> str:
        """The lost record, as far as it is known."""
        known = (self.head.get("warc-target-uri"), self.head.get("warc-record-id"))
        return " ".join(value for value in known if value) or "an unknown record"

    def __str__(self) -> str:
        return f"{self.length:,} bytes at {self.offset:,} are lost ({self.of}): {self.why}"


def records(file: BinaryIO, *, own: bool = False) -> Iterator[Record | Damage]:
    """All records and damage of a file. `own`: `writer` wrote it; a record after damage must
    then belong to the same `warcinfo` (`gzip_members.next_member`)."""
    if _is_packed(file):
        yield from _packed(file, own)
    else:
        file.seek(0)
        yield from _plain(file, Tape(file.read))


def record_at(file: BinaryIO, offset: int) -> Record | Damage:
    """The record at an offset."""
    file.seek(offset)
    start = file.read(LINE_MAX)
    if is_head(start):
        file.seek(offset)
        part = next(_plain(file, Tape(file.read, offset)), None)
    elif not start:
        part = None
    else:
        member = read_member(file, offset)
        if member.failure is not None:
            return _damage(member, member.length)
        part = next(_records_in(file, member), None)
    return part or Damage(offset, 0, "there is no record at that offset")


def _is_packed(file: BinaryIO) -> bool:
    """Whether a file consists of gzip members, also if its first bytes are damaged."""
    file.seek(0)
    start = file.read(LINE_MAX)
    if not start or is_head(start):
        return False
    return start.startswith(b"\x1f\x8b") or next_member(file, 0) is not None


def _plain(file: BinaryIO, tape: Tape) -> Iterator[Record | Damage]:
    for record in tape.records(size_of(file)):
        if record.why is None:
            yield Record(record.offset, record.length, record.data, record.head)
        else:
            yield Damage(record.offset, record.length, record.why, record.head, record.is_torn)


def _packed(file: BinaryIO, own: bool) -> Iterator[Record | Damage]:
    at, size, info = 0, size_of(file), None
    while at < size:
        member = read_member(file, at)
        if member.failure is None:
            for record in _records_in(file, member):
                info = (info_of(record.head) if own else None) or info
                yield record
            at += member.length
        else:
            following = next_member(file, at + 1, info)
            end = size if following is None else following
            yield from _salvaged(file, member)
            yield _damage(member, end - at, is_last=following is None)
            at = end


def _records_in(file: BinaryIO, member: Member) -> Iterator[Record | Damage]:
    """The records of a complete member: usually one."""
    offset, length = member.offset, member.length
    for number, record in enumerate(_unpacked(file, member).records(member.unpacked)):
        if record.why is None:
            yield Record(offset, length, record.data, record.head, member.wrapper, number == 0)
        else:
            yield Damage(offset, length, record.why, record.head)


def _salvaged(file: BinaryIO, member: Member) -> Iterator[Record]:
    """Records of a damaged member that has many: those before the point where the file ends or,
    if the damaged part is unknown, those that match their digest."""
    tape = _unpacked(file, member)
    for record in tape.records(member.unpacked):
        is_last = tape.is_at_end() or not is_head(tape.peek(LINE_MAX))
        if record.data is not None and not is_last and (member.is_torn or has_digest(record.head)):
            yield Record(member.offset, 0, record.data, record.head, is_found_alone=False)


def _unpacked(file: BinaryIO, member: Member) -> Tape:
    if member.content is not None:
        whole = [member.content]
        return Tape(lambda _: whole.pop() if whole else b"")
    parts = unpack(file, Member(member.offset))
    return Tape(lambda _: next((part for part in parts if part), b""))


def _damage(member: Member, length: int, *, is_last: bool = True) -> Damage:
    is_torn = member.is_torn and is_last
    return Damage(member.offset, length, member.failure or "", fields(member.start), is_torn)
