"""The passage of a text with the words of a query, marked in the text as printed, in whatever
form they were found."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from archive.search.query import Term
from archive.search.stemming import fold, stem, words

OPEN, CLOSE = "\x02", "\x03"
"""Marks around a word found: characters that no archived text has (`column_types.clean`)."""

_WORDS = 28
"""Words of a passage."""
_LEAD = 8
"""Words shown before the first word found, or fewer to begin with a sentence."""

Span = tuple[int, int]
"""From this word, or character, of a text up to (not including) that one."""


def passage(text: str, terms: Sequence[Term]) -> str:
    """The passage with the most terms, the earliest of these; each word found is marked."""
    spans = [(match.start(), match.end()) for match in words(text)]
    positions = _found([fold(text[start:end]) for start, end in spans], terms)
    first = _start(text, spans, _densest(positions))
    last = min(first + _WORDS, len(spans))
    if not spans:
        return text
    begin = spans[first][0] if first else 0
    end = spans[last][0] if last < len(spans) else len(text)
    cut = _marked(text, begin, end, _places(positions, spans))
    return ("…" if first else "") + cut.rstrip() + ("…" if last < len(spans) else "")


def marked(text: str, terms: Sequence[Term]) -> str:
    """The whole text, each word found marked."""
    spans = [(match.start(), match.end()) for match in words(text)]
    positions = _found([fold(text[start:end]) for start, end in spans], terms)
    return _marked(text, 0, len(text), _places(positions, spans))


def found(text: str, terms: Sequence[Term]) -> frozenset[Term]:
    """Those of the terms that a text has."""
    positions = _found([fold(match[0]) for match in words(text)], terms)
    return frozenset(terms[number] for number, _ in positions)


def _found(folded: list[str], terms: Sequence[Term]) -> list[tuple[int, Span]]:
    """Positions of the terms, in the order of the text."""
    positions = []
    for number, term in enumerate(terms):
        length = len(term.words)
        for start, word in enumerate(folded):
            if _begins(word, term) and _stands(folded[start : start + length], term):
                positions.append((number, (start, start + length)))
            elif term.root and stem(word) == term.root:
                positions.append((number, (start, start + 1)))
    return sorted(positions, key=lambda place: place[1])


def _begins(word: str, term: Term) -> bool:
    first = term.words[0]
    return word.startswith(first) if term.prefix and len(term.words) == 1 else word == first


def _stands(here: list[str], term: Term) -> bool:
    if len(here) < len(term.words):
        return False
    *whole, last = term.words
    return here[:-1] == whole and (here[-1].startswith(last) if term.prefix else here[-1] == last)


def _densest(found: list[tuple[int, Span]]) -> int:
    """The word at which the passage with the most different terms begins."""
    starts = [span[0] for _, span in found]
    best, most = 0, 0
    for place, start in enumerate(starts):
        within = found[place : bisect_left(starts, start + _WORDS - _LEAD)]
        if (number := len({term for term, _ in within})) > most:
            best, most = start, number
    return best


def _start(text: str, spans: list[Span], word: int) -> int:
    """Start of a passage around this word: the start of its sentence, if that is near."""
    earliest = max(0, word - _LEAD)
    for start in range(word, earliest, -1):
        between = text[spans[start - 1][1] : spans[start][0]]
        if "\n" in between or between.strip(" \"'”’)")[-1:] in {".", "?", "!"}:
            return start
    return earliest


def _places(found: list[tuple[int, Span]], spans: list[Span]) -> list[Span]:
    """Character spans of what was found; overlapping ones are joined."""
    merged: list[Span] = []
    for first, last in sorted(span for _, span in found):
        start, end = spans[first][0], spans[last - 1][1]
        if merged and start < merged[-1][1]:
            start, earlier_end = merged.pop()
            end = max(end, earlier_end)
        merged.append((start, end))
    return merged


def _marked(text: str, begin: int, end: int, found: list[Span]) -> str:
    pieces, done = [], begin
    for start, stop in found:
        if begin <= start and stop <= end:
            pieces += [text[done:start], OPEN, text[start:stop], CLOSE]
            done = stop
    return "".join([*pieces, text[done:end]])
