"""Which releases carry a text that another one had first: the same, or nearly."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from archive.database.models import ReleaseRecord
from archive.duplicates import claims
from archive.duplicates.clusters import Clusters, leave
from archive.duplicates.consistency import check, is_stale
from archive.duplicates.rebuild import rebuild

__all__ = ["catch_up", "check", "enter", "is_stale", "leave", "rebuild", "settle"]


def catch_up(session: Session) -> set[ReleaseRecord]:
    """Works out what an older program did not know of; returns the releases whose `duplicate_of` or
    `similarity` changed by it."""
    changed = set()
    for text_hash in sorted(claims.renew(session, open_only=True)):
        changed |= settle(session, [text_hash])
    return changed


def settle(session: Session, hashes: Iterable[str | None]) -> set[ReleaseRecord]:
    """Brings sketches and clusters to what the releases with these `text_hash`es say now, whatever
    order they came in; returns the releases whose `duplicate_of` or `similarity` changed."""
    return Clusters(session).settle(hashes)


def enter(
    session: Session, record: ReleaseRecord, text_hash: str | None, bands: list[int] | None = None
) -> set[ReleaseRecord]:
    """The same for a new release with this text, which costs the same however many have it.
    `bands`: the text's, where they have been worked out already."""
    known = {text_hash: bands} if text_hash is not None and bands is not None else {}
    clusters = Clusters(session, known)
    if text_hash is None:
        return set()
    return {record} if clusters.join(record, text_hash) else clusters.settle([text_hash])
