"""Names that Scrapy and Twisted do not promise to keep, and that `crawler.middlewares` builds on."""

from __future__ import annotations

from importlib import import_module

import pytest

PRIVATE = [
    ("scrapy.core.downloader.handlers.http11", "_LenientHTTP11ClientFactory"),
    ("scrapy.core.downloader.handlers.http11", "_LenientHTTP11ClientProtocol"),
    ("scrapy.core.downloader.handlers.http11", "_ScrapyAgent._cb_bodyready"),
    ("scrapy.downloadermiddlewares.robotstxt", "RobotsTxtMiddleware._parse_robots"),
    ("scrapy.downloadermiddlewares.robotstxt", "RobotsTxtMiddleware._robots_error"),
    ("scrapy.utils._download_handlers", "wrap_twisted_exceptions"),
    ("twisted.web._newclient", "HEADER"),
    ("twisted.web._newclient", "STATUS"),
    ("twisted.web._newclient", "Response"),
]


@pytest.mark.parametrize(("module", "name"), PRIVATE, ids=[name for _, name in PRIVATE])
def test_the_private_name_is_there(module: str, name: str) -> None:
    value = import_module(module)
    for part in name.split("."):
        value = getattr(value, part, None)
        assert value is not None, (
            f"{module}.{name} is gone: adapt crawler/middlewares to this version, or bound "
            f"{module.split('.')[0]} below it in requirements.txt"
        )
