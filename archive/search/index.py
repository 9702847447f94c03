"""The search index.

It has the words of each current version as printed (`title`, `text`), those of its documents
(`attachments`), and the roots of those words that are not roots themselves (`title_roots`,
`text_roots`, `attachment_roots`). So a word finds its other
forms, and a phrase is still found word for word. The roots are stored in `search_roots`:
removing a version from the index needs exactly the words it was entered with, even after the
stemmer has changed. The index reads texts from the view `search_texts`; it has no copy, but of the
texts of documents, which are beside the roots. Next to
it are the author tags of the current versions, and the people they quote, for lookups.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    bindparam,
    delete,
    except_,
    func,
    insert,
    literal_column,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Session

from archive.database.attachment_columns import attachment_text
from archive.database.connection import ArchiveError, writing
from archive.database.models import (
    QuotedPerson,
    ReleaseRecord,
    SearchRoots,
    Signature,
    Version,
    table_of,
)
from archive.database.prepared_statements import Prepared
from archive.database.views import releases
from archive.search.stemming import stems

_COLUMNS = "title, text, attachments, title_roots, text_roots, attachment_roots"
_BATCH = 1_000
_REMEDY = "`arsip reindex` rebuilds it"

_TAG = func.json_each(releases.c.author_tags).table_valued("key", "value")
_SIGNED = select(releases.c.version_id, _TAG.c.key + 1, _TAG.c.value).select_from(
    releases.join(_TAG, true())
)
"""The rows that `signatures` should have."""

_QUOTE = func.json_each(releases.c.quotes).table_valued("value")
_PERSON, _ROLE = (func.json_extract(_QUOTE.c.value, f"$.{name}") for name in ("person", "role"))
_QUOTING = (
    select(releases.c.version_id, _PERSON, func.coalesce(_ROLE, ""), func.count())
    .select_from(releases.join(_QUOTE, true()))
    .where(_PERSON.is_not(None))
    .group_by(releases.c.version_id, _PERSON, func.coalesce(_ROLE, ""))
)
"""The rows that `quoted_people` should have."""

_ENTER = Prepared(
    text(
        f"INSERT INTO search_index (rowid, {_COLUMNS})"  # noqa: S608 - our own names
        f" SELECT id, {_COLUMNS} FROM search_texts WHERE id = :id"
    )
)
_ENTER_THOSE = text(
    f"INSERT INTO search_index (rowid, {_COLUMNS})"  # noqa: S608 - our own names
    f" SELECT id, {_COLUMNS} FROM search_texts WHERE id > :above AND id <= :upto ORDER BY id"
)
_LEAVE = text(
    f"INSERT INTO search_index (search_index, rowid, {_COLUMNS})"  # noqa: S608 - our own names
    f" SELECT 'delete', id, {_COLUMNS} FROM search_texts WHERE id = :wanted"
)
_ROOTS, _SIGNATURES, _PEOPLE = map(table_of, (SearchRoots, Signature, QuotedPerson))
_ADD_ROOTS = Prepared(insert(_ROOTS), ("id", "title", "text", "attachments", "attachment_text"))
_DOCUMENTS: ColumnElement[str | None] = literal_column(attachment_text("versions", is_current=True))
"""The texts of a current version's documents."""
_SIGN = Prepared(insert(_SIGNATURES), ("version_id", "position", "tag"))
_QUOTED = Prepared(insert(_PEOPLE), ("version_id", "person", "role", "quotes"))
_UNQUOTE = delete(_PEOPLE).where(_PEOPLE.c.version_id == bindparam("wanted"))
_REMOVE_ROOTS = delete(_ROOTS).where(_ROOTS.c.id == bindparam("wanted"))
_UNSIGN = delete(_SIGNATURES).where(_SIGNATURES.c.version_id == bindparam("wanted"))

_OF_DOCUMENTS = ("attachments", "attachment_text")
Documents = tuple[str, str]
"""Roots of the texts of a version's documents, and the texts."""
Roots = tuple[str, str]
"""Roots of a version as in `search_roots`: of its title, of its text."""


def roots(title: str, dateline: str | None, body: str, byline: str | None) -> Roots:
    """The roots of a version. Pure; takes a millisecond or less."""
    printed = " ".join(part for part in (dateline, body, byline) if part)
    return stems(title), stems(printed)


def enter(
    connection: Connection,
    version_id: int,
    author_tags: Sequence[str],
    quotes: Iterable[Mapping[str, Any]] | None,
    found: Roots,
    documents: Documents = ("", ""),
) -> None:
    """Adds a current version to the index, as it is in the database, with its `roots` (`found`) and
    `documents_of`."""
    title, printed = found
    values = {"id": version_id, "title": title, "text": printed}
    values |= dict(zip(_OF_DOCUMENTS, documents, strict=True))
    _ADD_ROOTS.run(connection, values)
    _ENTER.run(connection, {"id": version_id})
    if author_tags:
        tags = enumerate(author_tags, start=1)
        rows = [{"version_id": version_id, "position": place, "tag": tag} for place, tag in tags]
        _SIGN.run_all(connection, rows)
    people = Counter(
        (each["person"], each.get("role") or "") for each in quotes or () if each.get("person")
    )
    if people:
        _QUOTED.run_all(
            connection,
            [
                {"version_id": version_id, "person": person, "role": role, "quotes": number}
                for (person, role), number in people.items()
            ],
        )


def enter_those(connection: Connection, above: int, upto: int) -> None:
    """As `enter`, for all current versions with these numbers, whose roots are there already."""
    connection.execute(_ENTER_THOSE, {"above": above, "upto": upto})
    number = releases.c.version_id
    signed = _SIGNED.where(number > above, number <= upto)
    connection.execute(insert(Signature).from_select(["version_id", "position", "tag"], signed))
    enter_quoted_people(connection, above, upto)


