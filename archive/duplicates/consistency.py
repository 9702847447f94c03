"""Whether sketches and clusters are what the releases say."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from archive.database.models import Band, ReleaseRecord, Sketch, Version
from archive.duplicates import band_index
from archive.duplicates import claims as inherited
from archive.duplicates.clusters import Clusters, Node
from archive.duplicates.precedence import Claim, claims
from archive.duplicates.winnowing import ALGORITHM, bands
from archive.fingerprint import text_hash

_BATCH = 200
"""Texts held in memory at a time."""


def check(session: Session) -> Iterator[str]:
    """A sentence for each thing that is wrong; `rebuild` mends them all. Reads every text."""
    yield from _unsketched(session)
    yield from _unpointed(session)
    for release in inherited.wrong(session):
        yield f"{release}: the date its text counts from does not match its wordings"
    entered = 0
    for sketches in _batches(session):
        clusters = Clusters(session)
        for sketch in sketches:
            entered += len(sketch.bands)
            yield from _sketch(session, clusters, sketch)
        session.expire_all()
    held = session.scalars(select(func.count()).select_from(Band)).one()
    if held > entered:
        more = held - entered
        yield f"The index of copies holds {held:,} bands, {more:,} more than the texts have"


def is_stale(session: Session) -> bool:
    """Whether texts have no sketch, or one of another algorithm: after an upgrade."""
    other = select(Sketch.id).where(Sketch.algorithm != ALGORITHM).limit(1)
    return session.scalar(other) is not None or any(True for _ in _unsketched(session))


def _batches(session: Session) -> Iterator[list[Sketch]]:
    last = 0
    while found := session.scalars(
        select(Sketch).where(Sketch.id > last).order_by(Sketch.id).limit(_BATCH)
    ).all():
        last = found[-1].id
        yield list(found)


def _current(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        (Version.release == ReleaseRecord.id) & (Version.version == ReleaseRecord.version)
    ) & condition


def _unsketched(session: Session) -> Iterator[str]:
    known = exists().where(Sketch.text_hash == Version.text_hash)
    query = select(ReleaseRecord.id).join(
        Version, _current(Version.text_hash.is_not(None) & ~known)
    )
    for release in session.scalars(query):
        yield f"{release}: its text has no sketch, so that its copies cannot be found"


def _unpointed(session: Session) -> Iterator[str]:
    """Releases too short to be copied, or whose leader is a copy itself."""
    first = aliased(ReleaseRecord)
    for claim in claims(session, Version.text_hash.is_(None)):
        yield from _misread(claim)
        if claim.record.duplicate_of is not None:
            yield f"{claim.record.id}: it is called a copy, but its text is too short to be one"
    chained = (
        select(ReleaseRecord.id)
        .join(first, first.id == ReleaseRecord.duplicate_of)
        .where(first.duplicate_of.is_not(None))
    )
    for release in session.scalars(chained):
        yield f"{release}: it is called a copy of a release that is a copy itself"


def _sketch(session: Session, clusters: Clusters, sketch: Sketch) -> Iterator[str]:
    name = f"The text of {sketch.first}"
    carrying = sorted(
        claims(session, Version.text_hash == sketch.text_hash), key=lambda claim: claim.order
    )
    if not carrying:
        yield f"{name} has a sketch, but no release carries it any more"
        return
    if sketch.first != carrying[0].record.id:
        yield f"{name} was not there first, but in {carrying[0].record.id}"
        return
    for claim in carrying:
        yield from _misread(claim)
    node = clusters.node(sketch.id)
    if sketch.algorithm != ALGORITHM:
        yield f"{name} has a sketch of algorithm {sketch.algorithm}, not {ALGORITHM}"
    elif sketch.bands != bands(node.text):
        yield f"{name} has a sketch of another text"
    member = sketch.leader is not None
    if band_index.count(session, sketch.id, sketch.bands, member) != len(sketch.bands):
        yield f"{name} is not in the index of copies with all its bands"
    leader = clusters.leader_of(node)
    if (leader and leader.sketch.id) != sketch.leader:
        whose = f"a copy of {leader.sketch.first}" if leader else "nobody's copy"
        yield f"{name} is {whose}, but is not kept as such"
        return
    yield from _pointers(clusters, node, leader or node, [claim.record for claim in carrying])


def _misread(claim: Claim) -> Iterator[str]:
    if text_hash(claim.body) != claim.text_hash:
        yield f"{claim.record.id}: its text is not the one its text_hash is of"


def _pointers(
    clusters: Clusters, node: Node, leader: Node, records: list[ReleaseRecord]
) -> Iterator[str]:
    similarity = clusters.similarity(node, leader)
    for record in records:
        first = record.id == leader.sketch.first
        wanted = (None, None) if first else (leader.sketch.first, similarity)
        if (record.duplicate_of, record.similarity) != wanted:
            yield (
                f"{record.id}: duplicate_of and similarity are {record.duplicate_of} and "
                f"{record.similarity}, but should be {wanted[0]} and {wanted[1]}"
            )
