"""The archive as JSON lines: one release a line, ordered by `seq`, valid against
`release.schema.json`."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Engine, RowMapping, select

from archive.columns import utc_text
from archive.selection import EVERYTHING, Selection
from archive.views import releases

SCHEMA = Path(__file__).with_name("release.schema.json")

KEYS = (
    "id",
    "seq",
    "source",
    "kind",
    "publisher",
    "region",
    "url",
    "title",
    "published_on",
    "published_at",
    "published_by",
    "dateline",
    "place",
    "body",
    "byline",
    "author_tags",
    "credits",
    "election",
    "topics",
    "language",
    "duplicate_of",
    "similarity",
    "version",
    "versions",
    "first_seen_at",
    "last_seen_at",
    "gone_at",
    "sha256",
    "capture",
)
"""Every key of a record, in this order, whether it has a value or not."""

_CAPTURE = ("file", "offset", "record_id")
_UTC = ("first_seen_at", "last_seen_at", "gone_at")


def export_jsonl(
    engine: Engine, file: TextIO, selection: Selection = EVERYTHING, *, since: int = 0
) -> tuple[int, int]:
    """Writes the `records` to a text file; returns how many, and the `seq` to go on from.

    Raises ArchiveError, OSError."""
    number, last = 0, since
    for values in records(engine, selection, since=since):
        file.write(line(values))
        number, last = number + 1, values["seq"]
    return number, last


def records(
    engine: Engine, selection: Selection = EVERYTHING, *, since: int = 0
) -> Iterator[dict[str, Any]]:
    """The chosen records with a `seq` above `since`, one at a time: memory stays the same however
    many. All come from one moment of the archive, even while a crawl writes to it.

    Raises ArchiveError."""
    query = select(releases).where(releases.c.seq > since, *selection.conditions())
    with engine.connect() as connection:
        rows = connection.execution_options(yield_per=500).execute(query.order_by(releases.c.seq))
        for row in rows.mappings():
            yield record(row)


def record(row: RowMapping) -> dict[str, Any]:
    """A row of the view `releases` as it is exported: JSON values only."""
    values = {key: _json_value(key, row[key]) for key in KEYS if key != "capture"}
    capture = {part: row[f"capture_{part}"] for part in _CAPTURE}
    return values | {"capture": capture if capture["file"] else None}


def line(values: dict[str, Any]) -> str:
    """One record as a line of JSON, letters as they are."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A file that is there whole or not at all: written beside its place, then renamed into it.
    What is no regular file (a pipe, /dev/null) is written to as it is. Raises OSError."""
    path = path.resolve()  # a symbolic link stays one
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _json_value(key: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return utc_text(value) if key in _UTC else value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
