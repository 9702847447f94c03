"""Fetches pages of a site: one at a time, within a budget, and not while the site is down."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK

from archive.captures import Capture, CaptureError, NotCaptured
from crawler.crawl.stats import CrawlStats
from crawler.request_meta import ANSWERS, FORMER, CaptureNotes, Validators, captured
from crawler.responses.failure import FetchFailure, explain, refusal

_LAST_SECONDS = 8.0
_OF_DOCUMENTS = {"download_timeout": 300.0, "max_retry_times": 0}
Answered = tuple[datetime, Future[Capture | None]]
"""When a response arrived, and its capture."""


class Fetcher:
    """Fetches every page of a crawl.

    Requests go through all downloader middlewares, retries and redirects included, but not through
    the scheduler: what is asked next depends on what the archive knows, and the frontier that has
    to survive a kill lies there.
    """

    def __init__(self, crawler: Crawler, stats: CrawlStats) -> None:
        self._stats = stats
        settings = crawler.settings
        self._crawler = crawler
        # As many as may be on their way, so that none waits where a pause does not reach it.
        self._gate = asyncio.Semaphore(settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") or 1)
        self._requests_max = settings.getint("SOURCE_REQUESTS_MAX")
        self._bytes_max = settings.getint("SOURCE_BYTES_MAX")
        self._give_up_after = settings.getint("GIVE_UP_AFTER")
        self._in_trouble = 0
        self._under_way: set[asyncio.Task[Response]] = set()
        self.given_up: str | None = None
        """Why no more requests are sent, as a sentence; None: they are."""

    @property
    def requests(self) -> int:
        """Requests sent so far, including redirects and retries."""
        return int(self._crawler.stats.get_value("downloader/request_count", 0))

    async def get(
        self,
        url: str,
        validators: Validators | None = None,
        asking: CaptureNotes | None = None,
        *,
        size_max: int | None = None,
        former: bool = False,
    ) -> Response | FetchFailure:
        """The response (2xx, or 304 if `validators` were sent), or why there is none. Its capture
        is on disk by then; raises `CaptureError` if it cannot be written. `size_max`: bytes of a
        document, which then may take its time, and is not asked for again after a failure.
        `former`: a host that the source has left, whose failures say nothing of the site."""
        async with self._gate:
            if self.given_up or (spent := self._spent()):
                self.given_up = self.given_up or spent
                return FetchFailure("not-asked", self.given_up or "", trouble=True)
            answers: list[Answered] = []
            request = Request(
                url,
                callback=NO_CALLBACK,
                dont_filter=True,
                meta={"validators": validators, "asking": asking, ANSWERS: answers}
                | ({FORMER: urlsplit(url).netloc} if former else {})
                | ({} if size_max is None else _OF_DOCUMENTS | {"download_maxsize": size_max}),
            )
            try:
                response = await self._download(request)
                await captured(response)
            except CaptureError:
                raise
            except asyncio.CancelledError:
                if self.given_up is None:
                    raise
                return FetchFailure("not-asked", self.given_up, trouble=True)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is named and recorded
                failure = await _with_answer(explain(error), answers)
                return failure if former else self._failed(failure)
            if 200 <= response.status < 300 or response.status == 304:
                self._in_trouble = 0
                if response.status == 200 and isinstance(response, HtmlResponse):
                    self._stats.answers.note_page(url, response.body)
                return response
            failure = await _with_answer(refusal(response), answers)
            return failure if former else self._failed(failure)

    def stop(self, reason: str) -> None:
        """Sends no more requests; open ones have a few seconds to finish.

        In place of Scrapy's own stop, which (2.19) waits for ever when items that `start()` yielded
        are in the pipelines at that moment.
        """
        self.given_up = self.given_up or reason
        asyncio.get_running_loop().call_later(_LAST_SECONDS, self._drop)

    def _drop(self) -> None:
        for task in self._under_way:
            task.cancel()

    async def _download(self, request: Request) -> Response:
        assert self._crawler.engine is not None
        task = asyncio.ensure_future(self._crawler.engine.download_async(request))
        self._under_way.add(task)
        try:
            return await task
        finally:
            self._under_way.discard(task)

    def _failed(self, failure: FetchFailure) -> FetchFailure:
        """Counts server failures in a row, and stops fetching after some."""
        self._in_trouble = self._in_trouble + 1 if failure.trouble else 0
        if failure.reason == "robots-unreachable":
            self.given_up = failure.detail  # without its rules nothing else may be asked either
        elif self._in_trouble >= self._give_up_after:
            failures = f"{self._in_trouble} failures in a row"
            self.given_up = f"The crawl stopped asking after {failures}. {failure.detail}"
        return failure

    def _spent(self) -> str | None:
        stats = self._crawler.stats
        received = stats.get_value("downloader/response_bytes", 0)
        if self.requests >= self._requests_max:
            return f"The limit of {self._requests_max:,} requests is reached (SOURCE_REQUESTS_MAX)."
        if received >= self._bytes_max:
            return f"The limit of {self._bytes_max:,} bytes is reached (SOURCE_BYTES_MAX)."
        return None


async def _with_answer(failure: FetchFailure, answers: list[Answered]) -> FetchFailure:
    """The failure with the time and the capture of the last response, if there was one, so that a
    rebuild gives the same; the capture is None if it could not be written."""
    if not answers:
        return failure
    answered_at, written = answers[-1]
    try:
        return replace(failure, at=answered_at, capture=await asyncio.wrap_future(written))
    except NotCaptured:
        return replace(failure, at=answered_at)
