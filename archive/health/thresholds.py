"""The kinds of findings and their thresholds, from `limits.toml`.

That file gives the reason for each number.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

_FILE = Path(__file__).with_name("limits.toml")
_SERVERS_FAULT = re.compile("http-5..")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding."""

    crawls: int
    """Crawls in a row that must show it before it is reported."""
    means: str
    advice: str


@dataclass(frozen=True, slots=True)
class Pages:
    visits: int
    refused: int
    alike: int
    alike_share: float


@dataclass(frozen=True, slots=True)
class Coverage:
    drop: float
    odds: int
    past: int
    recent: int
    past_crawls: int
    words_share: float
    words: int
    doubtful: int
    doubtful_share: float


@dataclass(frozen=True, slots=True)
class Lists:
    fewest: int


@dataclass(frozen=True, slots=True)
class Slow:
    seconds: float
    times: float
    past: int
    unknown: float


@dataclass(frozen=True, slots=True)
class Silence:
    least: int
    unknown: int
    rarely: int
    shown: int
    spread: float
    irregular: float
    gaps: int
    days: int


@dataclass(frozen=True, slots=True)
class Schedule:
    days: int
    times: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The data file, which explains each number."""

    kinds: dict[str, Kind]
    reasons: dict[str, frozenset[str]]
    pages: Pages
    coverage: Coverage
    lists: Lists
    slow: Slow
    silence: Silence
    schedule: Schedule
    pauses: tuple[tuple[date, date], ...]

    def kind_of(self, reason: str) -> str:
        """The kind of finding for a failure's reason."""
        if _SERVERS_FAULT.fullmatch(reason):
            return "unreachable"
        named = (kind for kind, reasons in self.reasons.items() if reason in reasons)
        return next(named, "redesign")

    def quiet_days(self, after: date, until: date) -> int:
        """Days in between that count as silence; holidays do not."""
        paused = sum(
            max(0, (min(until, last) - max(after, first - timedelta(days=1))).days)
            for first, last in self.pauses
        )
        return max(0, (until - after).days - paused)


@cache
def limits() -> Limits:
    """The data file, read once per process."""
    data = tomllib.loads(_FILE.read_text("utf-8"))
    return Limits(
        kinds={name: Kind(**fields) for name, fields in data["kind"].items()},
        reasons={kind: frozenset(reasons) for kind, reasons in data["reasons"].items()},
        pages=Pages(**data["pages"]),
        coverage=Coverage(**data["coverage"]),
        lists=Lists(**data["lists"]),
        slow=Slow(**data["slow"]),
        silence=Silence(**data["silence"]),
        schedule=Schedule(**data["schedule"]),
        pauses=tuple((pause["from"], pause["to"]) for pause in data["pause"]),
    )


def extract(
    file: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str, Collection[str]]]:
    """What Babel collects to be translated: what each kind means, and what to do (`babel.cfg` names
    this)."""
    for kind in tomllib.load(file)["kind"].values():
        yield 1, "gettext", kind["means"], ()
        yield 1, "gettext", kind["advice"], ()
