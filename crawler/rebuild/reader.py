"""Reads captured fetches as a crawl would have read the responses.

Runs in worker processes: everything that needs neither the archive nor the files of captures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response

from archive.captures import Capture
from archive.captures.content_encoding import Undecodable
from archive.captures.reader import Answer, Unreadable
from archive.ingest.frontier import Fetch
from archive.ingest.reprocess import Reading, reading
from archive.moves.rule import is_same_release
from crawler.discovery.canonical_url import source_address
from crawler.discovery.declared_url import plausible_canonical
from crawler.discovery.links import canonicals
from crawler.items import Rejected, Release, SiteTemplate
from crawler.markup.encoding import decode
from crawler.markup.html import parse_html
from crawler.rebuild.locations import CapturedFetch, Location
from crawler.rebuild.record_bytes import RecordBytes
from crawler.registry.source import Source
from crawler.responses.crawl_item import CrawlItem
from crawler.responses.failure import FetchFailure, explain, refusal
from crawler.responses.interpret import (
    Answered,
    PageToRead,
    item_of,
    leads_elsewhere,
    page_to_read,
    reject,
)
from crawler.responses.plausibility import validate
from crawler.responses.reread_capture import hint

GONE_STATUS = (404, 410)
_CUT_OFF: dict[str, type[Exception]] = {
    "length": DownloadCancelledError,
    "time": DownloadTimeoutError,
}


@dataclass(frozen=True, slots=True)
class Read:
    """The result of a fetch: a release, or why there is none."""

    result: Reading | Rejected
    fetch: Fetch
    """The fetch."""
    crawl: str
    led_by: str | None = None
    """How the requested URL led to another: `redirect` or `rel-canonical`."""


@dataclass(frozen=True, slots=True)
class Task:
    """URLs of a source to be read, with everything a worker needs."""

    source: Source
    template: SiteTemplate
    fetches: dict[str, list[CapturedFetch]]
    """The fetches of each URL, in order of time."""
    records: RecordBytes
    kept: frozenset[str]
    """The URLs under which the archive has a release."""


def read_addresses(task: Task) -> list[list[Read]]:
    """Reads each URL. Never raises for what is in a capture."""
    return [list(_read_fetches(task, asked)) for asked in task.fetches]


def learn(source: Source, fetches: list[CapturedFetch], records: RecordBytes) -> SiteTemplate:
    """The site template, learned from the first captures as in a first crawl."""
    from crawler.extraction.site_template import learn_template

    pages = []
    for captured in fetches:
        address = _Address(records, source, captured.location.url, is_kept=False)
        interpreted = address.page(captured)
        if isinstance(interpreted, PageToRead):
            pages.append(interpreted.page)
    return learn_template(pages, source)


class _Opened:
    """The bytes of a fetch, kept while later fetches found the same."""

    def __init__(self, records: RecordBytes, source: Source, captured: CapturedFetch) -> None:
        """Raises Unreadable, Undecodable."""
        self.location = captured.bytes_at or captured.location
        self.parts = captured.parts
        self._source = source
        if self.location.kind == "revisit":
            raise Unreadable("The capture that was found unchanged is missing or damaged.")
        self.answer = records.answer(self.location)
        self.body = self.answer.body()
        self.continuations = tuple(records.answer(part).body() for part in self.parts)

    def is_of(self, captured: CapturedFetch) -> bool:
        """Whether another fetch found the same bytes."""
        location = captured.bytes_at or captured.location
        return (location, captured.parts) == (self.location, self.parts)

    @cached_property
    def payload(self) -> str | None:
        """SHA-256 of the body."""
        return sha256(self.body).hexdigest() if self.body else None

    @cached_property
    def url(self) -> str:
        """The URL that answered."""
        return source_address(self.answer.url, self._source)

    @cached_property
    def declared(self) -> str:
        """The page's plausible `rel=canonical`, else its URL."""
        answer, home = self.answer, self._source.home
        tree = parse_html(decode(self.body, answer.header("Content-Type")))
        for address in () if tree is None else canonicals(tree, answer.url):
            if plausible_canonical(self.url, address, home):
                return source_address(address, self._source)
        return self.url


