"""Gzip members: whether one is complete, and where the next one begins after damage."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from archive.captures.record_heads import fields, is_head

HELD_MAX = 40 * 1024 * 1024
"""Bytes; the content of a longer member is decompressed twice instead of being kept in memory."""
_MAGIC = b"\x1f\x8b\x08"
_WRAPPER = 10
"""Bytes before the compressed data, which no checksum covers."""
_BLOCK = 1 << 16
_SCAN = 1 << 20


@dataclass(slots=True)
class Member:
    """A gzip member, read to its end or to where it is damaged."""

    offset: int
    """Offset in the file, in bytes."""
    wrapper: bytes = b""
    """Its first bytes: magic, flags, time."""
    length: int = 0
    """Length in the file, as far as it was read."""
    unpacked: int = 0
    """Number of decompressed bytes."""
    start: bytes = b""
    """The first decompressed bytes, enough for the header of a record."""
    content: bytes | None = None
    """All decompressed bytes; None if there are more than HELD_MAX."""
    failure: str | None = None
    """Why it is incomplete, a sentence without its full stop."""
    is_torn: bool = False
    """Whether the only fault is that the file ends within it."""


def read_member(file: BinaryIO, offset: int) -> Member:
    """Reads a member and checks its CRC-32 and length."""
    file.seek(offset)
    member = Member(offset, file.read(_WRAPPER))
    parts: list[bytes] = []
    is_held = True
    for part in unpack(file, member):
        member.unpacked += len(part)
        if len(member.start) < _BLOCK:
            member.start += part
        is_held = is_held and member.unpacked <= HELD_MAX
        if is_held:
            parts.append(part)
    member.content = b"".join(parts) if is_held else None
    return member


def unpack(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """Yields the content of a member, as far as it can be decompressed; `member` gets the
    result."""
    file.seek(member.offset)
    packer = zlib.decompressobj(zlib.MAX_WBITS | 16)
    taken = 0
    while not packer.eof:
        data = packer.unconsumed_tail
        if not data:
            data = file.read(_BLOCK)
            taken += len(data)
        if not data:
            member.failure, member.is_torn = "the file ends in the middle of it", True
            break
        before = packer.copy()
        try:
            part = packer.decompress(data, _BLOCK)
        except zlib.error as error:
            member.failure = f"it cannot be decompressed ({error})"
            yield _until_it_fails(before, data)
            break
        yield part
    member.length = taken - len(packer.unused_data)


def _until_it_fails(packer: zlib._Decompress, data: bytes) -> bytes:
    parts = []
    try:
        for at in range(len(data)):
            parts.append(packer.decompress(data[at : at + 1]))
    except zlib.error:
        pass
    return b"".join(parts)


def member_at(file: BinaryIO, offset: int) -> bytes | None:
    """The bytes of a member in the file; None if there is no complete one."""
    member = read_member(file, offset)
    file.seek(offset)
    return file.read(member.length) if member.failure is None else None


def next_member(file: BinaryIO, at: int, info: str | None = None) -> int | None:
    """Offset of the next member, from `at` on, that begins with a record; None if there is none.
    `info`: the `warcinfo` that the record must name, unless everything after it is complete up
    to the end of the file. A captured body may itself be a WARC, whose records are not captures."""
    stranger: int | None = None
    for candidate in _magic(file, at):
        head = _first_head(file, candidate)
        if head is None:
            continue
        if info is None or info_of(head) == info:
            return candidate
        stranger = candidate if stranger is None else stranger
    return stranger if stranger is not None and _is_whole_from(file, stranger) else None


def info_of(head: dict[str, str]) -> str | None:
    """The id of the `warcinfo` that a record belongs to."""
    is_info = head.get("warc-type") == "warcinfo"
    return head.get("warc-record-id" if is_info else "warc-warcinfo-id")


def size_of(file: BinaryIO) -> int:
    """In bytes."""
    at = file.tell()
    size = file.seek(0, os.SEEK_END)
    file.seek(at)
    return size


def _magic(file: BinaryIO, at: int) -> Iterator[int]:
    while True:
        file.seek(at)
        block = file.read(_SCAN)
        position = block.find(_MAGIC)
        while position >= 0:
            yield at + position
            position = block.find(_MAGIC, position + 1)
        if len(block) < _SCAN:
            return
        at += len(block) - len(_MAGIC) + 1


def _first_head(file: BinaryIO, at: int) -> dict[str, str] | None:
    """The head that a member begins with; None if it does not begin with a record."""
    file.seek(at)
    try:
        start = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(_BLOCK), _BLOCK)
    except zlib.error:
        return None
    return fields(start) if is_head(start) else None


def _is_whole_from(file: BinaryIO, at: int) -> bool:
    size = size_of(file)
    while at < size:
        member = read_member(file, at)
        if member.failure is not None:
            return False
        at += member.length
    return True
