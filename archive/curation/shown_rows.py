"""Puts into the rows of a release what people may see, and back what was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, column, select, text, update
from sqlalchemy.orm import Session

from archive import duplicates
from archive.curation.overlay import (
    BY_PEOPLE,
    Columns,
    Correction,
    Suppression,
    curated,
    evidence,
    parsed,
)
from archive.curation.passages import Passage
from archive.database import change_sequence
from archive.database.column_types import json_text, parsed_json, utc_text
from archive.database.models import (
    AsRead,
    AttachmentCapture,
    CorrectionRow,
    ReleaseRecord,
    SuppressionRow,
    Version,
    table_of,
)
from archive.database.prepared_statements import Prepared
from archive.duplicates import text_dates
from archive.moves import links
from archive.proof.log import By, logged
from archive.search import index

_RELEASES = table_of(ReleaseRecord)
_CORRECTIONS, _SUPPRESSIONS = table_of(CorrectionRow), table_of(SuppressionRow)
_COLUMNS = tuple(name for name in table_of(Version).c.keys() if name not in BY_PEOPLE)  # noqa: SIM118
_ROWS = text(
    f"SELECT {', '.join(_COLUMNS)} FROM versions WHERE release = :release ORDER BY version"  # noqa: S608
)
_WHOLE_ROWS = text("SELECT * FROM versions WHERE release = :release ORDER BY version")
_WORKED_OUT = {"claim_on", "claim_at", "claim_seen_at"}
"""Columns that follow from other versions too."""
_IS_CURATED = Prepared(
    text(
        "SELECT 1 AS found FROM corrections WHERE release = :wanted"
        " UNION ALL SELECT 1 FROM suppressions WHERE release = :wanted LIMIT 1"
    ).columns(column("found"))
)
_IS_DOWN = Prepared(
    text(
        "SELECT 1 AS found FROM release_records AS r JOIN versions AS v"
        " ON v.release = r.id AND v.version = r.version WHERE r.id = :wanted AND v.suppressed"
    ).columns(column("found"))
)
_CURRENT = select(_RELEASES.c.version, _RELEASES.c.duplicate_of).where(
    _RELEASES.c.id == bindparam("wanted")
)
DOCUMENTS = "documents"
"""Key in `as_read.columns`: the texts of the release's documents, by record id of their captures.
They may have what is taken down, too."""
_NOT_SEEN = {"corrected": None, "corrections": None, "withheld": None, "suppressed": 0}


def is_curated(connection: Connection, release: str) -> bool:
    """Whether people have corrected or taken down anything of a release, in the archive or not."""
    return bool(_IS_CURATED.rows(connection, {"wanted": release}))


@contextmanager
def as_read(
    connection: Connection, release: str, *, changing: bool = False, by: By | None = "crawl"
) -> Iterator[None]:
    """Inside, the rows of a release are as they were read, so that another reading can be compared
    with them and stored; at the end they are again what people may see. `changing`: corrections or
    suppressions change inside, and the release gets a new `seq`. Indexes, clusters and moves
    follow. What changed is logged, `by` whom; None: the caller does it. Part of the connection's
    transaction."""
    who = "person" if changing else by
    with logged(connection, release, who) if who else nullcontext():
        if not (changing or is_curated(connection, release)):
            yield
            return
        with _as_read(connection, release, changing):
            yield


@contextmanager
def _as_read(connection: Connection, release: str, changing: bool) -> Iterator[None]:
    was_down = _is_down(connection, release)
    hashes = _restore(connection, release)
    yield
    _apply(connection, release, hashes)
    if changing:
        change_sequence.advance(connection, [release])
        if _is_down(connection, release) != was_down:
            source = connection.scalars(select(_RELEASES.c.source).where(_RELEASES.c.id == release))
            links.settle(connection, source.one())
        else:
            links.claim(connection, release)


def wrongly_shown(connection: Connection) -> Iterator[tuple[str, str]]:
    """For `verify`: releases of which not that is shown what follows from what was read, with a
    sentence for each."""
    curated_ones = text(
        "SELECT release FROM corrections UNION SELECT release FROM suppressions"
        " UNION SELECT release FROM as_read UNION SELECT release FROM versions WHERE suppressed"
        " OR coalesce(corrected, corrections, withheld) IS NOT NULL ORDER BY release"
    )
    for release in connection.scalars(curated_ones).all():
        under_lock = columns_as_read(connection, release)
        corrections = corrections_of(connection, release)
        suppressions = suppressions_of(connection, release)
        for row in connection.execute(_WHOLE_ROWS, {"release": release}).mappings().all():
            read = dict(row) | under_lock.get(row["version"], {})
            right = curated({name: read[name] for name in _COLUMNS}, corrections, suppressions)
            right, shown = parsed(right), parsed(dict(row))
            wrong = [name for name in right.keys() - _WORKED_OUT if right[name] != shown[name]]
            if wrong:
                names = ", ".join(sorted(wrong))
                yield release, f"version {row['version']} is shown with another {names}"


def _is_down(connection: Connection, release: str) -> bool:
    """Whether its current version is suppressed."""
    return bool(_IS_DOWN.rows(connection, {"wanted": release}))


def documents_as_read(connection: Connection, release: str) -> dict[str, str | None]:
    """The texts of a release's documents that are under lock, by record id of their captures."""
    kept: dict[str, str | None] = {}
    for columns in columns_as_read(connection, release).values():
        kept |= columns.get(DOCUMENTS, {})
    return kept


