"""Finds quotes of the current versions by speaker, function, topic, day and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, func, or_, select, text

from archive.database.views import quotes, releases
from archive.lookup.selection import Selection
from archive.search import snippets
from archive.search.query import Query, Term, parse

_APOSTROPHES = ("’", "‘", "`", "ʼ")


@dataclass(frozen=True, slots=True)
class Said:
    """A quote that matches, with its release."""

    release: str
    source: str
    published_on: date | None
    title: str
    url: str
    position: int
    """Its number in the release; 1 is the first."""
    text: str
    start: int
    end: int
    direct: bool
    verb: str | None
    speaker: str | None
    person: str | None
    role: str | None
    how: str
    marked: str
    """The text, marked where words were found (`archive.search.snippets`)."""

    def as_json(self) -> dict[str, Any]:
        """JSON values only."""
        values = asdict(self)
        del values["marked"]
        return values | {"published_on": self.published_on and self.published_on.isoformat()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Conditions on quotes; all must be met."""

    words: str = ""
    """As `archive.search.query` reads them; each must be in the quote (of words joined by OR,
    any)."""
    speaker: str | None = None
    """Part of the speaker's or the person's name, in any case."""
    role: str | None = None
    """Part of the function, in any case."""


def find_quotes(engine: Engine, wanted: Wanted, selection: Selection, limit: int) -> list[Said]:
    """The matching quotes of the releases of a selection, the newest first. Raises SearchError
    for an invalid query, ArchiveError."""
    query = parse(wanted.words) if wanted.words.strip() else None
    alternatives = "OR" in wanted.words.split()
    quotes: list[Said] = []
    with engine.connect() as connection:
        rows = connection.execution_options(yield_per=500).execute(_query(wanted, query, selection))
        for quote in _matching(rows.mappings(), query.terms if query else (), alternatives):
            quotes.append(quote)
            if len(quotes) == limit:
                break
    return quotes


def _query(wanted: Wanted, query: Query | None, selection: Selection) -> Select[Any]:
    conditions = selection.conditions()
    if wanted.speaker is not None:
        columns = (quotes.c.speaker, quotes.c.person)
        conditions.append(or_(*(_holds(column, wanted.speaker) for column in columns)))
    if wanted.role is not None:
        conditions.append(_holds(quotes.c.role, wanted.role))
    if query is not None:
        matching = text("SELECT rowid FROM search_index WHERE search_index MATCH :words")
        conditions.append(
            releases.c.version_id.in_(matching.bindparams(words=query.in_text().match))
        )
    return (
        select(quotes, releases.c.title, releases.c.url)
        .join(releases, releases.c.id == quotes.c.release)
        .where(*conditions)
        .order_by(quotes.c.published_on.desc().nulls_last(), quotes.c.release, quotes.c.position)
    )


def _holds(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Whether a name has this part, however its apostrophes are printed."""
    for mark in _APOSTROPHES:
        column, part = func.replace(column, mark, "'"), part.replace(mark, "'")
    return func.lower(column).contains(part.lower(), autoescape=True)


def _matching(
    rows: Iterator[RowMapping] | Any, terms: Sequence[Term], alternatives: bool
) -> Iterator[Said]:
    enough = any if alternatives else all
    for row in rows:
        if terms and not enough(_says(row["text"], term) for term in terms):
            continue
        copied = {name: row[name] for name in Said.__slots__ if name in row}
        yield Said(**copied, marked=snippets.marked(row["text"], terms))


def _says(quote: str, term: Term) -> bool:
    return snippets.OPEN in snippets.marked(quote, (term,))
