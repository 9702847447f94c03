"""Merges what people corrected and took down."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from archive.curation.shown_rows import as_read
from archive.curation.takedown import forget_readings
from archive.database.connection import writing
from archive.database.models import CorrectionRow, Erasure, SuppressionRow, table_of
from archive.ingest import release_rows
from archive.merge.rows import AMONG, rows_among

_CORRECTIONS, _SUPPRESSIONS, _ERASURES = map(table_of, (CorrectionRow, SuppressionRow, Erasure))

_AMONG = (
    f"SELECT release FROM corrections WHERE release {AMONG}"  # noqa: S608
    f" UNION SELECT release FROM suppressions WHERE release {AMONG}"
    f" UNION SELECT release FROM as_read WHERE release {AMONG}"
)


def merge_curation(engine: Engine, theirs: Connection) -> None:
    """Adds corrections, suppressions and erasures, a transaction a release, before its text comes
    in: so what was taken down there is never to be seen here. Of two corrections of one field the
    later one holds."""
    for release in _curated(theirs):
        with writing(engine) as ours:
            corrections = _later_corrections(ours, theirs, release)
            suppressions = _unknown_suppressions(ours, theirs, release)
            if not (corrections or suppressions):
                continue
            with as_read(ours, release, changing=release_rows.is_known(ours, release)):
                for row in corrections:
                    ours.execute(
                        upsert(_CORRECTIONS)
                        .values(row)
                        .on_conflict_do_update(index_elements=["release", "field"], set_=row)
                    )
                if suppressions:
                    ours.execute(insert(_SUPPRESSIONS), suppressions)
                    forget_readings(ours, release)
    erasures = [dict(row) for row in theirs.execute(select(_ERASURES)).mappings()]
    if erasures:
        with writing(engine) as ours:
            ours.execute(upsert(_ERASURES).on_conflict_do_nothing(), erasures)


def curated_among(archive: Connection, releases: Collection[str]) -> set[str]:
    """Those in which people have corrected or taken down anything."""
    return {release for (release,) in rows_among(archive, _AMONG, releases)}


def erased_files(*archives: Engine) -> set[str]:
    """Names of the capture files in which bytes were overwritten."""
    names: set[str] = set()
    for archive in archives:
        with archive.connect() as connection:
            names |= set(connection.scalars(select(_ERASURES.c.file)))
    return names


def _curated(theirs: Connection) -> list[str]:
    named = (select(table.c.release) for table in (_CORRECTIONS, _SUPPRESSIONS))
    return sorted({release for query in named for release in theirs.scalars(query)})


def _later_corrections(ours: Connection, theirs: Connection, release: str) -> list[dict[str, Any]]:
    query = select(_CORRECTIONS).where(_CORRECTIONS.c.release == release)
    own = {row["field"]: row["made_on"] for row in ours.execute(query).mappings()}
    rows = [dict(row) for row in theirs.execute(query).mappings()]
    return [row for row in rows if row["field"] not in own or row["made_on"] > own[row["field"]]]


def _unknown_suppressions(
    ours: Connection, theirs: Connection, release: str
) -> list[dict[str, Any]]:
    query = select(_SUPPRESSIONS).where(_SUPPRESSIONS.c.release == release)
    own = {row["id"] for row in ours.execute(query).mappings()}
    return [dict(row) for row in theirs.execute(query).mappings() if row["id"] not in own]
