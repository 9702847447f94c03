"""Sends the requests to a web archive.

Index and captures each have a slot of Scrapy's downloader, with the delay of the archive's
limits. After a 429, or a `Retry-After` longer than a run can wait, the archive is not requested
again until then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import SETTINGS_PRIORITIES, Settings

from crawler.backfill.archives import WebArchive
from crawler.middlewares.retry import AskedToWait, retry_after
from crawler.responses.failure import FetchFailure, explain, refusal
from crawler.run.coroutine_spider import CoroutineSpider
from crawler.run.crawl_run import Runner

Slot = Literal["index", "captures"]
_OURS = 2 * SETTINGS_PRIORITIES["cmdline"]
_INDEX_MAX = 64 * 1024 * 1024
"""Bytes of an answer of an index: pywb gives all of a host at once."""


class LeaveAlone(Exception):
    """The archive requests a pause, or does not respond; nothing more may be requested."""

    def __init__(self, sentence: str, until: datetime | None = None) -> None:
        super().__init__(sentence)
        self.until = until
        """When it may be requested again; None: at the next run."""


Work = Callable[["Client"], Awaitable[None]]


class ArchiveSpider(CoroutineSpider):
    """The requests of one backfill to one web archive."""

    name = "backfill"

    def __init__(self, *, archive: WebArchive, work: Work, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = archive  # the hosts that may be asked, for OffsiteMiddleware
        self._work = work
        self.client: Client | None = None
        self.fault: BaseException | None = None

    async def work(self) -> None:
        """Runs the backfill."""
        self.client = Client(self.crawler, self.source)
        try:
            await self._work(self.client)
        except Exception as error:  # noqa: BLE001 - raised again by `ask`
            self.fault = error


class Client:
    """Sends requests until the archive requests a pause."""

    def __init__(self, crawler: Crawler, archive: WebArchive) -> None:
        self._crawler = crawler
        self._archive = archive
        self._give_up_after = crawler.settings.getint("GIVE_UP_AFTER")
        self._in_trouble = 0
        self._refused: LeaveAlone | None = None

    def stop(self) -> None:
        """Sends no more requests."""
        self._refused = self._refused or LeaveAlone("Stopped before the end.")

    async def get(
        self, url: str, slot: Slot, headers: Mapping[str, str] | None = None
    ) -> Response | FetchFailure:
        """The response (2xx, or an index's "nothing found"), or why there is none. Raises
        LeaveAlone."""
        if self._refused is not None:
            raise self._refused
        meta: dict[str, Any] = {
            "download_slot": slot_name(self._archive, slot),
            "dont_redirect": True,
        }
        if slot == "index":
            meta["download_maxsize"] = _INDEX_MAX
        request = Request(url, headers=headers, callback=NO_CALLBACK, dont_filter=True, meta=meta)
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except AskedToWait as error:  # by a 503: the retry had to wait too long
            raise self._pause("asks for a pause (Retry-After)", error.seconds) from error
        except Exception as error:  # noqa: BLE001 - whatever it is, it is named and recorded
            return self._missed(explain(error))
        if response.status == 429:
            seconds = retry_after(response) or self._archive.pause
            raise self._pause("asks for fewer requests (HTTP 429)", seconds)
        if response.status in (503, 502, 504) and (seconds := retry_after(response)):
            raise self._pause(f"asks for a pause (HTTP {response.status}, Retry-After)", seconds)
        if 200 <= response.status < 300:
            self._in_trouble = 0
            return response
        return self._missed(refusal(response))

    def _pause(self, asks: str, seconds: float) -> LeaveAlone:
        """The end of this run, which says when the next one may begin: a full minute, the next."""
        if self._refused is None or self._refused.until is None:
            moment = datetime.now(UTC) + timedelta(seconds=seconds)
            until = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
            self._refused = LeaveAlone(
                f"{self._archive.name} {asks}. Go on after {until:%Y-%m-%d %H:%M} UTC, with the "
                "same command.",
                until,
            )
        return self._refused

    def _missed(self, failure: FetchFailure) -> FetchFailure:
        """Counts failures of the server in a row."""
        if failure.reason in ("robots", "robots-unreachable", "asked-to-wait"):
            self._refused = LeaveAlone(f"{self._archive.name}: {failure.detail}")
            raise self._refused
        self._in_trouble = self._in_trouble + 1 if failure.trouble else 0
        if self._in_trouble >= self._give_up_after:
            self._refused = LeaveAlone(
                f"{self._archive.name}: {self._in_trouble} failures in a row. {failure.detail}"
            )
        return failure


async def ask(
    runner: Runner,
    settings: Settings,
    archive: WebArchive,
    work: Work,
    begun: Callable[[ArchiveSpider], None] = lambda _: None,
) -> None:
    """Runs `work` with a client for an archive. Raises what the work raises."""
    crawler = Crawler(ArchiveSpider, _settings(settings, archive))

    async def begin(client: Client) -> None:
        assert isinstance(crawler.spider, ArchiveSpider)
        begun(crawler.spider)
        await work(client)

    await runner.crawl(crawler, archive=archive, work=begin)
    spider = crawler.spider
    if isinstance(spider, ArchiveSpider) and spider.fault is not None:
        raise spider.fault


def slot_name(archive: WebArchive, slot: Slot) -> str:
    """The name of a slot of Scrapy's downloader."""
    return f"{archive.name} {slot}"


def _settings(settings: Settings, archive: WebArchive) -> Settings:
    own = settings.copy()
    if contact := own["CONTACT"]:
        own.set("USER_AGENT", f"{own['USER_AGENT']} ({contact})", priority=_OURS)
    delays: dict[Slot, float] = {"index": archive.index_delay, "captures": archive.captures_delay}
    slots = {
        slot_name(archive, slot): {
            "concurrency": 1 if slot == "index" else archive.connections,
            "delay": delay,
            "jitter": 0.0,
        }
        for slot, delay in delays.items()
    }
    changed = {
        "DOWNLOAD_SLOTS": slots,
        "DOWNLOAD_DELAY": archive.index_delay,  # also of pauses before a retry
        "AUTOTHROTTLE_ENABLED": False,  # the archive's limits say how fast
        "ROBOTSTXT_OBEY": archive.robots,
        "COMPRESSION_ENABLED": False,  # bytes are kept as they came
        "RETRY_HTTP_CODES": [500, 502, 503, 504, 522, 524, 408],
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
        "DOWNLOAD_HANDLERS": dict.fromkeys(
            ("http", "https"), "crawler.downloader.handler.BoundedHeads"
        ),
    }
    for name, value in changed.items():
        own.set(name, value, priority=_OURS)
    return own
