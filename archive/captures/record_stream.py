"""Decompressed records in order. After damage, the next header is searched for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from archive.captures.record_heads import (
    HEAD_MAX,
    LINE_MAX,
    NEXT_ARC,
    NEXT_WARC,
    contradicts,
    has_digest,
    is_arc,
    is_head,
    split,
)

BLOCK_MAX = 33 * 1024 * 1024
"""Bytes; the block of a longer record is skipped."""
_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class Stretch:
    """A record, or a damaged stretch of bytes."""

    offset: int
    length: int
    head: dict[str, str]
    """Fields of the header, names in lower case; none for ARC."""
    data: bytes | None = None
    """Header and block of a complete record; None if it is damaged, or its block is over
    BLOCK_MAX."""
    why: str | None = None
    """Why it is not a complete record, without full stop; None if it is."""
    is_torn: bool = False
    """Whether the only fault is that the stream ends within it."""


class Tape:
    """A stream of bytes that allows looking ahead."""

    def __init__(self, read: Callable[[int], bytes], position: int = 0) -> None:
        """`read` returns more bytes, none at the end."""
        self._read = read
        self._buffer = bytearray()
        self.position = position
        """Position of the next byte."""
        self._between, self._next = (b"\r\n\r\n", b"\n\n"), NEXT_WARC
        """Separators between records, and the pattern of the next header."""

    def records(self, end: int) -> Iterator[Stretch]:
        """All records up to `end`, where the stream ends."""
        if is_arc(self.peek(LINE_MAX)):
            self._between, self._next = (b"\n", b"\r\n"), NEXT_ARC
        while not self.is_at_end():
            at = self.position
            head, data, why = self._record(end)
            if why is not None and not self._ends_here():
                self._skip_to_head()
            is_torn = why is not None and self.position >= end
            yield Stretch(at, self.position - at, head, data, why, is_torn)

    def peek(self, number: int) -> bytes:
        """The next bytes without consuming them; fewer at the end."""
        self._hold(number)
        return bytes(self._buffer[:number])

    def is_at_end(self) -> bool:
        """Whether only line ends follow, which are skipped."""
        while ahead := self.peek(LINE_MAX):
            blank = len(ahead) - len(ahead.lstrip(b"\r\n"))
            self._skip(blank)
            if blank < len(ahead):
                return False
        return True

    def _record(self, end: int) -> tuple[dict[str, str], bytes | None, str | None]:
        """Fields, header and block of the next record, and why it is incomplete."""
        if not is_head(self.peek(LINE_MAX)):
            return {}, None, "no record starts there"
        head, fields, length = split(self.peek(LINE_MAX))
        if length is None:
            head, fields, length = split(self.peek(HEAD_MAX))
        if length is None:
            self._skip(1)
            return fields, None, "the header of the record is damaged"
        self._skip(len(head))
        if length > end - self.position:
            return fields, None, "it is shorter than its header says"
        if length > BLOCK_MAX:
            self._skip(length)
            return fields, None, None
        block = self._take(length)
        wrong = contradicts(fields, block)
        is_split = block.endswith(b"\r") and self.peek(1) == b"\n"
        if (is_split or not self._ends_here()) and (wrong or not has_digest(fields)):
            self._give_back(block)
            return fields, None, "its length differs from its header"
        if wrong:
            return fields, None, "its block does not match its digest"
        return fields, head + block, None

    def _ends_here(self) -> bool:
        """Whether a record can end here: line ends follow, then another record or nothing."""
        following = self.peek(LINE_MAX)
        rest = following.lstrip(b"\r\n")
        return not rest or is_head(rest) or following.startswith(self._between)

    def _hold(self, number: int) -> None:
        while len(self._buffer) < number and (data := self._read(_STEP)):
            self._buffer += data

    def _take(self, number: int) -> bytes:
        data = self.peek(number)
        self._skip(len(data))
        return data

    def _skip(self, number: int) -> None:
        while number:
            self._hold(1)
            step = min(number, len(self._buffer))
            if not step:
                return
            del self._buffer[:step]
            self.position += step
            number -= step

    def _give_back(self, data: bytes) -> None:
        self._buffer[:0] = data
        self.position -= len(data)

    def _skip_to_head(self) -> None:
        """Skips to what looks like the next header, or to the end."""
        while True:
            self._hold(_STEP + HEAD_MAX)
            if match := self._next.search(self._buffer):
                self._skip(match.end())
                return
            if len(self._buffer) <= HEAD_MAX:
                self._skip(len(self._buffer))
                return
            self._skip(len(self._buffer) - HEAD_MAX)
