"""One process crawling many sources; faults stay within their source."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import defaultdict
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.settings import SETTINGS_PRIORITIES, Settings
from scrapy.spiderloader import SpiderLoaderProtocol
from tldextract import TLDExtract

from archive.captures.writer import CaptureWriter
from archive.database.connection import ArchiveError, archive_path
from archive.database.lock import Lock
from archive.health.recent import recent
from archive.ingest import frontier
from crawler.archive_writer import ArchiveWriter
from crawler.crawl.context import CrawlContext
from crawler.crawl.document_fetcher import bytes_wanted
from crawler.crawl.run_progress import RunProgress
from crawler.crawl.stats import CrawlStats, Verdict, judge
from crawler.crawl.unmet_expectations import unmet
from crawler.extensions.warc_capture import open_captures
from crawler.extraction.pdf_text import MISSING, can_read
from crawler.extraction.worker_pool import ReaderPool
from crawler.registry.source import Expect, Source
from crawler.responses.page_reading import PRELOAD, read_page
from crawler.responses.revisit_policy import revisits

_log = logging.getLogger(__name__)

# The list that the package carries; fetching a newer one is no crawler's business.
_suffixes = TLDExtract(suffix_list_urls=(), cache_dir=None)
_OURS = 2 * SETTINGS_PRIORITIES["cmdline"]
"""Priority of settings made here: Scrapy sets those of its command line once more, later."""
StoppedBy = Literal["signal", "time", "archive"]


class Runner(Protocol):
    """The part of Scrapy's `AsyncCrawlerProcess` or `AsyncCrawlerRunner` that a run uses."""

    settings: Settings
    spider_loader: SpiderLoaderProtocol

    def crawl(self, crawler_or_spidercls: Any, *args: Any, **kwargs: Any) -> asyncio.Task[None]:
        """Starts a crawl."""

    @property
    def crawlers(self) -> set[Crawler]:
        """Running crawlers."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one source's crawl."""

    source: Source
    verdict: Verdict
    stats: CrawlStats
    seconds: float
    requests: int


@dataclass(slots=True)
class CrawlRun:
    """The crawls of one run, and what they share: archive, workers, progress."""

    settings: Settings
    archive_writer: ArchiveWriter
    lock: Lock
    readers: ReaderPool
    captures: CaptureWriter | None = None
    progress: RunProgress | None = None
    """Progress of the run; None: not shown."""
    deep: bool = False
    """Whether all releases are fetched again, not only those due."""
    fetches_max: int | None = None
    """The most releases to fetch from a source; None: no limit."""
    seed_requests_max: int | None = None
    """The most requests for pages of seeds (they also end once they named `fetches_max` releases);
    None: seeds are followed to their ends."""
    results: list[Result] = field(default_factory=list)
    archive_error: Exception | None = None
    clock_fault: str | None = None
    """Set if the run did not start because this machine's clock is wrong: a sentence."""
    network_fault: str | None = None
    """Set if the run did not start because there is no network: a sentence."""
    stopped_by: StoppedBy | None = None
    """What stopped the run before all sources were crawled."""
    _runner: Runner | None = None

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        deep: bool = False,
        command: str = "scrapy",
    ) -> CrawlRun:
        """Opens the archive, the captures and the readers. `command` names the lock's holder to
        others. Raises `ArchiveError`, also if another crawl is running."""
        url = settings["ARCHIVE_URL"]
        if bytes_wanted(settings) is not None and not can_read():
            print(MISSING, file=sys.stderr)
        with ExitStack() as undo:
            archive_writer = ArchiveWriter(url)
            undo.callback(archive_writer.close)
            lock = undo.enter_context(Lock.take(archive_path(url), command))
            archive_writer.learn_suppressions(Path(settings["CAPTURES"]))
            captures = open_captures(settings)
            undo.pop_all()
        readers = ReaderPool(
            workers=settings.getint("EXTRACTION_WORKERS") or None,
            timeout=settings.getfloat("EXTRACTION_TIMEOUT"),
            reader=read_page,
            preload=[PRELOAD],
        )
        return cls(settings, archive_writer, lock, readers, captures, deep=deep)

    def close(self) -> None:
        """Waits for the last write, and stops the readers."""
        try:
            if self.captures is not None:
                self.captures.close()
        except ArchiveError as error:
            self.archive_error = self.archive_error or error
        finally:
            self.archive_writer.close()
            self.readers.close()
            self.lock.release()

    @property
    def is_stopped(self) -> bool:
        """Whether no more requests are to be sent."""
        return self.stopped_by is not None

    @property
    def healthy(self) -> bool:
        """Whether every source ended well."""
        return all(result.verdict.healthy for result in self.results)

    async def run(self, runner: Runner, sources: list[Source]) -> None:
        """Crawls the sources concurrently, those on one host one after another."""
        self._runner = runner
        of_domain = self.settings.getint("CONCURRENT_SOURCES_PER_DOMAIN")
        domains = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(of_domain))
        hosts = defaultdict[str, asyncio.Lock](asyncio.Lock)
        gate = asyncio.Semaphore(self.settings.getint("CONCURRENT_SOURCES"))
        try:
            await self.archive_writer.write(self.archive_writer.store.register, sources)
        except ArchiveError as error:
            self.abort(error)

        async def take_turn(source: Source) -> None:
            async with AsyncExitStack() as stack:
                # In order, so that no two sources wait for each other. The semaphore comes last: a
                # source that waits for its host blocks no other.
                for host in sorted(_machines(source)):
                    await stack.enter_async_context(hosts[host])
                await stack.enter_async_context(domains[domain(source)])
                await stack.enter_async_context(gate)
                if not self.stopped_by:
                    await self._crawl(runner, source)

        await asyncio.gather(*(take_turn(source) for source in sources))

    def abort(self, error: Exception) -> None:
        """Stops the run: the archive failed, so nothing more could be stored."""
        self.archive_error = self.archive_error or error
        self.stop("archive")

    def stop(self, by: StoppedBy) -> None:
        """Stops every crawl after its open requests, and starts no other."""
        if self.stopped_by is None:
            self.stopped_by = by
            for crawler in self._runner.crawlers if self._runner is not None else ():
                if crawler.spider is not None:
                    crawler.spider.stop()  # type: ignore[attr-defined]

    async def _crawl(self, runner: Runner, source: Source) -> None:
        store, write = self.archive_writer.store, self.archive_writer.write
        if self.progress is not None:
            self.progress.begin(source.id)
        began = datetime.now(UTC)
        crawler = Crawler(runner.spider_loader.load(source.kind), courteous(self.settings, source))
        try:
            deep = self.deep or await self._is_deep_due(source, began)
            crawl_id = await write(store.begin_crawl, source.id, began, deep=deep)
            context = CrawlContext(
                source, crawl_id, deep, self, crawler.settings, article=source.article
            )
            fault = await _visit(runner, crawler, context=context)
            result = await self._held_against(
                source.expect, self._result(crawler, context, began, fault)
            )
            await write(
                store.end_crawl,
                crawl_id,
                result.verdict.outcome,
                result.verdict.reason,
                _counts(crawler, result.stats) | result.stats.as_columns(),
                datetime.now(UTC),
            )
        except ArchiveError as error:
            self.abort(error)
        else:
            self.results.append(result)
            if self.progress is not None:
                self.progress.end(source.id, result.verdict.outcome)

    async def _held_against(self, expect: Expect, result: Result) -> Result:
        """Makes the outcome `unmet` if the archive lacks what the source's TOML expects."""
        if expect == Expect() or not result.verdict.healthy:
            return result
        counted = await self.archive_writer.note(recent, result.source.id, datetime.now(UTC))
        sentences = unmet(expect, counted)
        if not sentences:
            return result
        reason = " ".join(filter(None, (*sentences, result.verdict.reason)))
        return replace(result, verdict=Verdict("unmet", reason))

    async def _is_deep_due(self, source: Source, now: datetime) -> bool:
        since = now - timedelta(days=revisits().deep)
        return await self.archive_writer.look_up(frontier.is_deep_due, source.id, since)

    def _result(
        self, crawler: Crawler, context: CrawlContext, began: datetime, fault: str | None
    ) -> Result:
        stats = context.stats
        if fault is not None:
            stats.errors.append(fault)
        scrapy_stats = _scrapy_stats(crawler)
        return Result(
            source=context.source,
            verdict=judge(
                stats,
                finished=scrapy_stats.get("finish_reason") == "finished" and not self.stopped_by,
                first=not context.known_releases,
            ),
            stats=stats,
            seconds=(datetime.now(UTC) - began).total_seconds(),
            requests=scrapy_stats.get("downloader/request_count", 0),
        )


