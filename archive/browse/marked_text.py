"""A release's text as paragraphs, with quotes and searched words marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from archive.search.query import Term
from archive.search.snippets import CLOSE, OPEN, marked

_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a paragraph."""

    text: str
    quote: dict[str, Any] | None = None
    """Whose words these are, as the record has it."""
    is_found: bool = False


def paragraphs(record: dict[str, Any], terms: Sequence[Term] = ()) -> list[list[Piece]]:
    """Dateline and body of a record. Quotes that do not fit the text are left unmarked."""
    dateline, body = record["dateline"] or "", record["body"]
    text = dateline + body
    quotes = [
        (quote["start"] + len(dateline), quote["end"] + len(dateline), quote)
        for quote in record["quotes"] or ()
        if 0 <= quote["start"] < quote["end"] <= len(body)
    ]
    found = list(_spans(marked(text, terms))) if terms else []
    cuts = {0, len(text), *(at for span in found for at in span)}
    cuts |= {at for start, end, _ in quotes for at in (start, end)}
    edges = sorted(cuts)
    pieces: list[list[Piece]] = [[]]
    for start, end in pairwise(edges):
        quote = next((q for first, last, q in quotes if first <= start < last), None)
        is_found = any(first <= start < last for first, last in found)
        first, *rest = text[start:end].split(_BETWEEN)
        pieces[-1].append(Piece(first, quote, is_found))
        pieces += [[Piece(piece, quote, is_found)] for piece in rest]
    return [[piece for piece in paragraph if piece.text] for paragraph in pieces]


def snippet(passage: str) -> list[Piece]:
    """A passage of `archive.search.snippets`, as pieces."""
    parts = [part.partition(CLOSE) for part in passage.split(OPEN)]
    head = [Piece(parts[0][0])]
    return head + [
        Piece(text, is_found=is_found)
        for found, _, rest in parts[1:]
        for text, is_found in ((found, True), (rest, False))
        if text
    ]


def _spans(text: str) -> Iterable[tuple[int, int]]:
    """Where in the text without marks each marked word stands."""
    at = 0
    before, *rest = text.split(OPEN)
    at += len(before)
    for part in rest:
        found, _, after = part.partition(CLOSE)
        yield at, at + len(found)
        at += len(found) + len(after)
