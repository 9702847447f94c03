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
from archive.ingest.frontier import Known, Look
from archive.moves.candidates import wording_of
from archive.moves.rule import is_same_release
from crawler.crawl.concurrency import run_concurrently
from crawler.crawl.context import CrawlContext
from crawler.crawl.document_fetcher import DocumentFetcher
from crawler.crawl.injected_pages import InjectedPages
from crawler.crawl.presence import GONE, earlier_at, read_page
from crawler.crawl.release_addresses import KEPT, NO_SERVER, ReleaseAddresses
from crawler.crawl.release_parts import fetch_parts, read_links, read_with_links
from crawler.discovery.links_of_release import ReleaseLinks
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
class Fetched:
    """A page to extract, and its fetch."""

    page: Page
    look: Look
    result: Release | Rejected | None = None
    """What was read on it with its links; None: it is not read yet."""


class ReleaseFetcher:
    """The release fetches of one crawl."""

    def __init__(self, context: CrawlContext, strangers: InjectedPages) -> None:
        self._context = context
        self._strangers = strangers
        self._addresses = ReleaseAddresses(context)
        self._documents = DocumentFetcher(context)
        self.missing: list[Look] = []
        """Fetches of known releases whose page is gone."""
        self.still_there = 0
        """Known releases whose page is there."""
        self.looked: set[str] = set()
        self.led_away: set[str] = set()
        """Addresses of known releases that lead to the same release under another one."""

    async def look_at(self, urls: Iterable[str]) -> AsyncIterator[CrawlItem]:
        """Fetches these URLs and yields the results; unchanged pages are only noted."""
        todo = [url for url in dict.fromkeys(urls) if url not in self.looked]
        self.looked.update(todo)
        self._context.stats.found += len(todo)
        pending = self._strangers.without_more(todo)
        if not self._context.template.blocks:
            async for item in self._first(list(islice(pending, TEMPLATE_PAGES))):
                yield item
        async for done in self._concurrently(self._look, pending):
            if done is not None:
                yield done
        self._tell_of_strangers()

    def _tell_of_strangers(self) -> None:
        """Pages of these that were not fetched do not count as missed releases."""
        sentences = list(self._strangers.sentences())
        self._context.stats.found -= self._strangers.left
        self._context.stats.limits += sentences
        self._strangers.forget()

    async def _first(self, urls: list[str]) -> AsyncIterator[CrawlItem]:
        """The first pages: what they share is learned before any of them is read."""
        waiting: list[Fetched] = []
        async for fetched in self._concurrently(self._fetch, urls):
            if isinstance(fetched, Fetched):
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

    async def _look(self, url: str) -> CrawlItem | None:
        fetched = await self._fetch(url, at_once=True)
        return await self._read(fetched) if isinstance(fetched, Fetched) else fetched

    async def _fetch(self, url: str, *, at_once: bool = False) -> Fetched | CrawlItem | None:
        """The page at a URL; None if nothing needs to be extracted. `at_once`: it is read, too."""
        context = self._context
        known = context.plan.known.get(url)
        answer = await self._addresses.ask(url, known)
        context.stats.answered += 1
        look = Look(
            source=context.source.id,
            url=url,
            at=datetime.now(UTC),
            outcome="",
            shown=context.plan.shown.get(url, {}),
        )
        if isinstance(answer, FetchFailure):
            return await self._missed(look, answer, known)
        look = replace(
            look,
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
            and _is_same(answer, look, known)
            and not self._addresses.may_have_moved(answer, known)
        ):
            await self._unchanged(look, known)
            return None
        return await self._page(answer, look, known, at_once=at_once)

    async def _page(
        self, answer: Response, look: Look, known: Known | None, *, at_once: bool
    ) -> Fetched | CrawlItem | None:
        """A page, under the URL it is stored under. `at_once`: one task of a reader gives its links
        and what is read on it; that counts if the page, as most, names no other URL and no part."""
        context, url, result = self._context, self._context.canonical(answer.url), None
        to_read = presumed = await self._interpret(answer, look, known, url)
        if at_once:
            read = await read_with_links(context, presumed.page, answer, look.url)
            links, result = (read, None) if isinstance(read, Unread) else read
        else:
            links = await read_links(context, answer, look.url)
        if isinstance(links, Unread):
            return reject(look, FetchFailure(links.reason, links.detail), stage="extraction")
        if (declared := context.declared(links.canonical, url)) != url:
            to_read = await self._interpret(answer, look, known, declared)
        if known is not None and known.is_held:
            target = self._answered(answer, declared)
            if leads_elsewhere(look.url, target, context.source.home):
                moved = await self._moved(answer, look, target, links)
                if moved is not None:
                    return moved if moved.look.url not in self.looked else None
        kept = to_read.page.url
        if to_read.alias is not None:
            note = (context.source.id, look.url, kept, to_read.alias, look.at)
            await context.note(frontier.note_alias, *note)
            if kept in self.looked:
                return None  # it is fetched there
        look = replace(to_read.look, requested=answer.url if answer.url != kept else None)
        page = await fetch_parts(context, to_read.page, links)
        return Fetched(page, look, result if page is presumed.page else None)

    async def _interpret(
        self, answer: Response, look: Look, known: Known | None, declared: str
    ) -> PageToRead:
        """The page to read, if the URL it gives for itself is `declared`."""
        context = self._context
        answered = self._answered(answer, declared)
        is_kept = known is not None and known.release is not None
        to_read = page_to_read(look, answered, is_kept=is_kept, hint=context.plan.hint(look.url))
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
        self, answer: Response, look: Look, target: Answered, links: ReleaseLinks
    ) -> Fetched | None:
        """The page to which the address of a known release leads, under its own address, if it has
        the same release. None if not: what is there is read as the release's."""
        context, source = self._context, self._context.source
        to_read = page_to_read(look, target, is_kept=False, hint=context.plan.hint(target.declared))
        page = await fetch_parts(context, to_read.page, links)
        result = await context.services.readers.read(page, source, context.template)
        held = await context.look_up(wording_of, release_id(source.id, look.url))
        if held is None or not isinstance(result, Release):
            return None
        if not is_same_release(held, result, redirected=True):
            return None
        note = (source.id, look.url, page.url, "redirect", look.at)
        await context.note(frontier.note_alias, *note)
        self.led_away.add(look.url)
        requested = answer.url if answer.url != page.url else None
        return Fetched(page, replace(to_read.look, requested=requested, shown={}), result)

    async def _read(self, fetched: Fetched) -> CrawlItem | None:
        """The extracted page; None for a known release that is gone."""
        context, look = self._context, fetched.look
        known = context.plan.known.get(look.url)
        result, is_gone = await read_page(context, fetched.page, known, fetched.result)
        outcome = "release" if isinstance(result, Release) else result.reason
        self._strangers.note(look.url, outcome)
        if isinstance(result, Rejected) and is_gone:
            self._suspect(replace(look, outcome=result.reason))
            return None
        if isinstance(result, Release):
            self.still_there += known is not None and known.is_held
        item = item_of(result, look, context.source.region)
        if isinstance(result, Release):
            item = replace(item, documents=await self._documents.of_release(result))
        return item

    async def _missed(
        self, look: Look, miss: FetchFailure, known: Known | None
    ) -> CrawlItem | None:
        """Records a URL that gave no page, with its reason."""
        context = self._context
        context.stats.blocked += miss.blocked
        look = replace(
            look,
            at=miss.at or look.at,
            outcome=miss.reason,
            status=miss.status,
            capture=miss.capture,
        )
        is_left = self._addresses.is_former(look.url, known) and miss.reason in NO_SERVER
        is_gone = miss.absent or miss.reason in GONE or is_left
        if known is not None and known.is_held and is_gone:
            self._suspect(look)
            return None
        if miss.reason == "not-asked":
            return None
        return reject(look, miss)

    def _suspect(self, look: Look) -> None:
        due = revisits().other(look.at, "missing")
        self.missing.append(replace(look, due_at=due))

    async def _unchanged(self, look: Look, known: Known) -> None:
        context = self._context
        region, election = context.source.region, bool(known.election)
        due = revisits().release(look.at, known.published_on, region, election=election)
        if look.status == 304:  # says nothing of validators it does not repeat
            look = replace(
                look,
                etag=look.etag or known.etag,
                last_modified=look.last_modified or known.last_modified,
            )
        look = replace(look, outcome="unchanged", due_at=due)
        documents = await self._documents.of_unchanged(look.url)
        writer = context.services.archive_writer
        await writer.write(writer.store.seen, look, context.crawl_id, documents)
        context.stats.seen += 1
        self.still_there += 1


def _is_same(answer: Response, look: Look, known: Known) -> bool:
    """Whether the page is byte for byte the one its release was extracted from."""
    if known.release is None or known.outcome not in KEPT:
        return False
    return answer.status == 304 or (known.payload is not None and look.payload == known.payload)
