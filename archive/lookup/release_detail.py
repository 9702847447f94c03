"""Everything the archive has about one release."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, or_, select, text

from archive import exported_record
from archive.database.column_types import utc_text
from archive.database.models import ReleaseRecord, SourceRow, Version
from archive.database.views import claims, every_release, releases
from archive.fingerprint import release_id
from archive.i18n import N_
from archive.lookup.attachments import documents
from archive.lookup.moves import moves_of
from archive.lookup.suppressed import why
from archive.lookup.web_archives import sightings_by_version
from archive.nearest import did_you_mean

_FEW = 5
_ALIKE = 50
"""Ids with the same beginning that a mistyped one is compared with."""
_AMONG = text(
    """
    SELECT id FROM release_records WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id
    """
)
# An id that begins with `a` is between `a` and `a` followed by the last Unicode character.
_BEGINNING = text(
    """
    SELECT id FROM release_records
    WHERE :name <> '' AND id >= :name AND id < :name || char(1114111)
    UNION
    SELECT r.id FROM sources AS s CROSS JOIN release_records AS r
    ON r.id >= s.id || ':' || :name AND r.id < s.id || ':' || :name || char(1114111)
    WHERE :name <> ''
    ORDER BY 1 LIMIT :few
    """
)


DOUBTS = {
    "is_unproven": N_("is known only from this source: a copy was archived over a day earlier"),
    "is_imported": N_("comes from an imported capture and its clock"),
    "is_replaced": N_("is when the archive first saw this text here: it replaced another one"),
    "prints_earlier": N_("is later than the one the page prints now, which does not count"),
}
"""Doubts about a date that decides precedence, by column of the view `claims`."""


class NotFound(Exception):
    """No release has this name; `str()` is one sentence for people."""


class Suppressed(NotFound):
    """The release was taken down; `str()` is one sentence with the day and the reason."""


class Ambiguous(Exception):
    """Several releases have this name; `str()` is one sentence naming some."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A release with its versions and copies; all as JSON values."""

    record: dict[str, Any]
    """The record as exported."""
    topic_words: dict[str, list[str]]
    claim: dict[str, Any]
    """From when its text counts, and on what evidence, as in the view `claims`."""
    history: list[dict[str, Any]]
    """Its versions, oldest first: `version`, `seen_at`, `title`, `sha256`, `reader`, `via`,
    `suppressed` (its title is empty then), and `sightings` as in `archive.lookup.web_archives`."""
    documents: list[dict[str, Any]]
    """As in `archive.lookup.attachments`."""
    copies: list[dict[str, Any]]
    """The other releases with this text: `id`, `source`, `publisher`, `published_on`, `title`,
    `url`, `first`, and the `similarity` to the first one. The same release under another address
    is none of them."""
    moves: list[dict[str, str]]
    """Its moves from one address to another, the first one first: `old`, `old_url`, `new`,
    `new_url` (ids and URLs), `at`, and `how` that is known."""

    def as_json(self) -> dict[str, Any]:
        return self.record | {
            "topic_words": self.topic_words,
            "claim": self.claim,
            "history": self.history,
            "documents": self.documents,
            "copies": self.copies,
            "moves": self.moves,
        }


def find(engine: Engine, name: str) -> str:
    """Returns the id that `name` stands for: an id, its beginning, the beginning of its digits, or
    a URL.

    Raises NotFound, Ambiguous, ArchiveError."""
    record_id = ReleaseRecord.id
    with engine.connect() as connection:
        if release := connection.scalar(select(record_id).where(record_id == name)):
            return release
        # Every query uses the index on ids: an archive may have a million releases.
        ids: Sequence[str]
        if "//" in name:
            same = {name, name.rstrip("/"), f"{name}/"}
            sources = connection.scalars(select(SourceRow.id))
            guessed = [release_id(source, url) for source in sources for url in same]
            ids = connection.scalars(_AMONG, {"ids": json.dumps(guessed)}).all()
        else:
            ids = connection.scalars(_BEGINNING, {"name": name, "few": _FEW + 1}).all()
        near = "" if ids else _near(connection, name)
    if not ids:
        raise NotFound(f"There is no release {name!r} in the archive{near}")
    if len(ids) > 1:
        some = ", ".join(ids[:_FEW]) + (", …" if len(ids) > _FEW else "")
        raise Ambiguous(f"{name!r} matches several releases: {some}")
    return ids[0]


