"""Full-text search in the current versions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Engine,
    RowMapping,
    Select,
    column,
    func,
    literal_column,
    null,
    select,
    table,
    text,
)

from archive.database.column_types import utc_text
from archive.database.views import releases
from archive.lookup.change_weight import Weight
from archive.lookup.release_history import weights
from archive.lookup.selection import EVERYTHING, Selection
from archive.search import snippets
from archive.search.query import Query, parse

_INDEX = table("search_index", column("rowid"))
_RANK = func.bm25(literal_column("search_index"), 5.0, 1.0, 0.5, 5.0, 1.0, 0.5).label("rank")
"""A word in the title counts like five in the text, one in a document like half of one. A word in
exactly the form searched for counts twice, as itself and as a form of its root."""

_NUMBER = releases.c.version_id
_NEWEST = (releases.c.published_on.desc().nulls_last(), _NUMBER.desc())


@dataclass(frozen=True, slots=True)
class Hit:
    """One release found, the best first."""

    id: str
    source: str
    publisher: str
    published_on: date | None
    title: str
    url: str
    election: bool
    duplicate_of: str | None
    moved_to: str | None
    moved_from: str | None
    versions: int
    gone_at: datetime | None
    flags: list[str]
    """What looked wrong or doubtful."""
    rank: float | None
    """bm25, the lower the better. None without words."""
    marked_title: str
    snippet: str
    """A passage with marked words (`archive.search.snippets`), as in the title."""
    in_attachment: bool = False
    """Whether some of the words are found only in a document: `snippet` is then of that."""

    def as_json(self) -> dict[str, Any]:
        """JSON values; the words found are in [brackets]."""
        values = asdict(self)
        del values["marked_title"]
        return values | {
            "published_on": self.published_on and self.published_on.isoformat(),
            "gone_at": self.gone_at and utc_text(self.gone_at),
            "snippet": bracketed(self.snippet),
        }


KEYS = tuple(name for name in Hit.__slots__ if name != "marked_title")
"""Those of a hit as JSON."""


def bracketed(marked: str) -> str:
    """Marks the words found with [brackets]."""
    return marked.replace(snippets.OPEN, "[").replace(snippets.CLOSE, "]")


def search(
    engine: Engine,
    words: str,
    selection: Selection = EVERYTHING,
    *,
    limit: int = 20,
    offset: int = 0,
    weight: Weight | None = None,
    in_attachments: bool = False,
) -> list[Hit]:
    """The releases of `selection` that `words` find (see `archive.search.query`), the best
    first; of equal ones, the one with the later version. Without words, the newest first.
    `weight`: only those with an edit of this weight (`archive.lookup.change_weight`), for which
    the versions of all others are compared. `in_attachments`: only words in documents
    count. Raises SearchError for an invalid query, ArchiveError."""
    query = parse(words) if words.strip() else None
    if query and in_attachments:
        query = query.in_attachments()
    statement = _best(query, selection) if query else _newest(selection)
    chosen = (statement if weight else statement.limit(limit).offset(offset)).subquery()
    wanted = select(releases, chosen.c.rank).join(chosen, chosen.c.number == _NUMBER)
    order = (chosen.c.rank, _NUMBER.desc()) if query else _NEWEST
    if weight:
        return _weighing(engine, wanted.order_by(*order), query, weight)[offset : offset + limit]
    with engine.connect() as connection:
        return [_hit(row, query) for row in connection.execute(wanted.order_by(*order)).mappings()]


def _weighing(
    engine: Engine, wanted: Select[Any], query: Query | None, weight: Weight
) -> list[Hit]:
    with engine.connect() as connection:
        rows = connection.execute(wanted).mappings().all()
    edited = (row for row in rows if row["versions"] > 1)
    return [_hit(row, query) for row in edited if weight in weights(engine, row["id"])]


def matching(words: str, selection: Selection) -> Select[Any]:
    """The `number` of each version found, in no order. Raises SearchError."""
    if words.strip():
        return _found(parse(words), selection)
    return select(_NUMBER.label("number")).where(*selection.conditions())


def _found(query: Query, selection: Selection) -> Select[Any]:
    conditions = selection.conditions()
    # Joined only if a condition needs it: ranking then reads only the index.
    places = _INDEX.join(releases, _INDEX.c.rowid == _NUMBER) if conditions else _INDEX
    return (
        select(_INDEX.c.rowid.label("number"))
        .select_from(places)
        .where(text("search_index MATCH :words").bindparams(words=query.match), *conditions)
    )


def _best(query: Query, selection: Selection) -> Select[Any]:
    ranked = _found(query, selection).add_columns(_RANK)
    return ranked.order_by(literal_column("rank"), _INDEX.c.rowid.desc())


def _newest(selection: Selection) -> Select[Any]:
    return (
        select(_NUMBER.label("number"), null().label("rank"))
        .where(*selection.conditions())
        .order_by(*_NEWEST)
    )


def _hit(row: RowMapping, query: Query | None) -> Hit:
    terms = query.terms if query else ()
    printed = "".join(filter(None, (row["dateline"], row["body"], " ", row["byline"])))
    copied = {name: row[name] for name in Hit.__slots__ if name in row}
    own = snippets.found(f"{row['title']} {printed}", terms)
    document = row["attachment_text"] or ""
    of_documents = query is not None and query.is_of_documents
    inside = of_documents or (bool(document) and not snippets.found(document, terms) <= own)
    return Hit(
        **copied,
        marked_title=snippets.marked(row["title"], terms),
        snippet=snippets.passage(document if inside else printed, terms),
        in_attachment=inside,
    )
