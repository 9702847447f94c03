"""Retries that wait, and a server's own word on how long."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.middlewares import retry
from crawler.middlewares.conditional_get import ConditionalGetMiddleware
from crawler.middlewares.retry import AskedToWait, PatientRetryMiddleware
from crawler.request_meta import Validators

URL = "http://127.0.0.1/berita"


class Clock:
    """Time that passes only when somebody waits."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(retry, "time", clock)
    monkeypatch.setattr(retry, "asyncio", clock)
    return clock


@pytest.fixture
def middleware() -> PatientRetryMiddleware:
    settings: dict[str, Any] = {"DOWNLOAD_DELAY": 3, "RETRY_TIMES": 4, "RETRY_AFTER_MAX": 300}
    crawler = get_crawler(Spider, settings)
    crawler.spider = crawler._create_spider("any")
    return PatientRetryMiddleware.from_crawler(crawler)


def waits(middleware: PatientRetryMiddleware, clock: Clock, url: str = URL) -> float:
    """Seconds until a request to `url` may leave."""
    before = clock.now
    asyncio.run(middleware.process_request(Request(url)))
    return clock.now - before


def test_each_retry_waits_twice_as_long(middleware: PatientRetryMiddleware, clock: Clock) -> None:
    request: Any = Request(URL)
    waited = []
    while isinstance(request, Request):
        request = middleware.process_exception(request, DownloadTimeoutError())
        if request is not None:
            waited.append(waits(middleware, clock))
    assert waited == [6, 12, 24, 48]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_kept(
    status: int, form: str, middleware: PatientRetryMiddleware, clock: Clock
) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    headers = {"Retry-After": "90" if form == "seconds" else later}
    middleware.process_response(Request(URL), Response(URL, status, headers))
    assert waits(middleware, clock, "http://127.0.0.2/other") == 0
    assert waits(middleware, clock) == pytest.approx(90, abs=2)
    assert waits(middleware, clock) == 0


BEYOND = [
    "Fri, 31 Dec 99999 23:59:59 GMT",
    "Thu, 99999999999999999999 Jan 2024 00:00:00 GMT",
    "Mon, 01 Jan 0001 00:00:00 +2359",
    "Fri, 31 Dec 9999 23:59:59 -99999999999",
]
"""Dates that no calendar has."""


@pytest.mark.parametrize("said", ["", "soon", "-5", "Thu, 99 Nope", "1e9", *BEYOND])
def test_what_says_nothing_usable_waits_as_a_retry(
    said: str, middleware: PatientRetryMiddleware, clock: Clock
) -> None:
    middleware.process_response(Request(URL), Response(URL, 503, {"Retry-After": said}))
    assert waits(middleware, clock) == 6


def test_a_number_without_end_asks_for_a_later_crawl(
    middleware: PatientRetryMiddleware, clock: Clock
) -> None:
    middleware.process_response(Request(URL), Response(URL, 503, {"Retry-After": "9" * 400}))
    with pytest.raises(AskedToWait):
        waits(middleware, clock)


def test_a_site_that_asks_for_hours_is_left_for_the_next_crawl(
    middleware: PatientRetryMiddleware, clock: Clock
) -> None:
    middleware.process_response(Request(URL), Response(URL, 503, {"Retry-After": "7200"}))
    with pytest.raises(AskedToWait, match="120 minutes"):
        waits(middleware, clock)


@pytest.mark.parametrize(
    ("validators", "sent"),
    [
        (None, {}),
        (Validators(), {}),
        (Validators('W/"a"', "Sun, 26 May 2024 02:22:00 GMT"), {"If-None-Match": '"a"'}),
        (Validators(None, "Sun, 26 May 2024 02:22:00 GMT"), {}),
    ],
)
def test_validators_are_sent_as_servers_compare_them(
    validators: Validators | None, sent: dict[str, str]
) -> None:
    request = Request(URL, meta={"validators": validators})
    ConditionalGetMiddleware().process_request(request)
    headers = {k.decode(): v[0].decode() for k, v in request.headers.items()}
    modified = validators.last_modified if validators else None
    assert headers == sent | ({"If-Modified-Since": modified} if modified else {})


def test_where_a_redirect_leads_no_validator_goes() -> None:
    request = Request(URL, headers={"If-None-Match": '"a"'}, meta={"validators": Validators('"a"')})
    request.meta["redirect_times"] = 1
    ConditionalGetMiddleware().process_request(request)
    assert "If-None-Match" not in request.headers
