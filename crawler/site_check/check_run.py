"""Checks many sources at the same time, and saves each result at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import Settings

from archive.captures.writer import CaptureWriter
from crawler.crawl.context import CaptureTarget
from crawler.middlewares.robots_txt import RobotsUnreachable
from crawler.registry.editor import NotWritten, RegistryFile
from crawler.registry.source import Source
from crawler.request_meta import CaptureNotes
from crawler.responses.failure import FetchFailure, explain, refusal
from crawler.run.coroutine_spider import CoroutineSpider
from crawler.run.crawl_run import courteous, domain
from crawler.site_check.site_locator import Finding, visit

_WITHOUT = {
    # Settings that a check does not need: nothing is archived, and a site that does not respond is
    # requested again in the next check, not at once.
    "ITEM_PIPELINES": {},
    "CAPTURES_ENABLED": False,
    "RETRY_TIMES": 0,
    "DNS_TIMEOUT": 5,  # most candidates do not exist
    "DOWNLOAD_HANDLERS": dict.fromkeys(
        ("http", "https"), "crawler.downloader.handler.BoundedHeads"
    ),
}


class _Reach:
    """The hosts that a check may request, for the offsite middleware: those of its source, and
    those they redirect to."""

    def __init__(self, source: Source) -> None:
        self.id = source.id
        self.insecure = source.insecure
        self._hosts: set[str] = set()

    def open(self, url: str) -> None:
        self._hosts.add(_host(url))

    def owns(self, url: str) -> bool:
        return _host(url) in self._hosts


class CheckSpider(CoroutineSpider):
    """Checks one source. Not in `crawler.spiders`, since it is not a kind of source."""

    name = "check"

    def __init__(self, *, checked: Source, checking: Checking, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = _Reach(checked)
        self.capture_target = checking.captures and CaptureTarget(
            checking.captures, self.source, crawl_id=0
        )
        self.checked = checked
        self.owner = partial(checking.owner, checked)
        self.finding: Finding | None = None
        self.fault: Exception | None = None
        self._under_way: asyncio.Task[Response] | None = None
        self._ended = asyncio.Event()
        checking.spiders.add(self)

    async def work(self) -> None:
        """The whole check."""
        try:
            self.finding = await visit(self.checked, self._get, self.owner)
        except Exception as error:  # noqa: BLE001 - one source's fault is told, and harms no other
            self.fault = error

    def stop(self) -> None:
        """Sends no more requests and ignores open ones; the result then means nothing."""
        self._ended.set()
        if self._under_way is not None:
            self._under_way.cancel()

    async def _get(self, url: str) -> Response | FetchFailure:
        if self._ended.is_set():
            return FetchFailure("not-asked", "The check was ended.")
        assert self.crawler.engine is not None
        self.source.open(url)
        meta = {"dont_redirect": True, "asking": CaptureNotes({"as": "check"})}
        request = Request(url, callback=NO_CALLBACK, dont_filter=True, meta=meta)
        self._under_way = asyncio.ensure_future(self.crawler.engine.download_async(request))
        try:
            response = await self._under_way
        except asyncio.CancelledError:
            if not self._ended.is_set():
                raise
            return FetchFailure("not-asked", "The check was ended.")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is named
            return _explained(error)
        return response if response.status < 400 else refusal(response)


def _explained(error: Exception) -> FetchFailure:
    """The reason of a failure; raises an exception that is not the site's or the network's
    fault."""
    if isinstance(error, RobotsUnreachable) and isinstance(error.cause, Exception):
        error = error.cause  # a fault of the site appears in the request for robots.txt first
    miss = explain(error)
    if miss.reason == "failed":
        raise error
    return miss


@dataclass(slots=True)
class Checking:
    """One run over some sources."""

    settings: Settings
    registry: list[Source]
    """All sources, including those that are not checked: a host of one of them belongs to no
    other."""
    today: date
    report: Callable[[Source, Finding], None]
    """Called with each finding after it is saved."""
    findings: list[Finding] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    not_written: NotWritten | None = None
    captures: CaptureWriter | None = None
    """Where responses are kept; None if they are not."""
    spiders: set[CheckSpider] = field(default_factory=set)
    """Running checks."""
    _known: dict[str, str] = field(default_factory=dict)
    """The verified source of each host."""
    _over: bool = False

    def __post_init__(self) -> None:
        for source in self.registry:
            if source.vouched:
                self._known |= dict.fromkeys(source.hosts, source.id)

    async def run(self, process: AsyncCrawlerProcess, sources: list[Source]) -> None:
        """Checks the sources, those under one registered domain one after another, with the
        usual delay between two: 550 election offices may be one machine."""
        gate = asyncio.Semaphore(self.settings.getint("CONCURRENT_SOURCES"))
        domains: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        pause = self.settings.getfloat("DOWNLOAD_DELAY")

        async def take_turn(source: Source) -> None:
            async with domains[domain(source)]:
                async with gate:
                    if not self._over:
                        await self._check(process, source)
                if pause and not self._over:
                    await asyncio.sleep(pause)

        await asyncio.gather(*map(take_turn, sources))

    def stop(self) -> None:
        """Begins no more checks, and drops running ones."""
        self._over = True
        for spider in self.spiders:
            spider.stop()

    async def _check(self, process: AsyncCrawlerProcess, source: Source) -> None:
        settings = courteous(self.settings, source)
        settings.setdict(_WITHOUT, priority="cmdline")
        crawler = Crawler(CheckSpider, settings)
        await process.crawl(crawler, checked=source, checking=self)
        spider = crawler.spider
        assert isinstance(spider, CheckSpider)
        self.spiders.discard(spider)
        if spider.fault is not None:
            sentence = f"{type(spider.fault).__name__}: {spider.fault}"
            self.faults.append(f"{source.id}: please report this fault: {sentence}")
        if spider.finding is not None and not self._over:
            self._keep(source, spider.finding)

    def _keep(self, source: Source, finding: Finding) -> None:
        if finding.here and (other := self.owner(source, finding.home)):
            finding = Finding("unknown", source.home, f"{finding.home} is the home of {other}")
        try:
            write_down(source, finding, self.today)
        except NotWritten as error:
            self.not_written = error
            self.stop()
            return
        if finding.here:
            self._known.setdefault(_bare(finding.home), source.id)
        self.findings.append(finding)
        self.report(source, finding)

    def owner(self, source: Source, url: str) -> str | None:
        """The other source that a URL's host is known to belong to."""
        known = self._known.get(_bare(url))
        return None if known == source.id else known


