"""Profile of an author tag: sources, co-signers, newest releases."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from archive.database.models import Signature
from archive.database.views import author_tags, releases
from archive.nearest import did_you_mean

_FEW = 10


class NotFound(Exception):
    """No release is signed with this tag; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Author:
    """An author tag: its sources, co-signers and newest releases. Days are publication dates, as
    JSON values."""

    tag: str
    releases: int
    first_published_on: str | None
    last_published_on: str | None
    sources: list[dict[str, Any]]
    """`source`, `releases`, `first_published_on`, `last_published_on`; the most releases first."""
    beside: list[dict[str, Any]]
    """`tag` and `releases` of the ten tags it signs with most often."""
    latest: list[dict[str, Any]]
    """`id`, `published_on`, `title`, `url` of the ten newest releases."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def author(engine: Engine, tag: str) -> Author:
    """Collects the profile of an author tag. Raises NotFound, ArchiveError."""
    tag = tag.lower()
    with engine.connect() as connection:
        sources = _sources(connection, tag)
        if not sources:
            raise NotFound(_nobody(connection, tag))
        days = [
            day for row in sources for day in (row["first_published_on"], row["last_published_on"])
        ]
        printed = sorted(filter(None, days))
        return Author(
            tag=tag,
            releases=sum(row["releases"] for row in sources),
            first_published_on=printed[0] if printed else None,
            last_published_on=printed[-1] if printed else None,
            sources=sources,
            beside=_beside(connection, tag),
            latest=_latest(connection, tag),
        )


def _sources(connection: Connection, tag: str) -> list[dict[str, Any]]:
    column = author_tags.c
    number = func.count(column.release.distinct())
    query = (
        select(
            column.source,
            number.label("releases"),
            func.min(column.published_on).label("first_published_on"),
            func.max(column.published_on).label("last_published_on"),
        )
        .where(column.tag == tag)
        .group_by(column.source)
        .order_by(number.desc(), column.source)
    )
    return [_plain(dict(row)) for row in connection.execute(query).mappings()]


def _beside(connection: Connection, tag: str) -> list[dict[str, Any]]:
    mine = select(Signature.version_id).where(Signature.tag == tag)
    number = func.count(Signature.version_id.distinct())
    query = (
        select(Signature.tag, number.label("releases"))
        .where(Signature.version_id.in_(mine), Signature.tag != tag)
        .group_by(Signature.tag)
        .order_by(number.desc(), Signature.tag)
        .limit(_FEW)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _latest(connection: Connection, tag: str) -> list[dict[str, Any]]:
    column = releases.c
    mine = select(Signature.version_id).where(Signature.tag == tag)
    query = (
        select(column.id, column.published_on, column.title, column.url)
        .where(column.version_id.in_(mine))
        .order_by(column.published_on.desc().nulls_last(), column.version_id.desc())
        .limit(_FEW)
    )
    return [_plain(dict(row)) for row in connection.execute(query).mappings()]


def _nobody(connection: Connection, tag: str) -> str:
    sentence = f"No release is signed with {tag!r}"
    # A range instead of LIKE, so that the index on tags is used.
    begins = (Signature.tag >= tag, Signature.tag < f"{tag}\U0010ffff")
    query = select(Signature.tag).where(*begins).distinct().order_by(Signature.tag).limit(_FEW)
    if alike := connection.scalars(query).all() if tag else []:
        return f"{sentence}; there are {', '.join(alike)}"
    hint = did_you_mean(tag, connection.scalars(select(Signature.tag).distinct()))
    return f"{sentence}.{hint}" if hint else sentence


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()
    }
