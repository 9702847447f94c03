"""Finds releases that carry the same or nearly the same text, and which published it first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from archive.duplicates import text_dates
from archive.duplicates.clusters import Clusters, leave
from archive.duplicates.consistency import check, is_stale
from archive.duplicates.rebuild import rebuild, rebuild_in_steps

__all__ = [
    "catch_up",
    "check",
    "enter",
    "enter_all",
    "is_stale",
    "leave",
    "rebuild",
    "rebuild_in_steps",
    "settle",
]


def catch_up(session: Session) -> set[str]:
    """Computes what an older program did not store; returns the releases (`id`) whose
    `duplicate_of` or `similarity` changed."""
    changed = set()
    for text_hash in sorted(text_dates.renew(session, text_dates.unfinished(session))):
        changed |= settle(session.connection(), [text_hash])
    session.expire_all()
    return changed


def settle(connection: Connection, hashes: Iterable[str | None]) -> set[str]:
    """Updates sketches and clusters for the texts with these `text_hash`es, whatever the order of
    arrival. Returns the releases (`id`) whose `duplicate_of` or `similarity` changed. A session
    must be flushed before."""
    return Clusters(connection).settle(hashes)


def enter(
    connection: Connection, release: str, text_hash: str | None, bands: list[int] | None = None
) -> set[str]:
    """As `settle`, for a new release with this text; takes the same time however many releases have
    it. `bands`: those of the text, if already computed."""
    if text_hash is None:
        return set()
    clusters = Clusters(connection, {text_hash: bands} if bands is not None else {})
    return {release} if clusters.join(release, text_hash) else clusters.settle([text_hash])


def enter_all(
    connection: Connection,
    releases: Sequence[tuple[str, str | None]],
    bands: Mapping[str, list[int]],
) -> set[str]:
    """As `enter`, for many new releases (`id`, `text_hash`) that the archive has already got.
    `bands`: by `text_hash`, as far as computed."""
    clusters = Clusters(connection, bands)
    hashes = {
        text_hash
        for release, text_hash in releases
        if text_hash is not None and not clusters.join(release, text_hash)
    }
    return clusters.settle(hashes)
