"""Which releases carry a text that another one had first: the same, or nearly."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from archive.duplicates import claims
from archive.duplicates.clusters import Clusters, leave
from archive.duplicates.consistency import check, is_stale
from archive.duplicates.rebuild import rebuild

__all__ = ["catch_up", "check", "enter", "is_stale", "leave", "rebuild", "settle"]


def catch_up(session: Session) -> set[str]:
    """Works out what an older program did not know of; returns the releases (`id`) whose
    `duplicate_of` or `similarity` changed by it."""
    changed = set()
    for text_hash in sorted(claims.renew(session, open_only=True)):
        changed |= settle(session.connection(), [text_hash])
    session.expire_all()
    return changed


def settle(connection: Connection, hashes: Iterable[str | None]) -> set[str]:
    """Brings sketches and clusters to what the releases with these `text_hash`es say now, whatever
    order they came in; returns the releases (`id`) whose `duplicate_of` or `similarity` changed.
    What a session has changed must have been flushed before."""
    return Clusters(connection).settle(hashes)


def enter(
    connection: Connection, release: str, text_hash: str | None, bands: list[int] | None = None
) -> set[str]:
    """The same for a new release with this text, which costs the same however many have it.
    `bands`: the text's, where they have been worked out already."""
    if text_hash is None:
        return set()
    clusters = Clusters(connection, {text_hash: bands} if bands is not None else {})
    return {release} if clusters.join(release, text_hash) else clusters.settle([text_hash])
