"""Fetches the documents that releases link to, if the settings want them.

Like every request of a crawl they go through the one fetcher: same slot, delay and robots.txt. Only
documents on the hosts that the source declares are asked for; others are links.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from scrapy.exceptions import UsageError
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings

from archive.ingest import attachments
from archive.ingest.attachments import DocumentFetch, KnownDocument
from crawler.crawl.context import CrawlContext
from crawler.extraction.pdf_text import DocumentText, read_pdf
from crawler.extraction.worker_pool import Unread
from crawler.items import Release
from crawler.request_meta import CaptureNotes, Validators, answered_at, captured
from crawler.responses.failure import FetchFailure, header

WEB_PAGE = "web-page"
"""The outcome of a link that leads to a page, such as a form to log in."""
_REMEMBERED = 200
"""Documents of this crawl that several releases may link to."""


def bytes_wanted(settings: Settings) -> int | None:
    """The largest document to fetch, in bytes; None: none is fetched. Raises UsageError for an
    unknown value of ATTACHMENTS."""
    wanted = str(settings.get("ATTACHMENTS", "off")).lower()
    names = {"by-size": "ATTACHMENTS_BYTES", "on": "ATTACHMENTS_BYTES_MAX"}
    if wanted == "off" or not settings.getbool("CAPTURES_ENABLED"):
        return None
    if wanted not in names:
        sentence = f"ATTACHMENTS is {wanted!r}, and may be off, by-size or on."
        raise UsageError(sentence, print_help=False)
    return settings.getint(names[wanted])


class DocumentFetcher:
    """The fetches of documents of one crawl, one at a time."""

    def __init__(self, context: CrawlContext) -> None:
        self._context = context
        self._size_max = bytes_wanted(context.settings)
        if context.services.captures is None:
            self._size_max = None
        self._one = asyncio.Lock()
        self._fetched: OrderedDict[str, tuple[DocumentFetch, str | None]] = OrderedDict()
        """What came of the last documents, and the SHA-256 of their bytes."""

    async def of_release(self, release: Release) -> tuple[DocumentFetch, ...]:
        """Fetches the documents of a release that was read."""
        if self._size_max is None or not release.attachments:
            return ()
        known = {document.url: document for document in await self._known(release.url)}
        return await self._all(
            release.url,
            (
                known.get(link.url)
                or KnownDocument(
                    url=link.url, etag=None, last_modified=None, capture=None, sha256=None
                )
                for link in release.attachments
            ),
        )

    async def of_unchanged(self, url: str) -> tuple[DocumentFetch, ...]:
        """Fetches the documents of a release whose page has not changed."""
        return () if self._size_max is None else await self._all(url, await self._known(url))

    async def _known(self, url: str) -> list[KnownDocument]:
        return await self._context.look_up(attachments.known, self._context.source.id, url)

    async def _all(self, of: str, wanted: Iterable[KnownDocument]) -> tuple[DocumentFetch, ...]:
        fetches = []
        for document in wanted:
            if self._context.source.owns(document.url):
                async with self._one:
                    if fetch := await self._fetch(of, document):
                        fetches.append(fetch)
        return tuple(fetches)

    async def _fetch(self, of: str, document: KnownDocument) -> DocumentFetch | None:
        """One document; None if the crawl asks for nothing any more."""
        if document.url in self._fetched:  # another release links to it, too
            fetch, payload = self._fetched[document.url]
            if fetch.outcome != "unchanged" or payload == document.sha256:
                return fetch
        context = self._context
        validators = None
        if document.capture is not None:
            date = None if context.plan.deep and not document.etag else document.last_modified
            validators = Validators(document.etag, date)
        notes = CaptureNotes(
            {"as": "attachment", "of": of, "attachment": document.url}, document.capture
        )
        answer = await context.fetcher.get(document.url, validators, notes, size_max=self._size_max)
        if isinstance(answer, FetchFailure):
            if answer.reason == "not-asked":
                return None
            fetch = DocumentFetch(
                url=document.url,
                at=answer.at or datetime.now(UTC),
                outcome=answer.reason,
                status=answer.status,
            )
        else:
            fetch = await self._answered(answer, document)
        self._fetched[document.url] = fetch, fetch.sha256 or document.sha256
        while len(self._fetched) > _REMEMBERED:
            self._fetched.popitem(last=False)
        return fetch

    async def _answered(self, answer: Response, document: KnownDocument) -> DocumentFetch:
        fetch = DocumentFetch(
            url=document.url,
            at=answered_at(answer),
            outcome="unchanged",
            status=answer.status,
            etag=header(answer, "ETag"),
            last_modified=header(answer, "Last-Modified"),
            media_type=header(answer, "Content-Type"),
        )
        if answer.status == 304:
            return fetch
        if isinstance(answer, HtmlResponse):
            return replace(fetch, outcome=WEB_PAGE)
        payload = sha256(answer.body).hexdigest()
        if payload == document.sha256:
            return fetch
        read = await self._context.services.readers.parse(
            self._context.source, read_pdf, answer.body
        )
        if isinstance(read, Unread):
            read = DocumentText(None, read.reason)
        return replace(
            fetch,
            outcome="captured",
            capture=await captured(answer),
            sha256=payload,
            size=len(answer.body),
            text=read.text,
            unread=read.unread,
        )
