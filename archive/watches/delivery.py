"""Delivers events at least once: first to the receiver, then the position is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from sqlalchemy import Engine

from archive.watches import positions
from archive.watches.events import Event, events, last_change
from archive.watches.watch import Watch

MOST = 200
"""Events in one message; the others come in the next one."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An event and the watches it matches."""

    event: Event
    watches: tuple[Watch, ...]


HandOver = Callable[[Sequence[Notice]], None]
"""Delivers one message. Returns only when the receiver has it, or else raises."""


def receiver(address: str) -> str:
    """A receiver's name in the archive: an address may contain a secret."""
    return sha256(address.encode()).hexdigest()


def deliver(engine: Engine, watches: Sequence[Watch], to: str, hand_over: HandOver) -> int:
    """Delivers all events that a receiver (`to`) does not have yet, in messages of at most `MOST`,
    the oldest first; returns how many. Raises what `hand_over` raises, SearchError, ArchiveError;
    what was delivered before stays recorded."""
    number = 0
    last = last_change(engine)
    while True:
        notices, until = waiting(engine, watches, to, last)
        if notices:
            hand_over(notices)
            number += len(notices)
        positions.save(engine, to, {watch.name: until for watch in watches})
        if until == last:
            return number


def waiting(
    engine: Engine, watches: Sequence[Watch], to: str, last: int
) -> tuple[list[Notice], int]:
    """The next message to a receiver, and the change up to which it tells everything."""
    found: dict[int, tuple[Event, list[Watch]]] = {}
    until = last
    for watch in watches:
        begun = positions.position(engine, watch.name, to)
        if begun is None:
            continue
        some = list(islice(events(engine, watch, begun, until), MOST + 1))
        if len(some) > MOST:
            until = some[MOST - 1].number
        for event in some:
            found.setdefault(event.number, (event, []))[1].append(watch)
    numbers = [number for number in sorted(found) if number <= until]
    if len(numbers) > MOST:
        numbers = numbers[:MOST]
        until = numbers[-1]
    return [Notice(found[number][0], tuple(found[number][1])) for number in numbers], until
