"""What the report tells, as numbers. Every picture is drawn from these, and shows them beneath."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from archive.database.column_types import stored_day
from archive.election_days import local_votes
from archive.health import Finding, findings
from archive.lookup.stats import Stats, stats

_CALENDAR = Path(__file__).with_name("calendar.tsv")
_FEW = 20
_WEEKS_AT_MOST = 130
"""Beyond that a week is too thin to see, and months are drawn."""


@dataclass(frozen=True, slots=True)
class Periods:
    """Weeks from Monday on, or months, without a gap."""

    unit: str
    """`week` or `month`."""
    starts: Sequence[date]

    def place(self, day: date) -> float:
        """Where a day lies, in periods since the beginning of the first."""
        return (day - self.starts[0]).days / (7 if self.unit == "week" else 30.44)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of an election, both days included."""

    first: date
    last: date
    name: str


@dataclass(frozen=True, slots=True)
class Series:
    """A row of numbers, one a period; `part` is how many of them are special."""

    name: str
    values: Sequence[int]
    part: Sequence[int]


@dataclass(frozen=True, slots=True)
class Course:
    """Numbers over time: the most first, and the stages of the election in that time."""

    periods: Periods
    rows: Sequence[Series]
    stages: Sequence[Stage]


@dataclass(frozen=True, slots=True)
class Figures:
    """All the report shows."""

    stats: Stats
    published: Course | None
    """A source each, those about the election as the part; None while there is no dated release."""
    topics: Course | None
    """In the same time."""
    fates: Course | None
    """`edited` and `withdrawn`, by when it was seen: often long after the last release."""
    signers: Sequence[Mapping[str, Any]]
    """`tag`, `source`, `releases`, `since`, `until`."""
    flows: Sequence[Mapping[str, Any]]
    """`first_source`, `source`, `times`."""
    amiss: Sequence[Finding]
    """What `health` finds."""


def figures(engine: Engine, now: datetime) -> Figures:
    """Counts the archive, and judges its sources as of `now` (UTC). Raises ArchiveError."""
    counted = stats(engine)
    with Session(engine) as session:
        amiss = findings(session, now)
    with engine.connect() as connection:
        published = _course(connection, _PUBLISHED)
        return Figures(
            stats=counted,
            published=published,
            topics=_course(connection, _TOPICS, published.periods if published else None),
            fates=_course(connection, _FATES),
            signers=_rows(connection, _SIGNERS),
            flows=_rows(connection, _FLOWS),
            amiss=amiss,
        )


_PUBLISHED = (
    "SELECT source AS name, published_on AS day, releases AS number, election AS part FROM daily"
)

_TOPICS = """
SELECT topic.value AS name, r.published_on AS day, count(*) AS number, 0 AS part
FROM releases AS r, json_each(r.topics) AS topic
WHERE r.published_on IS NOT NULL AND r.duplicate_of IS NULL
GROUP BY name, day
"""

_FATES = """
SELECT 'edited' AS name, date(seen_at) AS day, count(*) AS number, 0 AS part
FROM versions WHERE version > 1 GROUP BY day
UNION ALL
SELECT 'withdrawn', date(gone_at), count(*), 0 FROM withdrawn GROUP BY date(gone_at)
"""

_SIGNERS = """
SELECT tag, source, count(*) AS releases, min(published_on) AS since, max(published_on) AS until
FROM author_tags GROUP BY tag, source ORDER BY releases DESC, tag, source LIMIT :few
"""

_FLOWS = """
SELECT first_source, source, count(*) AS times FROM reposts
WHERE source <> first_source
GROUP BY first_source, source ORDER BY times DESC, first_source, source LIMIT :few
"""


def _rows(connection: Connection, query: str) -> list[Mapping[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), {"few": _FEW}).mappings()]


def _course(connection: Connection, query: str, periods: Periods | None = None) -> Course | None:
    """What a query of names, days, numbers and parts gives, in these periods or in its own."""
    days = [(row[0], stored_day(row[1]), *row[2:]) for row in connection.execute(text(query))]
    if not days:
        return None
    if periods is None:
        periods = _periods(min(row[1] for row in days), max(row[1] for row in days))
    length = len(periods.starts)
    by_name: dict[str, tuple[list[int], list[int]]] = {}
    for name, day, number, part in days:
        place = int(periods.place(_start(day, periods.unit)) + 0.5)
        values, parts = by_name.setdefault(name, ([0] * length, [0] * length))
        values[place] += number
        parts[place] += part
    ordered = sorted(by_name.items(), key=lambda item: (-sum(item[1][0]), item[0]))
    rows = [Series(name, values, parts) for name, (values, parts) in ordered]
    regions = connection.scalars(text("SELECT DISTINCT region FROM sources"))
    return Course(periods, rows, _stages(periods, regions))


def _periods(first: date, last: date) -> Periods:
    unit = "week" if (last - first).days <= 7 * _WEEKS_AT_MOST else "month"
    starts = [_start(first, unit)]
    while (following := _start(starts[-1] + timedelta(7 if unit == "week" else 31), unit)) <= last:
        starts.append(following)
    return Periods(unit, starts)


def _start(day: date, unit: str) -> date:
    return day - timedelta(day.weekday()) if unit == "week" else day.replace(day=1)


def _stages(periods: Periods, regions: Iterable[str]) -> list[Stage]:
    """Those stages of the calendar, and repeated votes of these regions, that touch the periods."""
    with _CALENDAR.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    stages = [
        Stage(date.fromisoformat(r["from"]), date.fromisoformat(r["to"]), r["stage"]) for r in rows
    ]
    stages += _repeated_votes(regions)
    begin, end = (
        periods.starts[0],
        periods.starts[-1] + timedelta(7 if periods.unit == "week" else 31),
    )
    return [stage for stage in stages if stage.last >= begin and stage.first < end]


def _repeated_votes(regions: Iterable[str]) -> list[Stage]:
    """A stage for each day on which some of these regions voted and the country did not."""
    voted: dict[date, list[str]] = defaultdict(list)
    for region in regions:
        for vote in local_votes(region):
            if vote.day is not None:
                voted[vote.day].append(region)
    return [
        Stage(day, day, f"vote again in {', '.join(sorted(voted[day]))}") for day in sorted(voted)
    ]
