"""Interprets a response to a request for a release, the same in a crawl and in a rebuild."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.ingest.frontier import Fetch
from crawler.discovery.canonical_url import alias_key
from crawler.items import Hint, Page, Rejected, Release
from crawler.responses.crawl_item import CrawlItem
from crawler.responses.failure import FetchFailure
from crawler.responses.revisit_policy import revisits
from crawler.url_policy import is_downgrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A complete response, and the URLs it gives for itself."""

    url: str
    """The URL that answered, as requested."""
    canonical: str
    """Its canonical form."""
    declared: str
    """The page's plausible `rel=canonical`, else `canonical`."""
    body: bytes
    content_type: str | None
    certificate_checked: bool


@dataclass(frozen=True, slots=True)
class PageToRead:
    """A page, under the URL under which the archive has it."""

    page: Page
    fetch: Fetch
    alias: str | None
    """How the requested URL led to another one, `redirect` or `rel-canonical`; None if it did
    not."""
    is_elsewhere: bool = False
    """Whether it led to another page, which may have the release, see `leads_elsewhere`."""


def page_to_read(
    fetch: Fetch,
    answered: Answered,
    *,
    is_kept: bool,
    hint: Hint | None,
    continuations: Sequence[bytes] = (),
) -> PageToRead:
    """The page of a response. `is_kept`: the archive has a release under the requested URL. A
    release keeps the URL under which it was first archived, wherever that leads later."""
    kept = fetch.url if is_kept else answered.declared
    page = Page(
        url=kept,
        body=answered.body,
        captured_at=fetch.at,
        content_type=answered.content_type,
        hint=hint,
        continuations=tuple(continuations),
        certificate_checked=answered.certificate_checked,
        downgraded=is_downgrade(fetch.url, answered.url),
        leads_to=answered.declared if answered.declared != kept else None,
    )
    alias = "redirect" if answered.canonical == kept else "rel-canonical"
    return PageToRead(page, replace(fetch, url=kept), alias if kept != fetch.url else None)


def leads_elsewhere(asked: str, answered: Answered, home: str) -> bool:
    """Whether the address of a release leads to another page: not to another spelling of it, nor to
    one that names it as its own."""
    pages = {alias_key(url, home) for url in (answered.canonical, answered.declared)}
    return alias_key(asked, home) not in pages


def reject(fetch: Fetch, failure: FetchFailure, stage: str = "fetch") -> CrawlItem:
    """The item of a request that brought no page to read, with the time of the next one."""
    due = revisits().other(fetch.at, "failed" if failure.trouble else "rejected")
    rejected = Rejected(
        source=fetch.source,
        url=fetch.url,
        stage=stage,
        reason=failure.reason,
        detail=failure.detail,
        fetched_at=fetch.at,
    )
    return CrawlItem(rejected, replace(fetch, outcome=failure.reason, due_at=due))


def item_of(result: Release | Rejected, fetch: Fetch, region: str) -> CrawlItem:
    """The item of a page that was read, with the time of the next request, which depends on the
    votes in its region."""
    if isinstance(result, Release):
        election = result.election
        due = revisits().release(fetch.at, result.published_on, region, election=election)
    else:
        due = revisits().other(fetch.at, "rejected")
    return CrawlItem(result, replace(fetch, due_at=due)).with_result(result)
