"""robots.txt after RFC 9309: a site whose rules cannot be fetched is not crawled."""

from __future__ import annotations

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from crawler.discovery.canonical_url import same_site
from crawler.middlewares.http_compression import BEGINNING
from crawler.middlewares.offsite import LeftSite
from crawler.url_policy import is_web_url

ROBOTS_MAX = 512 * 1024
"""Bytes of a robots.txt that are read; RFC 9309, section 2.5, asks for at least 500 KiB."""
_CAME = "robots_came"


class RobotsUnreachable(IgnoreRequest):
    """The site's robots.txt cannot be fetched, so nothing else may be (RFC 9309, section
    2.3.1.4)."""

    def __init__(self, cause: Exception | Response) -> None:
        super().__init__("robots.txt cannot be fetched")
        self.cause = cause


class StrictRobotsTxtMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware treats any failure as permission to crawl; only a 4xx is (section
    2.3.1.3). Of a robots.txt longer than ROBOTS_MAX the beginning is read."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreachable: dict[str, Exception | Response] = {}
        self._asked_over: dict[str, str] = {}
        crawler.signals.connect(self._enough, signal=signals.bytes_received)

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Raises what `process_request_2` raises; a robots.txt itself needs no permission."""
        if request.meta.get("dont_obey_robotstxt"):
            own = {"download_maxsize": 0, BEGINNING: ROBOTS_MAX + 1, _CAME: 0}
            request.meta.update(own)
        await super().process_request(request)

    def _enough(self, data: bytes, request: Request) -> None:
        if _CAME in request.meta:
            request.meta[_CAME] += len(data)
            if request.meta[_CAME] > ROBOTS_MAX:
                raise StopDownload(fail=False)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host and scheme (section 2.3): if they could not be fetched
        over https, a later request over http fetches them again."""
        scheme, netloc = request.url.split("/")[0], request.url.split("/")[2]
        if self._asked_over.setdefault(netloc, scheme) != scheme and netloc in self._unreachable:
            del self._unreachable[netloc], self._parsers[netloc]
            self._asked_over[netloc] = scheme
        return await super().robot_parser(request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raises `RobotsUnreachable`, or `IgnoreRequest` for what the rules forbid."""
        netloc = request.url.split("/")[2]
        if netloc in self._unreachable:
            raise RobotsUnreachable(self._unreachable[netloc])
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            self._unreachable[netloc] = response
        elif response.status >= 400:
            response = response.replace(body=b"")  # an error page has no rules
        elif len(response.body) > ROBOTS_MAX or "download_stopped" in response.flags:
            response = response.replace(body=_whole_lines(response.body[:ROBOTS_MAX]))
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # A redirect to another host, or to no URL, gives no rules for this one.
        led_away = isinstance(exc, LeftSite) or (
            isinstance(exc, ValueError) and not isinstance(exc, UnicodeError)
        )
        if not led_away:
            self._unreachable[netloc] = exc
        super()._robots_error(exc, netloc)


def _whole_lines(beginning: bytes) -> bytes:
    """Without the last line, which may be incomplete: half a rule forbids more than the whole
    one."""
    return beginning[: max(beginning.rfind(b"\n"), beginning.rfind(b"\r")) + 1]


def named_sitemaps(parser: RobotParser, url: str) -> list[str]:
    """The sitemaps that the robots.txt of `url`'s site names."""
    named = parser.rp.sitemaps if isinstance(parser, ProtegoRobotParser) else ()
    return [target for target in named if is_web_url(target) and same_site(target, url)]
