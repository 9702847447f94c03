"""The further pages of a release that runs over several, found by the links of each page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scrapy.http import Response, TextResponse

from crawler.discovery.parts import next_part
from crawler.discovery.release_links import ReleaseLinks, read_release_links
from crawler.extensions.captures import Asking
from crawler.extraction.pool import Unread
from crawler.items import Page
from crawler.spiders.answers import Miss

if TYPE_CHECKING:
    from crawler.spiders.base import ReleaseSpider

_PARTS_MAX = 30


async def fetch_parts(spider: ReleaseSpider, page: Page, links: ReleaseLinks) -> Page:
    """The page with the parts 2, 3, … of its release. `links`: those of its first page."""
    while len(page.continuations) < _PARTS_MAX:
        further = next_part(links.parts, page.url, len(page.continuations) + 1)
        if further is None:
            break
        part = await spider.fetcher.get(further, asking=Asking({"as": "part", "of": page.url}))
        if isinstance(part, Miss):
            # What was read of a release is kept; that a part is missing is not hidden.
            spider.tally.limits.append(f"A part of {page.url} could not be had: {part.detail}")
            break
        page = replace(page, continuations=(*page.continuations, part.body))
        its_links = await read_links(spider, part, page.url)
        if isinstance(its_links, Unread):
            said = f"The pages after {part.url} are not known. {its_links.detail}"
            spider.tally.limits.append(said)
            break
        links = its_links
    return page


async def read_links(spider: ReleaseSpider, answer: Response, asked: str) -> ReleaseLinks | Unread:
    """The links of a release's page that name its address and its parts, read in a worker process.
    `asked`: the address under which it was asked for."""
    if not isinstance(answer, TextResponse):
        return ReleaseLinks()
    return await spider.round.readers.parse(
        spider.source, read_release_links, answer.text, answer.url, asked
    )
