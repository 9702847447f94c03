"""Making sketches and clusters anew from the texts."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.database import change_sequence
from archive.database.models import Band, ReleaseRecord, Sketch, Version
from archive.duplicates import claims as inherited
from archive.duplicates.clusters import Clusters, leave
from archive.duplicates.precedence import Order, claims
from archive.fingerprint import text_hash


def rebuild(session: Session) -> int:
    """Forgets all hashes, claims, sketches and clusters and makes them again, the earliest text
    first, so that none has to be settled twice. Returns how many records changed; these get a new
    `seq`.

    Memory: some 300 bytes a text, for their order."""
    _rehash(session)
    inherited.renew(session)
    session.execute(delete(Band))
    session.execute(delete(Sketch))
    changed = _freed(session)
    for wanted in _in_order(session):
        changed |= {record.id for record in Clusters(session).settle([wanted])}
    records = [session.get_one(ReleaseRecord, release) for release in sorted(changed)]
    change_sequence.advance(session, records)
    session.flush()
    return len(records)


def _rehash(session: Session) -> None:
    rows = session.execute(
        select(Version.id, Version.body, Version.text_hash), execution_options={"yield_per": 500}
    )
    wrong = [
        {"id": number, "text_hash": right}
        for number, body, known in rows
        if (right := text_hash(body)) != known
    ]
    if wrong:
        session.execute(update(Version), wrong)


def _freed(session: Session) -> set[str]:
    """Takes releases whose text is too short to be copied out of their clusters."""
    short = claims(session, Version.text_hash.is_(None) & ReleaseRecord.duplicate_of.is_not(None))
    records = [claim.record for claim in short]
    for record in records:
        leave(record)
    return {record.id for record in records}


def _in_order(session: Session) -> list[str]:
    first: dict[str, Order] = {}
    for claim in claims(session, Version.text_hash.is_not(None)):
        assert claim.text_hash is not None
        known = first.get(claim.text_hash)
        first[claim.text_hash] = claim.order if known is None else min(known, claim.order)
    return sorted(first, key=first.__getitem__)
