"""Merges the documents of releases, and their captured states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from archive.captures import Capture
from archive.database.models import Attachment, AttachmentCapture, table_of
from archive.ingest import attachments
from archive.ingest.attachments import DocumentFetch

_DOCUMENTS, _CAPTURES = table_of(Attachment), table_of(AttachmentCapture)
Row = Mapping[str, Any]


def merge_documents(
    ours: Connection, theirs: Connection, release: str, crawls: Mapping[int, int]
) -> bool:
    """Adds the documents of a release, each with its captured states by time. Whether the record
    changed by it."""
    documents = {row["url"]: row for row in _rows(theirs, _DOCUMENTS, release)}
    if not documents:
        return False
    own = {row["url"]: row for row in _rows(ours, _DOCUMENTS, release)}
    for url, row in documents.items():
        if url not in own:
            ours.execute(insert(_DOCUMENTS).values(dict(row)))
        else:
            where = (_DOCUMENTS.c.release == release, _DOCUMENTS.c.url == url)
            ours.execute(update(_DOCUMENTS).where(*where).values(_both(own[url], row)))
    changed = documents.keys() != own.keys() & documents.keys()
    for state in _rows(theirs, _CAPTURES, release):
        crawl = crawls.get(state["crawl"]) if state["crawl"] else None
        fetches = _fetches(documents[state["url"]], state)
        changed = attachments.note(ours, release, fetches, crawl) or changed
    return changed


def _both(own: Row, other: Row) -> dict[str, Any]:
    """The later fetch counts; the page links to it while either saw so."""
    own_at, other_at = (row["asked_at"] or row["linked_at"] for row in (own, other))
    later = other if other_at > own_at else own
    unlinked = (own["unlinked_at"], other["unlinked_at"])
    return dict(later) | {
        "linked_at": min(own["linked_at"], other["linked_at"]),
        "unlinked_at": None if None in unlinked else max(unlinked),
    }


def _fetches(document: Row, state: Row) -> Iterator[DocumentFetch]:
    """The first and the last fetch that brought these bytes."""
    for at in sorted({state["seen_at"], state["last_seen_at"]}):
        is_last = document["asked_at"] == at
        yield DocumentFetch(
            url=state["url"],
            at=at,
            outcome="captured",
            status=document["status"] if is_last else None,
            etag=document["etag"] if is_last else None,
            last_modified=document["last_modified"] if is_last else None,
            capture=Capture(
                file=state["capture_file"],
                offset=state["capture_offset"],
                record_id=state["capture_record_id"],
                digest=state["capture_digest"] or _digest(document["capture"], state),
                url=state["url"],
                at=state["seen_at"],
            ),
            sha256=state["sha256"],
            size=state["size"],
            media_type=state["media_type"],
            text=state["text"],
            unread=state["unread"],
        )


def _digest(capture: Mapping[str, Any] | None, state: Row) -> str:
    """That of the payload, where the document's last capture is this one."""
    if capture is not None and capture["record_id"] == state["capture_record_id"]:
        return str(capture["digest"])
    return ""


def _rows(connection: Connection, table: Any, release: str) -> list[Row]:
    query = select(table).where(table.c.release == release)
    if table is _CAPTURES:
        query = query.order_by(_CAPTURES.c.seen_at, _CAPTURES.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]
