"""What the report tells, as numbers. Every picture is drawn from these, and shows them beneath."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Engine,
    Executable,
    Integer,
    Select,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session, aliased

from archive.database.column_types import Day
from archive.database.models import ReleaseRecord, Sighting, Signature, SourceRow, Version
from archive.database.views import releases
from archive.health import Finding, findings
from archive.lookup.change_weight import Weight, heaviest_first
from archive.lookup.release_history import history
from archive.lookup.selection import EVERYTHING, Selection
from archive.lookup.stats import SourceStats, stats
from archive.report.course import Counted, Course, course
from archive.report.topic_speakers import TopicSpeaker, topic_speakers

_FEW = 20
LISTED = 50
"""Of the releases that were edited, and of those that were withdrawn."""
_COLUMNS = (
    "id",
    "source",
    "publisher",
    "region",
    "url",
    "title",
    "published_on",
    "election",
    "topics",
    "duplicate_of",
    "moved_from",
    "versions",
    "first_seen_at",
    "last_seen_at",
    "gone_at",
    "version_id",
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the releases that were chosen."""

    releases: int
    election: int
    reposts: int
    edited: int
    withdrawn: int
    undated: int
    first: date | None
    """The first day of publication."""
    last: date | None
    archived: int
    """Only web archives saw them, no crawl."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A release that was edited or withdrawn."""

    release: Mapping[str, Any]
    """Columns of the view `releases`, and `crawled`: whether a crawl ever saw it."""
    seen_at: str
    """When the last edit, or that it was withdrawn, was seen (UTC)."""
    via: Mapping[str, Any] | None
    """The web archive that saw the last edit first, or a withdrawn release last: `archive`, `url`;
    None: a crawl did."""
    weights: Sequence[Weight] = ()
    """Of all its edits, the heaviest first."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All the report shows."""

    selection: Selection
    totals: Totals
    by_source: Mapping[str, int]
    """Releases."""
    archived: Mapping[str, int]
    """Those of each source that only web archives saw."""
    sources: Sequence[SourceStats]
    """Their last visits; what they hold is counted in `by_source`."""
    published: Course | None
    """An office each, those about the election as the part; None: no dated release."""
    topics: Course | None
    """In the same time."""
    fates: Course | None
    """`edited` and `withdrawn`, by when it was seen: often long after the last release."""
    edited: Sequence[Changed]
    withdrawn: Sequence[Changed]
    speakers: Sequence[TopicSpeaker]
    signers: Sequence[Mapping[str, Any]]
    """`tag`, `publisher`, `releases`, `since`, `until`."""
    flows: Sequence[Mapping[str, Any]]
    """`first`, `later`, `times`: offices that had a text first, and later."""
    problems: Sequence[Finding]
    """What `health` finds."""


def figures(engine: Engine, now: datetime, selection: Selection = EVERYTHING) -> Figures:
    """Counts the releases of a selection, and judges its sources as of `now` (UTC). Raises
    ArchiveError."""
    wanted = set(selection.source)
    sources = [source for source in stats(engine).sources if not wanted or source.source in wanted]
    regions = {source.region for source in sources}
    with Session(engine) as session:
        problems = [
            finding
            for finding in findings(session, now)
            if not wanted or finding.source in (None, *wanted)
        ]
    columns = [*(releases.c[name] for name in _COLUMNS), ReleaseRecord.crawled]
    of_each = select(*columns).join(ReleaseRecord, ReleaseRecord.id == releases.c.id)
    chosen = of_each.where(*selection.conditions()).cte("chosen")
    with engine.connect() as connection:
        published = course(_days(connection, _published(chosen)), regions)
        topics = _days(connection, _topics(chosen))
        fates = [row for query in _fates(chosen) for row in _days(connection, query)]
        archived = _number_of(chosen.c.crawled.is_(False))
        once = _number_of(_is_counted(chosen))
        by_source = select(chosen.c.source, once, archived).group_by(chosen.c.source)
        counts = connection.execute(by_source).all()
        return Figures(
            selection=selection,
            totals=_totals(connection, chosen),
            by_source={row[0]: row[1] for row in counts},
            archived={row[0]: row[2] for row in counts},
            sources=sources,
            published=published,
            topics=course(topics, regions, published.periods if published else None),
            fates=course(fates, regions),
            edited=_edited(engine, connection, chosen),
            withdrawn=_withdrawn(connection, chosen),
            speakers=topic_speakers(connection, chosen),
            signers=_rows(connection, _signers(chosen)),
            flows=_rows(connection, _flows(chosen)),
            problems=problems,
        )


