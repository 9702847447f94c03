"""What every spider does: follow a source's ways to its releases, then look at those."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from sqlalchemy import Connection
from twisted.python.failure import Failure

from archive import frontier
from archive.captures import Capture
from archive.database import ArchiveError
from archive.frontier import Lessons
from crawler.captured import read_captured
from crawler.discovery.identity import plausible_canonical
from crawler.discovery.urls import canonical
from crawler.extensions.captures import Asking
from crawler.extraction.pool import Unread
from crawler.items import Frame, Rejected, Release
from crawler.middlewares.robots import named_sitemaps
from crawler.oversight import find_shortfall
from crawler.source import Source
from crawler.spiders.agenda import Agenda
from crawler.spiders.fetching import Fetcher
from crawler.spiders.looks import Looks
from crawler.spiders.strangers import Strangers
from crawler.spiders.walks import Walks
from crawler.spiders.ways import WALKS
from crawler.tally import Tally

if TYPE_CHECKING:
    from crawler.round import Round

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

    def __init__(
        self, *, source: Source, round: Round, crawl_id: int, deep: bool = False, **kwargs: Any
    ) -> None:
        """`crawl_id` is the archive's number of this crawl; `deep`: look at everything again."""
        super().__init__(**kwargs)
        self.source = source
        self.round = round
        self.archivist = round.archivist
        self.crawl_id = crawl_id
        self.deep = deep
        self.tally = Tally()
        self.known_releases = 0
        """How many the archive held before."""
        self.sitemaps: list[str] = []
        """Those that robots.txt names."""
        self.frame = Frame()
        self.article = source.article
        """What a release's address looks like: declared, or learned."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy builds it; faults of our own end up in the tally, not only in the log."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.fetcher = Fetcher(crawler)
        crawler.signals.connect(spider._fault, signal=signals.spider_error)
        crawler.signals.connect(spider._fault, signal=signals.item_error)
        crawler.signals.connect(spider._robots, signal=signals.robots_parsed)
        return spider

    fetcher: Fetcher
    agenda: Agenda

    def archive_failed(self, error: Exception) -> None:
        """The archive cannot be written: nothing more is fetched from anyone."""
        self.round.abort(error)

    def stop(self) -> None:
        """Asks the site for nothing more."""
        self.fetcher.stop("Stopped before the end.")

    async def start(self) -> AsyncIterator[Release | Rejected]:
        """The crawl, from the frontier as the archive has it to the last look."""
        if self.round.stopped_by:  # while the spider was being made
            self.stop()
        try:
            await self._recall()
            await Walks(self, WALKS).follow()
            if self._names_nothing():
                await self._ask_witnesses()
            held = [one.url for one in self.agenda.known.values() if one.release]
            looks = Looks(self, await asyncio.to_thread(Strangers, held))
            async for item in looks.look_at(islice(self._to_look(), self.round.looks_max)):
                yield item
            async for item in self._confirm(looks):
                yield item
        except ArchiveError as error:
            self.archive_failed(error)
        if self.fetcher.given_up and self.fetcher.given_up not in self.tally.limits:
            self.tally.limits.append(self.fetcher.given_up)
        await self._items_are_in()
        known, named = self.agenda.came_of(), self.agenda.shown.keys()
        self.tally.shortfall = await asyncio.to_thread(
            find_shortfall, self.tally.came_of, known, named
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
        known = await self.look_up(frontier.load, self.source.id)
        self.known_releases = sum(1 for one in known if one.release)
        lessons = await self.look_up(frontier.lessons, self.source.id)
        # Off the event loop: at a site of 40,000 addresses it takes seconds.
        self.agenda = await asyncio.to_thread(
            Agenda,
            known={one.url: one for one in known},
            aliases=await self.look_up(frontier.aliases, self.source.id),
            home=self.source.home,
            now=datetime.now(UTC),
            deep=self.deep,
        )
        self.frame = Frame(blocks=lessons.blocks, signatures=lessons.signatures)
        self.article = self.source.article or lessons.article

    def _to_look(self) -> Iterator[str]:
        """What there is to look at. Nothing on a site whose lists name no release any more: it
        may answer everything with a notice of repair, which is no new wording of any release."""
        return iter(()) if self._names_nothing() else self.agenda.to_look()

    def _names_nothing(self) -> bool:
        known = self.agenda.known.values()
        finished = any(one.release for one in known) and any(one.walked_at for one in known)
        return finished and not self.tally.named and not self.tally.unchanged_lists

    async def _ask_witnesses(self) -> None:
        """Asks for the home page and a known release only to compare the answers with those of the
        lists: is it one page at every address, or have only the lists changed? Nothing is read."""
        asked = {way.url for way in self.tally.ways}
        others = (url for url in [self.source.home] if url not in asked)
        if asked:
            for url in islice(chain(others, self.agenda.releases(except_for=set())), _COMPARED):
                await self.fetcher.get(url, asking=Asking({"as": "witness"}))

    async def remember(self) -> None:
        """Writes down what the site has taught in this crawl."""
        learned = Lessons(
            article=self.article, blocks=self.frame.blocks, signatures=self.frame.signatures
        )
        await self.note(frontier.learn, self.source.id, learned, datetime.now(UTC))

    async def _confirm(self, looks: Looks) -> AsyncIterator[Release | Rejected]:
        """Tells withdrawn releases from a site whose addresses have all changed."""
        if not looks.missing:
            return
        if not looks.still_there:
            others = islice(self.agenda.releases(except_for=looks.looked), _WITNESSES)
            async for item in looks.look_at(others):
                yield item
        missing = [look for look in looks.missing if not self.agenda.known[look.url].gone_at]
        rebuilt = looks.still_there < STILL_THERE * len(missing)
        if rebuilt and not self.fetcher.given_up:
            self.tally.moved = len(missing)
            self.tally.limits.append(
                f"{len(missing)} known releases are not where they were and hardly another is: the "
                "site seems rebuilt, or out of order. None is called gone."
            )
        for look in looks.missing:
            if rebuilt or self.fetcher.given_up:
                await self.note(frontier.note_look, look)
            elif await self.note(frontier.miss, look, self.crawl_id) == "gone":
                self.tally.gone += 1
            else:
                self.tally.missing += 1

    async def note(
        self, task: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs one of the frontier's tasks in a transaction of its own; raises `ArchiveError`."""
        return await self.archivist.note(task, *args, **kwargs)

    async def look_up(
        self, task: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs a task that only reads the archive; raises `ArchiveError`."""
        return await self.archivist.look_up(task, *args, **kwargs)

    async def read_captured(self, capture: Capture, url: str) -> Release | Rejected | None:
        """What this program reads in a capture of a release; None where it cannot be read."""
        folder = Path(self.crawler.settings["CAPTURES"])
        found = await self.round.readers.parse(
            self.source, read_captured, folder, capture, url, self.source, self.frame
        )
        return None if isinstance(found, Unread) else found

    def canonical(self, url: str) -> str:
        """The one address of a page of this source."""
        return canonical(url, self.source.home)

    def declared(self, canonicals: Iterable[str], url: str) -> str:
        """The first `rel=canonical` of the page at `url` that can be believed, else `url`."""
        for address in canonicals:
            if plausible_canonical(url, address, self.source.home):
                return self.agenda.address(self.canonical(address))
        return url

    def _robots(self, robotparser: RobotParser, request: Request) -> None:
        self.sitemaps = named_sitemaps(robotparser, request.url)

    def _fault(self, failure: Failure, response: Response | None) -> None:
        where = response.url if response is not None else self.source.home
        said = failure.getErrorMessage().splitlines()[0]
        self.tally.errors.append(f"Please report this fault, met at {where}: {said}")
