"""Order of precedence between releases with one text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select

from archive.database.models import ReleaseRecord, SourceRow, Version, table_of
from archive.database.prepared_statements import Prepared

_RELEASES, _VERSIONS, _SOURCES = map(table_of, (ReleaseRecord, Version, SourceRow))

Order = tuple[datetime, datetime, str]
"""Published, first seen with this text, id."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A release with its current version, and the dates that decide precedence."""

    release: str
    """Its id."""
    first_seen_at: datetime
    duplicate_of: str | None
    similarity: float | None
    version_id: int
    """Of the current version, in `versions`; so are the other fields."""
    text_hash: str | None
    claim_on: date | None
    claim_at: datetime | None
    claim_seen_at: datetime | None
    version: int
    seen_at: datetime
    timezone: str

    @property
    def order(self) -> Order:
        """Sort key, the earliest first. A date without a time counts as the end of that day at the
        source, so of two releases on one day the one with a time is first. A text without a date
        (see `claims`) counts from when it was first seen."""
        seen = self.claim_seen_at or self.first_seen_at
        published = self.claim_at
        if published is None and self.claim_on is not None:
            published = datetime.combine(self.claim_on, time.max, tzinfo=ZoneInfo(self.timezone))
        return (published or seen, seen, self.release)


def _those(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            _RELEASES.c.id,
            _RELEASES.c.first_seen_at,
            _RELEASES.c.duplicate_of,
            _RELEASES.c.similarity,
            _VERSIONS.c.id.label("version_id"),
            _VERSIONS.c.text_hash,
            _VERSIONS.c.claim_on,
            _VERSIONS.c.claim_at,
            _VERSIONS.c.claim_seen_at,
            _VERSIONS.c.version,
            _VERSIONS.c.seen_at,
            _SOURCES.c.timezone,
        )
        .join(
            _VERSIONS,
            (_VERSIONS.c.release == _RELEASES.c.id) & (_VERSIONS.c.version == _RELEASES.c.version),
        )
        .join(_SOURCES, _SOURCES.c.id == _RELEASES.c.source)
        .where(condition)
    )


_CARRYING = Prepared(_those(_VERSIONS.c.text_hash == bindparam("wanted")))
_NAMED = _those(_RELEASES.c.id.in_(bindparam("wanted", expanding=True)))
_BODY = Prepared(select(_VERSIONS.c.body).where(_VERSIONS.c.id == bindparam("wanted")))


def claims(connection: Connection, condition: ColumnElement[bool]) -> Iterator[Claim]:
    """The claims of releases whose row or current version meets a condition, a few at a time."""
    rows = connection.execute(_those(condition), execution_options={"yield_per": 500})
    for row in rows:
        yield Claim(*row)


def carrying(connection: Connection, text_hash: str) -> list[Claim]:
    """The claims of the releases whose current version has this text."""
    return [Claim(*row) for row in _CARRYING.rows(connection, {"wanted": text_hash})]


def claims_of(connection: Connection, releases: list[str]) -> list[Claim]:
    """The claims of some releases, in no order."""
    return [Claim(*row) for row in connection.execute(_NAMED, {"wanted": releases})]


def body(connection: Connection, claim: Claim) -> str:
    """The text of a claim."""
    [(text,)] = _BODY.rows(connection, {"wanted": claim.version_id})
    return str(text)
