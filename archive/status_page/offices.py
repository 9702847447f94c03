"""Each office as readers of the data need to know it: how far its releases are here, and what is
missing since when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from archive.database.column_types import utc_text
from archive.health import Finding, findings
from archive.health.crawl_history import WELL
from archive.health.thresholds import limits

State = Literal["stale", "impaired", "quiet", "unknown", "current"]
STATES: tuple[State, ...] = ("stale", "impaired", "quiet", "unknown", "current")
"""The gravest first. `stale`: releases may be missing; `impaired`: what comes is flawed; `quiet`:
the office publishes nothing; `unknown`: no crawl has seen it yet."""

_QUIET = {"silent"}
_IMPAIRED = {
    "unmet",
    "fallback",
    "slow",
    "dates",
    "bylines",
    "bodies",
    "doubtful",
    "hijacked",
}
"""Kinds of findings with which releases still come. All others keep them away."""

_KEPT_AWAY = {"certificate", "robots", "blocked", "unreachable"}
"""Kinds of failures after which a page is still wanted: any other says that it is no release, or
is gone."""

_OFFICES = text(
    """
    WITH held AS (
        SELECT source, count(*) AS releases, min(published_on) AS first,
               max(CASE WHEN published_on <= :tomorrow THEN published_on END) AS last
        FROM releases WHERE moved_from IS NULL GROUP BY source
    ), looks AS (
        SELECT source, max(started_at) AS last,
               max(CASE WHEN outcome IN ('ok', 'partial', 'unmet') THEN started_at END) AS good
        FROM crawls GROUP BY source
    )
    SELECT s.id, s.kind, s.publisher, s.region, s.home, s.timezone,
           coalesce(held.releases, 0) AS releases, held.first AS first_release_on,
           held.last AS last_release_on, looks.last AS last_look_at, looks.good AS last_good_look_at
    FROM sources AS s LEFT JOIN held ON held.source = s.id LEFT JOIN looks ON looks.source = s.id
    ORDER BY s.publisher, s.id
    """
)
_ADDRESSES = text(
    """
    SELECT source, outcome, count(*) AS pages FROM addresses
    WHERE what = 'release' AND release IS NULL AND found_by <> 'web-archive'
    GROUP BY source, outcome
    """
)
assert WELL == ("ok", "partial", "unmet")  # as in the query


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One source, on one day."""

    id: str
    kind: str
    publisher: str
    region: str
    home: str
    timezone: str
    releases: int
    first_release_on: str | None
    last_release_on: str | None
    """A day of publication; one in the future is a mistake and does not count."""
    last_look_at: str | None
    """When its last crawl began, UTC."""
    last_good_look_at: str | None
    """The same of the last one that worked."""
    missing: int
    """Pages that its lists name as releases, and that could not be fetched so far."""
    findings: Sequence[Finding]

    @property
    def state(self) -> State:
        if self.last_look_at is None:
            return "unknown"
        kinds = {finding.kind for finding in self.findings}
        if kinds - _QUIET - _IMPAIRED:
            return "stale"
        if kinds & _QUIET:
            return "quiet"
        return "impaired" if kinds else "current"

    @property
    def since(self) -> datetime | None:
        """Since when it is in this state (UTC); None if it is current or unknown."""
        of_state = [
            finding.since for finding in self.findings if _state_of(finding.kind) == self.state
        ]
        return min(of_state, default=None)

    @property
    def complete(self) -> float | None:
        """The share of the releases its lists name that are here; None if it has none."""
        known = self.releases + self.missing
        return self.releases / known if known else None

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        names = ("id", "kind", "publisher", "region", "home", "releases", "first_release_on")
        return {
            **{name: getattr(self, name) for name in names},
            "last_release_on": self.last_release_on,
            "last_look_at": self.last_look_at,
            "last_good_look_at": self.last_good_look_at,
            "state": self.state,
            "since": self.since and utc_text(self.since),
            "missing": self.missing,
            "complete": None if self.complete is None else round(self.complete, 4),
            "problems": [
                {"kind": finding.kind, "since": utc_text(finding.since), "means": finding.means}
                for finding in self.findings
            ],
        }


def offices(engine: Engine, now: datetime) -> list[Office]:
    """All sources by publisher, as of `now` (UTC). Raises ArchiveError."""
    tomorrow = (now + timedelta(days=1)).date().isoformat()
    with engine.connect() as connection:
        rows = connection.execute(_OFFICES, {"tomorrow": tomorrow}).mappings().all()
        missing = _missing(connection)
        with Session(connection) as session:
            found = _by_source(findings(session, now))
    return [
        Office(
            **row,
            missing=missing[row["id"]],
            # A problem of the schedule is one of each source that was ever crawled.
            findings=[*found[row["id"]], *(found[""] if row["last_look_at"] else ())],
        )
        for row in rows
    ]


def counted(all_of_them: Sequence[Office]) -> dict[State, int]:
    """How many are in each state."""
    numbers = Counter(office.state for office in all_of_them)
    return {state: numbers[state] for state in STATES}


def as_json(all_of_them: Sequence[Office], now: datetime) -> dict[str, Any]:
    """The whole page for programs."""
    return {
        "at": utc_text(now),
        "totals": {
            "offices": len(all_of_them),
            **counted(all_of_them),
            "releases": sum(office.releases for office in all_of_them),
        },
        "offices": [office.as_json() for office in all_of_them],
    }


def _state_of(kind: str) -> State:
    return "quiet" if kind in _QUIET else "impaired" if kind in _IMPAIRED else "stale"


def _by_source(found: Sequence[Finding]) -> Mapping[str, list[Finding]]:
    grouped: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        grouped[finding.source or ""].append(finding)
    return grouped


def _missing(connection: Connection) -> Counter[str]:
    numbers: Counter[str] = Counter()
    for source, outcome, pages in connection.execute(_ADDRESSES):
        if outcome is None or limits().kind_of(outcome) in _KEPT_AWAY:
            numbers[source] += pages
    return numbers


def in_groups(all_of_them: Sequence[Office]) -> Iterator[tuple[State, list[Office]]]:
    """The offices of each state that has any, the gravest first."""
    for state in STATES:
        if group := [office for office in all_of_them if office.state == state]:
            yield state, group
