"""The further pages of a release that runs over several, found by the links of each page."""

from __future__ import annotations

from dataclasses import replace

from scrapy.http import Response, TextResponse

from crawler.crawl.context import CrawlContext
from crawler.discovery.release_page_links import ReleaseLinks, read_release_links
from crawler.discovery.release_parts import next_part
from crawler.extraction.worker_pool import Unread
from crawler.items import Page, Rejected, Release
from crawler.request_meta import CaptureNotes
from crawler.responses.failure import FetchFailure, header

_PARTS_MAX = 30


async def fetch_parts(context: CrawlContext, page: Page, links: ReleaseLinks) -> Page:
    """The page with the parts 2, 3, … of its release. `links`: those of its first page."""
    while len(page.continuations) < _PARTS_MAX:
        further = next_part(links.parts, page.url, len(page.continuations) + 1)
        if further is None:
            break
        part = await context.fetcher.get(
            further, asking=CaptureNotes({"as": "part", "of": page.url})
        )
        if isinstance(part, FetchFailure):
            # What was read of a release is kept; that a part is missing is not hidden.
            context.stats.limits.append(f"A part of {page.url} could not be fetched: {part.detail}")
            break
        page = replace(page, continuations=(*page.continuations, part.body))
        its_links = await read_links(context, part, page.url)
        if isinstance(its_links, Unread):
            sentence = f"The pages after {part.url} are not known. {its_links.detail}"
            context.stats.limits.append(sentence)
            break
        links = its_links
    return page


async def read_with_links(
    context: CrawlContext, page: Page, answer: Response, asked: str
) -> tuple[ReleaseLinks, Release | Rejected] | Unread:
    """The links of a release's page, as `read_links`, and the release on it."""
    readers, source, template = context.services.readers, context.source, context.template
    if not isinstance(answer, TextResponse):
        return ReleaseLinks(), await readers.read(page, source, template)
    return await readers.read_with_links(page, (answer.url, asked), source, template)


async def read_links(context: CrawlContext, answer: Response, asked: str) -> ReleaseLinks | Unread:
    """The links of a release's page that name its address and its parts, read in a worker process.
    `asked`: the address under which it was asked for."""
    if not isinstance(answer, TextResponse):
        return ReleaseLinks()
    return await context.services.readers.parse(
        context.source,
        read_release_links,
        answer.body,
        header(answer, "Content-Type"),
        answer.url,
        asked,
    )
