"""Fetches release pages, extracts them in parallel, and compares them with what was known."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import TypeVar

from scrapy.http import Response

from archive.fingerprint import release_id
from archive.ingest import frontier
from archive.ingest.frontier import Fetch, KnownAddress
from archive.moves.candidates import wording_of
from archive.moves.rule import is_same_release
from crawler.crawl.concurrency import run_concurrently
from crawler.crawl.context import CrawlContext
from crawler.crawl.document_fetcher import DocumentFetcher
from crawler.crawl.injected_pages import InjectedPages
from crawler.crawl.presence import GONE, earlier_at, read_page
from crawler.crawl.release_address_fallback import KEPT, NO_SERVER, ReleaseAddresses
from crawler.crawl.release_parts import fetch_parts, read_links, read_with_links
from crawler.discovery.release_page_links import ReleaseLinks
from crawler.extraction.worker_pool import Unread
from crawler.items import Page, Rejected, Release
from crawler.request_meta import answered_at, captured
from crawler.responses.crawl_item import CrawlItem
from crawler.responses.failure import FetchFailure, header
from crawler.responses.interpret import (
    Answered,
    PageToRead,
    item_of,
    leads_elsewhere,
    page_to_read,
    reject,
)
from crawler.responses.revisit_policy import revisits

T = TypeVar("T")
R = TypeVar("R")

# How many releases of a site are looked at together before the first is read: what stands on most
# of them is the site's frame, not the release.
TEMPLATE_PAGES = 20
# Pages that are being read while the next ones are fetched.
_READ_AHEAD = 4


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page to extract, and its fetch."""

    page: Page
    fetch: Fetch
    result: Release | Rejected | None = None
    """What was read on it with its links; None: it is not read yet."""


