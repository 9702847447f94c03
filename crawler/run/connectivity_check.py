"""Requests robots.txt from some unrelated hosts before a run: is there a network, and what time
is it?

Nothing is kept.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import Settings

from archive.preservation.clock_faults import date_of
from crawler.registry.source import Source
from crawler.responses.failure import explain, header, refusal
from crawler.run.coroutine_spider import CoroutineSpider
from crawler.run.crawl_run import Runner, courteous, domain

HOSTS = 5
"""Hosts asked at most: three are enough for a median, and some do not answer."""
NO_SUCH_HOST = "no-such-host"
_RESOLVER_SECONDS = 4.0
"""A name server answers in well under a second; this allows two attempts after a lost packet."""
_ANSWER_SECONDS = 10.0
_HASHED = 256 * 1024
"""Bytes of a page that are compared."""
_SETTINGS: dict[str, Any] = {
    "ITEM_PIPELINES": {},
    "CAPTURES_ENABLED": False,
    "RETRY_TIMES": 0,
    "ROBOTSTXT_OBEY": False,  # robots.txt itself is requested
    "DOWNLOAD_HANDLERS": dict.fromkeys(
        ("http", "https"), "crawler.downloader.handler.BoundedHeads"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The response of one host."""

    source: str
    host: str
    reason: str | None = None
    """Why there was no response, in the words of `rejections`; None if there was one."""
    status: int | None = None
    leads_to: str | None = None
    """The other host that a redirect names."""
    page: str | None = None
    """SHA-256 of the response if it is HTML, which no robots.txt is, and has a status of success
    (or HTTP 511, RFC 6585): error pages of common web servers are the same on half of all hosts."""
    refused: bool = False
    """The server responded with a refusal."""
    offset: float | None = None
    """Seconds that its clock is ahead of ours; None if it does not send the time."""
    seconds: float = 0.0
    """Seconds until the response or the failure."""


class ContactSpider(CoroutineSpider):
    """Requests robots.txt from one host."""

    name = "contact"

    def __init__(self, *, source: Source, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.contact: Contact | None = None

    async def work(self) -> None:
        """Sends the one request; any response or none is accepted."""
        assert self.crawler.engine is not None
        request = Request(
            urljoin(self.source.home, "/robots.txt"),
            callback=NO_CALLBACK,
            meta={"dont_redirect": True, "handle_httpstatus_all": True},
        )
        began = monotonic()
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is named
            self.contact = _missed(self.source, explain(error).reason, monotonic() - began)
        else:
            self.contact = _answered(self.source, response, monotonic() - began)


async def make_contact(
    runner: Runner,
    settings: Settings,
    sources: Sequence[Source],
    *,
    hosts: int = HOSTS,
    seconds: float = _ANSWER_SECONDS,
) -> list[Contact]:
    """Contacts this many hosts of these sources, each under another registered domain. If no
    name can be resolved, nothing is sent."""
    chosen = choose_hosts(sources, hosts)
    unresolved = set() if getproxies() else await asyncio.to_thread(find_unresolved, chosen)

    async def ask(source: Source) -> Contact:
        if source.id in unresolved:
            return _missed(source, NO_SUCH_HOST, _RESOLVER_SECONDS)
        own = courteous(settings, source)
        own.setdict(_SETTINGS, priority="cmdline")
        own.set("DOWNLOAD_TIMEOUT", seconds, priority="cmdline")
        crawler = Crawler(ContactSpider, own)
        await runner.crawl(crawler, source=source)
        contact = getattr(crawler.spider, "contact", None)
        return contact or _missed(source, "failed", 0.0)

    return list(await asyncio.gather(*map(ask, chosen)))


def choose_hosts(sources: Sequence[Source], number: int) -> list[Source]:
    """The first sources, one of each registered domain."""
    first = {domain(source): source for source in reversed(sources)}
    return list(first.values())[::-1][:number]


def find_unresolved(sources: Sequence[Source], seconds: float = _RESOLVER_SECONDS) -> set[str]:
    """The ids of sources whose host name cannot be resolved within these seconds. In threads
    that the program does not wait for at its end: a resolver without a network may take half a
    minute to fail."""
    resolved: set[str] = set()

    def resolve(source: Source) -> None:
        try:
            socket.getaddrinfo(urlsplit(source.home).hostname, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        resolved.add(source.id)

    threads = [threading.Thread(target=resolve, args=(each,), daemon=True) for each in sources]
    for thread in threads:
        thread.start()
    end = monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, end - monotonic()))
    return {source.id for source in sources} - resolved


def _missed(source: Source, reason: str, seconds: float) -> Contact:
    return Contact(source=source.id, host=_host(source.home), reason=reason, seconds=seconds)


def _answered(source: Source, response: Response, seconds: float) -> Contact:
    date = date_of(_headers(response))
    kind = header(response, "Content-Type") or ""
    is_page = "html" in kind.lower() or response.body.lstrip()[:1] == b"<"
    is_claimed = response.status < 300 or response.status == 511
    location = header(response, "Location") if 300 <= response.status < 400 else None
    return Contact(
        source=source.id,
        host=_host(source.home),
        status=response.status,
        leads_to=_other_host(response.url, location) if location else None,
        page=sha256(response.body[:_HASHED]).hexdigest() if is_page and is_claimed else None,
        refused=response.status >= 400 and refusal(response).blocked,
        offset=(date - datetime.now(UTC)).total_seconds() if date else None,
        seconds=seconds,
    )


def _other_host(url: str, location: str) -> str | None:
    try:
        target = urlsplit(urljoin(url, location)).hostname or ""
    except ValueError:
        return None
    host = urlsplit(url).hostname or ""
    same = target.removeprefix("www.") == host.removeprefix("www.")
    return None if same or not target else target


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _headers(response: Response) -> Iterator[tuple[str, str]]:
    for name in ("Date", "Age"):
        if value := header(response, name):
            yield name, value
