"""Checks the stamps offline: each is of an event of its chain, signed, and none is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from archive.database.column_types import moment, utc_text
from archive.database.models import ChainRow, StampRow, table_of
from archive.fault import Fault
from archive.proof import chain
from archive.proof.services import host
from archive.proof.stamped_events import Stamp, about_archive

if TYPE_CHECKING:
    from archive.proof.tokens import Roots

_CHAINS, _STAMPS = table_of(ChainRow), table_of(StampRow)
Key = tuple[int, int, str]


@dataclass(slots=True)
class Stamps:
    """What the stamps show."""

    valid: list[Stamp] = field(default_factory=list)
    unchecked: int = 0
    """Stamps that could not be checked: the packages for it are not installed."""
    without_issuer: int = 0
    """Valid stamps of which it was not checked who issued their certificates: no roots were
    given."""
    versions: int = 0
    by_stamp: Counter[Stamp] = field(default_factory=Counter)
    """How many versions each stamp is the first to cover."""

    def as_json(self) -> dict[str, Any]:
        return {
            "versions": self.versions,
            "stamped": sum(self.by_stamp.values()),
            "stamps": [
                {
                    "at": utc_text(one.at),
                    "service": one.service,
                    "event": one.number,
                    "first_to_cover": self.by_stamp[one],
                }
                for one in sorted(self.valid, key=lambda one: one.at)
            ],
            "issuers_not_checked": self.without_issuer,
            "not_checked": self.unchecked,
        }


def check_stamps(
    connection: Connection, roots: Roots | Sequence[Any], stamps: Stamps
) -> Iterator[Fault]:
    """What is wrong with the stamps; `stamps` gets those that are valid. `roots`: certificates
    that issuers must lead to; without any, only the signatures are checked."""
    logged = defaultdict[Key, dict[str, int]](dict)
    for key, (digest, event) in _logged(connection):
        logged[key][digest] = event
    genesis = {row.id: row.genesis for row in connection.execute(select(_CHAINS))}
    query = select(_STAMPS).order_by(_STAMPS.c.chain, _STAMPS.c.number, _STAMPS.c.service)
    for row in connection.execute(query, execution_options={"yield_per": 100}):
        where = f"of event {row.number} by {host(row.service)}"
        key = (row.chain, row.number, row.service)
        digests = logged.pop(key, {})
        if not digests:
            yield Fault("stamp", where, "is in no event of the log")
        elif sha256(row.answer).hexdigest() not in digests:
            event = min(digests.values())
            yield Fault("stamp", where, f"is not the one that event {event} says")
        else:
            yield from _check(connection, row, genesis.get(row.chain, ""), where, roots, stamps)
    for (_, number, service), digests in logged.items():
        where, event = f"of event {number} by {host(service)}", min(digests.values())
        yield Fault("stamp", where, f"is missing; event {event} says that there is one")


def _check(
    connection: Connection, row: Any, genesis: str, where: str, roots: Any, stamps: Stamps
) -> Iterator[Fault]:
    hashed = chain.hash_at(connection, row.chain, row.number)
    if hashed is None:
        yield Fault("stamp", where, "is of an event that is missing")
        return
    try:
        from archive.proof import tokens
    except ImportError:
        stamps.unchecked += 1
        return
    try:
        stated = tokens.statement(genesis, row.number, hashed)
        token = tokens.check(row.answer, stated, roots)
    except tokens.BadToken as error:
        yield Fault("stamp", where, f"proves nothing: {error}")
        return
    at = row.at.astimezone(UTC)
    if at != moment(token.at):
        yield Fault(
            "stamp", where, f"is filed under {utc_text(at)}, but is of {utc_text(token.at)}"
        )
    stamps.valid.append(Stamp(row.chain, row.number, row.service, moment(token.at)))
    stamps.without_issuer += not token.is_issuer_checked


def _logged(connection: Connection) -> Iterator[tuple[Key, tuple[str, int]]]:
    """The stamps that the events speak of, with the SHA-256 of each and the event's number."""
    for of in connection.scalars(select(_CHAINS.c.id).order_by(_CHAINS.c.id)).all():
        for number, event in about_archive(connection, of):
            if event.get("kind") == "stamp" and event.keys() >= {"number", "service", "sha256"}:
                holding = chain.holder(connection, of, event["number"])
                yield (holding, event["number"], event["service"]), (event["sha256"], number)
