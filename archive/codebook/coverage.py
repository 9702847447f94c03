"""What the archive has of each office by month, and where it is known to have nothing.

All of it are aggregates, so no text is read. A month of releases is one of publication, at the
source; a month of crawls is one in UTC. That a month has no gap here does not mean that the archive
has all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, func, select, text

from archive.database.models import Version
from archive.database.views import releases

UNDATED = ""
"""The month of releases without a date."""
_PROGRAM = 12
"""Digits of `reader` that name the program; what follows is the site's."""

_SOURCES = text("SELECT id, kind, publisher, region, home FROM sources ORDER BY kind, id")
_CRAWLS = text(
    """
    SELECT source, substr(started_at, 1, 7) AS month, count(*) AS crawls,
           coalesce(sum(outcome IN ('ok', 'partial', 'unmet')), 0) AS worked
    FROM crawls GROUP BY source, month
    """
)


@dataclass(frozen=True, slots=True)
class Office:
    """A source of the registry."""

    id: str
    kind: str
    publisher: str
    region: str
    home: str

    @property
    def level(self) -> str:
        """As the view `releases` has it."""
        if self.region == "00":
            return "nasional"
        if len(self.region) == 2:
            return "provinsi"
        return "kota" if self.region[3:5] >= "71" else "kabupaten"


@dataclass(slots=True)
class Month:
    """One month of one office."""

    source: str
    month: str
    """`2024-11`; `UNDATED` for releases without a date."""
    releases: int = 0
    """Published in it."""
    election: int = 0
    """Of these about the election."""
    reposts: int = 0
    edited: int = 0
    withdrawn: int = 0
    via_web_archives: int = 0
    """Of these, those whose current version only a web archive showed."""
    crawls: int = 0
    """Begun in it, whatever became of them."""
    crawls_worked: int = 0
    """Of these those that read something."""
    within_crawls: bool = False
    """Whether it lies between the office's first crawl and its last."""

    @property
    def is_missed(self) -> bool:
        """Whether it lies between crawls, and none of it worked."""
        return self.within_crawls and not self.crawls_worked

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"month": self.month or None}


@dataclass(frozen=True, slots=True)
class Coverage:
    """The months of the chosen offices, and the programs that read their releases."""

    offices: tuple[Office, ...]
    months: tuple[Month, ...]
    """By office and month; within the time of its crawls every month has one."""
    programs: dict[str, int]
    """Releases by the program that read them; "": not known."""

    @property
    def releases(self) -> int:
        return sum(month.releases for month in self.months)


def coverage(
    connection: Connection,
    conditions: Iterable[ColumnElement[bool]],
    offices: Iterable[Office],
    *,
    with_crawls: bool = True,
) -> Coverage:
    """Of releases that meet conditions on the view `releases`. Raises ArchiveError."""
    offices = tuple(offices)
    months: dict[tuple[str, str], Month] = {}
    programs: defaultdict[str, int] = defaultdict(int)
    chosen = {office.id for office in offices}
    for row in connection.execute(_of_releases(conditions)).mappings():
        programs[row["program"]] += row["releases"]
        month = months.setdefault((row["source"], row["month"]), Month(row["source"], row["month"]))
        for name in _COUNTED:
            setattr(month, name, getattr(month, name) + row[name])
    for crawled in _of_crawls(connection, chosen) if with_crawls else ():
        month = months.setdefault((crawled.source, crawled.month), crawled)
        month.crawls, month.crawls_worked = crawled.crawls, crawled.crawls_worked
        month.within_crawls = True
    by_office = {office.id: place for place, office in enumerate(offices)}
    found = sorted(
        (month for month in months.values() if month.source in by_office),
        key=lambda month: (by_office[month.source], month.month or "9999"),
    )
    return Coverage(offices, tuple(found), dict(sorted(programs.items())))


def every_office(connection: Connection) -> tuple[Office, ...]:
    """The registry as it was last read. Raises ArchiveError."""
    return tuple(Office(**row) for row in connection.execute(_SOURCES).mappings())


_columns = releases.c
_COUNTED: dict[str, ColumnElement[Any]] = {
    "releases": func.count(),
    "election": func.coalesce(func.sum(_columns.election, type_=Integer), 0),
    "reposts": func.count(_columns.duplicate_of),
    "edited": func.coalesce(func.sum(_columns.versions > 1, type_=Integer), 0),
    "withdrawn": func.count(_columns.gone_at),
    "via_web_archives": func.count(func.json_extract(_columns.via, "$.archive")),
}


def _of_releases(conditions: Iterable[ColumnElement[bool]]) -> Any:
    month = func.coalesce(func.substr(_columns.published_on, 1, 7), UNDATED).label("month")
    program = func.coalesce(func.substr(Version.reader, 1, _PROGRAM), "").label("program")
    return (
        select(
            _columns.source,
            month,
            program,
            *(column.label(name) for name, column in _COUNTED.items()),
        )
        .select_from(releases)
        .join(Version, Version.id == _columns.version_id)
        .where(*conditions)
        .group_by(_columns.source, month, program)
    )


def _of_crawls(connection: Connection, sources: set[str]) -> Iterator[Month]:
    """The months from an office's first crawl to its last, also those without one."""
    crawled: defaultdict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in connection.execute(_CRAWLS):
        if row.source in sources:
            crawled[row.source][row.month] = (row.crawls, row.worked)
    for source, months in crawled.items():
        for month in _from_to(min(months), max(months)):
            crawls, worked = months.get(month, (0, 0))
            yield Month(source, month, crawls=crawls, crawls_worked=worked, within_crawls=True)


def _from_to(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while (named := f"{year:04}-{month:02}") <= last:
        yield named
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
