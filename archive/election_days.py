"""The days of votes, by region: `votes.tsv`, each with the source that names it.

`*` is the whole country; a vote of a province is one of all its regions. A vote of which no source
names the day has none: it is not guessed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("votes.tsv")
_EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote in a region."""

    day: date | None
    """None: no source names it."""
    region: str
    """Kemendagri code, or `*`."""
    name: str
    """Of the region; "": the whole country."""
    kind: str
    """`general`, `local`, `psu` (repeated by order of the Constitutional Court), or `repeat` (after
    the empty box had won)."""
    source: str

    def concerns(self, region: str) -> bool:
        """Whether people of a region vote."""
        return self.region in (_EVERYWHERE, region) or region.startswith(f"{self.region}.")


@cache
def votes() -> tuple[Vote, ...]:
    """All of them, read once per process; those without a day come last."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    found = [
        Vote(
            date.fromisoformat(r["day"]) if r["day"] else None,
            *(r["region"], r["name"], r["kind"], r["source"]),
        )
        for r in rows
    ]
    return tuple(sorted(found, key=lambda vote: (vote.day or date.max, vote.region)))


@cache
def vote_days(region: str) -> tuple[date, ...]:
    """The known days on which people of a region vote, the first one first."""
    return tuple(vote.day for vote in votes() if vote.day is not None and vote.concerns(region))


def local_votes(region: str) -> Iterator[Vote]:
    """The votes of a region that the rest of the country did not have."""
    return (vote for vote in votes() if vote.region != _EVERYWHERE and vote.concerns(region))
