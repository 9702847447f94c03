"""Takes down a release, a version or a passage, and lifts it again: the list `suppressions`."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, text

from archive.curation.overlay import Columns
from archive.curation.passages import passage_of, spans
from archive.curation.shown_rows import as_read, columns_as_read, rows_of
from archive.database.column_types import clean, utc_text
from archive.database.connection import writing
from archive.database.models import Erasure, ReleaseRecord, SuppressionRow, Version, table_of

TABLE = table_of(SuppressionRow)
_FORGET_READINGS = text(
    "UPDATE rejections SET record = NULL WHERE (source, url) IN"
    " (SELECT source, url FROM release_records WHERE id = :release"
    " UNION SELECT source, url FROM addresses WHERE release = :release)"
)
"""Readings of its page in which it was no release."""


class NotThere(Exception):
    """There is no such version, passage or suppression; `str()` is one sentence for people, without
    its full stop."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A suppression that was added."""

    id: str
    copies: list[str]
    """Releases that have the same text, or nearly, and are still to be seen."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A suppression with what became of it; JSON values."""

    id: str
    release: str
    what: str
    version: int | None
    """The version's number when it was taken down."""
    reason: str
    who: str
    at: str
    lifted: dict[str, str] | None
    """`reason`, `who` and `at`."""
    erased: dict[str, Any] | None
    """The same, and how many `captures` were overwritten."""
    copies: list[str]
    """Releases with exactly the same text that are still to be seen."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take down: a release, or only a version (number) or a passage (its words) of it."""

    release: str
    version: int | None = None
    passage: str | None = None


def suppress(engine: Engine, wanted: Wanted, reason: str, who: str, at: datetime) -> Taken:
    """Takes it down, and gives the release a new `seq`. Raises NotThere, ArchiveError."""
    release = wanted.release
    row: dict[str, Any] = row_of("suppress", release, reason, who, at)
    with writing(engine) as connection:
        versions = _as_read(connection, release)
        row |= _found(wanted, versions)
        copies = set(_alike(connection, release)) | set(_copies(connection, release, versions))
        with as_read(connection, release, changing=True):
            connection.execute(insert(TABLE).values(row))
            forget_readings(connection, release)
    return Taken(row["id"], sorted(copies))


def lift(engine: Engine, id_: str, reason: str, who: str, at: datetime) -> str:
    """Shows again what a suppression took down; returns the release. Raises NotThere."""
    with writing(engine) as connection:
        one = in_force(connection, id_)
        if one.erased:
            raise NotThere(f"{id_} was erased: nothing is there to be shown")
        row = row_of("lift", one.release, reason, who, at) | {"of": one.id, "what": one.what}
        with as_read(connection, one.release, changing=True):
            connection.execute(insert(TABLE).values(row))
    return one.release


def add(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Adds rows of another list, such as that beside the captures. Part of the connection's
    transaction."""
    for row in rows:
        with as_read(connection, row["release"], changing=True):
            connection.execute(insert(TABLE).values(row))
            forget_readings(connection, row["release"])


def forget_readings(connection: Connection, release: str) -> None:
    """Removes what was read of a release's pages when they were none. Part of the connection's
    transaction."""
    connection.execute(_FORGET_READINGS, {"release": release})


def in_force(connection: Connection, id_: str) -> Listed:
    """The suppression with this id, or with the only one that begins so. Raises NotThere."""
    found = [
        suppression for suppression in suppressions(connection) if suppression.id.startswith(id_)
    ]
    if len(found) != 1:
        number = "no suppression" if not found else "several suppressions"
        raise NotThere(f"There is {number} {id_!r}; `arsip suppressions` lists them")
    if found[0].lifted:
        raise NotThere(f"{id_} is lifted already")
    return found[0]


def suppressions(connection: Connection) -> list[Listed]:
    """All that were ever made, the first one first."""
    rows = connection.execute(select(TABLE).order_by(TABLE.c.made_at, TABLE.c.id)).mappings().all()
    later = {(row["action"], row["of"]): _reason_and_day(row) for row in rows if row["of"]}
    overwritten = connection.scalars(select(Erasure.suppression)).all()
    listed = []
    for row in rows:
        if row["action"] != "suppress":
            continue
        erased: dict[str, Any] | None = later.get(("erase", row["id"]))
        if erased is not None:
            erased = erased | {"captures": overwritten.count(row["id"])}
        listed.append(
            Listed(
                id=row["id"],
                release=row["release"],
                what=row["what"],
                version=row["version"],
                reason=row["reason"],
                who=row["who"],
                at=utc_text(row["made_at"]),
                lifted=later.get(("lift", row["id"])),
                erased=erased,
                copies=_copies(connection, row["release"], _as_read(connection, row["release"])),
            )
        )
    return listed


def row_of(action: str, release: str, reason: str, who: str, at: datetime) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(8),
        "action": action,
        "release": release,
        "what": "release",
        "reason": clean(reason),
        "who": clean(who),
        "made_at": at,
    }


def _reason_and_day(row: Any) -> dict[str, str]:
    return {"reason": row["reason"], "who": row["who"], "at": utc_text(row["made_at"])}


def _found(wanted: Wanted, versions: list[Columns]) -> dict[str, Any]:
    """The columns that say what is taken down, and by which it is found again."""
    if wanted.version is not None:
        for version in versions:
            if version["version"] == wanted.version:
                return {
                    "what": "version",
                    "version": wanted.version,
                    "seen_at": datetime.fromisoformat(version["seen_at"]),
                    "sha256": version["sha256"],
                    "record_id": version["capture_record_id"],
                }
        raise NotThere(f"{wanted.release} has no version {wanted.version}")
    if wanted.passage is None:
        return {"what": "release"}
    try:
        passage = passage_of(wanted.passage)
    except ValueError as error:
        raise NotThere(str(error)) from None
    texts = (value for version in versions for value in version.values() if isinstance(value, str))
    if not any(spans(value, passage) for value in texts):
        raise NotThere(f"No version of {wanted.release} has this passage")
    return {"what": "passage", **asdict(passage)}


def _as_read(connection: Connection, release: str) -> list[Columns]:
    read = columns_as_read(connection, release)
    return [row | read.get(row["version"], {}) for row in rows_of(connection, release)]


def _copies(connection: Connection, release: str, versions: list[Columns]) -> list[str]:
    """Other releases of which the current version has the text of one of these."""
    hashes = {version["text_hash"] for version in versions} - {None}
    query = (
        select(Version.release)
        .join(ReleaseRecord, ReleaseRecord.id == Version.release)
        .where(Version.text_hash.in_(hashes), Version.version == ReleaseRecord.version)
        .where(Version.release != release)
    )
    return sorted(connection.scalars(query))


def _alike(connection: Connection, release: str) -> list[str]:
    """The other releases of its cluster."""
    record = ReleaseRecord
    first = connection.scalar(select(record.duplicate_of).where(record.id == release)) or release
    query = select(record.id).where((record.id == first) | (record.duplicate_of == first))
    return list(connection.scalars(query.where(record.id != release)))
