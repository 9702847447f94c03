"""Applies corrections to the archive, and says which fit nothing any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Engine, delete, insert, select

from archive.curation.overlay import Correction, holds_for, parsed
from archive.curation.shown_rows import as_read, columns_as_read, rows_of
from archive.database.connection import writing
from archive.database.models import CorrectionRow, ReleaseRecord, table_of

_TABLE = table_of(CorrectionRow)


@dataclass(frozen=True, slots=True)
class Applied:
    """How many corrections were put into the archive."""

    added: int
    changed: int
    removed: int
    unchanged: int


def apply(engine: Engine, wanted: Iterable[Correction]) -> Applied:
    """Makes these the corrections of the archive. Each release of which any was added, changed or
    removed gets a new `seq`; each is a transaction of its own. Raises ArchiveError."""
    new = {(correction.release, correction.field): correction for correction in wanted}
    with engine.connect() as connection:
        old = {
            (correction.release, correction.field): correction
            for correction in corrections(connection)
        }
    added, removed = new.keys() - old.keys(), old.keys() - new.keys()
    changed = {key for key in new.keys() & old.keys() if new[key] != old[key]}
    for release in sorted({release for release, _ in added | removed | changed}):
        with writing(engine) as connection, as_read(connection, release, changing=True):
            connection.execute(delete(_TABLE).where(_TABLE.c.release == release))
            rows = [asdict(correction) for key, correction in new.items() if key[0] == release]
            if rows:
                connection.execute(insert(_TABLE), rows)
    unchanged = len(new) - len(added) - len(changed)
    return Applied(len(added), len(changed), len(removed), unchanged)


def corrections(connection: Connection) -> list[Correction]:
    """All corrections of the archive, by release and field."""
    query = select(_TABLE).order_by(_TABLE.c.release, _TABLE.c.field)
    return [Correction(**row) for row in connection.execute(query).mappings().all()]


def unfitting(connection: Connection, wanted: Iterable[Correction]) -> Iterator[tuple[str, str]]:
    """Release and sentence, without its full stop, of each correction that changes nothing."""
    for correction in wanted:
        known = select(ReleaseRecord.id).where(ReleaseRecord.id == correction.release)
        if connection.scalar(known) is None:
            yield (
                correction.release,
                f"the correction of {correction.field} fits nothing: there is no such release",
            )
        elif not any(_values_read(connection, correction)):
            yield (
                correction.release,
                f"the correction of {correction.field} fits nothing: that is what is read now",
            )


def edited_since(connection: Connection, wanted: Iterable[Correction]) -> Iterator[str]:
    """A sentence for each correction of a text that its source has changed since."""
    for correction in wanted:
        rows = rows_of(connection, correction.release)
        if rows and not holds_for(correction, rows[-1]["seen_at"]):
            yield (
                f"{correction.release}: its source has edited it since {correction.made_on}; the "
                f"correction of {correction.field} holds for the versions before."
            )


def _values_read(connection: Connection, correction: Correction) -> Iterator[bool]:
    """For each version that it is of, whether the value read is another one."""
    read = columns_as_read(connection, correction.release)
    for row in rows_of(connection, correction.release):
        version = parsed(row | read.get(row["version"], {}))
        if holds_for(correction, version["seen_at"]):
            yield version[correction.field] != correction.value
