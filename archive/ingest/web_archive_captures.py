"""Sightings: captures of releases in web archives, with time and location."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert as upsert

from archive.database.models import Sighting, table_of
from archive.ingest.frontier import Fetch

_ADD = upsert(table_of(Sighting)).on_conflict_do_nothing()


def note(connection: Connection, release: str, fetches: Iterable[Fetch]) -> None:
    """Adds those of these fetches that web archives took."""
    rows = [
        {"release": release, "seen_at": fetch.at, "archive": via.archive, "url": via.url}
        for fetch in fetches
        if (via := fetch.via) is not None
    ]
    if rows:
        connection.execute(_ADD, rows)
