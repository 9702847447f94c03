"""The proof of time in a package: the log from the first event about its releases up to the stamps
that cover them. Of all other events only digests are in it, so nothing of other releases is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import sha256
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, select

from archive.database.models import ChainRow, EventRow, StampRow, Version, table_of
from archive.proof import chain
from archive.proof.canonical import canonical
from archive.proof.release_state import version_documents

_CHAINS, _EVENTS, _STAMPS = table_of(ChainRow), table_of(EventRow), table_of(StampRow)
_README = files("archive.preservation").joinpath("wacz_proof.md")
_AT_ONCE = 500


def proof(connection: Connection, releases: Collection[str]) -> dict[str, bytes]:
    """The files of the proof, by path in the container; none if no stamp covers the releases.
    Needs the packages of requirements-extra.txt only for the certificates."""
    found: dict[str, bytes] = {}
    for row in connection.execute(select(_CHAINS).order_by(_CHAINS.c.id)).all():
        about = _about(connection, row.id, releases)
        stamps = _covering(connection, row.id, about)
        if stamps:
            last = max(stamp.number for stamp in stamps)
            lines = _lines(connection, row.id, min(about), last, set(about))
            found[f"proof/events-{row.id}.txt"] = "".join(f"{line}\n" for line in lines).encode()
            for stamp in stamps:
                found |= _stamp(connection, row, stamp)
    if found:
        versions = _versions(connection, releases)
        found["proof/versions.jsonl"] = "".join(f"{one}\n" for one in versions).encode()
        found["proof/readme.md"] = _README.read_bytes()
    return found


def _about(connection: Connection, of: int, releases: Collection[str]) -> list[int]:
    """Numbers of the events about these releases, in the rows of a chain."""
    wanted, numbers = sorted(releases), list[int]()
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(_EVENTS.c.number).where(
            _EVENTS.c.chain == of, _EVENTS.c.release.in_(wanted[start : start + _AT_ONCE])
        )
        numbers += connection.scalars(query)
    return sorted(numbers)


def _covering(connection: Connection, of: int, about: list[int]) -> list[Any]:
    """The first stamps at or after each of these events, and the last one of all."""
    if not about:
        return []
    query = (
        select(_STAMPS)
        .where(_STAMPS.c.chain == of, _STAMPS.c.number >= about[0])
        .order_by(_STAMPS.c.number)
    )
    stamps = connection.execute(query).all()
    wanted = {stamps[-1].number} if stamps else set()
    numbers = [stamp.number for stamp in stamps]
    place = 0
    for number in about:
        while place < len(numbers) and numbers[place] < number:
            place += 1
        if place < len(numbers):
            wanted.add(numbers[place])
    return [stamp for stamp in stamps if stamp.number in wanted]


def _lines(
    connection: Connection, of: int, first: int, last: int, open_: set[int]
) -> Iterator[str]:
    """The hash before the first event, and then an event a line: its JSON, or its digest."""
    before = chain.hash_at(connection, of, first - 1) or chain.BEFORE
    yield f"after event {first - 1}: {before.hex()}"
    for event in chain.events_from(connection, of, first - 1):
        if event.number > last:
            break
        content = event.content
        yield content if event.number in open_ else sha256(content.encode()).hexdigest()


def _stamp(connection: Connection, row: Any, stamp: Any) -> dict[str, bytes]:
    from archive.proof import tokens

    hashed = chain.hash_at(connection, row.id, stamp.number)
    if hashed is None:
        return {}
    # In one folder: `wacz validate` finds no others in it.
    service = sha256(stamp.service.encode()).hexdigest()[:8]
    name = f"proof/stamp-{row.id}-{stamp.number}-{service}"
    return {
        f"{name}.txt": tokens.statement(row.genesis, stamp.number, hashed),
        f"{name}.tsr": stamp.answer,
        f"{name}.pem": tokens.certificates(stamp.answer),
    }


def _versions(connection: Connection, releases: Collection[str]) -> Iterator[str]:
    """What the digests are of, without versions of which anything was taken down."""
    query = select(Version.withheld.is_(None)).order_by(Version.version)
    for release in sorted(releases):
        shown = connection.scalars(query.where(Version.release == release)).all()
        for version, is_shown in zip(version_documents(connection, release), shown, strict=True):
            if is_shown:
                yield canonical(version)