class _Address:
    """The fetches of one URL."""

    def __init__(self, records: RecordBytes, source: Source, asked: str, *, is_kept: bool) -> None:
        self._records = records
        self._source = source
        self._asked = asked
        self._is_kept = is_kept
        self._opened: _Opened | None = None

    def page(
        self, captured: CapturedFetch, *, is_kept: bool | None = None
    ) -> PageToRead | CrawlItem:
        """The page of a fetch. `is_kept`: whether the release is kept under the URL asked for;
        None: as the archive has it."""
        location, source = captured.location, self._source
        fetch = Fetch(
            source=source.id,
            url=self._asked,
            at=location.at,
            outcome="",
            status=location.status,
            via=location.via,
        )
        try:
            opened = self._open(captured)
        except (Unreadable, Undecodable) as error:
            return reject(fetch, FetchFailure("capture-unreadable", str(error), trouble=True))
        answer = opened.answer
        fetch = replace(fetch, capture=_capture(opened.location, answer.digest or ""))
        if failure := _failure(location, opened):
            status = None if location.truncated else fetch.status
            return reject(replace(fetch, status=status), failure)
        fetch = replace(
            fetch,
            etag=answer.header("ETag"),
            last_modified=answer.header("Last-Modified"),
            payload=opened.payload,
        )
        if opened.url == source_address(source.home, source):
            return reject(
                fetch, FetchFailure("redirected-home", "The address leads to the home page.")
            )
        return self._interpret(fetch, opened, captured, is_kept=is_kept)

    def _interpret(
        self, fetch: Fetch, opened: _Opened, captured: CapturedFetch, *, is_kept: bool | None
    ) -> PageToRead:
        answer = opened.answer
        answered = Answered(
            url=answer.url,
            canonical=opened.url,
            declared=opened.declared,
            body=opened.body,
            content_type=answer.header("Content-Type"),
            certificate_checked="certificate" not in answer.notes,
        )
        to_read = page_to_read(
            fetch,
            answered,
            is_kept=self._is_kept if is_kept is None else is_kept,
            hint=hint(captured.location.hint),
            continuations=opened.continuations,
        )
        elsewhere = leads_elsewhere(self._asked, answered, self._source.home)
        return replace(to_read, is_elsewhere=elsewhere)

    def _open(self, captured: CapturedFetch) -> _Opened:
        if self._opened is None or not self._opened.is_of(captured):
            self._opened = _Opened(self._records, self._source, captured)
        return self._opened


def _read_fetches(task: Task, asked: str) -> Iterator[Read]:
    """All fetches of a URL in order of time. The same bytes are not extracted twice."""
    from crawler.extraction.release import extract

    address = _Address(task.records, task.source, asked, is_kept=asked in task.kept)
    known: dict[str, Release] = {}
    last: tuple[Release, Reading] | None = None
    for captured in task.fetches[asked]:
        crawl, interpreted = captured.location.crawl, address.page(captured)
        if isinstance(interpreted, CrawlItem):
            assert isinstance(interpreted.result, Rejected)
            yield Read(interpreted.result, interpreted.fetch, crawl)
            continue
        if interpreted.is_elsewhere:
            interpreted = _where_it_moved(task, address, captured, interpreted, last)
        page, fetch, led_by = interpreted.page, interpreted.fetch, interpreted.alias
        assert fetch.capture is not None
        record = fetch.capture.record_id
        if last is not None and last[0].url == page.url:
            page = replace(page, earlier=last[0].as_earlier())
        result = known.get(record) or extract(page, task.source, task.template)
        item = item_of(result, fetch, task.source.region)
        if isinstance(result, Release):
            known[record] = result
            item = item.with_result(validate(replace(result, fetched_at=fetch.at)))
        result, fetch = item.result, item.fetch
        if isinstance(result, Rejected):
            yield Read(replace(result, release=None), fetch, crawl, led_by)
            continue
        same = _reading_of(result, fetch, last)
        last = result, same or reading(result, fetch, is_new=asked not in task.kept)
        yield Read(last[1], fetch, crawl, led_by)


def _where_it_moved(
    task: Task,
    address: _Address,
    captured: CapturedFetch,
    interpreted: PageToRead,
    last: tuple[Release, Reading] | None,
) -> PageToRead:
    """The page to which the address of a release led: under its own URL if it has this release,
    else as the release's."""
    from crawler.extraction.release import extract

    there = address.page(captured, is_kept=False)
    if last is None or not isinstance(there, PageToRead):
        return interpreted if last else _as(there, interpreted)
    found = extract(there.page, task.source, task.template)
    if isinstance(found, Release) and is_same_release(last[0], found, redirected=True):
        return replace(there, alias="redirect")
    return _as(address.page(captured, is_kept=True), interpreted)


def _as(page: PageToRead | CrawlItem, otherwise: PageToRead) -> PageToRead:
    return page if isinstance(page, PageToRead) else otherwise


def _reading_of(
    release: Release, fetch: Fetch, last: tuple[Release, Reading] | None
) -> Reading | None:
    """That of the fetch before, where this one says the same."""
    before = last[1].fetch if last else None
    if last is None or before is None or before.capture != fetch.capture:
        return None
    if (before.via is None) != (fetch.via is None):
        return None
    is_same = replace(release, fetched_at=last[0].fetched_at) == last[0]
    return replace(last[1], fetch=fetch) if is_same else None


def _failure(location: Location, opened: _Opened) -> FetchFailure | None:
    """Why a captured response is no page; None: it may be one."""
    if location.truncated:
        cause = _CUT_OFF.get(location.truncated, ResponseDataLossError)
        return explain(cause())
    if not (200 <= location.status < 300 or location.status == 304):
        return refusal(_response(opened.answer, opened.body))
    return None


def _capture(location: Location, digest: str) -> Capture:
    return Capture(
        file=location.file,
        offset=location.offset,
        record_id=location.record_id,
        digest=digest,
        url=location.url,
        at=location.at,
    )


def _response(answer: Answer, body: bytes) -> Response:
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name, []).append(value)
    return Response(answer.url, status=answer.status, headers=headers, body=body)
