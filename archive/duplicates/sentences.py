"""A body prepared for comparison: sentences, words, and the words that are facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from hashlib import blake2b

from archive.duplicates.spelling import HONORIFICS, folded, is_number
from archive.fingerprint import unprinted

SHINGLE = 4
"""Words in a shingle: many releases share three, and five break too often."""

# A polynomial over the words of a shingle, modulo a prime.
_PRIME = (1 << 61) - 1
_BASE = 1_000_003_000_000_019

_WORD = re.compile(r"\w+(?:'\w+)*")
_PARAGRAPH = re.compile(r"\n+")
# After a full stop, also if the space after it is missing (`selesai.Ketua`).
_STOP = re.compile(r"""(?<=[.!?…])["')\]]*(?:\s+|(?<=[a-z][.!?…])(?=[A-Z"]))""")
_SHORT = 4
"""A piece with fewer words is not a sentence: a number in a list, an initial."""
_TITLE = re.compile(r"\b(?:[A-Z]|[A-Z][a-z]{1,2})\.$")
"""`H.`, `Dr.`, `No.`: a full stop that does not end a sentence."""


class Sentence:
    """A sentence, and its words in the form in which they are compared."""

    def __init__(self, printed: str, words: list[str], quoted: bool) -> None:
        self.printed = printed
        self._spelled = words
        self.words = tuple(map(folded, words))
        """Folded (see `spelling`)."""
        self.quoted = quoted
        """Whether it is a quote, at least in part."""

    @property
    def spelled(self) -> list[str]:
        """The words as spelled, in lower case."""
        return [word.casefold() for word in self._spelled]

    @cached_property
    def facts(self) -> tuple[bool, ...]:
        """Which words are facts: numbers, and names by their capitals."""
        capital = [word[0].isupper() for word in self._spelled]
        if not (len(capital) > 1 and capital[1]):
            capital[0] = False  # as in every sentence; a name has a second capital
        return tuple(
            (large and word not in HONORIFICS) or is_number(word)
            for large, word in zip(capital, self.words, strict=True)
        )

    @property
    def shouted(self) -> bool:
        """Whether all is in capitals, so that they do not show names."""
        return all(word.isupper() for word in self._spelled if word.isalpha())

    @property
    def frame(self) -> frozenset[str]:
        """The words of the template: all except the facts, if these can be recognised."""
        if self.shouted:
            return frozenset(self.words)
        return frozenset(w for w, fact in zip(self.words, self.facts, strict=True) if not fact)


class Text:
    """A body prepared for comparison; its parts are computed on demand."""

    def __init__(self, body: str) -> None:
        self._body = unprinted(body)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words, folded."""
        return tuple(map(folded, _WORD.findall(self._body)))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(_sentences(self._body))

    @cached_property
    def shingles(self) -> list[int]:
        """A number of 48 bits for each shingle, in order. The same on every machine and Python
        version, since the archive stores them."""
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
    """Prepares a body; cached, since members of a series come one after another."""
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
    """The text between two full stops, with its words; short pieces are joined to a neighbour."""
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
