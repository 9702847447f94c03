"""The walks of one crawl: which ways are followed, and what is remembered of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

from scrapy.http import Response

from archive import frontier
from archive.captures import Capture
from archive.frontier import Found, Known, Look
from crawler.discovery.articles import is_release
from crawler.discovery.judging import Make
from crawler.discovery.plan import KPU_ARTICLE, Entrance, entrances
from crawler.discovery.shape import learn_shape
from crawler.discovery.stories import Story
from crawler.discovery.urls import linked
from crawler.extensions.captures import Asking, captured
from crawler.extraction.pool import Unread
from crawler.items import Hint
from crawler.middlewares.conditional import Validators
from crawler.source import Source
from crawler.spiders.agenda import Named
from crawler.spiders.answers import Miss, header
from crawler.tally import WayFailed, WayWalked

if TYPE_CHECKING:
    from crawler.spiders.base import ReleaseSpider

P = ParamSpec("P")
T = TypeVar("T")

# Pages of lists that name nothing new are followed all the same (REST may hide a category, a
# sitemap an old year, and a feed knows the first page of every list), as long as they are few
# beside the releases: so many, and a share of those named so far.
_BARREN_FREE = 12
_BARREN_SHARE = 0.1
SEEN_ENOUGH = Miss("not-asked", "Enough was seen.")
# What one page of a way may name; the protocol of sitemaps allows no more.
_NAMED_MAX = 50_000
# After so many names the event loop serves the other sources, after so many rows the archive does.
_NAMES_A_STEP = 50
_ROWS_A_STEP = 500


@dataclass(frozen=True, slots=True)
class Way:
    """A way to releases, and what the archive knows of it."""

    kind: str
    """`home`, `listing`, `feed`, `sitemap` or `rest`."""
    url: str
    known: Known | None

    @property
    def walked_at(self) -> datetime | None:
        """When it was last followed to where everything beyond was known."""
        return self.known.walked_at if self.known else None


class Listed(NamedTuple):
    """An address on a page of a seed, as listed there."""

    url: str
    hint: Hint | None = None
    shown: str | None = None
    """Digest of what the page shows of it."""


def listed(story: Story) -> Listed:
    """A story as its list shows it."""
    hint = Hint(evidence="listing", title=story.title, published=story.published)
    return Listed(story.url, hint, story.shown)


Walk = Callable[["Walks", Way], Awaitable[Miss | None]]


class Walks:
    """What the walks name goes onto the agenda and, page by page, into the archive."""

    def __init__(self, spider: ReleaseSpider, how: Mapping[str, Walk]) -> None:
        """`how`: the walk of each kind of way."""
        self.spider = spider
        self._how = how
        self.agenda = spider.agenda
        self._begun: set[str] = set()
        self._ended: list[Way] = []
        self._barren = 0
        self._mentioned: dict[str, tuple[Way, Named]] = {}
        """Addresses that may be releases, if they are made like those that are."""
        self.believed: set[Make] = set()
        """What the addresses of releases have in common that were found by reading some."""
        self.followed: set[str] = set()
        """Archives by year or month that were followed."""
        self._held: dict[str, Response] = {}
        self._reasons: dict[str, str] = {}
        self._spelled: dict[str, str] = {}
        """Second spellings of an address met in this crawl, and the first one."""
        self.beside: set[str] = set()
        """Addresses linked beside the lists: menus, other lists."""

    async def follow(self) -> None:
        """All ways to their ends, or on an ordinary day the regular ones until nothing is new."""
        if not self.agenda.full:
            for known in self.agenda.regular_ways():
                await self.walk(Entrance(known.what, known.url))
        if not self._ended:
            for entrance in entrances(self.spider.source):
                await self.walk(entrance, by="declared")
        await self._finish()

    async def walk(self, entrance: Entrance, by: str = "home") -> None:
        """Follows one way, once a crawl, and writes down how that went."""
        if entrance.url in self._begun:
            return
        self._begun.add(entrance.url)
        spider = self.spider
        spider.tally.entrances += 1
        way = Way(entrance.way, entrance.url, self.agenda.known.get(entrance.url))
        self._reasons[way.url] = entrance.why
        why = {"why": entrance.why} if entrance.why else None
        found = Found(url=way.url, what=way.kind, by=by, at=self.agenda.now, hint=why)
        await spider.note(frontier.note_found, spider.source.id, [found])
        miss = await self._how[way.kind](self, way)
        if miss is None:
            self._ended.append(way)
        else:
            await self._failed(way, miss, declared=by == "declared")

    async def note_elsewhere(self, urls: Iterable[str]) -> None:
        """Writes down lists on hosts that are not the source's: people are told of them."""
        self.spider.tally.elsewhere = list(urls)
        found = [
            Found(url=url, what=frontier.ELSEWHERE, by="home", at=self.agenda.now) for url in urls
        ]
        if found:
            await self.spider.note(frontier.note_found, self.spider.source.id, found)

    async def ask(self, way: Way) -> Response | Miss:
        """The first page of a way; only if it has changed, on an ordinary day."""
        known, validators = way.known, None
        if way.url in self._held:
            held = self._held.pop(way.url)
            await self._note(way, "walked", held.status, None, None, await captured(held))
            return held
        # Of a site that has never named a release, "nothing has changed" would be no good news.
        has_led = self.spider.known_releases and known is not None and known.outcome == "walked"
        if known is not None and has_led and not self.agenda.full:
            validators = Validators(known.etag, known.last_modified)
        asking = Asking({"as": way.kind}, known.captured if known else None)
        answer = await self.get(way.url, validators, asking)
        if isinstance(answer, Miss):
            return answer
        etag, modified = header(answer, "ETag"), header(answer, "Last-Modified")
        if answer.status == 304 and known is not None:
            self.spider.tally.unchanged_lists += 1
            self.spider.tally.unchanged.add(way.url)
            etag, modified = etag or known.etag, modified or known.last_modified
        await self._note(way, "walked", answer.status, etag, modified, await captured(answer))
        return answer

    def hold(self, url: str, answer: Response) -> None:
        """Keeps the answer of a page that turned out to be a way's first."""
        self._held[url] = answer

    def has_begun(self, url: str) -> bool:
        """Whether a seed was fetched in this crawl."""
        return url in self._begun

    @property
    def mentioned(self) -> list[str]:
        """What may be releases, and was not named as such."""
        return [url for url in self._mentioned if url not in self.agenda.shown]

    async def believe(self, urls: Iterable[str]) -> None:
        """Names addresses that were only mentioned: they turned out to be releases."""
        for url in urls:
            way, named = self._mentioned[url]
            await self.name(way, [named])

    @property
    def only_feeds_named(self) -> bool:
        """Whether nothing but feeds has named releases: most hold the newest alone."""
        feeds = {way.url for way in self._ended if way.kind == "feed"}
        return self.agenda.named.keys() <= feeds

    def may_have_gaps(self, named: list[Named]) -> bool:
        """Whether a list may have grown by more than it shows: none of it is known."""
        return not any(one.url in self.agenda.known for one in named)

    async def get(
        self, url: str, validators: Validators | None = None, asking: Asking | None = None
    ) -> Response | Miss:
        """A page of a way; none where a look at the site has seen enough of them."""
        if self._has_seen_enough():
            return SEEN_ENOUGH
        return await self.spider.fetcher.get(url, validators, asking)

    def _has_seen_enough(self) -> bool:
        most, looks = self.spider.round.seed_requests_max, self.spider.round.looks_max
        if most is None:
            return False
        is_named = looks is not None and len(self.agenda.shown) >= looks
        return is_named or self.spider.fetcher.requests >= most

    async def parse(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Miss:
        """What a pure function says of a page, called in a worker process."""
        spider = self.spider
        answer = await spider.round.readers.parse(spider.source, task, *args, **kwargs)
        if isinstance(answer, Unread):
            return Miss(answer.reason, answer.detail, trouble=True)
        return answer

    async def name(self, way: Way, named: Iterable[Named]) -> None:
        """Puts what a page of a way names onto the agenda and into the archive."""
        waiting = iter(named)
        while step := list(islice(waiting, _ROWS_A_STEP)):
            if told := self.agenda.name(way.url, way.kind, step):
                await self.spider.note(frontier.note_found, self.spider.source.id, told)
            await asyncio.sleep(0)

    async def names(self, way: Way, listed: Iterable[Listed]) -> list[Named]:
        """Addresses on a page of a seed that can be releases."""
        waiting, named = iter(listed), []
        for number, one in enumerate(islice(waiting, _NAMED_MAX)):
            if number % _NAMES_A_STEP == 0:
                await asyncio.sleep(0)
            named.append(self.named(*one))
        if next(waiting, None) is not None:
            said = f"{way.url} names over {_NAMED_MAX:,} addresses; the rest was skipped."
            self.spider.tally.limits.append(said)
        return [one for one in named if one is not None]

    def named(self, url: str, hint: Hint | None = None, shown: str | None = None) -> Named | None:
        """An address that a list calls a release; None where it cannot be one."""
        source = self.spider.source
        if not source.owns(url) or (self._is_told and not is_release(url, self.source)):
            return None
        spelled = self.spider.canonical(url)
        address = self.agenda.address(spelled)
        if address != spelled and not {spelled}.intersection(
            self.agenda.known, self.agenda.aliases
        ):
            self._spelled[spelled] = address
        asked = linked(url, source.home)
        return Named(url=address, linked=asked, hint=hint, shown=shown)

    def mention(self, way: Way, named: Named) -> None:
        """An address that may be a release; whether it is made like one is decided last."""
        self._mentioned.setdefault(named.url, (way, named))

    def brings_news(self, way: Way, urls: set[str]) -> bool:
        """Whether a page of a way names releases that no other page did: in this crawl, where
        all ways are followed to their ends, else ever since it was last followed to its end."""
        if self.agenda.full:
            return bool(urls - self.agenda.shown.keys())
        return self.agenda.brings_news(urls, way.walked_at)

    def may_go_on(self) -> bool:
        """Whether a list is followed beyond a page that brought nothing new; counts the page."""
        self._barren += 1
        allowed = _BARREN_FREE + _BARREN_SHARE * len(self.agenda.shown)
        return self.agenda.full and self._barren <= allowed

    def has_ended(self, url: str) -> bool:
        """Whether a way was followed to its end in this crawl."""
        return any(way.url == url for way in self._ended)

    @property
    def source(self) -> Source:
        """The source, with what its releases' addresses look like, as declared or learned."""
        return replace(self.spider.source, article=self.spider.article)

    @property
    def _is_told(self) -> bool:
        """Whether what a release's address looks like is known without learning it."""
        return self.spider.source.article is not None or self.spider.article == KPU_ARTICLE

    async def _failed(self, way: Way, miss: Miss, *, declared: bool) -> None:
        """A way that led nowhere is a failure where it was declared, or has led somewhere."""
        tally = self.spider.tally
        tally.blocked += miss.blocked
        if miss.reason != "not-asked" and (declared or way.walked_at or miss.trouble):
            tally.entrance_failures.append(f"{way.url}: {miss.detail}")
            tally.failed_ways.append(WayFailed(way.kind, way.url, miss.cause or miss.reason))
        else:
            tally.entrances -= 1
        # What fails for good is tried again by a deep crawl; what was only in trouble, by the next.
        outcome = miss.reason if miss.trouble else f"no-way: {miss.reason}"
        await self._note(way, outcome, miss.status, None, None, miss.capture)

    async def _note(
        self,
        way: Way,
        outcome: str,
        status: int | None,
        etag: str | None,
        modified: str | None,
        capture: Capture | None,
    ) -> None:
        look = Look(
            source=self.spider.source.id,
            url=way.url,
            at=datetime.now(UTC),
            outcome=outcome,
            status=status,
            etag=etag,
            last_modified=modified,
            capture=capture,
        )
        await self.spider.note(frontier.note_look, look)

    async def _decide(self) -> None:
        """Names those addresses that were only mentioned, and are made like a release's."""
        source = self.source
        for number, (url, (way, named)) in enumerate(self._mentioned.items()):
            if number % _NAMES_A_STEP == 0:
                await asyncio.sleep(0)
            if url not in self.agenda.shown and is_release(url, source):
                await self.name(way, [named])

    async def _finish(self) -> None:
        """Decides on what was only mentioned, and which ways are regular from now on."""
        spider, agenda = self.spider, self.agenda
        if agenda.full and self._is_told:
            await spider.remember()
        elif agenda.full:
            others = self.beside - agenda.shown.keys()
            learned = await self.parse(learn_shape, list(agenda.shown), list(others))
            if isinstance(learned, Miss):
                said = f"The pattern of its release addresses was not learned. {learned.detail}"
                spider.tally.limits.append(said)
            else:
                spider.article = learned
                await spider.remember()
        await self._decide()
        for spelled, address in self._spelled.items():
            note = (spider.source.id, spelled, address, "spelling", agenda.now)
            await spider.note(frontier.note_alias, *note)
        spider.tally.named = len(agenda.shown)
        spider.tally.ways = [
            WayWalked(way.kind, way.url, *agenda.counted(way.url), self._reasons[way.url])
            for way in self._ended
        ]
        regular = agenda.regular({way.url: way.kind for way in self._ended})
        for way in self._ended:
            keep = bool(way.known and way.known.regular) if not agenda.full else way.url in regular
            await spider.note(
                frontier.note_walk, spider.source.id, way.url, datetime.now(UTC), regular=keep
            )
