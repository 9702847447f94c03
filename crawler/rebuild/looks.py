"""From captured looks at one address to releases, as a crawl would have read them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from scrapy.http import Response

from archive.captures import Capture
from archive.captures.decoding import Undecodable
from archive.captures.reading import Answer, Unreadable, locate, read_at
from archive.frontier import Look
from crawler.discovery.identity import plausible_canonical
from crawler.discovery.listing import links
from crawler.extraction.decode import decode
from crawler.items import Frame, Hint, Page, Rejected, Release
from crawler.rebuild.shelf import CapturedLook, Place, source_address
from crawler.revisits import revisits
from crawler.source import Source
from crawler.spiders.answers import Miss, refusal

GONE_STATUS = (404, 410)


@dataclass(frozen=True, slots=True)
class Read:
    """What a look says: a release, or why there is none."""

    result: Release | Rejected
    """With its look."""
    crawl: str
    led_by: str | None = None
    """How the address asked led to another: `redirect` or `rel-canonical`."""


@dataclass(frozen=True, slots=True)
class Task:
    """An address to be read, with all a reader in another process needs."""

    folder: Path
    source: Source
    frame: Frame
    asked: str
    looks: tuple[CapturedLook, ...]
    is_kept: bool
    """The archive has a release under this very address."""


def read_looks(task: Task) -> list[Read]:
    """All looks at an address, in order of time. Never raises for what is in a capture."""
    from crawler.extraction.release import extract

    read: list[Read] = []
    held: dict[str, Release] = {}
    for captured in task.looks:
        look = Look(
            source=task.source.id,
            url=task.asked,
            at=captured.place.at,
            outcome="",
            status=captured.place.status,
        )
        found = _page(task, captured, look)
        if isinstance(found, Rejected):
            read.append(Read(found, captured.place.crawl))
            continue
        page, look, led_by = found
        assert look.capture is not None
        known = held.get(look.capture.record_id)
        if known is not None:  # the very bytes of an earlier look
            result: Release | Rejected = replace(known, fetched_at=page.captured_at)
        else:
            result = extract(page, task.source, task.frame)
        if isinstance(result, Release):
            due = revisits().release(look.at, result.published_on, election=result.election)
            result.look = replace(look, outcome="release", due_at=due)
            held[look.capture.record_id] = result
        else:
            due = revisits().other(look.at, "rejected")
            result.look = replace(look, outcome=result.reason, due_at=due)
        read.append(Read(result, captured.place.crawl, led_by))
    return read


def page_of(task: Task, captured: CapturedLook) -> Page | None:
    """The page of a look; None where it gave none."""
    look = Look(source=task.source.id, url=task.asked, at=captured.place.at, outcome="")
    page = _page(task, captured, look)
    return None if isinstance(page, Rejected) else page[0]


def _page(
    task: Task, captured: CapturedLook, look: Look
) -> tuple[Page, Look, str | None] | Rejected:
    place, source = captured.place, task.source
    held = captured.bytes_at or place
    try:
        answer = _answer(task.folder, held)
        body = answer.body()
        parts = tuple(_answer(task.folder, part).body() for part in captured.parts)
    except (Unreadable, Undecodable, OSError) as error:
        return _rejected(look, Miss("capture-unreadable", str(error), trouble=True))
    look = replace(look, capture=_capture(held, answer.digest or ""))
    if not (200 <= place.status < 300 or place.status == 304):
        return _rejected(look, refusal(_response(answer, body)))
    look = replace(
        look,
        etag=answer.header("ETag"),
        last_modified=answer.header("Last-Modified"),
        payload=sha256(body).hexdigest() if body else None,
    )
    url = source_address(answer.url, source)
    if url == source_address(source.home, source):
        return _rejected(look, Miss("redirected-home", "The address leads to the home page."))
    kept = task.asked if task.is_kept else _declared(answer, body, url, source)
    page = Page(
        url=kept,
        body=body,
        captured_at=place.at,
        content_type=answer.header("Content-Type"),
        hint=_hint(place),
        continuations=parts,
        certificate_checked="certificate" not in answer.notes,
    )
    how = "redirect" if url == kept else "rel-canonical"
    return page, replace(look, url=kept), how if kept != task.asked else None


def _declared(answer: Answer, body: bytes, url: str, source: Source) -> str:
    """The page's own `rel=canonical` where it can be believed, else its address."""
    for link in links(decode(body, answer.header("Content-Type")), answer.url):
        if "rel=canonical" in link.marks and plausible_canonical(url, link.url, source.home):
            return source_address(link.url, source)
    return url


def _answer(folder: Path, place: Place) -> Answer:
    file: BinaryIO
    with locate(folder, place.file).open("rb") as file:
        return read_at(file, place.offset, place.record_id)


def _capture(place: Place, digest: str) -> Capture:
    return Capture(
        file=place.file,
        offset=place.offset,
        record_id=place.record_id,
        digest=digest,
        url=place.url,
        at=place.at,
    )


def _hint(place: Place) -> Hint | None:
    said = place.hint or {}
    if not isinstance(said.get("evidence"), str):
        return None
    title, published = said.get("title"), said.get("published")
    return Hint(
        evidence=said["evidence"],
        title=title if isinstance(title, str) else None,
        published=published if isinstance(published, str) else None,
    )


def _response(answer: Answer, body: bytes) -> Response:
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name, []).append(value)
    return Response(answer.url, status=answer.status, headers=headers, body=body)


def _rejected(look: Look, miss: Miss) -> Rejected:
    due = revisits().other(look.at, "failed" if miss.trouble else "rejected")
    return Rejected(
        source=look.source,
        url=look.url,
        stage="fetch",
        reason=miss.reason,
        detail=miss.detail,
        fetched_at=look.at,
        look=replace(look, outcome=miss.reason, due_at=due),
    )
