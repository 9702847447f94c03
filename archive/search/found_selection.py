"""What a search finds, as a selection: for commands that take all of it instead of a page."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from archive.lookup.change_weight import Weight
from archive.lookup.selection import Selection
from archive.search.fulltext import search
from archive.search.query import parse

_ALL = 2**62
"""More than any archive holds."""


def found_by(
    engine: Engine, words: str, selection: Selection, weight: Weight | None = None
) -> Selection:
    """The releases of a selection that `words` find and that have an edit of this weight. Raises
    SearchError when the words make no query, ArchiveError."""
    if words.strip():
        selection = replace(selection, words=words, match=parse(words).match)
    if weight:
        hits = search(engine, words, selection, limit=_ALL, weight=weight)
        selection = replace(selection, weight=weight, ids=tuple(hit.id for hit in hits))
    return selection
