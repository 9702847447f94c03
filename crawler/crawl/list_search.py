"""Searches for lists of releases by the content of pages, within a budget of requests."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from scrapy.http import Response, TextResponse

from crawler.crawl.seed_walker import SeedVisit, SeedWalker, listed
from crawler.discovery.links import Link
from crawler.discovery.list_candidates import candidates
from crawler.discovery.listing import Story
from crawler.discovery.listing_evidence import (
    Make,
    is_the_story,
    main_make,
    make_of,
    samples,
    weigh,
)
from crawler.discovery.seed_page import SeedPage, read_seed_page
from crawler.discovery.seeds import Seed
from crawler.items import Page as FetchedPage
from crawler.items import Release
from crawler.request_meta import CaptureNotes, answered_at
from crawler.responses.failure import FetchFailure, header

BUDGET = 40
"""Requests for finding lists on a site whose links name none; less where some are known."""
_PAGES = 24
_SUPPLEMENTS = 8
_FEWEST_WORDS = 25
_GROUPS = 4
_FEWEST_OF_A_GROUP = 3


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page that was fetched as a possible list."""

    url: str
    answer: Response
    stories: tuple[Story, ...]
    """Its own; of a page that only leads to archives by year or month, those of the newest."""
    links: tuple[Link, ...]
    goes_on: bool
    """It has further pages."""
    weight: float


