"""Passages that are taken down: found again in any wording by a keyed digest of their words, so
that the list of what was taken down does not repeat it."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Any

from archive.fingerprint import unprinted

MASK = "█████"
"""Stands for a passage, however long it is."""
_WORD = re.compile("[\\w\u00ad\u200b-\u200f\u2060\ufeff]+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """Some words in a row, in any case and typography."""

    words: int
    salt: str
    digest: str


def passage_of(text: str) -> Passage:
    """The passage with these words. Raises ValueError if there are none."""
    words = [_folded(word) for word in _WORD.findall(text)]
    if not words:
        raise ValueError("A passage has at least one word")
    salt = secrets.token_hex(16)
    return Passage(len(words), salt, _digest(words, salt))


def spans(text: str, passage: Passage) -> list[Span]:
    """Where the passage is in a text, in code points."""
    found = [(match.span(), _folded(match[0])) for match in _WORD.finditer(text)]
    places: list[Span] = []
    for first in range(len(found) - passage.words + 1):
        window = found[first : first + passage.words]
        begin, end = window[0][0][0], window[-1][0][1]
        is_free = not places or places[-1][1] <= begin
        digest = _digest([word for _, word in window], passage.salt)
        if is_free and hmac.compare_digest(digest, passage.digest):
            places.append((begin, end))
    return places


def masked(text: str, places: list[Span]) -> str:
    """The text with `MASK` in these places, which are in order and apart."""
    for begin, end in reversed(places):
        text = text[:begin] + MASK + text[end:]
    return text


def united(places: list[Span]) -> list[Span]:
    """Spans in order, those that overlap as one."""
    apart: list[Span] = []
    for begin, end in sorted(places):
        if apart and begin < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((begin, end))
    return apart


def moved(quote: dict[str, Any], places: list[Span]) -> dict[str, Any] | None:
    """A quote in the masked text; None if a part of it is masked."""
    start, end = quote["start"], quote["end"]
    if any(begin < end and start < stop for begin, stop in places):
        return None
    shift = sum(len(MASK) - (stop - begin) for begin, stop in places if stop <= start)
    return quote | {"start": start + shift, "end": end + shift}


def _folded(word: str) -> str:
    return unprinted(word).casefold()


def _digest(words: list[str], salt: str) -> str:
    return hmac.new(bytes.fromhex(salt), " ".join(words).encode(), "sha256").hexdigest()
