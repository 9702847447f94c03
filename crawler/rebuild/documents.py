"""Reads captured documents of releases, in worker processes."""

from __future__ import annotations

from hashlib import sha256

from archive.captures import Capture
from archive.captures.content_encoding import Undecodable
from archive.captures.reader import Unreadable
from archive.ingest.attachments import DocumentFetch
from crawler.crawl.document_fetcher import WEB_PAGE
from crawler.extraction.pdf_text import DocumentText, read_pdf
from crawler.rebuild.locations import DocumentLocation
from crawler.rebuild.record_bytes import RecordBytes

_PAGES = ("text/html", "application/xhtml+xml")


def read_document(records: RecordBytes, location: DocumentLocation) -> DocumentFetch:
    """The fetch of a document as the crawl stored it. Never raises for what is in a capture."""
    return _read(records, location, None)


def without_text(records: RecordBytes, location: DocumentLocation, unread: str) -> DocumentFetch:
    """The same for one whose text no worker could read."""
    return _read(records, location, unread)


def _read(records: RecordBytes, location: DocumentLocation, unread: str | None) -> DocumentFetch:
    if location.status == 304 or location.kind == "revisit":
        return _outcome(location, "unchanged")
    if location.truncated:
        return _outcome(
            location, {"length": "too-large", "time": "timeout"}.get(location.truncated, "cut-off")
        )
    if not 200 <= location.status < 300:
        return _outcome(location, f"http-{location.status}")
    try:
        answer = records.answer(location)
        body = answer.body()
    except (Unreadable, Undecodable):
        return _outcome(location, "capture-unreadable")
    media_type = answer.header("Content-Type")
    if (media_type or "").split(";")[0].strip().lower() in _PAGES:
        return _outcome(location, WEB_PAGE)
    read = read_pdf(body) if unread is None else DocumentText(None, unread)
    return DocumentFetch(
        url=location.url,
        at=location.at,
        outcome="captured",
        status=location.status,
        etag=answer.header("ETag"),
        last_modified=answer.header("Last-Modified"),
        capture=Capture(
            file=location.file,
            offset=location.offset,
            record_id=location.record_id,
            digest=answer.digest or "",
            url=answer.url,
            at=location.at,
        ),
        sha256=sha256(body).hexdigest(),
        size=len(body),
        media_type=media_type,
        text=read.text,
        unread=read.unread,
    )


def _outcome(location: DocumentLocation, outcome: str) -> DocumentFetch:
    return DocumentFetch(url=location.url, at=location.at, outcome=outcome, status=location.status)
