"""Evidence under lock: records with what was taken down, for the keeper of the archive alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from archive.curation.overlay import curated, parsed
from archive.curation.shown_rows import columns_as_read, corrections_of, rows_of
from archive.exported_record import KEYS

_NOT_OF_THE_TEXT = ("id", "seq", "version", "withheld", "suppressed")


def with_what_was_taken_down(connection: Connection, record: dict[str, Any]) -> dict[str, Any]:
    """A record as it would be if nothing of it were taken down; `withheld` and `suppressed` still
    say what was."""
    release, version = record["id"], record["version"]
    read = columns_as_read(connection, release).get(version, {})
    row = next(edition for edition in rows_of(connection, release) if edition["version"] == version)
    columns = parsed(curated(row | read, corrections_of(connection, release), []))
    columns["corrected"] = [correction["field"] for correction in columns["corrections"] or ()]
    named = [key for key in KEYS if key in columns and key not in _NOT_OF_THE_TEXT]
    lists = {key: columns[key] or [] for key in named if isinstance(record[key], list)}
    return record | {key: columns[key] for key in named} | lists
