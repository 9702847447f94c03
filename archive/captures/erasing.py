"""Overwrites captured responses in place.

A gzip member is replaced by one of the same length, whose record has the id, the URL and the time
of the response and says that it was erased. So every other record stays where it is, the file
remains a valid WARC, and its checksums hold. The rest of the member is a comment of blanks in its
header.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path

from archive.captures.records import Record
from archive.captures.warc_file import digest_of

TYPE = "metadata"
"""`WARC-Type` of an erased response."""
_HEADER = b"\x1f\x8b\x08\x10\0\0\0\0\0\xff"
"""Of a gzip member with a comment, without a time."""


class TooShort(Exception):
    """The record is shorter than the one that would replace it: it has nothing to erase."""


def erased_member(record: Record, sentence: str) -> bytes:
    """A gzip member as long as the record's, with what stays of it. Raises TooShort."""
    block = f"{sentence}\r\n".encode()
    fields = [
        ("WARC-Type", TYPE),
        ("WARC-Record-ID", record.head["warc-record-id"]),
        ("WARC-Date", record.head["warc-date"]),
        ("WARC-Target-URI", record.head["warc-target-uri"]),
        ("WARC-Warcinfo-ID", record.head.get("warc-warcinfo-id")),
        ("WARC-Block-Digest", digest_of(block)),
        ("Content-Type", "text/plain"),
        ("Content-Length", str(len(block))),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    content = f"WARC/1.1\r\n{head}\r\n".encode() + block + b"\r\n\r\n"
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    end = packed + zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
    blanks = record.length - len(_HEADER) - 1 - len(end)
    if blanks < 0:
        raise TooShort(record.head["warc-record-id"])
    return _HEADER + b" " * blanks + b"\0" + end


def overwrite(path: Path, offset: int, member: bytes) -> None:
    """Writes a member over another of its length, on disk when it returns. Raises OSError."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(member)
        file.flush()
        os.fsync(file.fileno())
