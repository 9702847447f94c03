"""Obeys `Crawl-delay` in robots.txt, which Scrapy does not do by itself."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.extensions.throttle import AutoThrottle
from scrapy.robotstxt import RobotParser

_log = logging.getLogger(__name__)


class CrawlDelay:
    """Raises the delay between requests to that of the site's robots.txt."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        crawler.signals.connect(self.obey, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds it."""
        return cls(crawler)

    def obey(self, robotparser: RobotParser, request: Request) -> None:
        """Called once per host, when its robots.txt has been read."""
        settings = self.crawler.settings
        delay = robotparser.crawl_delay(settings["ROBOTSTXT_USER_AGENT"])
        most = settings.getfloat("CRAWL_DELAY_MAX")
        if delay is None or delay <= settings.getfloat("DOWNLOAD_DELAY"):
            return
        if delay > most:
            _log.warning("%s asks for a delay of %g s; %g s are kept.", request.url, delay, most)
        # Jitter goes both ways, but the site's delay is the minimum.
        jitter = settings.getfloat("DOWNLOAD_DELAY_JITTER")
        self._slow_down(request, min(delay, most) / (1 - jitter))

    def _slow_down(self, request: Request, delay: float) -> None:
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        # A slot that was idle for a minute is created again, from these settings.
        downloader.per_slot_settings.setdefault(key, {})["delay"] = delay
        if key in downloader.slots:
            downloader.slots[key].delay = delay
        # AutoThrottle's minimum is DOWNLOAD_DELAY at the time when the spider opened; its maximum
        # counts more than the minimum.
        throttle = self.crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, delay)
            throttle.maxdelay = max(throttle.maxdelay, delay)
