"""Follows the seeds of one crawl, and saves what they name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple, ParamSpec, TypeVar

from scrapy.http import Response

from archive.captures import Capture
from archive.ingest import frontier
from archive.ingest.frontier import Fetch, Found, KnownAddress
from crawler.crawl.context import CrawlContext
from crawler.crawl.plan import Named
from crawler.crawl.stats import SeedFailed, SeedWalked
from crawler.discovery.canonical_url import linked
from crawler.discovery.listing import Story
from crawler.discovery.listing_evidence import Make
from crawler.discovery.release_url import is_release
from crawler.discovery.seeds import KPU_ARTICLE, Seed, seeds
from crawler.discovery.url_pattern import learn_shape
from crawler.extraction.worker_pool import Unread
from crawler.items import Hint
from crawler.registry.source import Source
from crawler.request_meta import CaptureNotes, Validators, captured
from crawler.responses.failure import FetchFailure, header

P = ParamSpec("P")
T = TypeVar("T")

# Pages of lists that name nothing new are followed all the same (REST may hide a category, a
# sitemap an old year, and a feed knows the first page of every list), as long as they are few
# beside the releases: so many, and a share of those named so far.
_BARREN_FREE = 12
_BARREN_SHARE = 0.1
SEEN_ENOUGH = FetchFailure("not-asked", "Enough was fetched.")
# What one page of a way may name; the protocol of sitemaps allows no more.
_NAMED_MAX = 50_000
# After so many names the event loop serves the other sources, after so many rows the archive does.
_NAMES_A_STEP = 50
_ROWS_A_STEP = 500


@dataclass(frozen=True, slots=True)
class SeedVisit:
    """A seed, and what the archive knows of it."""

    kind: str
    """`home`, `listing`, `feed`, `sitemap` or `rest`."""
    url: str
    known: KnownAddress | None

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


Walk = Callable[["SeedWalker", SeedVisit], Awaitable[FetchFailure | None]]


class SeedWalker:
    """Puts what seeds name into the crawl plan and, page by page, into the archive."""

    def __init__(self, context: CrawlContext, how: Mapping[str, Walk]) -> None:
        """`how`: the function that follows each kind of seed."""
        self.context = context
        self._how = how
        self.plan = context.plan
        self._begun: set[str] = set()
        self._ended: list[SeedVisit] = []
        self._barren = 0
        self._mentioned: dict[str, tuple[SeedVisit, Named]] = {}
        """URLs that may be releases, if they match the pattern of those that are."""
        self.believed: set[Make] = set()
        """The URL pattern of releases that were found by extracting some."""
        self.followed: set[str] = set()
        """Archives by year or month that were followed."""
        self._answers: dict[str, Response] = {}
        self._reasons: dict[str, str] = {}
        self._spelled: dict[str, str] = {}
        """Other spellings of a URL met in this crawl, with the first one."""
        self.beside: set[str] = set()
        """URLs linked outside the lists: menus, other lists."""

    async def follow(self) -> None:
        """Follows all seeds to their ends, or the regular ones until nothing is new."""
        if not self.plan.full:
            for known in self.plan.regular_seeds():
                await self.walk(Seed(known.what, known.url))
        if not self._ended:
            for seed in seeds(self.context.source):
                await self.walk(seed, by="declared")
        await self._finish()

    async def walk(self, seed: Seed, by: str = "home") -> None:
        """Follows one seed, once per crawl, and records the result."""
        if seed.url in self._begun:
            return
        self._begun.add(seed.url)
        context = self.context
        context.stats.seeds_asked += 1
        visit = SeedVisit(seed.kind, seed.url, self.plan.known.get(seed.url))
        self._reasons[visit.url] = seed.why
        why = {"why": seed.why} if seed.why else None
        address = Found(url=visit.url, what=visit.kind, by=by, at=self.plan.now, hint=why)
        await context.note(frontier.note_found, context.source.id, [address])
        failure = await self._how[visit.kind](self, visit)
        if failure is None:
            self._ended.append(visit)
        else:
            await self._failed(visit, failure, declared=by == "declared")

    async def note_elsewhere(self, urls: Iterable[str]) -> None:
        """Records lists on hosts that are not the source's, to report them."""
        self.context.stats.elsewhere = list(urls)
        addresses = [
            Found(url=url, what=frontier.ELSEWHERE, by="home", at=self.plan.now) for url in urls
        ]
        if addresses:
            await self.context.note(frontier.note_found, self.context.source.id, addresses)

    async def ask(self, visit: SeedVisit) -> Response | FetchFailure:
        """The first page of a seed; in an ordinary crawl only if it has changed."""
        known, validators = visit.known, None
        if visit.url in self._answers:
            kept = self._answers.pop(visit.url)
            await self._note(visit, "walked", kept.status, None, None, await captured(kept))
            return kept
        # Of a site that has never named a release, "nothing has changed" would be no good news.
        has_led = self.context.known_releases and known is not None and known.outcome == "walked"
        if known is not None and has_led and not self.plan.full:
            validators = Validators(known.etag, known.last_modified)
        asking = CaptureNotes({"as": visit.kind}, known.captured if known else None)
        answer = await self.get(visit.url, validators, asking)
        if isinstance(answer, FetchFailure):
            return answer
        etag, modified = header(answer, "ETag"), header(answer, "Last-Modified")
        if answer.status == 304 and known is not None:
            self.context.stats.unchanged_lists += 1
            self.context.stats.unchanged.add(visit.url)
            etag, modified = etag or known.etag, modified or known.last_modified
        await self._note(visit, "walked", answer.status, etag, modified, await captured(answer))
        return answer

    def hold(self, url: str, answer: Response) -> None:
        """Keeps the response of a page that turned out to be a seed's first."""
        self._answers[url] = answer

    def has_begun(self, url: str) -> bool:
        """Whether a seed was fetched in this crawl."""
        return url in self._begun

    @property
    def mentioned(self) -> list[str]:
        """URLs that may be releases, but were not named as such."""
        return [url for url in self._mentioned if url not in self.plan.shown]

    async def believe(self, urls: Iterable[str]) -> None:
        """Names URLs that were only mentioned and turned out to be releases."""
        for url in urls:
            visit, named = self._mentioned[url]
            await self.name(visit, [named])

    @property
    def only_feeds_named(self) -> bool:
        """Whether only feeds have named releases: most have only the newest."""
        feeds = {visit.url for visit in self._ended if visit.kind == "feed"}
        return self.plan.named.keys() <= feeds

    def may_have_gaps(self, named: list[Named]) -> bool:
        """Whether a list may have grown by more than it shows: none of it is known."""
        return not any(release.url in self.plan.known for release in named)

    async def get(
        self, url: str, validators: Validators | None = None, asking: CaptureNotes | None = None
    ) -> Response | FetchFailure:
        """A page of a seed; none if a probe or check has fetched enough of them."""
        if self._has_seen_enough():
            return SEEN_ENOUGH
        return await self.context.fetcher.get(url, validators, asking)

    def _has_seen_enough(self) -> bool:
        most, releases = self.context.services.seed_requests_max, self.context.services.fetches_max
        if most is None:
            return False
        is_named = releases is not None and len(self.plan.shown) >= releases
        return is_named or self.context.fetcher.requests >= most

    async def parse(
        self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T | FetchFailure:
        """The result of a pure function for a page, called in a worker process."""
        context = self.context
        answer = await context.services.readers.parse(context.source, task, *args, **kwargs)
        if isinstance(answer, Unread):
            return FetchFailure(answer.reason, answer.detail, trouble=True)
        return answer

    async def name(self, visit: SeedVisit, named: Iterable[Named]) -> None:
        """Puts what a page of a seed names into the crawl plan and the archive."""
        waiting = iter(named)
        while step := list(islice(waiting, _ROWS_A_STEP)):
            if new_urls := self.plan.name(visit.url, visit.kind, step):
                await self.context.note(frontier.note_found, self.context.source.id, new_urls)
            await asyncio.sleep(0)

    async def names(self, visit: SeedVisit, listed: Iterable[Listed]) -> list[Named]:
        """Addresses on a page of a seed that can be releases."""
        waiting, named = iter(listed), []
        for number, link in enumerate(islice(waiting, _NAMED_MAX)):
            if number % _NAMES_A_STEP == 0:
                await asyncio.sleep(0)
            named.append(self.named(*link))
        if next(waiting, None) is not None:
            sentence = f"{visit.url} lists over {_NAMED_MAX:,} URLs; the rest was skipped."
            self.context.stats.limits.append(sentence)
        return [release for release in named if release is not None]

    def named(self, url: str, hint: Hint | None = None, shown: str | None = None) -> Named | None:
        """The URL that a list calls a release; None if it cannot be one."""
        source = self.context.source
        if not source.owns(url) or (self._is_told and not is_release(url, self.source)):
            return None
        spelled = self.context.canonical(url)
        address = self.plan.address(spelled)
        if address != spelled and not {spelled}.intersection(self.plan.known, self.plan.aliases):
            self._spelled[spelled] = address
        asked = linked(url, source.home)
        return Named(url=address, linked=asked, hint=hint, shown=shown)

    def mention(self, visit: SeedVisit, named: Named) -> None:
        """An address that may be a release; whether it is made like one is decided last."""
        self._mentioned.setdefault(named.url, (visit, named))

    def brings_news(self, visit: SeedVisit, urls: set[str]) -> bool:
        """Whether a page of a seed names releases that no other page did: in this crawl, if all
        seeds are followed to their ends, else since it was last followed to its end."""
        if self.plan.full:
            return bool(urls - self.plan.shown.keys())
        return self.plan.brings_news(urls, visit.walked_at)

    def may_go_on(self) -> bool:
        """Whether a list is followed beyond a page that brought nothing new; counts the page."""
        self._barren += 1
        allowed = _BARREN_FREE + _BARREN_SHARE * len(self.plan.shown)
        return self.plan.full and self._barren <= allowed

    def has_ended(self, url: str) -> bool:
        """Whether a seed was followed to its end in this crawl."""
        return any(visit.url == url for visit in self._ended)

    @property
    def source(self) -> Source:
        """The source, with the pattern of its release URLs, declared or learned."""
        return replace(self.context.source, article=self.context.article)

    @property
    def _is_told(self) -> bool:
        """Whether the pattern of release URLs is known without learning it."""
        return self.context.source.article is not None or self.context.article == KPU_ARTICLE

    async def _failed(self, visit: SeedVisit, failure: FetchFailure, *, declared: bool) -> None:
        """A seed that failed counts as a failure if it was declared, or worked before."""
        stats = self.context.stats
        stats.blocked += failure.blocked
        if failure.reason != "not-asked" and (declared or visit.walked_at or failure.trouble):
            stats.seed_failures.append(f"{visit.url}: {failure.detail}")
            stats.failed_seeds.append(
                SeedFailed(visit.kind, visit.url, failure.cause or failure.reason)
            )
        else:
            stats.seeds_asked -= 1
        # What fails for good is tried again by a deep crawl; what was only in trouble, by the next.
        outcome = failure.reason if failure.trouble else f"no-way: {failure.reason}"
        await self._note(visit, outcome, failure.status, None, None, failure.capture)

    async def _note(
        self,
        visit: SeedVisit,
        outcome: str,
        status: int | None,
        etag: str | None,
        modified: str | None,
        capture: Capture | None,
    ) -> None:
        fetch = Fetch(
            source=self.context.source.id,
            url=visit.url,
            at=datetime.now(UTC),
            outcome=outcome,
            status=status,
            etag=etag,
            last_modified=modified,
            capture=capture,
        )
        await self.context.note(frontier.note_fetch, fetch)

    async def _decide(self) -> None:
        """Names the URLs that were only mentioned and match the pattern of releases."""
        source = self.source
        for number, (url, (visit, named)) in enumerate(self._mentioned.items()):
            if number % _NAMES_A_STEP == 0:
                await asyncio.sleep(0)
            if url not in self.plan.shown and is_release(url, source):
                await self.name(visit, [named])

    async def _finish(self) -> None:
        """Decides on URLs only mentioned, and which seeds are regular from now on."""
        context, plan = self.context, self.plan
        if plan.full and self._is_told:
            await context.remember()
        elif plan.full:
            others = self.beside - plan.shown.keys()
            learned = await self.parse(learn_shape, list(plan.shown), list(others))
            if isinstance(learned, FetchFailure):
                sentence = f"The pattern of its release URLs was not learned. {learned.detail}"
                context.stats.limits.append(sentence)
            else:
                context.article = learned
                await context.remember()
        await self._decide()
        for spelled, address in self._spelled.items():
            note = (context.source.id, spelled, address, "spelling", plan.now)
            await context.note(frontier.note_alias, *note)
        context.stats.named = len(plan.shown)
        context.stats.seeds = [
            SeedWalked(visit.kind, visit.url, *plan.counted(visit.url), self._reasons[visit.url])
            for visit in self._ended
        ]
        regular = plan.regular({visit.url: visit.kind for visit in self._ended})
        for visit in self._ended:
            keep = (
                bool(visit.known and visit.known.regular) if not plan.full else visit.url in regular
            )
            await context.note(
                frontier.note_walk, context.source.id, visit.url, datetime.now(UTC), regular=keep
            )
