"""Who had a text first, and who repeats it.

Texts stand in the order of their earliest releases. The first one leads; each later one is a copy
of the earliest leader whose copy it is, or else leads itself. That is a function of the texts
alone, so the order in which they arrive cannot matter; and every copy has been held against its
leader, so that no chain of small changes, and no digest that contains two releases, joins what has
nothing in common."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database.models import ReleaseRecord, Sketch, Version
from archive.duplicates import band_index
from archive.duplicates.copy_rule import is_copy, resemblance
from archive.duplicates.precedence import Claim, claims
from archive.duplicates.sentences import Text, read
from archive.duplicates.winnowing import ALGORITHM, bands
from archive.errors import ValueDamaged

_NEARLY = 0.9999
"""The highest similarity of texts whose words are not the same to the letter."""

_BATCH = 500
"""Texts asked for in one query."""


class Node:
    """A text of the archive, as its earliest release prints it."""

    def __init__(self, sketch: Sketch, claim: Claim, records: list[ReleaseRecord] | None) -> None:
        self.sketch = sketch
        self.claim = claim
        self.order = claim.order
        self.records = records
        """All releases that carry it; None when that was not asked yet."""

    @property
    def text(self) -> Text:
        """Read when it is asked for: a cluster of thousands must not be held in memory."""
        return read(self.claim.body)

    def __lt__(self, other: Node) -> bool:
        return self.order < other.order


class Clusters:
    """The clusters within one transaction, and what becomes of them."""

    def __init__(self, session: Session, known: Mapping[str, list[int]] | None = None) -> None:
        """`known`: bands by `text_hash`, where they have been worked out already."""
        self._session = session
        self._known = known or {}
        self._nodes: dict[int, Node] = {}
        self._queue: list[Node] = []
        self._queued: set[int] = set()
        self._arrived: set[int] = set()
        """New texts: nobody follows them yet."""

    def settle(self, hashes: Iterable[str | None]) -> set[ReleaseRecord]:
        """Sorts out the texts with these hashes, which came, went or changed; returns the releases
        whose `duplicate_of` or `similarity` became another."""
        wanted = sorted({text_hash for text_hash in hashes if text_hash is not None})
        sketches = list(filter(None, map(self._take_up, wanted)))
        standing = [sketch for sketch in sketches if sketch.id in self._nodes]
        vacated = [sketch for sketch in sketches if sketch.id not in self._nodes]
        # Copies before their leaders, so that none of them is settled again.
        for sketch in sorted(vacated, key=lambda sketch: sketch.leader is None):
            self._remove(sketch)
        for sketch in standing:
            self._push([self.node(sketch.id), *self._followers(sketch)])
        settled = []
        while self._queue:  # an earlier one is never queued by a later one: each is settled once
            node = heapq.heappop(self._queue)
            self._settle(node)
            settled.append(node)
        return {record for node in settled for record in self._point(node)}

    def join(self, record: ReleaseRecord, text_hash: str) -> bool:
        """Points a new release to the first one with this very text, when that is known and
        earlier: nothing else changes by it, however many carry the text. False when not."""
        sketch = self._session.scalars(select(Sketch).filter_by(text_hash=text_hash)).one_or_none()
        if sketch is None:
            return False
        own, first = (
            next(claims(self._session, ReleaseRecord.id == release))
            for release in (record.id, sketch.first)
        )
        if own.order < first.order:
            return False
        leads = first.record.duplicate_of is None
        record.duplicate_of = first.record.id if leads else first.record.duplicate_of
        record.similarity = 1.0 if leads else first.record.similarity
        return True

    def node(self, number: int) -> Node:
        """The text with this number."""
        self._load([number])
        return self._nodes[number]

    def leader_of(self, node: Node) -> Node | None:
        """The earliest leader whose copy it is, when all earlier texts are settled; None when it
        leads itself."""
        return self._first_copied(node, self._candidates(node, member=False))

    def similarity(self, node: Node, leader: Node) -> float:
        """How alike a text and its leader are; 1 for the same words, and for nothing else."""
        return 1.0 if node is leader else min(_NEARLY, resemblance(node.text, leader.text))

    def _take_up(self, text_hash: str) -> Sketch | None:
        """Brings the row of a text to what its releases say. Without a node: it has none now."""
        session = self._session
        sketch = session.scalars(select(Sketch).filter_by(text_hash=text_hash)).one_or_none()
        carrying = list(claims(session, Version.text_hash == text_hash))
        claim = min(carrying, key=lambda claim: claim.order, default=None)
        if claim is None:
            return sketch
        if sketch is None:
            sketch = Sketch(
                text_hash=text_hash,
                algorithm=ALGORITHM,
                bands=self._known.get(text_hash) or bands(read(claim.body)),
                first=claim.record.id,
            )
            session.add(sketch)
            session.flush()
            band_index.enter(session, sketch.id, sketch.bands, member=False)
            self._arrived.add(sketch.id)
        sketch.first = claim.record.id
        self._nodes[sketch.id] = Node(sketch, claim, [claim.record for claim in carrying])
        return sketch

    def _remove(self, sketch: Sketch) -> None:
        """Takes out a text that no release carries any more."""
        session = self._session
        followers = self._followers(sketch)
        for follower in followers:
            self._follow(follower, None)
        self._push(followers)
        band_index.leave(session, sketch.id, sketch.bands)
        session.flush()
        session.delete(sketch)
        session.flush()

    def _settle(self, node: Node) -> None:
        """Finds its leader anew, and queues later texts for which that makes a difference."""
        followers = self._followers(node.sketch)
        leaders = self._candidates(node, member=False)
        leader = self._first_copied(node, leaders)
        self._follow(node, leader)
        if leader is not None:
            self._push(followers)
            return
        for others in (leaders, self._candidates(node, member=True)):
            later = [other for other in others if self._may_follow(other, node)]
            self._push([other for other in later if is_copy(node.text, other.text)])

    def _first_copied(self, node: Node, leaders: list[Node]) -> Node | None:
        """The earliest of the leaders before it that it is a copy of."""
        earlier = sorted(leader for leader in leaders if leader < node)
        copied = (leader for leader in earlier if is_copy(node.text, leader.text))
        return next((leader for leader in copied if self._had_it_before(leader, node)), None)

    def _had_it_before(self, leader: Node, node: Node) -> bool:
        """Whether the leader's release carried this very text in time: what it put in beside its
        own text by an edit does not count from the day of that."""
        claim = leader.claim
        if claim.version == 1:
            return True
        earlier = (
            select(Version)
            .filter_by(release=claim.record.id)
            .where(Version.version < claim.version)
            .order_by(Version.version)
        )
        for version in self._session.scalars(earlier):
            if is_copy(node.text, read(version.body)):
                return version.version == 1 or version.seen_at <= node.order[0]
        return claim.seen_at <= node.order[0]

    def _may_follow(self, other: Node, node: Node) -> bool:
        """Whether `other` would rather follow `node`, were it a copy, than whom it follows now."""
        leader = other.sketch.leader
        return node < other and (leader is None or node < self.node(leader))

    def _follow(self, node: Node, leader: Node | None) -> None:
        number = None if leader is None else leader.sketch.id
        was_member, is_member = node.sketch.leader is not None, number is not None
        if was_member != is_member:
            band_index.leave(self._session, node.sketch.id, node.sketch.bands)
            band_index.enter(self._session, node.sketch.id, node.sketch.bands, is_member)
        node.sketch.leader = number

    def _followers(self, sketch: Sketch) -> list[Node]:
        if sketch.id in self._arrived:
            return []
        self._session.flush()
        query = select(Sketch.id).where(Sketch.leader == sketch.id)
        return self._load(self._session.scalars(query).all())

    def _candidates(self, node: Node, member: bool) -> list[Node]:
        found = band_index.candidates(self._session, node.sketch.bands, member)
        return self._load([number for number in found if number != node.sketch.id])

    def _load(self, numbers: Iterable[int]) -> list[Node]:
        numbers = list(numbers)
        missing = [number for number in numbers if number not in self._nodes]
        for start in range(0, len(missing), _BATCH):
            wanted = Sketch.id.in_(missing[start : start + _BATCH])
            sketches = self._session.scalars(select(Sketch).where(wanted)).all()
            firsts = ReleaseRecord.id.in_([sketch.first for sketch in sketches])
            by_release = {claim.record.id: claim for claim in claims(self._session, firsts)}
            for sketch in sketches:
                if sketch.first not in by_release:
                    raise ValueDamaged(sketch.first)
                self._nodes[sketch.id] = Node(sketch, by_release[sketch.first], None)
        if lost := [number for number in numbers if number not in self._nodes]:
            raise ValueDamaged(f"sketch {lost[0]}")
        return [self._nodes[number] for number in numbers]

    def _push(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            if node.sketch.id not in self._queued:
                self._queued.add(node.sketch.id)
                heapq.heappush(self._queue, node)

    def _point(self, node: Node) -> list[ReleaseRecord]:
        """Points the releases with this text to the first one; returns those that changed."""
        number = node.sketch.leader
        leader = node if number is None else self.node(number)
        similarity = self.similarity(node, leader)
        if node.records is None:
            carrying = claims(self._session, Version.text_hash == node.sketch.text_hash)
            node.records = [claim.record for claim in carrying]
        first = leader.claim.record
        return [record for record in node.records if _point(record, first, similarity)]


def _point(record: ReleaseRecord, first: ReleaseRecord, similarity: float) -> bool:
    wanted = (None, None) if record is first else (first.id, similarity)
    if (record.duplicate_of, record.similarity) == wanted:
        return False
    record.duplicate_of, record.similarity = wanted
    return True


def leave(record: ReleaseRecord) -> None:
    """Takes a release whose text is too short to be copied out of its cluster."""
    record.duplicate_of = record.similarity = None
