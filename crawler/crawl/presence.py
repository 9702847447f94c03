"""Decides from a page whether a known release is still there."""

from __future__ import annotations

from dataclasses import replace

from archive.ingest import version_columns
from archive.ingest.frontier import KnownAddress
from archive.ingest.reprocess import capture_of, is_another, wording_of
from crawler.crawl.context import CrawlContext
from crawler.extraction.title_comparison import is_same_title
from crawler.items import Earlier, Page, Rejected, Release

GONE = frozenset(
    {"redirected-home", "soft-404", "home-page", "listing", "search", "no-text", "no-title"}
    | {"empty", "agenda", "attachment", "calendar", "form", "gallery", "profile", "teaser", "video"}
    | {"hijacked"}
)
"""What a site shows in place of a release it took away, beside 404 and 410: routers answer every
address with 200, what is left of the page are its side columns and pictures, or strangers put
their own page there."""


async def earlier_at(context: CrawlContext, url: str) -> Earlier | None:
    """The title and text that the archive has for a URL. A first crawl does not ask the archive,
    except for what it has stored itself."""
    if not context.plan.has_releases and url not in context.stats.came_of:
        return None
    wording = await context.look_up(wording_of, context.source.id, url)
    return Earlier(title=wording[0], text=wording[1]) if wording else None


async def read_page(
    context: CrawlContext,
    page: Page,
    known: KnownAddress | None,
    result: Release | Rejected | None = None,
) -> tuple[Release | Rejected, bool]:
    """Extracts a page, unless its `result` is known already; also returns whether its known
    release is gone.

    It is there where this program finds none in the bytes either in which one was found: then the
    page is read otherwise than before."""
    if result is None:
        result = await context.services.readers.read(page, context.source, context.template)
    if known is None or not known.is_crawled:
        return result, False
    if isinstance(result, Release) and await _is_another(context, page, result):
        return _soft_404(result, "it shows another release of the site"), True
    if not _shows_none(result):
        return result, False
    capture = await context.look_up(capture_of, context.source.id, page.url)
    before = await context.read_captured(capture, page.url) if capture else None
    if isinstance(before, Release) and before.as_earlier() != page.earlier:
        page = replace(page, earlier=before.as_earlier())
        result = await context.services.readers.read(page, context.source, context.template)
    return result, _shows_none(result) and not isinstance(before, Rejected)


async def _is_another(context: CrawlContext, page: Page, result: Release) -> bool:
    if page.earlier is None or is_same_title(result.title, page.earlier.title):
        return False
    columns = version_columns.columns(result)
    return await context.look_up(is_another, context.source.id, page.url, columns)


def _shows_none(result: Release | Rejected) -> bool:
    """Whether a page shows what sites show instead of a removed release."""
    return isinstance(result, Rejected) and result.reason in GONE


def _soft_404(release: Release, detail: str) -> Rejected:
    return Rejected(
        source=release.source,
        url=release.url,
        stage="extraction",
        reason="soft-404",
        detail=detail,
        fetched_at=release.fetched_at,
    )
