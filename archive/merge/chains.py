"""Copies the logs of events of another archive, with their stamps: what these cover stays covered.
This archive's own log gets an event that rests on their last ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from archive.database.connection import ArchiveError, writing
from archive.database.models import ChainRow, EventRow, StampRow, table_of
from archive.proof import chain
from archive.proof.chain import Event, Head

_CHAINS, _EVENTS, _STAMPS = table_of(ChainRow), table_of(EventRow), table_of(StampRow)
_BATCH = 5_000
"""Events per transaction: a fraction of a second."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where events of the other archive's chain go."""

    chain: int | None
    """None: into a new one."""
    parent: int | None
    """Of the new one."""
    shared: int
    """Up to this event this archive has them."""


def merge_chains(engine: Engine, theirs: Connection) -> None:
    """Copies what is new, in short transactions; an interrupted run is completed by the next one.
    Where one archive was copied and both went on, the other one's events after that are a chain
    that branches off. Raises ArchiveError if their log is damaged where it is new."""
    heads = []
    has_news = False
    for row in theirs.execute(select(_CHAINS).order_by(_CHAINS.c.id)).all():
        last = chain.head(theirs, row.id) or _shared_head(theirs, row)
        with engine.connect() as ours:
            place = _place(ours, theirs, row, last.number)
        copied = _copy(engine, theirs, row, place)
        has_news |= copied
        heads.append({"genesis": row.genesis, "number": last.number, "hash": last.hash.hex()})
        has_news |= _copy_stamps(engine, theirs, row, last)
    if has_news:
        with writing(engine) as ours:
            chain.append(ours, "merge", chains=heads)


def _shared_head(theirs: Connection, row: Any) -> Head:
    """The last event of a chain that has none of its own yet."""
    hashed = row.parent and chain.hash_at(theirs, row.parent, row.shared)
    if not hashed:
        raise ArchiveError("The log of the other archive is damaged; `verify` there says where")
    return Head(row.shared, hashed)


def _place(ours: Connection, theirs: Connection, row: Any, length: int) -> _Place:
    """The chain here that has most of it."""
    same = select(_CHAINS).where(_CHAINS.c.genesis == row.genesis).order_by(_CHAINS.c.id.desc())
    best = _Place(None, None, 0)
    for own in ours.execute(same).all():
        last = chain.head(ours, own.id)
        end = last.number if last else own.shared
        common = _common(ours, own.id, theirs, row.id, min(end, length))
        if common > best.shared:
            goes_on = common == length or (common == end and own.id != chain.OWN)
            best = _Place(own.id if goes_on else None, own.id, common)
    return best


def _common(ours: Connection, own: int, theirs: Connection, other: int, most: int) -> int:
    """The last event that both have: each rests on all before it, so halving finds it."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if chain.hash_at(ours, own, middle) == chain.hash_at(theirs, other, middle):
            least = middle
        else:
            most = middle - 1
    return least


def _copy(engine: Engine, theirs: Connection, row: Any, place: _Place) -> bool:
    """Whether there was anything new."""
    new = _sound(
        chain.events_from(theirs, row.id, place.shared),
        chain.hash_at(theirs, row.id, place.shared) or chain.BEFORE,
    )
    into, copied = place.chain, False
    while batch := list(islice(new, _BATCH)):
        with writing(engine) as ours:
            if into is None:
                values = {"genesis": row.genesis, "parent": place.parent, "shared": place.shared}
                into = _new_chain(ours, values)
            rows = [
                {
                    "chain": into,
                    "number": event.number,
                    "release": event.release,
                    "content": event.content,
                    "hash": event.hash,
                }
                for event in batch
            ]
            ours.execute(insert(_EVENTS), rows)
        copied = True
    return copied


def _new_chain(ours: Connection, values: dict[str, Any]) -> int:
    if chain.head(ours) is None:
        chain.append(ours, "merge", chains=[])  # number 1 is this archive's own
    row = values | {"added_at": datetime.now(UTC)}
    added = ours.execute(insert(_CHAINS).values(row)).inserted_primary_key
    assert added is not None
    return int(added[0])


def _sound(events: Iterator[Event], before: bytes) -> Iterator[Event]:
    for event in events:
        if chain.linked(before, event.content) != event.hash:
            raise ArchiveError(
                f"The log of the other archive is damaged at event {event.number}; `verify` there "
                "says more"
            )
        before = event.hash
        yield event


def _copy_stamps(engine: Engine, theirs: Connection, row: Any, last: Head) -> bool:
    stamps = [
        dict(one)
        for one in theirs.execute(select(_STAMPS).where(_STAMPS.c.chain == row.id)).mappings()
    ]
    if not stamps:
        return False
    with writing(engine) as ours:
        into = chain.find(ours, row.genesis, last.number, last.hash)
        assert into is not None
        added = [
            ours.execute(
                upsert(_STAMPS)
                .on_conflict_do_nothing()
                .values(one | {"chain": chain.holder(ours, into, one["number"])})
            ).rowcount
            for one in stamps
        ]
    return sum(added) > 0
