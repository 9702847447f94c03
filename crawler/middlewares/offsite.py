"""Keeps a crawl on http and https, and on the hosts its source declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from crawler.request_meta import FORMER
from crawler.url_policy import is_web_url

if TYPE_CHECKING:
    from crawler.registry.source import Source


class LeftSite(IgnoreRequest):
    """The URL, or a redirect from it, leads to a host the source does not declare, or is not a
    web URL."""


class OffsiteMiddleware:
    """Refuses requests to hosts that are not the source's, redirects included. Replaces Scrapy's
    OffsiteMiddleware, which (seen in 2.19) drops a redirect to another site when it is
    scheduled, without calling callback or errback."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._former: set[str] = set()
        """Hosts that the source has left, of whose rules is asked."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds it."""
        return cls(crawler.spider.source)  # type: ignore[union-attr]

    def process_request(self, request: Request) -> None:
        """Raises `LeftSite` for a foreign host, and for an address that is not http or https."""
        if not is_web_url(request.url):
            raise LeftSite(
                f"{request.url} is not a valid URL: only http and https are requested, "
                "without a user name."
            )
        if not self.source.owns(request.url) and not self._is_former(request):
            raise LeftSite(f"{request.url} is not on the source's own hosts.")

    def _is_former(self, request: Request) -> bool:
        """Whether a known release is asked for on a host that the source has left, to see whether
        it has moved; or the robots.txt there. A redirect must not lead to a third host."""
        parts = urlsplit(request.url)
        if request.meta.get(FORMER) == parts.netloc:
            self._former.add(parts.netloc)
            return True
        return parts.path == "/robots.txt" and parts.netloc in self._former
