"""The filters of `search` and `export`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Engine, column, exists, func, or_, select, text

from archive.database.models import Signature, SourceRow
from archive.database.views import releases
from archive.nearest import did_you_mean

LEVELS = ("kota", "kabupaten", "provinsi", "nasional")
"""Levels of regions, as the view `releases` has them."""


class UnknownName(Exception):
    """The archive has no such source, kind or region; `str()` says so to people."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Releases that meet every given condition; of several values of one condition, any."""

    source: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    """`kota`, `kabupaten`, `provinsi`, `nasional`."""
    region: tuple[str, ...] = ()
    """Kemendagri codes; `64` includes `64.71`."""
    tag: tuple[str, ...] = ()
    """Author tags."""
    topic: tuple[str, ...] = ()
    since: date | None = None
    """Published on this day or later; undated releases are left out."""
    until: date | None = None
    """Published on this day or before; undated releases are left out."""
    election: bool = False
    unique: bool = False
    """Only the first release of each text, under its first address."""
    gone: bool = False
    edited: bool = False
    words: str = ""
    """As typed into a search; `match` is what they mean to the index (`archive.search`)."""
    match: str = ""
    weight: str = ""
    """The edits to be among; `ids` are those that have one (`archive.search`)."""
    ids: tuple[str, ...] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Conditions on the view `releases`."""
        columns = releases.c
        conditions: list[ColumnElement[bool]] = []
        for name in ("source", "kind", "level"):
            if wanted := getattr(self, name):
                conditions.append(columns[name].in_(wanted))
        if self.region:
            conditions.append(or_(*map(_within, self.region)))
        if self.tag:
            signed = select(Signature.version_id).where(Signature.tag.in_(_lower(self.tag)))
            conditions.append(columns.version_id.in_(signed))
        if self.topic:
            each = func.json_each(columns.topics).table_valued("value")
            about = each.c.value.in_(_lower(self.topic))
            conditions.append(exists(select(1).select_from(each).where(about)))
        if self.since:
            conditions.append(columns.published_on >= self.since)
        if self.until:
            conditions.append(columns.published_on <= self.until)
        if self.match:
            index = text("SELECT rowid FROM search_index WHERE search_index MATCH :match")
            matching = index.bindparams(match=self.match).columns(column("rowid"))
            conditions.append(columns.version_id.in_(matching))
        if self.ids is not None:
            each = func.json_each(json.dumps(self.ids)).table_valued("value")
            conditions.append(columns.id.in_(select(each.c.value)))
        flags = (
            (self.election, columns.election),
            (self.unique, columns.duplicate_of.is_(None) & columns.moved_from.is_(None)),
            (self.gone, columns.gone_at.is_not(None)),
            (self.edited, columns.versions > 1),
        )
        return conditions + [condition for wanted, condition in flags if wanted]

    def check(self, engine: Engine) -> None:
        """Raises UnknownName for a source, kind or region that the archive does not have;
        ArchiveError."""
        with engine.connect() as connection:
            rows = connection.execute(select(SourceRow.id, SourceRow.kind, SourceRow.region)).all()
        for what, names, wanted in (
            ("source", {row.id for row in rows}, self.source),
            ("kind", {row.kind for row in rows}, self.kind),
            ("level", set(LEVELS), self.level),
        ):
            for name in sorted(set(wanted) - names):
                raise UnknownName(f"The archive has no {what} {name}.{did_you_mean(name, names)}")
        for code in self.region:
            if not any(f"{row.region}.".startswith(f"{code}.") for row in rows):
                hint = did_you_mean(code, {row.region for row in rows})
                raise UnknownName(f"The archive has no source in the region {code}.{hint}")

    def doubts(self, engine: Engine) -> Iterator[str]:
        """A sentence for each tag and topic that no release has, or has yet. Raises
        ArchiveError."""
        signed = select(Signature.tag)
        each = func.json_each(releases.c.topics).table_valued("value", joins_implicitly=True)
        about = each.c.value
        topics = select(about).select_from(releases, each)
        with engine.connect() as connection:
            for what, wanted, names, of_all in (
                ("signed", self.tag, Signature.tag, signed),
                ("on the topic", self.topic, about, topics),
            ):
                for name in _lower(wanted):
                    if connection.scalar(of_all.where(names == name).limit(1)) is None:
                        hint = did_you_mean(name, connection.scalars(of_all.distinct()))
                        yield f"No release of the archive is {what} {name}.{hint}"

    def as_json(self) -> dict[str, Any]:
        """Only the conditions that are given, as JSON values."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
            if value and name not in ("match", "ids")
        }


EVERYTHING = Selection()


def _within(code: str) -> ColumnElement[bool]:
    column = releases.c.region
    return or_(column == code, column.startswith(f"{code}.", autoescape=True))


def _lower(values: tuple[str, ...]) -> list[str]:
    return [value.lower() for value in values]
