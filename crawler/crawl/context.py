"""What one crawl works with: its source, what it knows, what it counts, and the run's services."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast

from scrapy.crawler import Crawler
from scrapy.settings import Settings
from sqlalchemy import Connection

from archive.captures import Capture
from archive.captures.writer import CaptureWriter
from archive.ingest import site_lessons
from archive.ingest.site_lessons import Lessons
from crawler.archive_writer import ArchiveWriter
from crawler.crawl.fetcher import Fetcher
from crawler.crawl.plan import CrawlPlan
from crawler.crawl.run_progress import RunProgress
from crawler.crawl.stats import CrawlStats
from crawler.discovery.canonical_url import source_address
from crawler.discovery.declared_url import plausible_canonical
from crawler.extraction.worker_pool import ReaderPool, Unread
from crawler.items import Rejected, Release, SiteTemplate
from crawler.registry.source import Source
from crawler.responses.reread_capture import read_captured

P = ParamSpec("P")
T = TypeVar("T")


class Services(Protocol):
    """What the crawls of one run share."""

    archive_writer: ArchiveWriter
    readers: ReaderPool
    captures: CaptureWriter | None
    """None: captures are not kept."""
    progress: RunProgress | None
    fetches_max: int | None
    """Number of releases fetched from a source at most; None: no limit."""

    seed_requests_max: int | None
    """Number of requests for pages of seeds at most; None: no limit."""

    @property
    def is_stopped(self) -> bool:
        """Whether no more requests are to be sent."""

    def abort(self, error: Exception) -> None:
        """Stops all crawls: the archive cannot be written."""


@dataclass(slots=True)
class CrawlContext:
    """One crawl of one source. `fetcher` is set when Scrapy builds the spider, `plan` when the
    archive has been read."""

    source: Source
    crawl_id: int
    """The archive's number of this crawl."""
    deep: bool
    """Whether known releases are fetched again, too."""
    services: Services
    settings: Settings
    stats: CrawlStats = field(default_factory=CrawlStats)
    template: SiteTemplate = field(default_factory=SiteTemplate)
    article: str | None = None
    """Pattern of release URLs: declared, or learned."""
    known_releases: int = 0
    """Number of releases that the archive held before this crawl."""
    sitemaps: list[str] = field(default_factory=list)
    """URLs of sitemaps that robots.txt names."""
    fetcher: Fetcher = field(init=False)
    plan: CrawlPlan = field(init=False)

    async def note(
        self, task: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs one of the frontier's tasks in a transaction of its own; raises `ArchiveError`."""
        return await self.services.archive_writer.note(task, *args, **kwargs)

    async def look_up(
        self, task: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs a task that only reads the archive; raises `ArchiveError`."""
        return await self.services.archive_writer.look_up(task, *args, **kwargs)

    async def remember(self) -> None:
        """Saves what the site has taught in this crawl."""
        learned = Lessons(
            article=self.article, blocks=self.template.blocks, signatures=self.template.signatures
        )
        await self.note(site_lessons.save, self.source.id, learned, datetime.now(UTC))

    async def read_captured(self, capture: Capture, url: str) -> Release | Rejected | None:
        """What this program reads in a capture of a release; None where it cannot be read."""
        folder = Path(self.settings["CAPTURES"])
        read = await self.services.readers.parse(
            self.source, read_captured, folder, capture, url, self.source, self.template
        )
        return None if isinstance(read, Unread) else read

    def canonical(self, url: str) -> str:
        """The one address of a page of this source."""
        return source_address(url, self.source)

    def declared(self, canonicals: Iterable[str], url: str) -> str:
        """The first `rel=canonical` of the page at `url` that can be believed, else `url`."""
        for address in canonicals:
            if plausible_canonical(url, address, self.source.home):
                return self.plan.address(self.canonical(address))
        return url


def context_of(crawler: Crawler) -> CrawlContext | None:
    """The context of a running crawl; None for spiders that have none, such as checks."""
    return cast(CrawlContext | None, getattr(crawler.spider, "context", None))


class CapturedSource(Protocol):
    """What captures say of their source."""

    @property
    def id(self) -> str: ...
    @property
    def insecure(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class CaptureTarget:
    """Where the responses of a spider are captured, and their notes."""

    writer: CaptureWriter
    source: CapturedSource
    crawl_id: int


def capture_target_of(crawler: Crawler) -> CaptureTarget | None:
    """Where a spider's responses are captured; None if they are not."""
    return cast(CaptureTarget | None, getattr(crawler.spider, "capture_target", None))