def columns_as_read(connection: Connection, release: str) -> dict[int, Columns]:
    """The columns that people changed, as read and as stored, by the number of the version."""
    query = (
        select(Version.version, AsRead.columns)
        .join(AsRead, AsRead.version_id == Version.id)
        .where(Version.release == release)
    )
    return {row.version: row.columns for row in connection.execute(query)}


def corrections_of(connection: Connection, release: str) -> list[Correction]:
    """The corrections of a release, by field."""
    query = select(_CORRECTIONS).where(_CORRECTIONS.c.release == release)
    return [
        Correction(**row) for row in connection.execute(query.order_by("field")).mappings().all()
    ]


def suppressions_of(connection: Connection, release: str | None = None) -> list[Suppression]:
    """What is taken down and not lifted, of a release or of all, the first one first."""
    rows = _SUPPRESSIONS.c
    lifted, erased = (select(rows.of).where(rows.action == done) for done in ("lift", "erase"))
    query = select(_SUPPRESSIONS, rows.id.in_(erased).label("is_erased")).where(
        rows.action == "suppress", rows.id.not_in(lifted)
    )
    if release is not None:
        query = query.where(rows.release == release)
    found = connection.execute(query.order_by(rows.made_at, rows.id)).mappings()
    return [_suppression(row) for row in found]


def _suppression(row: RowMapping) -> Suppression:
    passage = Passage(row["words"], row["salt"], row["digest"]) if row["digest"] else None
    return Suppression(
        id=row["id"],
        release=row["release"],
        what=row["what"],
        reason=row["reason"],
        made_at=utc_text(row["made_at"]),
        seen_at=row["seen_at"] and utc_text(row["seen_at"]),
        sha256=row["sha256"],
        record_id=row["record_id"],
        passage=passage,
        is_erased=row["is_erased"],
    )


def _restore(connection: Connection, release: str) -> set[str | None]:
    """Puts back what was read. Returns the `text_hash` of the current version as it was shown."""
    rows = rows_of(connection, release)
    shown = _current(connection, release, rows)
    query = select(AsRead.version_id, AsRead.columns).where(AsRead.release == release)
    read = {row.version_id: row.columns for row in connection.execute(query)}
    for columns in read.values():
        put_documents(connection, release, columns.pop(DOCUMENTS, {}))
    _put(connection, shown, {number: columns | _NOT_SEEN for number, columns in read.items()})
    connection.execute(text("DELETE FROM as_read WHERE release = :release"), {"release": release})
    return {shown["text_hash"]} if shown else set()


