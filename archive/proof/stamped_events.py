"""Which events a stamp covers: those up to the one it is of, and those of other archives' chains on
which one of these rests."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from archive.database.models import ChainRow, table_of
from archive.proof import chain

_CHAINS = table_of(ChainRow)
_ABOUT_ARCHIVE = text(
    "SELECT number, content FROM events INDEXED BY ix_events_release"
    " WHERE release IS NULL AND chain = :chain ORDER BY number"
)
_OF_RELEASE = text(
    "SELECT chain, number, content FROM events WHERE release = :release ORDER BY chain, number"
).bindparams(bindparam("release"))


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp that was checked."""

    chain: int
    number: int
    service: str
    at: datetime


class Coverage:
    """The earliest stamp of each event."""

    def __init__(self, connection: Connection, stamps: list[Stamp]) -> None:
        self._connection = connection
        points: dict[int, dict[int, Stamp]] = {}
        for one in stamps:
            _add(points, one.chain, one.number, one)
        chains = connection.execute(select(_CHAINS).order_by(_CHAINS.c.id)).all()
        rests = [(row.id, *rest) for row in chains for rest in _rests(connection, row.id)]
        changed = True
        while changed:  # through chains on which chains rest
            changed = False
            for row in chains:
                if row.parent is not None:
                    for number, stamp in list(points.get(row.id, {}).items()):
                        if number > row.shared:
                            changed |= _add(points, row.parent, row.shared, stamp)
            for by, at_number, of, number in rests:
                for covered, stamp in list(points.get(by, {}).items()):
                    if covered >= at_number:
                        changed |= _add(points, of, number, stamp)
        self._numbers = {of: sorted(found) for of, found in points.items()}
        self._first = {of: _earliest(found) for of, found in points.items()}

    def of_event(self, of: int, number: int) -> Stamp | None:
        """The earliest stamp that covers an event of a chain."""
        numbers = self._numbers.get(of, [])
        place = bisect_left(numbers, number)
        return self._first[of][place] if place < len(numbers) else None

    def of_versions(self, release: str) -> Mapping[str, Stamp]:
        """The earliest stamp of each version of a release that has one, by its digest."""
        found: dict[str, Stamp] = {}
        for of, number, content in self._connection.execute(_OF_RELEASE, {"release": release}):
            stamp = self.of_event(of, number)
            if stamp is not None:
                for digest in chain.parsed(content).get("versions", ()):
                    if digest not in found or stamp.at < found[digest].at:
                        found[digest] = stamp
        return found


def about_archive(
    connection: Connection, of: int = chain.OWN
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Numbers and contents of the events that are about no release."""
    for number, content in connection.execute(_ABOUT_ARCHIVE, {"chain": of}):
        yield number, chain.parsed(content)


def _rests(connection: Connection, of: int) -> Iterator[tuple[int, int, int]]:
    """Number of an event of a chain that rests on another one, that chain, and up to where."""
    for number, entry in about_archive(connection, of):
        merged = entry.get("chains")
        for one in merged if isinstance(merged, list) else ():
            holding = chain.find(
                connection, one["genesis"], one["number"], bytes.fromhex(one["hash"])
            )
            if holding is not None:
                yield number, holding, one["number"]


def _add(points: dict[int, dict[int, Stamp]], of: int, number: int, stamp: Stamp) -> bool:
    earliest = points.setdefault(of, {}).get(number)
    if earliest is not None and earliest.at <= stamp.at:
        return False
    points[of][number] = stamp
    return True


def _earliest(points: dict[int, Stamp]) -> list[Stamp]:
    """For each point in order of number, the earliest stamp from there on."""
    first: list[Stamp] = []
    for number in sorted(points, reverse=True):
        one = points[number]
        first.append(min((one, *first[-1:]), key=lambda stamp: stamp.at))
    return first[::-1]
