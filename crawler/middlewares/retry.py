"""Retries with doubling pauses; obeys Retry-After."""

from __future__ import annotations

import asyncio
import email.utils
import re
import time
from datetime import UTC, datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

_SECONDS = re.compile(r"[0-9]+")
_LONGEST = 365 * 24 * 3600.0
"""Seconds; a longer pause is treated as this one."""


class AskedToWait(IgnoreRequest):
    """The server requests a longer pause than a crawl can wait."""

    def __init__(self, sentence: str, seconds: float) -> None:
        super().__init__(sentence)
        self.seconds = seconds
        """What is left of the pause."""


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries with pauses: each waits twice as long as the one before, and
    `Retry-After` (RFC 9110, section 10.2.3) delays every request to its host."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._most = crawler.settings.getfloat("RETRY_AFTER_MAX")
        self._resume: dict[str, float] = {}
        """By host, the moment (monotonic) before which nothing is requested."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Waits while the host has requested a pause; raises `AskedToWait` if it is too long."""
        host = urlparse_cached(request).netloc
        while (wait := self._resume.get(host, 0.0) - time.monotonic()) > 0:
            if wait > self._most:
                minutes = f"{wait / 60:.0f} minutes"
                sentence = f"The site asks us to come back in {minutes} (Retry-After)."
                raise AskedToWait(sentence, wait)
            await asyncio.sleep(wait)

    def process_response(  # type: ignore[override]  # without the deprecated `spider`
        self, request: Request, response: Response
    ) -> Request | Response:
        """The response, or the request again after a pause."""
        if response.status in (429, 503) and (seconds := retry_after(response)):
            self._hold(request, seconds)
        again = super().process_response(request, response)
        if isinstance(again, Request):
            self._hold(request, self._pause(again))
        return again

    def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        """The request again after a pause, while there are retries left."""
        again = super().process_exception(request, exception)
        if isinstance(again, Request):
            self._hold(request, self._pause(again))
        return again

    def _pause(self, again: Request) -> float:
        return float(self._delay * 2 ** again.meta["retry_times"])

    def _hold(self, request: Request, seconds: float) -> None:
        host = urlparse_cached(request).netloc
        self._resume[host] = max(self._resume.get(host, 0.0), time.monotonic() + seconds)


def retry_after(response: Response) -> float:
    """Seconds to wait, from a number or a date; 0 if there is no usable value."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    try:
        if _SECONDS.fullmatch(value):
            return min(float(value), _LONGEST)
        moment = email.utils.parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        wait = (moment - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):  # not a date, or beyond the calendar
        return 0.0
    return min(max(0.0, wait), _LONGEST)
