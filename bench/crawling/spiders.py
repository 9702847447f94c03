"""What a crawl is compared with: a spider as one writes it in ten minutes, and download alone.

`python -m bench.crawling.spiders naive|download SITES.json` crawls in a process of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule

from bench.crawls import FAST


class Naive(CrawlSpider):
    """Follows all links of a site and gives every page to trafilatura."""

    name = "naive"
    rules = (Rule(LinkExtractor(), callback="read", follow=True),)

    def read(self, response: Response) -> Iterator[dict[str, Any]]:
        """The page as trafilatura reads it."""
        from trafilatura import bare_extraction

        if isinstance(response, TextResponse):
            read = bare_extraction(response.text, response.url, with_metadata=True)
            if read is not None:
                record = read.as_dict()
                names = ("title", "author", "date", "text")
                yield {"url": response.url, **{name: record[name] for name in names}}


class Download(Spider):
    """Requests the addresses it is given, and reads nothing."""

    name = "download"
    urls: list[str]

    async def start(self) -> AsyncIterator[Request]:
        """All of them."""
        for url in self.urls:
            yield Request(url, dont_filter=True)

    def parse(self, response: Response) -> None:
        """Nothing is read."""


def main(which: str, file: Path) -> None:
    """Crawls all sites side by side; `file`: for each a list of URLs, for the naive spider its home
    page alone. What that finds goes to `SITES-N.jsonl`."""
    sites: list[list[str]] = json.loads(file.read_text("utf-8"))
    settings = {**FAST, "ROBOTSTXT_OBEY": True, "LOG_LEVEL": "ERROR"}
    if which == "naive":
        feed = f"{file.with_suffix('')}-%(site)s.jsonl"
        settings["FEEDS"] = {feed: {"format": "jsonlines", "overwrite": True}}
    process = AsyncCrawlerProcess(settings)
    for number, urls in enumerate(sites):
        if which == "naive":
            hosts = [urlsplit(urls[0]).hostname]
            process.crawl(Naive, start_urls=urls, allowed_domains=hosts, site=str(number))
        else:
            process.crawl(Download, urls=urls)
    process.start()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
