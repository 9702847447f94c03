"""Reports the progress of each crawl to its run."""

from __future__ import annotations

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.crawl.context import context_of


class Progress:
    """Updates the run's progress after every response."""

    def __init__(self, crawler: Crawler) -> None:
        context = context_of(crawler)
        if context is None or context.services.progress is None:
            raise NotConfigured
        self._context, self._progress = context, context.services.progress
        self._crawler = crawler
        crawler.signals.connect(self.update, signal=signals.response_received)
        crawler.signals.connect(self.update, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds it."""
        return cls(crawler)

    def update(self) -> None:
        """Called for every response, and when the spider has closed."""
        requests = self._crawler.stats.get_value("downloader/request_count", 0)
        self._progress.update(self._context.source.id, self._context.stats, requests)
