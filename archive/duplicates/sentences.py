"""A body as it is compared: its sentences, their words, and the words that carry facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from hashlib import blake2b

from archive.duplicates.spelling import HONORIFICS, folded, is_number
from archive.fingerprint import unprinted

SHINGLE = 4
"""Words in a shingle: three name too many things that all releases say, five break too often."""

# A polynomial over the words of a run, modulo a prime.
_PRIME = (1 << 61) - 1
_BASE = 1_000_003_000_000_019

_WORD = re.compile(r"\w+(?:'\w+)*")
_PARAGRAPH = re.compile(r"\n+")
# After a full stop; also where the space behind it was lost (`selesai.Ketua`).
_STOP = re.compile(r"""(?<=[.!?…])["')\]]*(?:\s+|(?<=[a-z][.!?…])(?=[A-Z"]))""")
_SHORT = 4
"""A piece of fewer words is no sentence by itself: a number in a list, a name's initial."""
_TITLE = re.compile(r"\b(?:[A-Z]|[A-Z][a-z]{1,2})\.$")
"""`H.`, `Dr.`, `No.`: a full stop that ends no sentence."""


class Sentence:
    """A sentence, and its words as they are compared."""

    def __init__(self, printed: str, words: list[str], quoted: bool) -> None:
        self.printed = printed
        self._spelled = words
        self.words = tuple(map(folded, words))
        """Folded (see `spelling`)."""
        self.quoted = quoted
        """Whether it is, wholly or partly, what somebody said."""

    @property
    def spelled(self) -> list[str]:
        """The words as they are spelled, in small letters."""
        return [word.casefold() for word in self._spelled]

    @cached_property
    def facts(self) -> tuple[bool, ...]:
        """Which of the words carry a fact: numbers, and names by their capitals."""
        capital = [word[0].isupper() for word in self._spelled]
        if not (len(capital) > 1 and capital[1]):
            capital[0] = False  # every sentence begins with one; a name goes on with another
        return tuple(
            (large and word not in HONORIFICS) or is_number(word)
            for large, word in zip(capital, self.words, strict=True)
        )

    @property
    def shouted(self) -> bool:
        """Whether all is in capitals, so that they say nothing of names."""
        return all(word.isupper() for word in self._spelled if word.isalpha())

    @property
    def frame(self) -> frozenset[str]:
        """The words a template would have: all but the facts, if these can be told."""
        if self.shouted:
            return frozenset(self.words)
        return frozenset(w for w, fact in zip(self.words, self.facts, strict=True) if not fact)


class Text:
    """A body, read for comparing: its parts are worked out when they are asked for."""

    def __init__(self, body: str) -> None:
        self._body = unprinted(body)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All of them, folded."""
        return tuple(map(folded, _WORD.findall(self._body)))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(_sentences(self._body))

    @cached_property
    def shingles(self) -> list[int]:
        """A number of 48 bits for each run of words, in order. The same on every machine and in
        every version of Python: they are kept in the archive."""
        numbers = [_number(word) for word in self.words]
        while len(numbers) < SHINGLE:
            numbers.append(0)
        runs = zip(*(numbers[start:] for start in range(SHINGLE)), strict=False)
        return [(((a * _BASE + b) * _BASE + c) * _BASE + d) % _PRIME >> 13 for a, b, c, d in runs]

    @cached_property
    def shingle_set(self) -> frozenset[int]:
        return frozenset(self.shingles)


@lru_cache(maxsize=512)
def read(body: str) -> Text:
    """The body as a text. Members of a series come one after another: some are kept at hand."""
    return Text(body)


@lru_cache(maxsize=1 << 16)
def _number(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _sentences(body: str) -> Iterator[Sentence]:
    for paragraph in _PARAGRAPH.split(body):
        open_quote = False
        for printed, words in _pieces(paragraph):
            marks = printed.count('"')
            yield Sentence(printed, words, open_quote or marks > 0)
            open_quote ^= marks % 2 == 1


def _pieces(paragraph: str) -> list[tuple[str, list[str]]]:
    """What stands between two full stops, with its words; short pieces joined to a neighbour."""
    pieces: list[tuple[str, list[str]]] = []
    start = 0
    for end in (*(stop.end() for stop in _STOP.finditer(paragraph)), len(paragraph)):
        piece = paragraph[start:end].strip()
        words = _WORD.findall(piece)
        if end < len(paragraph) and (len(words) < _SHORT or _TITLE.search(piece)):
            continue
        if pieces and len(words) < _SHORT:
            before, its_words = pieces.pop()
            piece, words = f"{before} {piece}", its_words + words
        if words:
            pieces.append((piece, words))
        start = end
    return pieces
