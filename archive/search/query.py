"""What a person types into a search, as a query that always makes sense to the database.

    words       each must occur, in any form: menetapkan finds ditetapkan and penetapan
    "a phrase"  exactly so, in this order
    pilih*      any word that begins so
    AND OR NOT  in capitals; AND may be left out; NOT takes away from what stands beside it
    ( )         group

Nothing else is special, and case and accents make no difference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.database.column_types import clean
from archive.search.stemming import fold, stem, words

MOST_TERMS = 1_000
MOST_BRACKETS = 6
"""SQLite's own parser fails not far beyond this, since its stack has a fixed size."""

_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_PIECE = re.compile(r'"(?P<phrase>[^"]*)"?|(?P<bracket>[()])|(?P<word>[^\s"()]+)')
_OPERATORS = ("AND", "OR", "NOT")
_AS_PRINTED = "{title text attachments} : "
_OF_DOCUMENTS = "{attachments attachment_roots} : "
"""The columns of the index with texts, not roots."""


class SearchError(Exception):
    """The words are not a valid query; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a phrase or a prefix, folded and split into the index's words."""

    words: tuple[str, ...]
    root: str | None = None
    """The root of its other forms; None if only this form is searched for."""
    prefix: bool = False

    @property
    def match(self) -> str:
        """The term for FTS5. Every word is quoted, so that none is taken for an operator."""
        printed = f'"{" ".join(self.words)}"'
        if self.root is None:
            return _AS_PRINTED + printed + (" *" if self.prefix else "")
        # A word that is its own root is also among the roots of its other forms.
        return printed if (self.root,) == self.words else f'({printed} OR "{self.root}")'


@dataclass(frozen=True, slots=True)
class Query:
    """A query for FTS5, and the terms to mark in the results."""

    match: str
    terms: tuple[Term, ...]
    is_of_documents: bool = False
    """Whether only words in documents count."""

    def in_attachments(self) -> Query:
        """The same, for words in documents alone."""
        return Query(f"{_OF_DOCUMENTS}({self.match})", self.terms, is_of_documents=True)

    def in_text(self) -> Query:
        """The same, for words of the release itself."""
        return Query(f"- {_OF_DOCUMENTS}({self.match})", self.terms)


def parse(typed: str) -> Query:
    """The query that `typed` means. Raises SearchError."""
    pieces = list(_pieces(clean(typed).translate(_QUOTES)))
    reading = _Reading(pieces)
    match = reading.alternatives()
    if match is None:
        raise SearchError("The query has no word to search for")
    if len(reading.terms) > MOST_TERMS:
        raise SearchError(f"A query may have at most {MOST_TERMS:,} words")
    return Query(match, tuple(reading.terms))


def _pieces(typed: str) -> Iterator[str | Term]:
    """Operators and brackets as text, and the terms. Pieces without letter or digit are ignored."""
    for match in _PIECE.finditer(typed):
        piece = match[0]
        if match["bracket"] or piece in _OPERATORS:
            yield piece
        elif term := _term(match["word"], match["phrase"]):
            yield term


def _term(word: str | None, phrase: str | None) -> Term | None:
    parts = tuple(fold(part[0]) for part in words(word or phrase or ""))
    if not parts:
        return None
    if word is None:
        return Term(parts)
    if word.endswith("*"):
        return Term(parts, prefix=True)
    if len(parts) == 1:
        return Term(parts, root=stem(parts[0]))
    root = stem("-".join(parts)) if word.count("-") == len(parts) - 1 else ""
    return Term(parts, root=root if "-" not in root and root else None)


@dataclass
class _Reading:
    """Parses the pieces from left to right."""

    pieces: list[str | Term]
    terms: dict[Term, None] = field(default_factory=dict)
    """The terms to be found, each once, in order."""
    _place: int = 0
    _depth: int = 0
    _unwanted: bool = False

    def alternatives(self) -> str | None:
        """`all of these OR all of those`; None if it has no term."""
        parts = [self._all_of_these()]
        while self._take("OR"):
            parts.append(self._all_of_these())
            if parts[-2] is None or parts[-1] is None:
                raise SearchError("OR needs something to search for on both sides")
        if self._next == ")" and not self._depth:
            raise SearchError("A closing bracket has no opening bracket")
        return _joined(" OR ", parts)

    def _all_of_these(self) -> str | None:
        wanted: list[str | None] = []
        unwanted: list[str | None] = []
        while self._next not in (None, ")", "OR"):
            joined = self._take("AND")
            kind = wanted
            if self._take("NOT"):
                kind = unwanted
            elif joined and not wanted:
                raise SearchError("AND needs something to search for on both sides")
            if self._next in (None, ")", *_OPERATORS) and (joined or kind is unwanted):
                operator = "NOT" if kind is unwanted else "AND"
                raise SearchError(f"{operator} needs something to search for after it")
            kind.append(self._one(kind is unwanted))
        plus, minus = _joined(" AND ", wanted), _joined(" OR ", unwanted)
        if minus and not plus:
            raise SearchError("NOT needs something before it, as in `pasar NOT murah`")
        return f"({plus} NOT {minus})" if minus else plus

    def _one(self, unwanted: bool) -> str | None:
        """A term, or an expression in brackets."""
        piece = self.pieces[self._place]
        self._place += 1
        if isinstance(piece, Term):
            if not (unwanted or self._unwanted):
                self.terms[piece] = None
            return piece.match
        if self._depth == MOST_BRACKETS:
            raise SearchError(f"Brackets can be nested at most {MOST_BRACKETS} deep")
        outer, self._unwanted = self._unwanted, self._unwanted or unwanted
        self._depth += 1
        inner = self.alternatives()
        self._depth -= 1
        self._unwanted = outer
        if not self._take(")"):
            raise SearchError("An opening bracket is not closed")
        return inner

    @property
    def _next(self) -> str | Term | None:
        return self.pieces[self._place] if self._place < len(self.pieces) else None

    def _take(self, piece: str) -> bool:
        if self._next != piece:
            return False
        self._place += 1
        return True


def _joined(operator: str, parts: list[str | None]) -> str | None:
    """The parts, each once, in brackets if there are several."""
    several = list(dict.fromkeys(part for part in parts if part is not None))
    if not several:
        return None
    return several[0] if len(several) == 1 else f"({operator.join(several)})"