def learn(session: Session, version: Version) -> None:
    """As `enter`, for a version that a session has loaded; does not flush it."""
    found = roots(version.title, version.dateline, version.body, version.byline)
    connection = session.connection()
    documents = documents_of(connection, version.id)
    enter(connection, version.id, version.author_tags, version.quotes, found, documents)


def documents_of(connection: Connection, version_id: int) -> Documents:
    """Those of a current version, as they are in the database."""
    query = select(_DOCUMENTS).select_from(table_of(Version)).where(Version.id == version_id)
    printed = connection.scalar(query) or ""
    return stems(printed), printed


def forget(session: Session, version: Version) -> None:
    """As `leave`, for a version that a session has loaded; does not flush it."""
    leave(session.connection(), version.id)


def leave(connection: Connection, version_id: int) -> None:
    """Removes a version from the index; called before its text changes, since FTS5 needs exactly
    the text that was added."""
    for statement in (_LEAVE, _REMOVE_ROOTS, _UNSIGN, _UNQUOTE):
        connection.execute(statement, {"wanted": version_id})


@contextmanager
def changing_documents(connection: Connection, version_id: int) -> Iterator[None]:
    """Takes a current version out of the full-text index while the captures of its documents
    change, and adds it again."""
    connection.execute(_LEAVE, {"wanted": version_id})
    yield
    values = dict(zip(_OF_DOCUMENTS, documents_of(connection, version_id), strict=True))
    connection.execute(update(_ROOTS).where(_ROOTS.c.id == version_id).values(values))
    _ENTER.run(connection, {"id": version_id})


def fill(connection: Connection) -> None:
    """Rebuilds the full-text index, inside the connection's transaction, of an archive without
    documents: an earlier schema's, or a made-up one's."""
    connection.execute(delete(SearchRoots))
    wordings = _current(connection)
    while batch := list(islice(wordings, _BATCH)):
        roots_of_batch = [(id_, *roots(*printed)) for id_, *printed in batch]
        rows = [{"id": id_, "title": title, "text": text_} for id_, title, text_ in roots_of_batch]
        connection.execute(insert(SearchRoots), rows)
    connection.execute(text("INSERT INTO search_index (search_index) VALUES ('rebuild')"))


def fill_signatures(connection: Connection) -> None:
    """Rebuilds the author tags, inside the connection's transaction."""
    connection.execute(delete(Signature))
    connection.execute(insert(Signature).from_select(["version_id", "position", "tag"], _SIGNED))


def enter_quoted_people(connection: Connection, above: int, upto: int) -> None:
    """Enters the people whom the current versions with these numbers quote anew."""
    number, printed = QuotedPerson.version_id, releases.c.version_id
    connection.execute(delete(QuotedPerson).where(number > above, number <= upto))
    wanted = _QUOTING.where(printed > above, printed <= upto)
    columns = ["version_id", "person", "role", "quotes"]
    connection.execute(insert(QuotedPerson).from_select(columns, wanted))


def check(engine: Engine) -> Iterator[str]:
    """A sentence, without its full stop, for each error of the index. Nothing is changed, though
    SQLite needs write access to check an index."""
    try:
        with writing(engine) as connection:
            yield from _differences(connection)
    except ArchiveError as error:
        yield f"The search index could not be checked: {error}"


def _differences(connection: Connection) -> Iterator[str]:
    missing = stale = current = 0
    kept = (SearchRoots.title, SearchRoots.text, SearchRoots.attachments, _DOCUMENTS)
    for _, title, *printed, kept_title, kept_text, kept_documents, documents in _current(
        connection, *kept
    ):
        current += 1
        missing += kept_title is None
        stale += kept_title is not None and (kept_title, kept_text, kept_documents) != (
            *roots(title, *printed),
            stems(documents or ""),
        )
    indexed = connection.scalar(select(func.count()).select_from(SearchRoots)) or 0
    for number, what in (
        (missing, "current versions are missing from the search index"),
        (indexed - (current - missing), "versions in the search index are not current"),
        (stale, "versions are in the search index with roots of another stemmer"),
    ):
        if number:
            yield f"{number:,} {what}; {_REMEDY}"
    if not _agrees(connection):
        yield f"The search index differs from the texts; {_REMEDY}"
    signed = select(Signature.version_id, Signature.position, Signature.tag)
    quoted = select(*(_PEOPLE.c[name] for name in ("version_id", "person", "role", "quotes")))
    for wanting, what in (
        (except_(_SIGNED, signed), "signatures are missing"),
        (except_(signed, _SIGNED), "signatures belong to no current version"),
        (except_(_QUOTING, quoted), "quoted people are missing"),
        (except_(quoted, _QUOTING), "quoted people belong to no current version"),
    ):
        if wanted := connection.scalar(select(func.count()).select_from(wanting.subquery())):
            yield f"{wanted:,} {what}; {_REMEDY}"


def _agrees(connection: Connection) -> bool:
    """Whether the index has exactly the words of `search_texts`."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    try:
        driver.execute(
            "INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"
        )
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_CORRUPT_VTAB:
            raise
        return False
    return True


def _current(connection: Connection, *beside: Any) -> Iterator[Any]:
    """Number, title, dateline, body, byline of each current version, and the columns of its
    roots."""
    query = (
        select(Version.id, Version.title, Version.dateline, Version.body, Version.byline, *beside)
        .join(ReleaseRecord, ReleaseRecord.id == Version.release)
        .outerjoin(SearchRoots, SearchRoots.id == Version.id)
        .where(ReleaseRecord.version == Version.version)
    )
    yield from connection.execute(query, execution_options={"yield_per": _BATCH})
