"""Measures response times. Scrapy's own latency ends with the head; a slow body may take longer."""

from __future__ import annotations

from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from crawler.downloader.handler import BoundedHeads


class Timed(BoundedHeads):
    """Records the seconds of every response, and of every failed request, in the crawl's
    statistics."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._spider = crawler.spider

    async def download_request(self, request: Request) -> Response:
        """Downloads after all delays; raises what Scrapy's handler raises."""
        began = monotonic()
        try:
            response = await super().download_request(request)
        except DownloadTimeoutError:
            self._note(monotonic() - began)
            raise
        self._note(monotonic() - began)
        return response

    def _note(self, seconds: float) -> None:
        self._spider.context.stats.answers.seconds.append(seconds)  # type: ignore[union-attr]
