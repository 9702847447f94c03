"""The base of all spiders: follows a source's seeds to its releases, then fetches those."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any, ParamSpec, Self, TypeVar

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.python.failure import Failure

from archive.database.connection import ArchiveError
from archive.ingest import frontier, site_lessons
from archive.moves.links import settle, suspects
from crawler.crawl.context import CaptureTarget, CrawlContext
from crawler.crawl.fetcher import Fetcher
from crawler.crawl.injected_pages import InjectedPages
from crawler.crawl.plan import CrawlPlan
from crawler.crawl.release_fetcher import ReleaseFetcher
from crawler.crawl.seed_kinds import WALKS
from crawler.crawl.seed_walker import SeedWalker
from crawler.crawl.shortfall import find_shortfall
from crawler.items import SiteTemplate
from crawler.middlewares.robots_txt import named_sitemaps
from crawler.request_meta import CaptureNotes
from crawler.responses.crawl_item import CrawlItem

P = ParamSpec("P")
T = TypeVar("T")

# Known releases fetched to distinguish a withdrawn one from a rebuilt site: if almost none is still
# there, the URLs have changed, and nothing is marked as gone.
_WITNESSES = 3
STILL_THERE = 0.2
# Other URLs fetched if the lists name no release.
_COMPARED = 2
# Seconds between two checks of the pipelines at the end of a crawl.
_GLANCE = 0.01


class ReleaseSpider(Spider):
    """One crawl of one source, as one sequence: read the frontier, follow the seeds, fetch
    releases. The next request depends on the archive and on the last response, so the crawl is a
    coroutine; Scrapy downloads (throttle, robots, retries, redirects)."""

    def __init__(self, *, context: CrawlContext, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context = context
        self.source = context.source
        captures = context.services.captures
        self.capture_target = captures and CaptureTarget(captures, self.source, context.crawl_id)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As in Scrapy; faults of this program are counted in the statistics, not only logged."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.context.fetcher = Fetcher(crawler, spider.context.stats)
        crawler.signals.connect(spider._fault, signal=signals.spider_error)
        crawler.signals.connect(spider._fault, signal=signals.item_error)
        crawler.signals.connect(spider._robots, signal=signals.robots_parsed)
        return spider

    def stop(self) -> None:
        """Sends no more requests."""
        self.context.fetcher.stop("Stopped before the end.")

    async def start(self) -> AsyncIterator[CrawlItem]:
        """The whole crawl, from reading the frontier to the last fetch."""
        context, services, stats = self.context, self.context.services, self.context.stats
        if services.is_stopped:  # stopped while the spider was created
            self.stop()
        try:
            await self._recall()
            await SeedWalker(context, WALKS).follow()
            if self._names_nothing():
                await self._ask_witnesses()
            crawled = [known.url for known in context.plan.known.values() if known.is_crawled]
            releases = ReleaseFetcher(context, await asyncio.to_thread(InjectedPages, crawled))
            async for item in releases.fetch_all(islice(self._to_fetch(), services.fetches_max)):
                yield item
            async for item in releases.fetch_all(await self._suspected(releases)):
                yield item
            async for item in self._confirm(releases):
                yield item
        except ArchiveError as error:
            services.abort(error)
        if (reason := context.fetcher.given_up) and reason not in stats.limits:
            stats.limits.append(reason)
        await self._items_are_in()
        plan = context.plan
        stats.shortfall = await asyncio.to_thread(
            find_shortfall, stats.came_of, plan.came_of(), plan.shown.keys()
        )

    async def _items_are_in(self) -> None:
        """Waits until the pipelines have processed all items of `start`. Scrapy (2.19) does not
        notice that they have: it would close the spider up to 5 s later, at its heartbeat."""
        assert self.crawler.engine is not None
        slot = self.crawler.engine.scraper.slot
        while slot is not None and not slot.is_idle():
            await asyncio.sleep(_GLANCE)

    async def _recall(self) -> None:
        """Reads from the archive what earlier crawls found and learned."""
        context, source = self.context, self.source
        known = await context.look_up(frontier.load, source.id)
        context.known_releases = sum(1 for address in known if address.is_crawled)
        lessons = await context.look_up(site_lessons.load, source.id)
        # Outside the event loop: at a site of 40,000 URLs it takes seconds.
        context.plan = await asyncio.to_thread(
            CrawlPlan,
            known={
                address.url: address
                for address in known
                if address.what == "release" or source.owns(address.url)  # seeds of a host it left
            },
            aliases=await context.look_up(frontier.aliases, source.id),
            home=source.home,
            now=datetime.now(UTC),
            deep=context.deep,
        )
        context.template = SiteTemplate(blocks=lessons.blocks, signatures=lessons.signatures)
        context.article = source.article or lessons.article

    def _to_fetch(self) -> Iterator[str]:
        """The releases to fetch. None if the lists name no release any more: the site may answer
        everything with a maintenance notice, which is not a new version of any release."""
        return iter(()) if self._names_nothing() else self.context.plan.to_fetch()

    def _names_nothing(self) -> bool:
        known = self.context.plan.known.values()
        finished = any(address.is_crawled for address in known) and any(
            address.walked_at for address in known
        )
        return finished and not self.context.stats.named and not self.context.stats.unchanged_lists

    async def _ask_witnesses(self) -> None:
        """Fetches the home page and a known release only to compare the responses with those of
        the lists: is it one page at every URL, or have only the lists changed? Nothing is
        extracted."""
        asked = {seed.url for seed in self.context.stats.seeds}
        others = (url for url in [self.source.home] if url not in asked)
        if asked:
            releases = self.context.plan.releases(except_for=set())
            for url in islice(chain(others, releases), _COMPARED):
                await self.context.fetcher.get(url, asking=CaptureNotes({"as": "witness"}))

    async def _confirm(self, releases: ReleaseFetcher) -> AsyncIterator[CrawlItem]:
        """Distinguishes withdrawn releases from those that have moved, and from a site whose URLs
        have all changed."""
        context, stats = self.context, self.context.stats
        if releases.missing and not releases.still_there:
            others = islice(context.plan.releases(except_for=releases.fetched), _WITNESSES)
            async for item in releases.fetch_all(others):
                yield item
        for fetch in releases.missing if not context.fetcher.given_up else ():
            await context.note(frontier.note_missing, fetch)
        await self._items_are_in()
        moved = (await context.note(settle, self.source.id)).keys()
        known = context.plan.known
        for fetch in releases.missing:  # an address that was left is asked for by deep crawls alone
            if known[fetch.url].release in moved:
                await context.note(frontier.note_fetch, replace(fetch, due_at=None))
        gone = [fetch for fetch in releases.missing if known[fetch.url].release not in moved]
        missing = [fetch for fetch in gone if not known[fetch.url].gone_at]
        there = releases.still_there + len(releases.led_away) + len(releases.missing) - len(gone)
        rebuilt = there < STILL_THERE * len(missing)
        if rebuilt and not context.fetcher.given_up:
            stats.moved = len(missing)
            stats.limits.append(
                f"{len(missing)} known releases are missing, and almost none is still there: the "
                "site seems rebuilt or out of order, so none is marked as gone."
            )
        for fetch in gone:
            if rebuilt or context.fetcher.given_up:
                await context.note(frontier.note_fetch, fetch)
            elif await context.note(frontier.miss, fetch, context.crawl_id) == "gone":
                stats.gone += 1
            else:
                stats.missing += 1

    async def _suspected(self, releases: ReleaseFetcher) -> list[str]:
        """Older releases whose texts stand under new addresses too: are they still at their own?"""
        context = self.context
        if not context.known_releases:
            return []
        await self._items_are_in()
        found = await context.look_up(suspects, self.source.id, context.plan.now)
        known = context.plan.known
        again = [url for url in found if url in known and not known[url].is_erased]
        again = [url for url in again if url not in releases.led_away]
        releases.fetched.difference_update(again)
        return again

    def _robots(self, robotparser: RobotParser, request: Request) -> None:
        self.context.sitemaps = named_sitemaps(robotparser, request.url)

    def _fault(self, failure: Failure, response: Response | None) -> None:
        where = response.url if response is not None else self.source.home
        message = failure.getErrorMessage().splitlines()[0]
        self.context.stats.errors.append(f"Please report this fault, met at {where}: {message}")
