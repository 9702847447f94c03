"""Checks the log: its links, and the releases against it. Reads only, and needs no network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select, text

from archive.database.models import ChainRow, EventRow, table_of
from archive.fault import Fault
from archive.proof import chain
from archive.proof.log import last_state
from archive.proof.release_state import State, states
from archive.proof.stamp_check import Stamps
from archive.proof.stamped_events import Coverage

_CHAINS, _EVENTS = table_of(ChainRow), table_of(EventRow)
_GONE = text(
    "SELECT DISTINCT e.release FROM events AS e WHERE e.chain = 1 AND e.release IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM release_records AS r WHERE r.id = e.release)"
)


def check_chains(connection: Connection) -> Iterator[Fault]:
    """Each event rests on the one before it, and none is missing."""
    for row in connection.execute(select(_CHAINS).order_by(_CHAINS.c.id)).all():
        yield from _check_chain(connection, row)
    known = select(_CHAINS.c.id)
    for (number,) in connection.execute(
        select(_EVENTS.c.chain).distinct().where(_EVENTS.c.chain.not_in(known))
    ):
        yield Fault("chain", f"chain {number}", "has events, but no first one")


def _check_chain(connection: Connection, row: Any) -> Iterator[Fault]:
    where = "the log" if row.id == chain.OWN else f"chain {row.id}"
    before, expected = chain.BEFORE, 1
    if row.parent is not None:
        expected = row.shared + 1
        before = chain.hash_at(connection, row.parent, row.shared) or chain.BEFORE
    for event in chain.events(connection, row.id):
        here = f"event {event.number} of {where}"
        if event.number != expected:
            yield Fault("chain", here, f"events {expected} to {event.number - 1} are missing")
        elif chain.linked(before, event.content) != event.hash:
            yield Fault("chain", here, "has changed: it does not rest on the one before it")
        elif event.number == 1 and event.hash.hex() != row.genesis:
            yield Fault("chain", here, "is not the one with which the log began")
        content = chain.parsed(event.content)
        if content.get("release") != event.release:
            yield Fault("chain", here, f"is filed under {event.release}, which it is not about")
        elif "found" in content:
            sentence = "was changed outside of this program before this event"
            yield Fault("event", f"{event.release}, {here}", sentence)
        before, expected = event.hash, event.number + 1
    if expected == 1:
        yield Fault("chain", where, "has lost all its events")


def check_releases(connection: Connection, stamps: Stamps) -> Iterator[Fault]:
    """Each release is as its last event says; and counts which versions the stamps cover. Memory
    does not grow with the archive."""
    coverage = Coverage(connection, stamps.valid)
    for release, state in states(connection):
        if state is None:
            yield Fault("event", release, "has a value that is damaged, so it is not what was read")
            continue
        stamped = coverage.of_versions(release) if stamps.valid else {}
        stamps.versions += len(state["versions"])
        stamps.by_stamp.update(one for each in state["versions"] if (one := stamped.get(each)))
        before = last_state(connection, release)
        if before is None:
            yield Fault("event", release, "is not in the log: it was added outside of this program")
        elif before != state:
            detail = f"{'; '.join(_differences(before, state))}, changed outside of this program"
            yield Fault("event", release, detail)
    for (release,) in connection.execute(_GONE):
        yield Fault("event", release, "is in the log, but not in the archive")


def _differences(before: State, state: State) -> Iterator[str]:
    for name in sorted(before.keys() | state.keys()):
        logged, current = before.get(name), state.get(name)
        if logged == current:
            continue
        if name not in ("versions", "documents"):
            yield f"its {name} is not what the log says"
        elif len(logged or ()) != len(current or ()):
            yield f"it has {len(current or ())} {name}, and the log {len(logged or ())}"
        else:
            pairs = zip(logged or (), current or (), strict=True)
            numbers = [str(n) for n, (one, other) in enumerate(pairs, start=1) if one != other]
            yield f"{name[:-1]} {', '.join(numbers)} is not what the log says"
