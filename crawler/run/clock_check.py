"""Checks this machine's clock before anything is written with it.

It is compared with the archive, which has no time after its last crawl, and with the
`Date` of some unrelated hosts: each gets one request for `robots.txt`; nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import Settings

from archive.preservation.clock_faults import FAR_OFF, date_of
from crawler.registry.source import Source
from crawler.responses.failure import header
from crawler.run.crawl_run import Runner, courteous, domain

HOSTS = 5
"""Hosts asked at most: three are enough for a median, and some do not answer."""
_PATIENCE = 10.0
"""Seconds for an answer."""
_SETTINGS: dict[str, Any] = {
    "ITEM_PIPELINES": {},
    "CAPTURES_ENABLED": False,
    "RETRY_TIMES": 0,
    "DOWNLOAD_TIMEOUT": _PATIENCE,
    "ROBOTSTXT_OBEY": False,  # robots.txt itself is requested
    "DOWNLOAD_HANDLERS": dict.fromkeys(
        ("http", "https"), "crawler.downloader.handler.BoundedHeads"
    ),
}


class ClockSpider(Spider):
    """Asks one host what time it is."""

    name = "clock"

    def __init__(self, *, source: Source, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.offset: timedelta | None = None
        """Its time less ours; None: it does not say."""

    async def start(self) -> AsyncIterator[Any]:
        """Sends the one request; any response or none is accepted."""
        assert self.crawler.engine is not None
        request = Request(
            urljoin(self.source.home, "/robots.txt"),
            callback=NO_CALLBACK,
            meta={"dont_redirect": True, "handle_httpstatus_all": True},
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - its own crawl will say what is wrong with it
            self.logger.info("the time at %s is unknown: %r", self.source.id, error)
        else:
            said = date_of(_headers(response))
            self.offset = said - datetime.now(UTC) if said else None
        nothing: tuple[Request, ...] = ()
        for none in nothing:
            yield none


async def offsets(runner: Runner, settings: Settings, sources: Sequence[Source]) -> list[timedelta]:
    """Offsets of the clocks of some unrelated hosts of these sources from ours."""
    chosen = list({domain(source): source for source in reversed(sources)}.values())[::-1][:HOSTS]

    async def ask(source: Source) -> timedelta | None:
        own = courteous(settings, source)
        own.setdict(_SETTINGS, priority="cmdline")
        crawler = Crawler(ClockSpider, own)
        await runner.crawl(crawler, source=source)
        return getattr(crawler.spider, "offset", None)

    found = await asyncio.gather(*map(ask, chosen))
    return [one for one in found if one is not None]


def fault(now: datetime, latest: datetime | None, told: Sequence[timedelta]) -> str | None:
    """Why nothing should be written by this clock, as a sentence; None where nothing speaks
    against it. `latest`: the latest time in the archive; `told`: what `offsets` found."""
    if latest is not None:
        # Time does not go back: a host that is behind what the archive has seen answers from store,
        # or is wrong itself. Unless all are, and then it is the archive.
        told = [one for one in told if now + one > latest - FAR_OFF] or told
    off = timedelta(seconds=median(one.total_seconds() for one in told)) if told else timedelta()
    hosts = f"{len(told)} host{'s' if len(told) != 1 else ''}"
    if abs(off) > FAR_OFF:
        return (
            f"This machine's clock says {_shown(now)}, but by the Date of {hosts} it is "
            f"{_shown(now + off)}. Set the clock; {_OVERRULE}."
        )
    if latest is not None and now < latest - FAR_OFF:
        agree = f", like {hosts}" if told else ""
        return (
            f"This machine's clock says {_shown(now)}{agree}, but the archive has been written on "
            f"{_shown(latest)}. Set the clock, or run `python -m archive verify --repair` where an "
            f"earlier crawl ran with a wrong one; {_OVERRULE}."
        )
    return None


_OVERRULE = "`-s CLOCK_CHECK=False` skips this check"


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _headers(response: Response) -> Iterator[tuple[str, str]]:
    for name in ("Date", "Age"):
        if value := header(response, name):
            yield name, value
