"""Gathers what a codebook says of the releases that were chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from archive import __version__
from archive.codebook.coverage import Coverage, Office, coverage, every_office
from archive.codebook.gaps import Gap, gaps
from archive.database import migrate
from archive.database.column_types import utc_text
from archive.database.views import releases
from archive.election_days import Vote, votes
from archive.lookup.selection import EVERYTHING, Selection


@dataclass(frozen=True, slots=True)
class Codebook:
    """Describes an archive, or an export of it."""

    made_at: str
    """UTC."""
    coverage: Coverage
    gaps: tuple[Gap, ...]
    votes: tuple[Vote, ...]
    """Those of the offices' regions."""
    filters: dict[str, Any]
    """Empty: everything."""
    since: int
    """The `seq` after which an increment begins; 0: it is none."""
    program_version: str
    archive_schema: str


def codebook(
    connection: Connection, now: datetime, selection: Selection = EVERYTHING, *, since: int = 0
) -> Codebook:
    """The codebook of the chosen releases with a `seq` above `since`. That of an increment has
    neither crawls nor gaps: mirrors keep hundreds of increments in a folder. `now`: UTC. Raises
    ArchiveError."""
    conditions = [releases.c.seq > since, *selection.conditions()]
    offices = [each for each in every_office(connection) if _concerns(selection, each)]
    if since:
        changed = set(connection.scalars(select(releases.c.source).where(*conditions).distinct()))
        offices = [each for each in offices if each.id in changed]
    return Codebook(
        made_at=utc_text(now),
        coverage=coverage(connection, conditions, offices, with_crawls=not since),
        gaps=() if since else gaps(connection, {office.id for office in offices}, now),
        votes=tuple(_votes(offices)),
        filters=selection.as_json(),
        since=since,
        program_version=__version__,
        archive_schema=migrate.head(),
    )


def _concerns(selection: Selection, office: Office) -> bool:
    """Whether a selection chooses an office, also one without any release to choose."""
    within = (f"{office.region}.".startswith(f"{code}.") for code in selection.region)
    return (
        (not selection.source or office.id in selection.source)
        and (not selection.kind or office.kind in selection.kind)
        and (not selection.level or office.level in selection.level)
        and (not selection.region or any(within))
    )


def _votes(offices: list[Office]) -> Iterator[Vote]:
    regions = {office.region for office in offices}
    for vote in votes():
        if any(vote.concerns(region) for region in regions):
            yield vote
