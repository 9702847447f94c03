"""Reads captured documents of releases, in worker processes."""

from __future__ import annotations

from hashlib import sha256

from archive.captures import Capture
from archive.captures.content_encoding import Undecodable
from archive.captures.reader import Unreadable
from archive.ingest.attachments import DocumentLook
from crawler.crawl.document_fetcher import WEB_PAGE
from crawler.extraction.pdf_text import DocumentText, read_pdf
from crawler.rebuild.capture_index import DocumentLocation
from crawler.rebuild.record_bytes import RecordBytes

_PAGES = ("text/html", "application/xhtml+xml")


def read_document(records: RecordBytes, place: DocumentLocation) -> DocumentLook:
    """The fetch of a document as the crawl stored it. Never raises for what is in a capture."""
    return _look(records, place, None)


def without_text(records: RecordBytes, place: DocumentLocation, unread: str) -> DocumentLook:
    """The same for one whose text no worker could read."""
    return _look(records, place, unread)


def _look(records: RecordBytes, place: DocumentLocation, unread: str | None) -> DocumentLook:
    if place.status == 304 or place.kind == "revisit":
        return _outcome(place, "unchanged")
    if place.truncated:
        return _outcome(
            place, {"length": "too-large", "time": "timeout"}.get(place.truncated, "cut-off")
        )
    if not 200 <= place.status < 300:
        return _outcome(place, f"http-{place.status}")
    try:
        answer = records.answer(place)
        body = answer.body()
    except (Unreadable, Undecodable):
        return _outcome(place, "capture-unreadable")
    media_type = answer.header("Content-Type")
    if (media_type or "").split(";")[0].strip().lower() in _PAGES:
        return _outcome(place, WEB_PAGE)
    read = read_pdf(body) if unread is None else DocumentText(None, unread)
    return DocumentLook(
        url=place.url,
        at=place.at,
        outcome="captured",
        status=place.status,
        etag=answer.header("ETag"),
        last_modified=answer.header("Last-Modified"),
        capture=Capture(
            file=place.file,
            offset=place.offset,
            record_id=place.record_id,
            digest=answer.digest or "",
            url=answer.url,
            at=place.at,
        ),
        sha256=sha256(body).hexdigest(),
        size=len(body),
        media_type=media_type,
        text=read.text,
        unread=read.unread,
    )


def _outcome(place: DocumentLocation, outcome: str) -> DocumentLook:
    return DocumentLook(url=place.url, at=place.at, outcome=outcome, status=place.status)