async def _visit(runner: Runner, crawler: Crawler, **arguments: Any) -> str | None:
    """Crawls one source to its end. A fault of this program is returned as a sentence, so that the
    other sources continue."""
    try:
        await runner.crawl(crawler, **arguments)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is named and recorded
        _log.exception("A crawl broke down.")
        return f"Please report this fault: {error!r}"
    return None


def _scrapy_stats(crawler: Crawler) -> dict[str, Any]:
    """Scrapy's statistics; empty if the crawl never started."""
    try:
        return crawler.stats.get_stats()
    except RuntimeError:  # Scrapy's value for "not yet"
        return {}


def courteous(settings: Settings, source: Source) -> Settings:
    """The settings for one source, which may only be more polite than the defaults."""
    own = settings.copy()
    delay = max(own.getfloat("DOWNLOAD_DELAY"), source.delay or 0.0)
    # Scrapy's jitter goes both ways; here it only adds.
    jitter = own.getfloat("DOWNLOAD_DELAY_JITTER")
    own.set("DOWNLOAD_DELAY", delay / (1 - jitter), priority=_OURS)
    if contact := own["CONTACT"]:
        own.set("USER_AGENT", f"{own['USER_AGENT']} ({contact})", priority=_OURS)
    if source.insecure is not None:
        own.set("DOWNLOAD_VERIFY_CERTIFICATES", False, priority=_OURS)
    return own


def _machines(source: Source) -> frozenset[str]:
    return frozenset(host.partition(":")[0] for host in source.hosts)


def domain(source: Source) -> str:
    """The registered domain, whose names may all be one machine: `kpu.go.id`."""
    host = urlsplit(source.home).hostname or ""
    return _suffixes(host).top_domain_under_public_suffix or host


def _counts(crawler: Crawler, stats: CrawlStats) -> dict[str, Any]:
    scrapy_stats = _scrapy_stats(crawler)
    return {
        "pages": stats.answered,
        "requests": scrapy_stats.get("downloader/request_count", 0),
        "bytes": scrapy_stats.get("downloader/response_bytes", 0),
    }