def _near(connection: Connection, name: str) -> str:
    """`. Did you mean …?` with ids that are spelled alike, as far as indexes find them."""
    source, _, digits = name.rpartition(":")
    sources = connection.scalars(select(SourceRow.id)).all()
    if source and source not in sources:
        hint = did_you_mean(source, sources)
    else:
        begun = name[: len(name) - len(digits) // 2]
        ids = connection.scalars(_BEGINNING, {"name": begun, "few": _ALIKE}).all()
        hint = did_you_mean(name, ids if source else [id.rpartition(":")[2] for id in ids])
    return f".{hint}" if hint else ""


def show(engine: Engine, release: str, *, every: bool = False) -> Detail:
    """The release with this id; with `every` also one that was taken down, as far as it is still
    to be seen. Raises NotFound, and so Suppressed; ArchiveError."""
    view = every_release if every else releases
    with engine.connect() as connection:
        columns = view.c
        query = (
            select(exported_record.of_row(view), columns.topic_words, ReleaseRecord.duplicate_of)
            .join(ReleaseRecord, ReleaseRecord.id == columns.id)
            .where(columns.id == release)
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            raise _missing(connection, release)
        moves = moves_of(connection, release)
        own = {id_ for move in moves for id_ in (move.old, move.new)}
        return Detail(
            record=json.loads(row[0]),
            topic_words=row.topic_words,
            claim=claim(connection, release),
            history=_history(connection, release),
            documents=documents(connection, release),
            copies=_copies(connection, own | {release}, row.duplicate_of or release),
            moves=[move.as_json() for move in moves],
        )


def check_shown(connection: Connection, release: str) -> None:
    """Raises Suppressed if a release was taken down."""
    if sentence := why(connection, release):
        raise Suppressed(sentence)


def _missing(connection: Connection, release: str) -> NotFound:
    if sentence := why(connection, release):
        return Suppressed(sentence)
    return NotFound(f"There is no release {release!r} in the archive")


def claim(connection: Connection, release: str) -> dict[str, Any]:
    """From when a release's text counts (`counts_from`), the evidence (`vouched_by`: its `source`
    or the `archive`), and doubts, in words that follow `The date`."""
    row = connection.execute(select(claims).where(claims.c.release == release)).mappings().one()
    doubts = [sentence for name, sentence in DOUBTS.items() if row[name]]
    return {
        "counts_from": row["counts_from"],
        "vouched_by": row["vouched_by"],
        "doubts": doubts,
    }


def _history(connection: Connection, release: str) -> list[dict[str, Any]]:
    query = (
        select(
            *(Version.version, Version.seen_at, Version.title, Version.sha256),
            *(Version.reader, Version.via, Version.suppressed),
        )
        .where(Version.release == release)
        .order_by(Version.version)
    )
    rows = connection.execute(query).mappings().all()
    seen = sightings_by_version(connection, release, [row["seen_at"] for row in rows])
    return [
        dict(row) | {"seen_at": utc_text(row["seen_at"]), "sightings": there}
        for row, there in zip(rows, seen, strict=True)
    ]


def _copies(connection: Connection, own: set[str], first: str) -> list[dict[str, Any]]:
    columns = releases.c
    # The view's own column has no index.
    copies = select(ReleaseRecord.id).where(ReleaseRecord.duplicate_of == first)
    wanted = ("id", "source", "publisher", "published_on", "title", "url", "similarity")
    query = (
        select(*(columns[name] for name in wanted))
        .where(or_(columns.id == first, columns.id.in_(copies)), columns.id.not_in(own))
        .order_by(columns.duplicate_of.is_not(None), columns.published_on, columns.id)
    )
    return [
        {
            "id": row.id,
            "source": row.source,
            "publisher": row.publisher,
            "published_on": row.published_on and row.published_on.isoformat(),
            "title": row.title,
            "url": row.url,
            "first": row.id == first,
            "similarity": 1.0 if row.id == first else row.similarity,
        }
        for row in connection.execute(query)
    ]
