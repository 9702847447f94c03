"""The documents of releases: which ones a page links to, and what fetches of them brought.

A captured state of a document is never replaced: other bytes are another row, the same bytes only
extend the time in which it was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from archive.captures import Capture
from archive.curation.shown_rows import as_read
from archive.database import change_sequence
from archive.database.column_types import clean, moment
from archive.database.models import (
    Attachment,
    AttachmentCapture,
    ReleaseRecord,
    Version,
    table_of,
)
from archive.fingerprint import release_id
from archive.search import index

_DOCUMENTS, _CAPTURES = table_of(Attachment), table_of(AttachmentCapture)
_VERSIONS, _RELEASES = table_of(Version), table_of(ReleaseRecord)
Links = Sequence[Mapping[str, Any]]
"""Attachments as in `versions.attachments`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFetch:
    """One fetch of a document."""

    url: str
    """As the release links to it."""
    at: datetime
    """UTC."""
    outcome: str
    """`captured`, `unchanged`, `too-large`, or another word for why there is none."""
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    capture: Capture | None = None
    """Of the bytes; None if none came, or the same as before."""
    sha256: str | None = None
    size: int = 0
    media_type: str | None = None
    text: str | None = None
    unread: str | None = None
    """Why the text is missing or incomplete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDocument:
    """A document that a release links to, as the archive has it."""

    url: str
    etag: str | None
    last_modified: str | None
    capture: Capture | None
    """Of its last complete response."""
    sha256: str | None


def known(connection: Connection, source: str, url: str) -> list[KnownDocument]:
    """The documents that a release's current version links to, by the release's address."""
    release = release_id(source, url)
    links = connection.scalar(
        select(_VERSIONS.c.attachments)
        .join(_RELEASES, _RELEASES.c.id == _VERSIONS.c.release)
        .where(_RELEASES.c.id == release, _RELEASES.c.version == _VERSIONS.c.version)
    )
    rows = {
        row.url: row
        for row in connection.execute(select(_DOCUMENTS).where(_DOCUMENTS.c.release == release))
    }
    return [_known(connection, release, link["url"], rows.get(link["url"])) for link in links or ()]


def _known(connection: Connection, release: str, url: str, row: Any) -> KnownDocument:
    held = _last(connection, release, url)
    return KnownDocument(
        url=url,
        etag=row and row.etag,
        last_modified=row and row.last_modified,
        capture=Capture.from_json(row.capture) if row and row.capture else None,
        sha256=held and held.sha256,
    )


def linking(connection: Connection, source: str) -> dict[str, list[tuple[str, datetime]]]:
    """The releases of a source that link to each document, and since when."""
    columns = (_DOCUMENTS.c.url, _DOCUMENTS.c.release, _DOCUMENTS.c.linked_at)
    found: dict[str, list[tuple[str, datetime]]] = {}
    mine = _DOCUMENTS.c.release.startswith(f"{source}:", autoescape=True)
    for url, release, linked_at in connection.execute(select(*columns).where(mine)):
        found.setdefault(url, []).append((release, linked_at))
    return found


def update_links(
    connection: Connection, release: str, before: Links | None, now: Links, at: datetime
) -> None:
    """Notes the documents that a release's page links to at a time. `before`: those that the same
    program read on the page before; None if that is not known."""
    rows = {
        row.url: row
        for row in connection.execute(select(_DOCUMENTS).where(_DOCUMENTS.c.release == release))
    }
    for link in now:
        declared = {"type": link["type"], "label": link["label"]}
        if link["url"] not in rows:
            new = {"release": release, "url": link["url"], "linked_at": at}
            connection.execute(insert(_DOCUMENTS).values(new | declared))
            continue
        row = rows[link["url"]]
        values = declared | {"linked_at": min(row.linked_at, moment(at))}
        if row.unlinked_at is not None and row.unlinked_at <= moment(at):
            values["unlinked_at"] = None
        _update(connection, release, link["url"], values)
    linked = {link["url"] for link in now}
    for link in before or ():
        held = rows.get(link["url"])
        if link["url"] not in linked and held is not None and held.unlinked_at is None:
            _update(connection, release, link["url"], {"unlinked_at": at})


def note(
    connection: Connection, release: str, fetches: Iterable[DocumentFetch], crawl: int | None
) -> bool:
    """Stores what fetches of a release's documents brought; returns whether its record changed.
    Does nothing for a release that the archive does not have."""
    fetches = list(fetches)
    if not fetches:  # as for most releases
        return False
    number = connection.scalar(
        select(_VERSIONS.c.id)
        .join(_RELEASES, _RELEASES.c.id == _VERSIONS.c.release)
        .where(_RELEASES.c.id == release, _RELEASES.c.version == _VERSIONS.c.version)
    )
    if number is None:
        return False
    changed = False
    text_changes = any(fetch.capture is not None for fetch in fetches)
    with index.changing_documents(connection, number) if text_changes else nullcontext():
        for fetch in fetches:
            changed = _note_one(connection, release, fetch, crawl) or changed
    if changed:
        change_sequence.advance(connection, [release])
    return changed


def note_seen(
    connection: Connection, release: str, fetches: Iterable[DocumentFetch], crawl: int | None = None
) -> None:
    """As `note`, where nothing else of the release is stored; what is taken down stays so."""
    fetches = list(fetches)
    if fetches:
        with as_read(connection, release):
            note(connection, release, fetches, crawl)


def _note_one(
    connection: Connection, release: str, fetch: DocumentFetch, crawl: int | None
) -> bool:
    where = (_DOCUMENTS.c.release == release, _DOCUMENTS.c.url == fetch.url)
    row = connection.execute(select(_DOCUMENTS).where(*where)).one_or_none()
    if row is None:
        values = {"release": release, "url": fetch.url, "linked_at": fetch.at}
        connection.execute(insert(_DOCUMENTS).values(values))
    if row is None or row.asked_at is None or row.asked_at <= moment(fetch.at):
        _update(connection, release, fetch.url, _fetched_columns(fetch))
    if fetch.outcome == "unchanged":
        _extend(connection, _last(connection, release, fetch.url, fetch.at), fetch.at)
        return False
    if fetch.capture is None or fetch.sha256 is None:
        return False
    return _enter(connection, release, fetch, crawl)


def _fetched_columns(fetch: DocumentFetch) -> dict[str, Any]:
    """The columns of the last fetch. A failure, or a 304 without validators, takes none away."""
    values: dict[str, Any] = {
        "asked_at": fetch.at,
        "outcome": fetch.outcome,
        "status": fetch.status,
    }
    if fetch.outcome == "captured":
        capture = fetch.capture.as_json() if fetch.capture else None
        values |= {"etag": fetch.etag, "last_modified": fetch.last_modified, "capture": capture}
    return clean(values)  # type: ignore[no-any-return]


def _enter(connection: Connection, release: str, fetch: DocumentFetch, crawl: int | None) -> bool:
    """Puts a captured state where it belongs in time; returns whether that is news."""
    assert fetch.capture is not None
    read = {"text": clean(fetch.text), "unread": fetch.unread}
    same = connection.execute(
        select(_CAPTURES).where(
            _CAPTURES.c.release == release,
            _CAPTURES.c.url == fetch.url,
            _CAPTURES.c.capture_record_id == fetch.capture.record_id,
        )
    ).one_or_none()
    before = same or _last(connection, release, fetch.url, fetch.at)
    if before is not None and before.sha256 == fetch.sha256:
        _extend(connection, before, fetch.at)
        # A program without pypdf, or one that was too slow, takes no text away.
        if fetch.text is None and before.text is not None:
            return False
        if (before.text, before.unread) == (read["text"], read["unread"]):
            return False
        connection.execute(update(_CAPTURES).where(_CAPTURES.c.id == before.id).values(read))
        return True
    after = _next(connection, release, fetch)
    values = {
        "seen_at": fetch.at,
        "crawl": crawl,
        "media_type": clean(fetch.media_type),
        "size": fetch.size,
        "sha256": fetch.sha256,
        "capture_file": fetch.capture.file,
        "capture_offset": fetch.capture.offset,
        "capture_record_id": fetch.capture.record_id,
        "capture_digest": fetch.capture.digest or None,
        **read,
    }
    if after is not None and after.sha256 == fetch.sha256:
        connection.execute(update(_CAPTURES).where(_CAPTURES.c.id == after.id).values(values))
    else:
        values |= {"release": release, "url": fetch.url, "last_seen_at": fetch.at}
        connection.execute(insert(_CAPTURES).values(values))
    return True


def _last(connection: Connection, release: str, url: str, at: datetime | None = None) -> Any:
    """The last captured state of a document, at a time."""
    query = select(_CAPTURES).where(_CAPTURES.c.release == release, _CAPTURES.c.url == url)
    if at is not None:
        query = query.where(_CAPTURES.c.seen_at <= at)
    query = query.order_by(_CAPTURES.c.seen_at.desc(), _CAPTURES.c.id.desc()).limit(1)
    return connection.execute(query).one_or_none()


def _next(connection: Connection, release: str, fetch: DocumentFetch) -> Any:
    query = select(_CAPTURES).where(
        _CAPTURES.c.release == release, _CAPTURES.c.url == fetch.url, _CAPTURES.c.seen_at > fetch.at
    )
    return connection.execute(query.order_by(_CAPTURES.c.seen_at).limit(1)).one_or_none()


def _extend(connection: Connection, state: Any, at: datetime) -> None:
    if state is not None and state.last_seen_at < moment(at):
        here = _CAPTURES.c.id == state.id
        connection.execute(update(_CAPTURES).where(here).values(last_seen_at=at))


def _update(connection: Connection, release: str, url: str, values: dict[str, Any]) -> None:
    where = (_DOCUMENTS.c.release == release, _DOCUMENTS.c.url == url)
    connection.execute(update(_DOCUMENTS).where(*where).values(values))
