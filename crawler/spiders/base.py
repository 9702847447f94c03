"""What every spider does: follow a source's ways to its releases, then look at those."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any, ParamSpec, Self, TypeVar

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.python.failure import Failure

from archive.database.connection import ArchiveError
from archive.ingest import frontier
from crawler.crawl.context import CrawlContext
from crawler.crawl.fetcher import Fetcher
from crawler.crawl.injected_pages import InjectedPages
from crawler.crawl.plan import CrawlPlan
from crawler.crawl.release_fetcher import ReleaseFetcher
from crawler.crawl.seed_kinds import WALKS
from crawler.crawl.seed_walker import SeedWalker
from crawler.crawl.shortfall import find_shortfall
from crawler.items import Rejected, Release, SiteTemplate
from crawler.middlewares.robots_txt import named_sitemaps
from crawler.request_meta import CaptureNotes

P = ParamSpec("P")
T = TypeVar("T")

# Known releases looked at to tell a withdrawn one from a site that was rebuilt: when next to none
# is where it was, the addresses have changed, and nothing is called gone.
_WITNESSES = 3
STILL_THERE = 0.2
# Other addresses asked for where the lists name no release.
_COMPARED = 2
# Seconds between two glances at the pipelines, when a crawl is over.
_GLANCE = 0.01


class ReleaseSpider(Spider):
    """One crawl of one source, as one sequence: ask the frontier, walk the lists, look.

    What to ask next depends on what the archive knows and on what was just answered, so the crawl
    is written as a coroutine; Scrapy does the asking (throttle, robots, retries, redirects).
    """

    def __init__(self, *, context: CrawlContext, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context = context
        self.source = context.source

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy builds it; faults of our own end up in the statistics, not only in the log."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.context.fetcher = Fetcher(crawler, spider.context.stats)
        crawler.signals.connect(spider._fault, signal=signals.spider_error)
        crawler.signals.connect(spider._fault, signal=signals.item_error)
        crawler.signals.connect(spider._robots, signal=signals.robots_parsed)
        return spider

    def stop(self) -> None:
        """Asks the site for nothing more."""
        self.context.fetcher.stop("Stopped before the end.")

    async def start(self) -> AsyncIterator[Release | Rejected]:
        """The crawl, from the frontier as the archive has it to the last look."""
        context, services, stats = self.context, self.context.services, self.context.stats
        if services.is_stopped:  # while the spider was being made
            self.stop()
        try:
            await self._recall()
            await SeedWalker(context, WALKS).follow()
            if self._names_nothing():
                await self._ask_witnesses()
            held = [known.url for known in context.plan.known.values() if known.is_held]
            releases = ReleaseFetcher(context, await asyncio.to_thread(InjectedPages, held))
            async for item in releases.look_at(islice(self._to_look(), services.fetches_max)):
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
        """Waits until the pipelines are through with what `start` yielded. Nothing tells Scrapy
        (2.19) that they are: a spider that ends earlier is closed by its heartbeat, 5 s later."""
        assert self.crawler.engine is not None
        slot = self.crawler.engine.scraper.slot
        while slot is not None and not slot.is_idle():
            await asyncio.sleep(_GLANCE)

    async def _recall(self) -> None:
        """Reads from the archive what earlier crawls have found and learned."""
        context, source = self.context, self.source
        known = await context.look_up(frontier.load, source.id)
        context.known_releases = sum(1 for address in known if address.is_held)
        lessons = await context.look_up(frontier.lessons, source.id)
        # Off the event loop: at a site of 40,000 addresses it takes seconds.
        context.plan = await asyncio.to_thread(
            CrawlPlan,
            known={address.url: address for address in known},
            aliases=await context.look_up(frontier.aliases, source.id),
            home=source.home,
            now=datetime.now(UTC),
            deep=context.deep,
        )
        context.template = SiteTemplate(blocks=lessons.blocks, signatures=lessons.signatures)
        context.article = source.article or lessons.article

    def _to_look(self) -> Iterator[str]:
        """What there is to look at. Nothing on a site whose lists name no release any more: it
        may answer everything with a notice of repair, which is no new wording of any release."""
        return iter(()) if self._names_nothing() else self.context.plan.to_look()

    def _names_nothing(self) -> bool:
        known = self.context.plan.known.values()
        finished = any(one.is_held for one in known) and any(one.walked_at for one in known)
        return finished and not self.context.stats.named and not self.context.stats.unchanged_lists

    async def _ask_witnesses(self) -> None:
        """Asks for the home page and a known release only to compare the answers with those of the
        lists: is it one page at every address, or have only the lists changed? Nothing is read."""
        asked = {visit.url for visit in self.context.stats.seeds}
        others = (url for url in [self.source.home] if url not in asked)
        if asked:
            releases = self.context.plan.releases(except_for=set())
            for url in islice(chain(others, releases), _COMPARED):
                await self.context.fetcher.get(url, asking=CaptureNotes({"as": "witness"}))

    async def _confirm(self, releases: ReleaseFetcher) -> AsyncIterator[Release | Rejected]:
        """Tells withdrawn releases from a site whose addresses have all changed."""
        context, stats = self.context, self.context.stats
        if not releases.missing:
            return
        if not releases.still_there:
            others = islice(context.plan.releases(except_for=releases.looked), _WITNESSES)
            async for item in releases.look_at(others):
                yield item
        missing = [look for look in releases.missing if not context.plan.known[look.url].gone_at]
        rebuilt = releases.still_there < STILL_THERE * len(missing)
        if rebuilt and not context.fetcher.given_up:
            stats.moved = len(missing)
            stats.limits.append(
                f"{len(missing)} known releases are not where they were and hardly another is: the "
                "site seems rebuilt, or out of order. None is called gone."
            )
        for look in releases.missing:
            if rebuilt or context.fetcher.given_up:
                await context.note(frontier.note_look, look)
            elif await context.note(frontier.miss, look, context.crawl_id) == "gone":
                stats.gone += 1
            else:
                stats.missing += 1

    def _robots(self, robotparser: RobotParser, request: Request) -> None:
        self.context.sitemaps = named_sitemaps(robotparser, request.url)

    def _fault(self, failure: Failure, response: Response | None) -> None:
        where = response.url if response is not None else self.source.home
        said = failure.getErrorMessage().splitlines()[0]
        self.context.stats.errors.append(f"Please report this fault, met at {where}: {said}")