def due(sources: list[Source], today: date, limit: int | None = None) -> list[Source]:
    """Unverified sources, the least recently checked first, without those checked today. At most
    `limit`."""
    unseen = [each for each in sources if not each.verified and each.checked.on != today]
    return sorted(unseen, key=lambda source: source.checked.on or date.min)[:limit]


def write_down(source: Source, finding: Finding, today: date) -> None:
    """Writes the finding into the source's file, and changes nothing else there. A verified site
    that is not found now stays verified: its crawls will show what is wrong. Raises NotWritten."""
    assert source.file is not None, "it was read from a file"
    learned: dict[str, Any] = {}
    if finding.here:
        learned |= {"home": finding.home, "verified": today}
        learned["candidates"] = _left(source, finding.home) or None
    if finding.outcome != "found":
        outcome = {"on": today, "outcome": finding.outcome, "reason": finding.reason}
        learned["checked"] = outcome
    elif source.checked.outcome != "moved":  # keep the former URL
        learned["checked"] = None
    file = RegistryFile.open(source.file)
    file.set(source.id, learned)
    file.save()


def _left(source: Source, home: str) -> list[str]:
    """The other hosts where the site may have been, including that of the former home."""
    if _host(home) not in source.candidates:
        return list(source.candidates)
    former = _host(source.home)
    return [former, *(host for host in source.candidates if host != _host(home))]


def _host(url: str) -> str:
    return url.split("/")[2].lower()


def _bare(url: str) -> str:
    return _host(url).removeprefix("www.")
