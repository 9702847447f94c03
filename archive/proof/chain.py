"""The chain: events that only are added, each with a hash that rests on the one before it.

hash(n) = SHA-256(hash(n - 1) + SHA-256(content(n))), where hash(0) is 32 zero bytes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, column, insert, select, text

from archive import __version__
from archive.database.column_types import utc_text
from archive.database.models import ChainRow, EventRow, table_of
from archive.database.prepared_statements import Prepared
from archive.proof.canonical import canonical

OWN = 1
"""Number of this archive's own chain."""
BEFORE = bytes(32)
"""Before the first event."""
_EVENTS, _CHAINS = table_of(EventRow), table_of(ChainRow)
_HEAD = Prepared(
    text(
        "SELECT number, hash FROM events WHERE chain = :chain ORDER BY number DESC LIMIT 1"
    ).columns(column("number"), column("hash"))
)
_ADD = Prepared(insert(_EVENTS))
_LAST_OF = Prepared(
    text(
        "SELECT number, content FROM events INDEXED BY ix_events_release"
        " WHERE release = :release AND chain = 1"
        " ORDER BY number DESC LIMIT 1"
    ).columns(column("number"), column("content"))
)
_LAST_AMONG = Prepared(
    text(
        "SELECT release, content FROM events INDEXED BY ix_events_release"
        " WHERE release IN (SELECT value FROM json_each(:releases)) AND chain = 1 ORDER BY number"
    ).columns(column("release"), column("content"))
)


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a chain."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """An event as stored."""

    number: int
    release: str | None
    content: str
    hash: bytes


def parsed(content: str) -> dict[str, Any]:
    """What an event says; empty if its content is damaged, which its hash shows."""
    try:
        values = json.loads(content)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def linked(before: bytes, content: str) -> bytes:
    """The hash of an event after one with the hash `before`."""
    return linked_digest(before, sha256(content.encode()).digest())


def linked_digest(before: bytes, digest: bytes) -> bytes:
    """The same, of an event whose content is known by its SHA-256 only."""
    return sha256(before + digest).digest()


def head(connection: Connection, chain: int = OWN) -> Head | None:
    """The last event of a chain; None if there is none."""
    row = _HEAD.row(connection, {"chain": chain})
    return None if row is None else Head(*row)


def append(connection: Connection, kind: str, **values: Any) -> int:
    """Adds an event to this archive's own chain; returns its number. Part of the connection's
    write transaction. `said`: what happened, as JSON values; of these `release` is the release."""
    return append_all(connection, [{"kind": kind, **values}])


def append_all(connection: Connection, events: Iterable[dict[str, Any]]) -> int:
    """Adds one event after the other; returns the number of the last one. As `append`; each has
    its `kind`."""
    last, at = head(connection) or _begin(connection), utc_text(datetime.now(UTC))
    for values in events:
        last = _add(connection, last, {"at": at, **values})
    return last.number


def last_of(connection: Connection, release: str) -> tuple[int, str] | None:
    """Number and content of the last event of a release in this archive's own chain."""
    row = _LAST_OF.row(connection, {"release": release})
    return None if row is None else (row[0], row[1])


def last_among(connection: Connection, releases: Collection[str]) -> dict[str, str]:
    """The content of the last event of each of the releases that has one."""
    rows = _LAST_AMONG.rows(connection, {"releases": json.dumps(list(releases))})
    return dict(map(tuple, rows))  # later ones replace earlier ones


def events(connection: Connection, chain: int, after: int = 0) -> Iterator[Event]:
    """The events of a chain after one, in order, without those that it shares with another."""
    columns = (_EVENTS.c.number, _EVENTS.c.release, _EVENTS.c.content, _EVENTS.c.hash)
    query = select(*columns).where(
        _EVENTS.c.chain == bindparam("of"), _EVENTS.c.number > bindparam("after")
    )
    rows = connection.execute(
        query.order_by(_EVENTS.c.number),
        {"of": chain, "after": after},
        execution_options={"yield_per": 1000},
    )
    return (Event(*row) for row in rows)


def events_from(connection: Connection, of: int, after: int = 0) -> Iterator[Event]:
    """The events of a chain after one, with those that it shares with the one it comes from."""
    parent, shared = _shares(connection, of)
    if parent is not None and after < shared:
        for event in events_from(connection, parent, after):
            if event.number > shared:
                break
            yield event
    yield from events(connection, of, max(after, shared))


def holder(connection: Connection, of: int, number: int) -> int:
    """The chain whose rows have an event of a chain: itself, or one that it comes from."""
    parent, shared = _shares(connection, of)
    return of if parent is None or number > shared else holder(connection, parent, number)


def hash_at(connection: Connection, of: int, number: int) -> bytes | None:
    """The hash of an event of a chain, in it or in the one that it comes from; None if it is
    missing."""
    holding = holder(connection, of, number)
    where = (_EVENTS.c.chain == holding, _EVENTS.c.number == number)
    return connection.scalar(select(_EVENTS.c.hash).where(*where))


def _shares(connection: Connection, of: int) -> tuple[int | None, int]:
    """The chain that a chain comes from, and up to which event."""
    row = connection.execute(
        select(_CHAINS.c.parent, _CHAINS.c.shared).where(_CHAINS.c.id == of)
    ).one_or_none()
    return (None, 0) if row is None else (row.parent, row.shared)


def find(connection: Connection, genesis: str, number: int, hashed: bytes) -> int | None:
    """The chain that began with `genesis` and has this event; None if there is none here."""
    same = select(_CHAINS.c.id).where(_CHAINS.c.genesis == genesis).order_by(_CHAINS.c.id)
    for id_ in connection.scalars(same).all():
        if hash_at(connection, id_, number) == hashed:
            return int(id_)
    return None


def _begin(connection: Connection) -> Head:
    """The first event names the chain: no other archive has its hash."""
    at = datetime.now(UTC)
    content = {
        "at": utc_text(at),
        "kind": "begin",
        "id": secrets.token_hex(16),
        "software": f"arsip-pilkada/{__version__}",
    }
    genesis = linked(BEFORE, canonical(content)).hex()
    row = {"id": OWN, "genesis": genesis, "added_at": at}
    connection.execute(insert(_CHAINS), row)
    return _add(connection, Head(0, BEFORE), content)


def _add(connection: Connection, last: Head, values: dict[str, Any]) -> Head:
    content = canonical(values)
    hashed = linked(last.hash, content)
    row = {
        "chain": OWN,
        "number": last.number + 1,
        "release": values.get("release"),
        "content": content,
        "hash": hashed,
    }
    _ADD.run(connection, row)
    return Head(last.number + 1, hashed)