class ListSearch:
    """One search, from a home page that has been read."""

    def __init__(
        self, walker: SeedWalker, home: SeedVisit, answer: Response, page: SeedPage
    ) -> None:
        self._walker = walker
        self._home = home
        self._page = page
        self._answer = answer
        self._before = walker.context.fetcher.requests
        self._looked: set[str] = set()
        self._makes: dict[Make, str] = {}
        """The pattern of accepted releases' addresses, and why they are accepted."""
        self._refused: set[Make] = set()

    @property
    def _spent(self) -> int:
        """Requests so far, including redirects."""
        return self._walker.context.fetcher.requests - self._before

    async def find(self) -> None:
        """If nothing is known: fetches the pages the home page links to, and where none is a
        list at those they link to; believes the fullest whose stories read as releases, and
        those made like it. Where there is none, the groups of a sitemap are read."""
        at_home = {make_of(story.url) for story in self._page.stories}
        stories = self._page.stories
        home = _Seen(self._home.url, self._answer, stories, (), False, weigh(stories, ()))
        seen = [home]
        level = candidates(self._page.links, self._walker.context.source)
        while level and not self._makes and self._spent < _PAGES:
            lists = [page async for page in self._look_at(level, at_home, _PAGES)]
            level = [
                url
                for page in lists
                for url in candidates(page.links, self._walker.context.source)
                if url not in self._looked
            ]
            await self._believe([*seen, *lists])
            seen = []
        if seen:
            await self._believe(seen)
        if not self._makes:
            await self._read_groups()

    async def supplement(self) -> None:
        """Where some releases are named: a few more pages, for lists of releases made alike that
        have others too, or may have them further on where only a feed named those known."""
        shown = self._walker.plan.shown
        makes = set(self._walker.plan.makes_shown)
        level = candidates(self._page.links, self._walker.context.source)
        others = [url for url in level if make_of(url) not in makes]
        async for page in self._look_at(others, makes, _SUPPLEMENTS):
            named = [self._walker.named(story.url) for story in page.stories]
            urls = {each.url for each in named if each is not None and make_of(each.url) in makes}
            if urls - shown.keys() or (urls and page.goes_on and self._walker.only_feeds_named):
                await self._walk(page, "its stories have the same markup as other lists")

    async def _look_at(
        self, urls: Iterable[str], at_home: set[Make], most: int
    ) -> AsyncIterator[_Seen]:
        """Fetches the pages at these URLs, up to a number of requests."""
        for url in urls:
            if self._spent >= most:
                return
            if url in self._looked or self._walker.has_begun(url):
                continue
            self._looked.add(url)
            answer = await self._walker.get(url, asking=CaptureNotes({"as": "candidate"}))
            if isinstance(answer, FetchFailure):
                if answer.reason == "not-asked":
                    return
                continue
            page = await self._read(answer, url)
            if page is None:
                continue
            stories = page.stories
            # What the home page links to as well is a menu's, and no index of archives.
            if not stories and set(page.archives) - set(self._page.archives):
                stories = await self._stories_of(page.archives[0])
            weight = weigh(stories, at_home)
            yield _Seen(url, answer, stories, page.links, page.older is not None, weight)

    async def _stories_of(self, url: str) -> tuple[Story, ...]:
        answer = await self._walker.get(url, asking=CaptureNotes({"as": "candidate"}))
        page = None if isinstance(answer, FetchFailure) else await self._read(answer, url)
        return page.stories if page else ()

    async def _read(self, answer: Response, url: str) -> SeedPage | None:
        text = answer.text if isinstance(answer, TextResponse) else ""
        page = await self._walker.parse(read_seed_page, text, answer.url, url, self._walker.source)
        return None if isinstance(page, FetchFailure) else page

    async def _believe(self, seen: Iterable[_Seen]) -> None:
        for page in sorted(seen, key=lambda page: -page.weight):
            if not page.weight:
                continue
            make = main_make(page.stories)
            assert make is not None
            if make in self._refused or (self._makes and make not in self._makes):
                continue
            if make not in self._makes and not await self._are_releases(samples(page.stories)):
                self._refused.add(make)
                continue
            self._makes.setdefault(make, page.url)
            self._walker.believed.add(make)
            await self._walk(page, _reason(page.stories))

    async def _walk(self, page: _Seen, why: str) -> None:
        if page.url == self._home.url:
            named = await self._walker.names(self._home, map(listed, self._page.stories))
            await self._walker.name(self._home, named)
        else:
            self._walker.hold(page.url, page.answer)
            await self._walker.walk(Seed("listing", page.url, why))

    async def _read_groups(self) -> None:
        """Sitemaps name all of a site's pages: those of one make are read by sample."""
        groups: dict[Make, list[str]] = defaultdict(list)
        for url in self._walker.mentioned:
            groups[make_of(url)].append(url)
        sizes = Counter({make: len(urls) for make, urls in groups.items()})
        for make, size in sizes.most_common(_GROUPS):
            urls = groups[make]
            if size < _FEWEST_OF_A_GROUP or make in self._refused:
                continue
            chosen = [Story(url, "", None, "") for url in (urls[size // 3], urls[-1])]
            if await self._are_releases(chosen):
                self._makes[make] = urls[0]
                await self._walker.believe(urls)
                return

    async def _are_releases(self, stories: list[Story]) -> bool:
        """Whether pages read as releases, dated and titled as their list says."""
        for story in stories:
            if self._spent >= BUDGET or not await self._is_release(story):
                return False
        return len(stories) > 1

    async def _is_release(self, story: Story) -> bool:
        context = self._walker.context
        answer = await self._walker.get(story.url, asking=CaptureNotes({"as": "sample"}))
        if isinstance(answer, FetchFailure):
            return False
        page = FetchedPage(
            url=context.canonical(answer.url),
            body=answer.body,
            captured_at=answered_at(answer),
            content_type=header(answer, "Content-Type"),
        )
        read = await context.services.readers.read(page, context.source, context.template)
        return (
            isinstance(read, Release)
            and (story.published is not None or read.published_on is not None)
            and len(read.body.split()) >= _FEWEST_WORDS
            and (not story.title or is_the_story(story.title, read.title))
        )


def _reason(stories: tuple[Story, ...]) -> str:
    dated = sum(story.published is not None for story in stories)
    return f"{len(stories)} stories on its first page, {dated} dated; two of them read as releases"
