"""Full-text search over the current wordings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, column, func, literal_column, select, table, text
from sqlalchemy.orm import Session

from archive.columns import clean
from archive.models import Version
from archive.views import releases

_INDEX = table("search_index", column("rowid"), column("rank"))
_SNIPPET_WORDS = 24
# Bytes no archived text contains (columns.clean), so a mark cannot be mistaken for text.
OPEN, CLOSE = "\x02", "\x03"
_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')


class SearchError(Exception):
    """The words ask for nothing; `str()` is one sentence for people."""


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
    rank: float
    """bm25, a word in the title counting five times; the lesser the better."""
    snippet: str

    def marked(self, before: str = "[", after: str = "]") -> str:
        """The passage around the words found, each between these marks."""
        return self.snippet.replace(OPEN, before).replace(CLOSE, after)

    def as_json(self) -> dict[str, Any]:
        """JSON values only; the words found stand in [brackets]."""
        published = self.published_on and self.published_on.isoformat()
        return asdict(self) | {"published_on": published, "snippet": self.marked()}


def search(
    engine: Engine,
    words: str,
    *,
    source: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    election: bool = False,
    limit: int = 20,
) -> list[Hit]:
    """Releases with all of these words. `"a phrase"` must stand together, `pilih*` is any word
    beginning so; accents and case make no difference, and nothing else is special.

    `since` and `until` are days of publication, both included; undated releases are then left
    out. Raises SearchError when there is no word to search for, ArchiveError."""
    passage = func.snippet(
        literal_column("search_index"), 1, OPEN, CLOSE, "…", _SNIPPET_WORDS
    ).label("snippet")
    rank = func.bm25(literal_column("search_index"), 5.0, 1.0).label("rank")
    wanted = [releases.c[name] for name in Hit.__slots__ if name not in ("rank", "snippet")]
    query = (
        select(*wanted, rank, passage)
        .select_from(_INDEX.join(releases, releases.c.version_id == _INDEX.c.rowid))
        .where(text("search_index MATCH :words").bindparams(words=match_expression(words)))
        .order_by(rank, releases.c.published_on.desc(), releases.c.id)
        .limit(limit)
    )
    if source:
        query = query.where(releases.c.source.in_(source))
    if since:
        query = query.where(releases.c.published_on >= since)
    if until:
        query = query.where(releases.c.published_on <= until)
    if election:
        query = query.where(releases.c.election)
    with engine.connect() as connection:
        return [Hit(**row) for row in connection.execute(query).mappings()]


def match_expression(words: str) -> str:
    """What people type, as an FTS5 expression: every term quoted, so that nothing in it can be
    taken for an operator. Raises SearchError."""
    terms = []
    for found in _TERM.finditer(clean(words)):
        phrase, bare = found.groups()
        term = (phrase if phrase is not None else bare).strip()
        if re.search(r"[^\W_]", term):  # a term of signs alone would match nothing
            prefix = "*" if phrase is None and term.endswith("*") else ""
            terms.append(f'"{term}"{prefix}')
    if not terms:
        raise SearchError("There is no word to search for")
    return " ".join(terms)


def learn(session: Session, version: Version) -> None:
    """Enters a current wording into the index, as it stands in the database."""
    session.execute(
        text(
            "INSERT INTO search_index (rowid, title, text)"
            " SELECT id, title, text FROM search_texts WHERE id = :id"
        ),
        {"id": version.id},
    )


def forget(session: Session, version: Version) -> None:
    """Takes a wording out of the index; called before its text changes, since FTS5 must be told
    the very text it once learnt."""
    session.execute(
        text(
            "INSERT INTO search_index (search_index, rowid, title, text)"
            " SELECT 'delete', id, title, text FROM search_texts WHERE id = :id"
        ),
        {"id": version.id},
    )