def _apply(connection: Connection, release: str, hashes: set[str | None]) -> None:
    """Puts in place what people may see, and keeps what was read in `as_read`."""
    read = rows_of(connection, release)
    current = _current(connection, release, read)
    if current is None:
        return
    corrections = corrections_of(connection, release)
    suppressions = suppressions_of(connection, release)
    seen = {row["id"]: curated(row, corrections, suppressions) for row in read}
    changes = {row["id"]: _differing(row | _NOT_SEEN, seen[row["id"]]) for row in read}
    documents = {}
    if any(one["withheld"] for one in seen.values()):
        documents = _documents(connection, release)
        put_documents(connection, release, dict.fromkeys(documents))
    _put(connection, current, {number: one for number, one in changes.items() if one})
    dates = {"published_on", "published_at"} & changes[read[0]["id"]].keys()
    if any(changes.values()):
        _claim(connection, release, begins=bool(dates) and not seen[read[0]["id"]]["suppressed"])
    for before, after in zip(read, rows_of(connection, release), strict=True):
        if changes[before["id"]]:
            differing = {name: before[name] for name in _differing(before, after)}
            if documents and seen[before["id"]]["withheld"]:
                differing[DOCUMENTS], documents = documents, {}
            kept = evidence(differing, before, suppressions)
            values = {"id": before["id"], "release": release, "columns": json_text(kept)}
            connection.execute(text("INSERT INTO as_read VALUES (:id, :release, :columns)"), values)
    _settle(connection, release, hashes | {current["text_hash"]}, seen[current["id"]]["text_hash"])


def _put(
    connection: Connection, current: Columns | None, changes: Mapping[int, dict[str, Any]]
) -> None:
    """Changes columns of versions, by number; the search index follows."""
    indexed = current is not None and current["id"] in changes
    if current is not None and indexed:
        index.leave(connection, current["id"])
    for number, columns in changes.items():
        if columns:
            named = ", ".join(f"{name} = :{name}" for name in columns)
            connection.execute(
                text(f"UPDATE versions SET {named} WHERE id = :id_"),  # noqa: S608 - our own names
                {**columns, "id_": number},
            )
    if current is not None and indexed:
        now = current | changes[current["id"]]
        found = index.roots(now["title"], now["dateline"], now["body"], now["byline"])
        tags, quotes = (parsed_json(now[name] or "[]") for name in ("author_tags", "quotes"))
        documents = index.documents_of(connection, now["id"])
        index.enter(connection, now["id"], tags, quotes, found, documents)


def _documents(connection: Connection, release: str) -> dict[str, str | None]:
    query = select(AttachmentCapture.capture_record_id, AttachmentCapture.text).where(
        AttachmentCapture.release == release, AttachmentCapture.text.is_not(None)
    )
    return {row.capture_record_id: row.text for row in connection.execute(query)}


def put_documents(connection: Connection, release: str, texts: Mapping[str, str | None]) -> None:
    """Writes the texts of a release's documents, by record id of their captures."""
    for record_id, printed in texts.items():
        connection.execute(
            update(AttachmentCapture)
            .where(AttachmentCapture.release == release)
            .where(AttachmentCapture.capture_record_id == record_id)
            .values(text=printed)
        )


def _claim(connection: Connection, release: str, *, begins: bool) -> None:
    """The date each version counts from, after texts or dates were changed."""
    with Session(connection) as session:
        query = select(Version).filter_by(release=release).order_by(Version.version)
        versions = list(session.scalars(query))
        if begins:
            text_dates.begin(versions[0])
        text_dates.inherit(versions)
        session.flush()


def _settle(
    connection: Connection, release: str, hashes: set[str | None], shown: str | None
) -> None:
    others = duplicates.settle(connection, hashes | {shown})
    copied = connection.execute(_CURRENT, {"wanted": release}).one().duplicate_of
    if shown is None and copied is not None:
        duplicates.leave(connection, release)
    change_sequence.advance(connection, sorted(others - {release}))


def rows_of(connection: Connection, release: str) -> list[Columns]:
    """The versions of a release as stored, the first one first."""
    return [dict(row) for row in connection.execute(_ROWS, {"release": release}).mappings()]


def _current(connection: Connection, release: str, rows: list[Columns]) -> Columns | None:
    record = connection.execute(_CURRENT, {"wanted": release}).one_or_none()
    if record is None:
        return None
    return next(row for row in rows if row["version"] == record.version)


def _differing(before: Columns, after: Columns) -> Columns:
    return {name: value for name, value in after.items() if before[name] != value}
