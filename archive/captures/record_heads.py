"""Headers of WARC and ARC records, and the digests they give."""

from __future__ import annotations

import base64
import hashlib
import re

HEAD_MAX = 1 << 22
"""Maximum length of a header in bytes."""
LINE_MAX = 1 << 12
"""Maximum length of a first line in bytes."""

_WARC_LINE = re.compile(rb"WARC/\d\.\d+\r?\n")
_ARC_LINE = re.compile(rb"[a-z]+:\S[^\r\n]* \S+ \d{14} \S+ (\d{1,18})\r?\n")
_END = re.compile(rb"\r?\n\r?\n")
NEXT_WARC = re.compile(rb"\n(?=WARC/\d\.\d+\r?\n(?i:WARC-|Content-))")
"""The line end before something that looks like the header of a WARC record."""
NEXT_ARC = re.compile(rb"\n(?=[a-z]+:\S[^\r\n]* \S+ \d{14} \S+ \d{1,18}\r?\n)")
"""The same for an ARC record."""


def is_arc(data: bytes) -> bool:
    """Whether an ARC record begins there."""
    return _ARC_LINE.match(data) is not None


def is_head(data: bytes) -> bool:
    """Whether a record begins there."""
    return _WARC_LINE.match(data) is not None or is_arc(data)


def split(data: bytes) -> tuple[bytes, dict[str, str], int | None]:
    """The header at the beginning of data, its fields, and the length of the block in bytes;
    None if it is incomplete or gives no length."""
    if arc := _ARC_LINE.match(data):
        return arc.group(), {}, int(arc.group(1))
    end = _END.search(data)
    if end is None:
        return b"", {}, None
    header_fields = fields(data)
    length = header_fields.get("content-length", "")
    is_number = length.isascii() and length.isdecimal() and len(length) < 19
    return data[: end.end()], header_fields, int(length) if is_number else None


def fields(data: bytes) -> dict[str, str]:
    """The fields of the header at the beginning of data, names in lower case; the first one of
    repeated fields."""
    end = _END.search(data)
    by_name: dict[str, str] = {}
    for line in data[: end.start() if end else None].decode("utf-8", "replace").split("\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            by_name.setdefault(name.strip().lower(), value.strip())
    return by_name


def has_digest(head: dict[str, str]) -> bool:
    """Whether a header gives a digest of its block that can be checked."""
    return _digest(head) is not None


def contradicts(head: dict[str, str], block: bytes) -> bool:
    """Whether a block does not match the digest in its header."""
    digest = _digest(head)
    return digest is not None and hashlib.new(digest[0], block).digest() != digest[1]


def _digest(head: dict[str, str]) -> tuple[str, bytes] | None:
    """Algorithm and value of `WARC-Block-Digest`, in any spelling (RFC 4648)."""
    name, _, value = head.get("warc-block-digest", "").partition(":")
    name = name.lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha512"):
        return None
    size = hashlib.new(name).digest_size
    for decode in (bytes.fromhex, _base32, base64.urlsafe_b64decode, base64.b64decode):
        try:
            digest = decode(value)
        except ValueError:
            continue
        if len(digest) == size:
            return name, digest
    return None


def _base32(value: str) -> bytes:
    value = value.rstrip("=").upper()
    return base64.b32decode(value + "=" * (-len(value) % 8))
