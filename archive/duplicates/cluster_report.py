"""Clusters as they are shown: which releases have a text, and with which changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, func, select

from archive.database.models import ReleaseRecord
from archive.database.views import releases
from archive.duplicates.copy_rule import compare
from archive.duplicates.sentences import read
from archive.lookup.release_detail import claim
from archive.lookup.selection import EVERYTHING, Selection


@dataclass(frozen=True, slots=True)
class Differences:
    """Changes from the first release's sentences to a copy's, as printed; order and typography do
    not count."""

    dropped: list[str]
    added: list[str]
    changed: list[tuple[str, str]]
    """The sentence in the first release, and in the copy."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A release of a cluster."""

    id: str
    source: str
    publisher: str
    published_on: str | None
    title: str
    url: str
    doubts: list[str]
    """Doubts about the date it counts from, see `archive.lookup.release_detail.DOUBTS`."""


@dataclass(frozen=True, slots=True)
class Copy(Printed):
    """A copy of the first release."""

    similarity: float
    differences: Differences


@dataclass(frozen=True, slots=True)
class Cluster:
    """The releases with one text, the earliest first."""

    first: Printed
    copies: list[Copy]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def clusters(
    engine: Engine,
    selection: Selection = EVERYTHING,
    *,
    release: str | None = None,
    limit: int = 20,
) -> list[Cluster]:
    """The latest clusters, by the first release's day, that include a selected release. `release`:
    only its cluster. Raises ArchiveError."""
    columns = releases.c
    first = func.coalesce(columns.duplicate_of, columns.id)
    copied = select(columns.duplicate_of).where(columns.duplicate_of.is_not(None))
    if release:
        copied = copied.where(columns.duplicate_of.in_(select(first).where(columns.id == release)))
    query = select(releases).where(columns.id.in_(copied))
    if conditions := selection.conditions():
        query = query.where(columns.id.in_(select(first).where(*conditions)))
    query = query.order_by(columns.published_on.desc(), columns.id).limit(limit)
    with engine.connect() as connection:
        return [_cluster(connection, row) for row in connection.execute(query).mappings()]


def differences(first: str, copy: str) -> Differences:
    """Compares a copy's body with the first one's, sentence by sentence."""
    comparison = compare(read(first), read(copy))
    changed = [(change.here, change.there) for change in comparison.changed]
    changed += [(pair, other) for pair, other in comparison.same if pair.spelled != other.spelled]
    return Differences(
        dropped=[sentence.printed for sentence in comparison.missing],
        added=[sentence.printed for sentence in comparison.added],
        changed=[(pair.printed, other.printed) for pair, other in changed],
    )


def _cluster(connection: Connection, first: RowMapping) -> Cluster:
    columns = releases.c
    # The view's own column has no index.
    of_it = select(ReleaseRecord.id).where(ReleaseRecord.duplicate_of == first["id"])
    query = (
        select(releases)
        .where(columns.id.in_(of_it), columns.duplicate_of == first["id"])
        .order_by(columns.published_on, columns.id)
    )
    copies = [
        Copy(
            **_printed(connection, row),
            similarity=row["similarity"],
            differences=differences(first["body"], row["body"]),
        )
        for row in connection.execute(query).mappings()
    ]
    return Cluster(Printed(**_printed(connection, first)), copies)


def _printed(connection: Connection, row: RowMapping) -> dict[str, Any]:
    published = row["published_on"] and row["published_on"].isoformat()
    names = ("id", "source", "publisher", "title", "url")
    return {name: row[name] for name in names} | {
        "published_on": published,
        "doubts": claim(connection, row["id"])["doubts"],
    }
