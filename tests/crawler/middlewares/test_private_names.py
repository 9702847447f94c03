"""Names that Scrapy and Twisted do not promise to keep. Each is used in one module of the crawler;
as long as there are any, requirements.txt bounds both packages from above."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

HTTP11 = "scrapy.core.downloader.handlers.http11"
NEWCLIENT = "twisted.web._newclient"
HANDLER = "crawler/downloader/handler.py"
ROBOTS = "crawler/middlewares/robots_txt.py"
DELAY = "crawler/extensions/crawl_delay.py"
BASE = "crawler/spiders/base.py"

NAMES = [
    (HTTP11, "_LenientHTTP11ClientFactory", HANDLER),
    (HTTP11, "_LenientHTTP11ClientProtocol", HANDLER),
    (HTTP11, "_ScrapyAgent._cb_bodyready", HANDLER),
    (HTTP11, "_ScrapyAgent._headers_from_twisted_response", HANDLER),
    ("scrapy.utils._download_handlers", "wrap_twisted_exceptions", HANDLER),
    (NEWCLIENT, "HEADER", HANDLER),
    (NEWCLIENT, "STATUS", HANDLER),
    (NEWCLIENT, "Response", HANDLER),
    ("scrapy.downloadermiddlewares.robotstxt", "RobotsTxtMiddleware._parse_robots", ROBOTS),
    ("scrapy.downloadermiddlewares.robotstxt", "RobotsTxtMiddleware._robots_error", ROBOTS),
    ("scrapy.core.downloader", "Downloader.get_slot_key", DELAY),
    ("scrapy.core.scraper", "Slot.is_idle", BASE),
]
ATTRIBUTES = [
    (HTTP11, "HTTP11DownloadHandler", "_pool", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_contextFactory", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_bind_address", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_default_maxsize", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_default_warnsize", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_fail_on_dataloss", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_crawler", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_tls_verbose_logging", HANDLER),
    ("twisted.web.client", "HTTPConnectionPool", "_factory", HANDLER),
    ("twisted.web.client", "_HTTP11ClientFactory", "_quiescentCallback", HANDLER),
    (NEWCLIENT, "HTTP11ClientProtocol", "_parser", HANDLER),
    (NEWCLIENT, "Response", "_transport", HANDLER),
    (NEWCLIENT, "TransportProxyProducer", "_producer", HANDLER),
    ("scrapy.downloadermiddlewares.robotstxt", "RobotsTxtMiddleware", "_parsers", ROBOTS),
    ("scrapy.core.downloader", "Downloader", "slots", DELAY),
    ("scrapy.core.downloader", "Downloader", "per_slot_settings", DELAY),
    ("scrapy.extensions.throttle", "AutoThrottle", "mindelay", DELAY),
    ("scrapy.core.scraper", "Scraper", "slot", BASE),
]


def _gone(module: str, name: str, user: str) -> str:
    package = module.split(".")[0]
    return (
        f"{module}.{name} is gone: adapt {user} to this version of {package}, or bound {package} "
        "below it in requirements.txt"
    )


@pytest.mark.parametrize(("module", "name", "user"), NAMES, ids=[name for _, name, _ in NAMES])
def test_the_private_name_is_there(module: str, name: str, user: str) -> None:
    value = import_module(module)
    for part in name.split("."):
        value = getattr(value, part, None)
        assert value is not None, _gone(module, name, user)


@pytest.mark.parametrize(
    ("module", "owner", "name", "user"),
    ATTRIBUTES,
    ids=[f"{owner}.{name}" for _, owner, name, _ in ATTRIBUTES],
)
def test_the_private_attribute_is_there(module: str, owner: str, name: str, user: str) -> None:
    classes = getattr(import_module(module), owner).__mro__[:-1]
    sources = map(inspect.getsource, classes)
    is_there = any(f"self.{name}" in source or f"\n    {name} " in source for source in sources)
    assert is_there, _gone(module, f"{owner}.{name}", user)
