"""Searches wordings that are in no index: those before an edit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing

from archive.search.index import roots
from archive.search.query import Query

Printed = tuple[int, str, str | None, str, str | None]
"""Number, title, dateline, body and byline of a version."""

# The columns of the archive's index, which a query may name; of documents the words are not asked.
_INDEX = """
CREATE VIRTUAL TABLE wordings USING fts5(
    title, text, attachments, title_roots, text_roots, attachment_roots,
    tokenize='unicode61 remove_diacritics 2'
)
"""


def found(query: Query, wordings: Iterable[Printed]) -> set[int]:
    """The numbers of those wordings that a query finds, by the rules of the index."""
    with closing(sqlite3.connect(":memory:")) as index:
        index.execute(_INDEX)
        index.executemany(
            "INSERT INTO wordings (rowid, title, text, title_roots, text_roots) "
            "VALUES (?, ?, ?, ?, ?)",
            map(_entry, wordings),
        )
        rows = index.execute("SELECT rowid FROM wordings WHERE wordings MATCH ?", (query.match,))
        return {number for (number,) in rows}


def _entry(wording: Printed) -> tuple[int, str, str, str, str]:
    number, title, dateline, body, byline = wording
    text = " ".join(filter(None, ((dateline or "") + body, byline)))
    return number, title, text, *roots(title, dateline, body, byline)
