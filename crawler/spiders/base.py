"""What every spider does: from a source's entrances to its releases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawler.discovery.articles import is_release
from crawler.discovery.feed import next_feed_page, read_feed
from crawler.discovery.listing import Link, links, older_page
from crawler.discovery.parts import next_part
from crawler.discovery.plan import Entrance, entrances, found_at_home
from crawler.discovery.sitemap import read_sitemap
from crawler.discovery.urls import canonical
from crawler.items import Frame, Hint, Page, Rejected, Release
from crawler.source import Source
from crawler.spiders.answers import Miss, explain, unpacked
from crawler.tally import Tally

if TYPE_CHECKING:
    from crawler.round import Round

# How many releases of a site are looked at together before the first is read: what stands on most
# of them is the site's frame, not the release.
_FRAME_PAGES = 20
# A list's page may hold only known releases because new ones pushed it on while it was walked.
_BARREN_PAGES = 2
_PARTS_MAX = 30


class ReleaseSpider(Spider):
    """Walks one source. Every address asked for is answered or missed, and counted either way."""

    index_php_optional = False
    """Whether the site is known to answer with and without /index.php."""

    def __init__(self, *, source: Source, round: Round, crawl_id: int, **kwargs: Any) -> None:
        """`crawl_id` is the archive's number of this crawl."""
        super().__init__(**kwargs)
        self.source = source
        self.round = round
        self.archivist = round.archivist
        self.crawl_id = crawl_id
        self.tally = Tally()
        self._asked: set[str] = set()
        self._open = 0
        self._frame: Frame | None = None
        self._framing = asyncio.Lock()
        self._unread: list[Page] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy builds it; faults of our own end up in the tally, not only in the log."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._fault, signal=signals.spider_error)
        crawler.signals.connect(spider._fault, signal=signals.item_error)
        return spider

    def archive_failed(self, error: Exception) -> None:
        """The archive cannot be written: nothing more is fetched from anyone."""
        self.round.abort(error)

    async def start(self) -> AsyncIterator[Any]:
        """Asks for the source's entrances."""
        for entrance in entrances(self.source):
            for request in self._enter(entrance):
                yield request

    def _enter(self, entrance: Entrance) -> Iterator[Request]:
        self.tally.entrances += 1
        ways: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
            "listing": (self.parse_listing, {"start": entrance.url, "known": set()}),
            "feed": (self.parse_feed, {}),
            "sitemap": (self.parse_sitemap, {}),
            "home": (self.parse_home, {}),
        }
        callback, told = ways[entrance.way]
        yield from self._ask(entrance.url, callback, entrance=True, **told)

    def _ask(
        self, url: str, callback: Callable[..., Any], *, entrance: bool = False, **told: Any
    ) -> Iterator[Request]:
        """A request for an address not asked for yet; releases go before further lists."""
        if url in self._asked:
            self.tally.entrances -= entrance
            return
        self._asked.add(url)
        self._open += 1
        yield Request(
            url,
            callback=callback,
            errback=self.missed,
            cb_kwargs=told,
            meta={"entrance": entrance},
            priority=10 if callback == self.parse_release else 0,
        )

    async def parse_home(self, response: Response) -> AsyncIterator[Any]:
        """A home page: its releases, and the feeds and lists it names."""
        page_links = self._links(response)
        for entrance in found_at_home(page_links, self.source):
            for request in self._enter(entrance):
                yield request
        for request in self._releases(page_links, set()):
            yield request
        async for item in self._answered():
            yield item

    async def parse_listing(
        self, response: Response, start: str, known: set[str], barren: int = 0, pages: int = 1
    ) -> AsyncIterator[Any]:
        """One page of a list: its releases, then the page with older ones.

        `known` are the releases this list has named so far, `barren` how many of its pages in a
        row named no further one.
        """
        page_links = self._links(response)
        before = len(known)
        for request in self._releases(page_links, known):
            yield request
        barren = 0 if len(known) > before else barren + 1
        others = [link for link in page_links if not is_release(link.url, self.source)]
        older = older_page(others, response.url, start)
        limit = self.crawler.settings.getint("LISTING_PAGES_MAX")
        if older and pages >= limit:
            self.tally.limits.append(f"{start} has over {limit} pages; the rest was left.")
        elif older and barren < _BARREN_PAGES:
            told: dict[str, Any] = {
                "start": start,
                "known": known,
                "barren": barren,
                "pages": pages + 1,
            }
            for request in self._ask(older, self.parse_listing, **told):
                yield request
        async for item in self._answered():
            yield item

    async def parse_feed(self, response: Response) -> AsyncIterator[Any]:
        """A feed: its releases with the titles and times it gives, then its next page."""
        asked = False
        for entry in read_feed(response.body, response.url):
            hint = Hint(evidence="feed", title=entry.title, published=entry.published)
            for request in self._release(entry.url, hint):
                asked = True
                yield request
        # Only WordPress pages its feeds; others answer with the same one again, and that ends it.
        if asked:
            for request in self._ask(next_feed_page(response.url), self.parse_feed):
                yield request
        async for item in self._answered():
            yield item

    async def parse_sitemap(self, response: Response) -> AsyncIterator[Any]:
        """A sitemap: its releases, and the sitemaps it names."""
        sitemap = read_sitemap(unpacked(response, self.crawler.settings), response.url)
        for url in sitemap.sitemaps:
            if self.source.owns(url):
                for request in self._ask(url, self.parse_sitemap):
                    yield request
        for url in sitemap.pages:
            for request in self._release(url):
                yield request
        async for item in self._answered():
            yield item

    async def parse_release(self, response: Response, hint: Hint | None) -> AsyncIterator[Any]:
        """A release's page: kept for reading, or its next part asked for."""
        self.tally.answered += 1
        url = self._canonical(response.url)
        if url == self._canonical(self.source.home):
            miss = Miss("redirected-home", "The address leads to the home page.")
            yield self._rejected(_asked_for(response), miss)
        else:
            page = Page(
                url=self._declared(response, url),
                body=response.body,
                captured_at=datetime.now(UTC),
                content_type=_header(response, "Content-Type"),
                hint=hint,
            )
            for result in self._continue(page, response):
                yield result
        async for item in self._answered():
            yield item

    async def parse_part(self, response: Response, page: Page) -> AsyncIterator[Any]:
        """A further part of a release: joined to those before it."""
        parts = (*page.continuations, response.body)
        for result in self._continue(replace(page, continuations=parts), response):
            yield result
        async for item in self._answered():
            yield item

    async def missed(self, failure: Failure) -> AsyncIterator[Any]:
        """An address that gave no page: recorded with its reason."""
        request: Request = failure.request  # type: ignore[attr-defined]
        miss = explain(failure)
        self.tally.blocked += miss.blocked
        if page := request.cb_kwargs.get("page"):
            # What was read of a release is kept; that a part is missing is not hidden.
            self.tally.limits.append(f"A part of {page.url} could not be had: {miss.detail}")
            self._unread.append(page)
        elif request.callback == self.parse_release:
            self.tally.answered += 1
            yield self._rejected(request.url, miss)
        elif request.meta["entrance"]:
            self.tally.entrance_failures.append(f"{request.url}: {miss.detail}")
        elif not (request.callback == self.parse_feed and miss.status in (400, 404)):
            self.tally.limits.append(f"{request.url}: {miss.detail}")
        async for item in self._answered():
            yield item

    def _continue(self, page: Page, response: Response) -> Iterator[Request]:
        part = len(page.continuations) + 1
        further = next_part(self._links(response), page.url, part) if part < _PARTS_MAX else None
        asked = list(self._ask(further, self.parse_part, page=page)) if further else []
        if not asked:
            self._unread.append(page)
        yield from asked

    async def _answered(self) -> AsyncIterator[Release | Rejected]:
        """Counts an answer, and reads what has been gathered once the site's frame is known."""
        self._open -= 1
        async with self._framing:
            if self._frame is None and len(self._unread) < _FRAME_PAGES and self._open:
                return
            self._frame = self._frame or await self.round.readers.learn(self._unread, self.source)
        pages, self._unread = self._unread, []
        read = self.round.readers.read
        reading = [read(page, self.source, self._frame) for page in pages]
        for result in await asyncio.gather(*reading):
            yield result

    def _releases(self, page_links: list[Link], known: set[str]) -> Iterator[Request]:
        for link in page_links:
            if is_release(link.url, self.source):
                known.add(self._canonical(link.url))
                yield from self._release(link.url)

    def _release(self, url: str, hint: Hint | None = None) -> Iterator[Request]:
        if is_release(url, self.source):
            asked = list(self._ask(self._canonical(url), self.parse_release, hint=hint))
            self.tally.found += len(asked)
            yield from asked

    def _canonical(self, url: str) -> str:
        return canonical(url, self.source.home, drop_index_php=self.index_php_optional)

    def _declared(self, response: Response, url: str) -> str:
        """The page's own `rel=canonical` where it names a release of this site, else `url`."""
        for link in self._links(response):
            if "rel=canonical" in link.marks and is_release(link.url, self.source):
                return self._canonical(link.url)
        return url

    def _links(self, response: Response) -> list[Link]:
        return links(response.text, response.url) if isinstance(response, TextResponse) else []

    def _rejected(self, url: str, miss: Miss) -> Rejected:
        return Rejected(
            source=self.source.id,
            url=self._canonical(url),
            stage="fetch",
            reason=miss.reason,
            detail=miss.detail,
            fetched_at=datetime.now(UTC),
        )

    def _fault(self, failure: Failure, response: Response | None) -> None:
        where = response.url if response is not None else self.source.home
        said = failure.getErrorMessage().splitlines()[0]
        self.tally.errors.append(f"Please report this fault, met at {where}: {said}")


def _asked_for(response: Response) -> str:
    """The address first asked for, before any redirect."""
    first: str = response.meta.get("redirect_urls", [response.url])[0]
    return first


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
