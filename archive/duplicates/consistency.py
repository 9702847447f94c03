"""Checks that sketches and clusters agree with the releases."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, exists, func, select
from sqlalchemy.orm import Session, aliased

from archive.database.models import Band, ReleaseRecord, Sketch, Version, table_of
from archive.duplicates import band_index
from archive.duplicates import text_dates as inherited
from archive.duplicates.clusters import Clusters, Node
from archive.duplicates.precedence import Claim, body, carrying, claims
from archive.duplicates.winnowing import ALGORITHM, bands
from archive.fingerprint import text_hash

_BATCH = 200
"""Texts held in memory at a time."""


def check(session: Session) -> Iterator[str]:
    """Yields a sentence for each error; `rebuild` repairs all of them. Reads every text."""
    yield from _unsketched(session)
    yield from _unpointed(session)
    for release in inherited.wrong(session):
        yield f"{release}: the date its text counts from does not match its versions"
    entered = 0
    for sketches in _batches(session):
        clusters = Clusters(session.connection())
        for sketch in sketches:
            entered += len(sketch.bands)
            yield from _sketch(session, clusters, sketch)
        session.expire_all()
    bands = session.scalars(select(func.count()).select_from(Band)).one()
    if bands > entered:
        more = bands - entered
        yield f"The index of copies holds {bands:,} bands, {more:,} more than the texts have"


def is_stale(session: Session) -> bool:
    """Whether texts have no sketch, or one of another algorithm, as after an upgrade."""
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
    """Releases too short to be copies, or whose leader is a copy itself."""
    first = aliased(ReleaseRecord)
    connection = session.connection()
    for claim in claims(connection, table_of(Version).c.text_hash.is_(None)):
        yield from _misread(connection, claim)
        if claim.duplicate_of is not None:
            yield f"{claim.release}: it is called a copy, but its text is too short to be one"
    chained = (
        select(ReleaseRecord.id)
        .join(first, first.id == ReleaseRecord.duplicate_of)
        .where(first.duplicate_of.is_not(None))
    )
    for release in session.scalars(chained):
        yield f"{release}: it is called a copy of a release that is a copy itself"


def _sketch(session: Session, clusters: Clusters, sketch: Sketch) -> Iterator[str]:
    name = f"The text of {sketch.first}"
    connection = session.connection()
    claims = sorted(carrying(connection, sketch.text_hash), key=lambda claim: claim.order)
    if not claims:
        yield f"{name} has a sketch, but no release carries it any more"
        return
    if sketch.first != claims[0].release:
        yield f"{name} was not there first, but in {claims[0].release}"
        return
    for claim in claims:
        yield from _misread(connection, claim)
    node = clusters.node(sketch.id)
    if sketch.algorithm != ALGORITHM:
        yield f"{name} has a sketch of algorithm {sketch.algorithm}, not {ALGORITHM}"
    elif sketch.bands != bands(node.text):
        yield f"{name} has a sketch of another text"
    member = sketch.leader is not None
    if band_index.count(connection, sketch.id, sketch.bands, member) != len(sketch.bands):
        yield f"{name} is not in the index of copies with all its bands"
    leader = clusters.leader_of(node)
    if (leader and leader.sketch.id) != sketch.leader:
        whose = f"a copy of {leader.sketch.first}" if leader else "nobody's copy"
        yield f"{name} is {whose}, but is not kept as such"
        return
    yield from _pointers(clusters, node, leader or node, claims)


def _misread(connection: Connection, claim: Claim) -> Iterator[str]:
    if text_hash(body(connection, claim)) != claim.text_hash:
        yield f"{claim.release}: its text is not the one its text_hash is of"


def _pointers(clusters: Clusters, node: Node, leader: Node, claims: list[Claim]) -> Iterator[str]:
    similarity = clusters.similarity(node, leader)
    for claim in claims:
        first = claim.release == leader.sketch.first
        wanted = (None, None) if first else (leader.sketch.first, similarity)
        if (claim.duplicate_of, claim.similarity) != wanted:
            yield (
                f"{claim.release}: duplicate_of and similarity are {claim.duplicate_of} and "
                f"{claim.similarity}, but should be {wanted[0]} and {wanted[1]}"
            )
