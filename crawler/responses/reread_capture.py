"""Extracts a captured page again, in a reader process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from archive.captures import Capture
from archive.captures.content_encoding import Undecodable
from archive.captures.reader import Answer, Unreadable, locate, read_at, read_record
from archive.captures.records import Damage, record_at
from crawler.discovery.pagination import links
from crawler.discovery.release_parts import next_part
from crawler.items import Hint, Page, Rejected, Release, SiteTemplate
from crawler.markup.encoding import decode
from crawler.registry.source import Source
from crawler.url_policy import is_downgrade

_PARTS_AFTER = 2_000
"""Records after a page among which its further parts are looked for: they were asked for next."""


def read_captured(
    folder: Path, capture: Capture, url: str, source: Source, template: SiteTemplate
) -> Release | Rejected | None:
    """Extracts the capture of a release; None if it cannot be read completely."""
    from crawler.extraction.release import extract

    try:
        page = captured_page(folder, capture, url)
    except (Unreadable, Undecodable, OSError):
        return None
    return extract(page, source, template)


def captured_page(folder: Path, capture: Capture, url: str) -> Page:
    """The page as the crawl received it. Raises Unreadable, Undecodable, OSError."""
    path = locate(folder, capture.file)
    with path.open("rb") as file:
        answer = read_at(file, capture.offset, capture.record_id)
    if answer.kind == "revisit":
        raise Unreadable("The record has no body.")
    return Page(
        url=url,
        body=answer.body(),
        captured_at=capture.at,  # where its clock was wrong, that is corrected
        content_type=answer.header("Content-Type"),
        hint=hint(answer.notes.get("hint")),
        continuations=tuple(_parts(path, capture.offset, answer, url)),
        certificate_checked="certificate" not in answer.notes,
        downgraded=is_downgrade(url, answer.url),
    )


def hint(noted: Mapping[str, Any] | None) -> Hint | None:
    """Title and time that a list gave for a release, from the notes of a capture."""
    if not isinstance(noted, Mapping) or not isinstance(noted.get("evidence"), str):
        return None
    title, published = noted.get("title"), noted.get("published")
    return Hint(
        evidence=noted["evidence"],
        title=title if isinstance(title, str) else None,
        published=published if isinstance(published, str) else None,
    )


def _parts(path: Path, offset: int, first: Answer, url: str) -> Iterator[bytes]:
    """The bodies of the parts 2, 3, …; raises Unreadable where one that the page names is not
    among the records that follow."""
    number, further = 1, _next(first, url, 1)
    if further is None:
        return
    with path.open("rb") as file:
        for answer in _following(file, offset):
            notes = answer.notes
            is_part = notes.get("as") == "part" and notes.get("of") == url
            if is_part and notes.get("crawl") == first.notes.get("crawl"):
                yield answer.body()
                number += 1
                further = _next(answer, url, number)
                if further is None:
                    return
    raise Unreadable("A further part of the page was not captured.")


def _following(file: BinaryIO, offset: int) -> Iterator[Answer]:
    """The responses of the records that follow."""
    for count in range(_PARTS_AFTER):
        record = record_at(file, offset)
        if isinstance(record, Damage):
            return
        if count and (answer := read_record(record)):
            yield answer
        offset = record.offset + record.length


def _next(answer: Answer, url: str, number: int) -> str | None:
    page = decode(answer.body(), answer.header("Content-Type"))
    return next_part(links(page, answer.url), url, number)