class ReleaseFetcher:
    """The release fetches of one crawl."""

    def __init__(self, context: CrawlContext, injected: InjectedPages) -> None:
        self._context = context
        self._injected = injected
        self._addresses = ReleaseAddresses(context)
        self._documents = DocumentFetcher(context)
        self.missing: list[Fetch] = []
        """Fetches of known releases whose page is gone."""
        self.still_there = 0
        """Known releases whose page is there."""
        self.fetched: set[str] = set()
        self.led_away: set[str] = set()
        """Addresses of known releases that lead to the same release under another one."""

    async def fetch_all(self, urls: Iterable[str]) -> AsyncIterator[CrawlItem]:
        """Fetches these URLs and yields the results; unchanged pages are only noted."""
        todo = [url for url in dict.fromkeys(urls) if url not in self.fetched]
        self.fetched.update(todo)
        self._context.stats.found += len(todo)
        pending = self._injected.without_more(todo)
        if not self._context.template.blocks:
            async for item in self._first(list(islice(pending, TEMPLATE_PAGES))):
                yield item
        async for done in self._concurrently(self._fetch_and_read, pending):
            if done is not None:
                yield done
        self._report_injected_pages()

    def _report_injected_pages(self) -> None:
        """Pages of these that were not fetched do not count as missed releases."""
        sentences = list(self._injected.sentences())
        self._context.stats.found -= self._injected.left
        self._context.stats.limits += sentences
        self._injected.forget()

    async def _first(self, urls: list[str]) -> AsyncIterator[CrawlItem]:
        """The first pages: what they share is learned before any of them is read."""
        waiting: list[FetchedPage] = []
        async for fetched in self._concurrently(self._fetch, urls):
            if isinstance(fetched, FetchedPage):
                waiting.append(fetched)
            elif fetched is not None:
                yield fetched
        if not waiting:
            return
        context = self._context
        context.template = await context.services.readers.learn(
            [fetched.page for fetched in waiting], context.source
        )
        await context.remember()
        async for done in self._concurrently(self._read, waiting):
            if done is not None:
                yield done

    def _concurrently(
        self, work: Callable[[T], Awaitable[R]], todo: Iterable[T]
    ) -> AsyncIterator[R]:
        """Several pages are fetched and extracted at the same time."""
        fetched = self._context.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        return run_concurrently(work, todo, fetched + _READ_AHEAD)

    async def _fetch_and_read(self, url: str) -> CrawlItem | None:
        fetched = await self._fetch(url, at_once=True)
        return await self._read(fetched) if isinstance(fetched, FetchedPage) else fetched

    async def _fetch(self, url: str, *, at_once: bool = False) -> FetchedPage | CrawlItem | None:
        """The page at a URL; None if nothing needs to be extracted. `at_once`: it is read, too."""
        context = self._context
        known = context.plan.known.get(url)
        answer = await self._addresses.ask(url, known)
        context.stats.answered += 1
        fetch = Fetch(
            source=context.source.id,
            url=url,
            at=datetime.now(UTC),
            outcome="",
            shown=context.plan.shown.get(url, {}),
        )
        if isinstance(answer, FetchFailure):
            return await self._failed(fetch, answer, known)
        fetch = replace(
            fetch,
            at=answered_at(answer),
            requested=answer.url if answer.url != url else None,
            capture=await captured(answer),
            status=answer.status,
            etag=header(answer, "ETag"),
            last_modified=header(answer, "Last-Modified"),
            payload=sha256(answer.body).hexdigest() if answer.body else None,
        )
        if (
            known is not None
            and _is_same(answer, fetch, known)
            and not self._addresses.may_have_moved(answer, known)
        ):
            await self._unchanged(fetch, known)
            return None
        return await self._page(answer, fetch, known, at_once=at_once)

    async def _page(
        self, answer: Response, fetch: Fetch, known: KnownAddress | None, *, at_once: bool
    ) -> FetchedPage | CrawlItem | None:
        """A page, under the URL it is stored under. `at_once`: one task of a reader gives its links
        and what is read on it; that counts if the page, as most, names no other URL and no part."""
        context, url, result = self._context, self._context.canonical(answer.url), None
        to_read = presumed = await self._interpret(answer, fetch, known, url)
        if at_once:
            read = await read_with_links(context, presumed.page, answer, fetch.url)
            links, result = (read, None) if isinstance(read, Unread) else read
        else:
            links = await read_links(context, answer, fetch.url)
        if isinstance(links, Unread):
            return reject(fetch, FetchFailure(links.reason, links.detail), stage="extraction")
        if (declared := context.declared(links.canonical, url)) != url:
            to_read = await self._interpret(answer, fetch, known, declared)
        if known is not None and known.is_crawled:
            target = self._answered(answer, declared)
            if leads_elsewhere(fetch.url, target, context.source.home):
                moved = await self._moved(answer, fetch, target, links)
                if moved is not None:
                    return moved if moved.fetch.url not in self.fetched else None
        kept = to_read.page.url
        if to_read.alias is not None:
            note = (context.source.id, fetch.url, kept, to_read.alias, fetch.at)
            await context.note(frontier.note_alias, *note)
            if kept in self.fetched:
                return None  # it is fetched there
        fetch = replace(to_read.fetch, requested=answer.url if answer.url != kept else None)
        page = await fetch_parts(context, to_read.page, links)
        return FetchedPage(page, fetch, result if page is presumed.page else None)

    async def _interpret(
        self, answer: Response, fetch: Fetch, known: KnownAddress | None, declared: str
    ) -> PageToRead:
        """The page to read, if the URL it gives for itself is `declared`."""
        context = self._context
        answered = self._answered(answer, declared)
        is_kept = known is not None and known.release is not None
        to_read = page_to_read(fetch, answered, is_kept=is_kept, hint=context.plan.hint(fetch.url))
        earlier = await earlier_at(context, to_read.page.url)
        return replace(to_read, page=replace(to_read.page, earlier=earlier))

    def _answered(self, answer: Response, declared: str) -> Answered:
        return Answered(
            url=answer.url,
            canonical=self._context.canonical(answer.url),
            declared=declared,
            body=answer.body,
            content_type=header(answer, "Content-Type"),
            certificate_checked=self._context.source.insecure is None,
        )

    async def _moved(
        self, answer: Response, fetch: Fetch, target: Answered, links: ReleaseLinks
    ) -> FetchedPage | None:
        """The page to which the address of a known release leads, under its own address, if it has
        the same release. None if not: what is there is read as the release's."""
        context, source = self._context, self._context.source
        to_read = page_to_read(
            fetch, target, is_kept=False, hint=context.plan.hint(target.declared)
        )
        page = await fetch_parts(context, to_read.page, links)
        result = await context.services.readers.read(page, source, context.template)
        archived = await context.look_up(wording_of, release_id(source.id, fetch.url))
        if archived is None or not isinstance(result, Release):
            return None
        if not is_same_release(archived, result, redirected=True):
            return None
        note = (source.id, fetch.url, page.url, "redirect", fetch.at)
        await context.note(frontier.note_alias, *note)
        self.led_away.add(fetch.url)
        requested = answer.url if answer.url != page.url else None
        return FetchedPage(page, replace(to_read.fetch, requested=requested, shown={}), result)

    async def _read(self, fetched: FetchedPage) -> CrawlItem | None:
        """The extracted page; None for a known release that is gone."""
        context, fetch = self._context, fetched.fetch
        known = context.plan.known.get(fetch.url)
        result, is_gone = await read_page(context, fetched.page, known, fetched.result)
        outcome = "release" if isinstance(result, Release) else result.reason
        self._injected.note(fetch.url, outcome)
        if isinstance(result, Rejected) and is_gone:
            self._note_missing(replace(fetch, outcome=result.reason))
            return None
        if isinstance(result, Release):
            self.still_there += known is not None and known.is_crawled
        item = item_of(result, fetch, context.source.region)
        if isinstance(result, Release):
            item = replace(item, documents=await self._documents.of_release(result))
        return item

    async def _failed(
        self, fetch: Fetch, failure: FetchFailure, known: KnownAddress | None
    ) -> CrawlItem | None:
        """Records a URL that gave no page, with its reason."""
        context = self._context
        context.stats.blocked += failure.blocked
        fetch = replace(
            fetch,
            at=failure.at or fetch.at,
            outcome=failure.reason,
            status=failure.status,
            capture=failure.capture,
        )
        is_left = self._addresses.is_former(fetch.url, known) and failure.reason in NO_SERVER
        is_gone = failure.absent or failure.reason in GONE or is_left
        if known is not None and known.is_crawled and is_gone:
            self._note_missing(fetch)
            return None
        if failure.reason == "not-asked":
            return None
        return reject(fetch, failure)

    def _note_missing(self, fetch: Fetch) -> None:
        due = revisits().other(fetch.at, "missing")
        self.missing.append(replace(fetch, due_at=due))

    async def _unchanged(self, fetch: Fetch, known: KnownAddress) -> None:
        context = self._context
        region, election = context.source.region, bool(known.election)
        due = revisits().release(fetch.at, known.published_on, region, election=election)
        if fetch.status == 304:  # says nothing of validators it does not repeat
            fetch = replace(
                fetch,
                etag=fetch.etag or known.etag,
                last_modified=fetch.last_modified or known.last_modified,
            )
        fetch = replace(fetch, outcome="unchanged", due_at=due)
        documents = await self._documents.of_unchanged(fetch.url)
        writer = context.services.archive_writer
        await writer.write(writer.store.seen, fetch, context.crawl_id, documents)
        context.stats.seen += 1
        self.still_there += 1


def _is_same(answer: Response, fetch: Fetch, known: KnownAddress) -> bool:
    """Whether the page is byte for byte the one its release was extracted from."""
    if known.release is None or known.outcome not in KEPT:
        return False
    return answer.status == 304 or (known.payload is not None and fetch.payload == known.payload)
