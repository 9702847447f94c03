"""The weight of an edit, from a corrected spelling to a changed quote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal, Protocol

Weight = Literal["spelling", "wording", "number", "name", "quote", "statement"]
WEIGHTS: tuple[Weight, ...] = ("spelling", "wording", "number", "name", "quote", "statement")
"""From the lightest to the heaviest: letters and marks; other words, or a paragraph moved; a number
or a date; a capitalised word; the words or the speaker of a quote; a sentence or a quote that was
added or dropped."""

ALIKE = 0.75
"""From this similarity on, two words are spellings of one word, and two quotes are one changed
quote."""
SENTENCE = 5
"""From this many words on, an added or dropped text is a statement."""

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")


class PieceLike(Protocol):
    """Some words of one field; `archive.lookup.release_history.Piece` is one."""

    @property
    def what(self) -> str: ...
    @property
    def text(self) -> str: ...


def weigh_field(field: str, pieces: Sequence[PieceLike]) -> list[Weight]:
    """The weights of a changed field, each once, the heaviest first."""
    if field in ("published_on", "published_at"):
        return ["number"]
    hunks = list(_hunks(pieces))
    removed = {_words(old) for old, new in hunks if not _words(new)}
    added = {_words(new) for old, new in hunks if not _words(old)}
    moved = (removed & added) - {()}
    return heaviest_first(
        "wording" if (_words(old) or _words(new)) in moved else _weigh(old, new)
        for old, new in hunks
    )


def weigh_quotes(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[Weight]:
    """The weights of changed quotes between two versions: `quote` if the words or the speaker of
    one changed, `statement` if one was added or dropped. Changes of spelling do not count."""
    old, new = _unmatched(before, after), _unmatched(after, before)
    weights: list[Weight] = []
    for quote in list(old):
        best = max(new, key=lambda other: _likeness(quote, other), default=None)
        if best is not None and _likeness(quote, best) >= ALIKE:
            old.remove(quote)
            new.remove(best)
            weights.append("quote")
    return heaviest_first([*weights, *(["statement"] if old or new else [])])  # type: ignore[list-item]


def heaviest_first(weights: Iterable[Weight]) -> list[Weight]:
    """Each weight once, the heaviest first."""
    return sorted(set(weights), key=WEIGHTS.index, reverse=True)


def _unmatched(
    quotes: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    known = {_essence(quote) for quote in others}
    return [quote for quote in quotes if _essence(quote) not in known]


def _essence(quote: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words without case and typography, and the speaker."""
    return _words(quote["text"]), _words(quote["person"] or "")


def _likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    return SequenceMatcher(None, _words(one["text"]), _words(other["text"]), autojunk=False).ratio()


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower().replace("’", "'") for word in _WORD.findall(text))


def _hunks(pieces: Sequence[PieceLike]) -> Iterator[tuple[str, str]]:
    """Old and new text of each change; a single space does not separate two changes."""
    removed = added = ""
    for piece in pieces:
        if piece.what == "same" and piece.text.strip():
            if removed or added:
                yield removed, added
            removed = added = ""
        elif piece.what == "removed":
            removed += piece.text
        elif piece.what == "added":
            added += piece.text
        else:
            removed, added = removed + piece.text, added + piece.text
    if removed or added:
        yield removed, added


def _weigh(removed: str, added: str) -> Weight:
    old, new = _words(removed), _words(added)
    if old == new:
        return "spelling"
    if (not old or not new) and len(old or new) >= SENTENCE:
        return "statement"
    if sorted(_NUMBER.findall(removed)) != sorted(_NUMBER.findall(added)):
        return "number"
    if _names(removed) != _names(added):
        return "name"
    ratio = SequenceMatcher(None, " ".join(old), " ".join(new), autojunk=False).ratio()
    return "spelling" if len(old) == len(new) and ratio >= ALIKE else "wording"


def _names(text: str) -> set[str]:
    return {word for word in _WORD.findall(text) if word[0].isupper()}