def _totals(connection: Connection, chosen: CTE) -> Totals:
    columns, counted = chosen.c, _is_counted(chosen)
    query = select(
        _number_of(counted),
        _number_of(columns.election & counted),
        _number_of(columns.duplicate_of.is_not(None) & counted),
        _number_of(columns.versions > 1),
        func.count(columns.gone_at),
        _number_of(columns.published_on.is_(None) & counted),
        func.min(columns.published_on, type_=Day()),
        func.max(columns.published_on, type_=Day()),
        _number_of(columns.crawled.is_(False)),
    )
    return Totals(*connection.execute(query.select_from(chosen)).one())


def _is_counted(chosen: CTE) -> ColumnElement[bool]:
    """A release that has moved counts once, on the day on which it was first published."""
    return chosen.c.moved_from.is_(None)


def _number_of(condition: ColumnElement[Any]) -> ColumnElement[int]:
    return func.coalesce(func.sum(condition, type_=Integer()), 0)


def _days(connection: Connection, query: Executable) -> list[Counted]:
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


def _published(chosen: CTE) -> Select[Any]:
    columns = chosen.c
    return (
        select(columns.publisher, columns.published_on, func.count(), _number_of(columns.election))
        .where(columns.published_on.is_not(None), _is_counted(chosen))
        .group_by(columns.source, columns.published_on)
    )


def _topics(chosen: CTE) -> Select[Any]:
    columns = chosen.c
    topic = func.json_each(columns.topics).table_valued("value", joins_implicitly=True).c.value
    return (
        select(topic, columns.published_on, func.count(), literal(0))
        .where(columns.published_on.is_not(None), columns.duplicate_of.is_(None))
        .where(_is_counted(chosen))
        .group_by(topic, columns.published_on)
    )


def _fates(chosen: CTE) -> Iterable[Executable]:
    edited = func.date(Version.seen_at, type_=Day())
    withdrawn = func.date(chosen.c.gone_at, type_=Day())
    yield (
        select(literal("edited"), edited, func.count(), literal(0))
        .join(chosen, chosen.c.id == Version.release)
        .where(Version.version > 1)
        .group_by(edited)
    )
    yield (
        select(literal("withdrawn"), withdrawn, func.count(), literal(0))
        .where(chosen.c.gone_at.is_not(None))
        .group_by(withdrawn)
    )


def _edited(engine: Engine, connection: Connection, chosen: CTE) -> list[Changed]:
    query = (
        select(chosen)
        .join(Version, Version.id == chosen.c.version_id)
        .where(chosen.c.versions > 1)
        .order_by(Version.seen_at.desc(), chosen.c.id)
        .limit(LISTED)
    )
    found = []
    for row in connection.execute(query).mappings():
        editions = history(engine, row["id"]).versions
        weights = heaviest_first(weight for edition in editions for weight in edition.weights)
        last = editions[-1]
        saw = (sighting for sighting in last.sightings if sighting["seen_at"] == last.seen_at)
        found.append(Changed(dict(row), last.seen_at, next(saw, None), weights))
    return found


def _withdrawn(connection: Connection, chosen: CTE) -> list[Changed]:
    query = (
        select(chosen)
        .where(chosen.c.gone_at.is_not(None))
        .order_by(chosen.c.gone_at.desc(), chosen.c.id)
        .limit(LISTED)
    )
    rows = _rows(connection, query)
    return [
        Changed(row, row["gone_at"].isoformat(), _last_seen_via(connection, row)) for row in rows
    ]


def _last_seen_via(connection: Connection, release: Mapping[str, Any]) -> Mapping[str, Any] | None:
    query = select(Sighting.archive, Sighting.url).where(
        Sighting.release == release["id"], Sighting.seen_at == release["last_seen_at"]
    )
    found = connection.execute(query.order_by(Sighting.url).limit(1)).mappings().one_or_none()
    return dict(found) if found else None


def _signers(chosen: CTE) -> Select[Any]:
    columns, number = chosen.c, func.count().label("releases")
    return (
        select(
            Signature.tag,
            columns.publisher,
            number,
            func.min(columns.published_on, type_=Day()).label("since"),
            func.max(columns.published_on, type_=Day()).label("until"),
        )
        .join(chosen, columns.version_id == Signature.version_id)
        .group_by(Signature.tag, columns.source)
        .order_by(number.desc(), Signature.tag, columns.source)
        .limit(_FEW)
    )


def _flows(chosen: CTE) -> Select[Any]:
    first, office, times = ReleaseRecord, aliased(SourceRow), func.count().label("times")
    return (
        select(office.publisher.label("first"), chosen.c.publisher.label("later"), times)
        .join(first, first.id == chosen.c.duplicate_of)
        .join(office, office.id == first.source)
        .where(chosen.c.source != first.source, _is_counted(chosen))
        .group_by(first.source, chosen.c.source)
        .order_by(times.desc(), first.source, chosen.c.source)
        .limit(_FEW)
    )


def _rows(connection: Connection, query: Select[Any]) -> list[Mapping[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
