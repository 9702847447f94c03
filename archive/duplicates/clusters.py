"""Clusters of copies within one transaction.

Texts are in the order of their earliest releases. The first one leads; each later one is a copy of
the earliest leader that it is a copy of, or leads itself. This depends on the texts alone, not on
the order of arrival; and every copy is compared with its leader, so no chain of small changes, and
no digest of two releases, joins unrelated texts.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, select, update

from archive.database.models import ReleaseRecord, Version, table_of
from archive.database.prepared_statements import Prepared
from archive.duplicates import band_index, sketches
from archive.duplicates.copy_rule import is_copy, resemblance
from archive.duplicates.precedence import Claim, body, carrying, claims_of
from archive.duplicates.sentences import Text, read
from archive.duplicates.sketches import SketchRow
from archive.duplicates.winnowing import ALGORITHM, bands
from archive.errors import ValueDamaged

_NEARLY = 0.9999
"""Highest similarity of texts whose words are not exactly the same."""

_RELEASES, _VERSIONS = table_of(ReleaseRecord), table_of(Version)
_POINT = Prepared(
    update(_RELEASES)
    .where(_RELEASES.c.id == bindparam("wanted"))
    .values(duplicate_of=bindparam("first"), similarity=bindparam("alike"))
)
_EARLIER = (
    select(_VERSIONS.c.version, _VERSIONS.c.seen_at, _VERSIONS.c.body)
    .where(_VERSIONS.c.release == bindparam("wanted"), _VERSIONS.c.version < bindparam("before"))
    .order_by(_VERSIONS.c.version)
)


class Node:
    """A text of the archive, as its earliest release has it."""

    def __init__(
        self, connection: Connection, sketch: SketchRow, claim: Claim, claims: list[Claim] | None
    ) -> None:
        self._connection = connection
        self.sketch = sketch
        self.claim = claim
        self.order = claim.order
        self.claims = claims
        """Claims of all releases with this text; None if not loaded yet."""
        self._body: str | None = None

    @property
    def text(self) -> Text:
        """The text, read on demand: a cluster may have thousands of releases."""
        if self._body is None:
            self._body = body(self._connection, self.claim)
        return read(self._body)

    def __lt__(self, other: Node) -> bool:
        return self.order < other.order


class Clusters:
    """Clusters within one transaction. Flush a session before; objects it has loaded are not
    refreshed."""

    def __init__(
        self, connection: Connection, known: Mapping[str, list[int]] | None = None
    ) -> None:
        """`known`: bands by `text_hash`, if already computed."""
        self._connection = connection
        self._known = known or {}
        self._unknown: set[str] = set()
        """Texts that were looked up and are not in the archive yet."""
        self._nodes: dict[int, Node] = {}
        self._queue: list[Node] = []
        self._queued: set[int] = set()
        self._arrived: set[int] = set()
        """New texts, which have no copies yet."""

    def settle(self, hashes: Iterable[str | None]) -> set[str]:
        """Updates the clusters for texts that were added, removed or changed; returns the releases
        (`id`) whose `duplicate_of` or `similarity` changed."""
        wanted = sorted({text_hash for text_hash in hashes if text_hash is not None})
        taken_up = list(filter(None, map(self._take_up, wanted)))
        standing = [sketch for sketch in taken_up if sketch.id in self._nodes]
        vacated = [sketch for sketch in taken_up if sketch.id not in self._nodes]
        # Copies before their leaders, so that none is settled twice.
        for sketch in sorted(vacated, key=lambda sketch: sketch.leader is None):
            self._remove(sketch)
        for sketch in standing:
            self._push([self.node(sketch.id), *self._followers(sketch)])
        settled = []
        while self._queue:  # later texts never queue earlier ones: each is settled once
            node = heapq.heappop(self._queue)
            self._settle(node)
            settled.append(node)
        return {release for node in settled for release in self._point(node)}

    def join(self, release: str, text_hash: str) -> bool:
        """Points a new release to the first one with exactly this text, if that is known and
        earlier: nothing else changes, however many have the text. Returns False if it is not."""
        sketch = sketches.find(self._connection, text_hash)
        if sketch is None:
            self._unknown.add(text_hash)
            return False
        claims = {claim.release: claim for claim in self._claims([release, sketch.first])}
        first = claims[sketch.first]
        if claims[release].order < first.order:
            return False
        if first.duplicate_of is None:
            self._write(release, first.release, 1.0)
        else:
            self._write(release, first.duplicate_of, first.similarity)
        return True

    def node(self, number: int) -> Node:
        """The text with this number."""
        self._load([number])
        return self._nodes[number]

    def leader_of(self, node: Node) -> Node | None:
        """The earliest leader that it is a copy of, once all earlier texts are settled; None if it
        leads itself."""
        return self._first_copied(node, self._candidates(node, member=False))

    def similarity(self, node: Node, leader: Node) -> float:
        """Similarity of a text and its leader; 1 only for the same words."""
        return 1.0 if node is leader else min(_NEARLY, resemblance(node.text, leader.text))

    def _take_up(self, text_hash: str) -> SketchRow | None:
        """Updates the row of a text from its releases. Returns None if it has none now."""
        known = text_hash not in self._unknown
        sketch = sketches.find(self._connection, text_hash) if known else None
        claims = carrying(self._connection, text_hash)
        claim = min(claims, key=lambda claim: claim.order, default=None)
        if claim is None:
            return sketch
        if sketch is None:
            sketch = self._arrive(text_hash, claim)
        sketches.change(self._connection, sketch, claim.release, sketch.leader)
        self._nodes[sketch.id] = Node(self._connection, sketch, claim, claims)
        return sketch

    def _arrive(self, text_hash: str, claim: Claim) -> SketchRow:
        """Adds a text that no release had."""
        known = self._known.get(text_hash) or bands(read(body(self._connection, claim)))
        sketch = sketches.add(self._connection, text_hash, ALGORITHM, known, claim.release)
        band_index.enter(self._connection, sketch.id, sketch.bands, member=False)
        self._arrived.add(sketch.id)
        return sketch

    def _remove(self, sketch: SketchRow) -> None:
        """Removes a text that no release has any more."""
        followers = self._followers(sketch)
        for follower in followers:
            self._follow(follower, None)
        self._push(followers)
        band_index.leave(self._connection, sketch.id, sketch.bands)
        sketches.remove(self._connection, sketch)

    def _settle(self, node: Node) -> None:
        """Finds its leader again, and queues later texts that this may change."""
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
        """Whether the leader's release had this text in time: a text added by an edit counts only
        from that edit on."""
        claim = leader.claim
        if claim.version == 1:
            return True
        earlier = {"wanted": claim.release, "before": claim.version}
        for version, seen_at, printed in self._connection.execute(_EARLIER, earlier):
            if is_copy(node.text, read(printed)):
                return bool(version == 1 or seen_at <= node.order[0])
        return claim.seen_at <= node.order[0]

    def _may_follow(self, other: Node, node: Node) -> bool:
        """Whether `other` would have `node` as its leader, if it is a copy of it, rather than its
        present one."""
        leader = other.sketch.leader
        return node < other and (leader is None or node < self.node(leader))

    def _follow(self, node: Node, leader: Node | None) -> None:
        number = None if leader is None else leader.sketch.id
        sketch = node.sketch
        was_member, is_member = sketch.leader is not None, number is not None
        if was_member != is_member:
            band_index.leave(self._connection, sketch.id, sketch.bands)
            band_index.enter(self._connection, sketch.id, sketch.bands, is_member)
        sketches.change(self._connection, sketch, sketch.first, number)

    def _followers(self, sketch: SketchRow) -> list[Node]:
        if sketch.id in self._arrived:
            return []
        return self._load(sketches.followers(self._connection, sketch.id))

    def _candidates(self, node: Node, member: bool) -> list[Node]:
        numbers = band_index.candidates(self._connection, node.sketch.bands, member)
        return self._load([number for number in numbers if number != node.sketch.id])

    def _load(self, numbers: list[int]) -> list[Node]:
        missing = [number for number in numbers if number not in self._nodes]
        for rows in sketches.load(self._connection, missing):
            firsts = self._claims([row.first for row in rows])
            by_release = {claim.release: claim for claim in firsts}
            for row in rows:
                self._nodes[row.id] = Node(self._connection, row, by_release[row.first], None)
        if lost := [number for number in missing if number not in self._nodes]:
            raise ValueDamaged(f"sketch {lost[0]}")
        return [self._nodes[number] for number in numbers]

    def _claims(self, releases: list[str]) -> list[Claim]:
        """Raises ValueDamaged if one of the releases is missing."""
        found = claims_of(self._connection, releases)
        if lost := set(releases) - {claim.release for claim in found}:
            raise ValueDamaged(min(lost))
        return found

    def _push(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            if node.sketch.id not in self._queued:
                self._queued.add(node.sketch.id)
                heapq.heappush(self._queue, node)

    def _point(self, node: Node) -> list[str]:
        """Points the releases with this text to the first one; returns those that changed."""
        number = node.sketch.leader
        leader = node if number is None else self.node(number)
        similarity = self.similarity(node, leader)
        if node.claims is None:
            node.claims = carrying(self._connection, node.sketch.text_hash)
        first = leader.claim.release
        changed = []
        for claim in node.claims:
            wanted = (None, None) if claim.release == first else (first, similarity)
            if (claim.duplicate_of, claim.similarity) != wanted:
                self._write(claim.release, *wanted)
                changed.append(claim.release)
        return changed

    def _write(self, release: str, first: str | None, similarity: float | None) -> None:
        values = {"wanted": release, "first": first, "alike": similarity}
        _POINT.run(self._connection, values)


def leave(connection: Connection, release: str) -> None:
    """Takes a release whose text is now too short to be a copy out of its cluster."""
    _POINT.run(connection, {"wanted": release, "first": None, "alike": None})
