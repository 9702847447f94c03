"""Numbers over time: rows of weeks or months, and the stages of the election in that time."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from archive.election_days import local_votes

_CALENDAR = Path(__file__).with_name("calendar.tsv")
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
    """As in `archive.i18n.labels`."""
    regions: Sequence[str] = ()
    """Names of those that voted again."""


@dataclass(frozen=True, slots=True)
class Series:
    """A row of numbers, one a period; `part` is how many of them are special."""

    name: str
    values: Sequence[int]
    part: Sequence[int]


@dataclass(frozen=True, slots=True)
class Course:
    """The rows, the one with the most first, and the stages of the election in that time."""

    periods: Periods
    rows: Sequence[Series]
    stages: Sequence[Stage]


Counted = tuple[str, date, int, int]
"""Name, day, number, and how many of them are special."""


def course(
    days: Sequence[Counted], regions: Iterable[str], periods: Periods | None = None
) -> Course | None:
    """The rows in these periods, or in their own; None: nothing is counted."""
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
    voted: dict[date, set[str]] = defaultdict(set)
    for region in regions:
        for vote in local_votes(region):
            if vote.day is not None:
                voted[vote.day].add(vote.name)
    return [Stage(day, day, "vote again", sorted(voted[day])) for day in sorted(voted)]
