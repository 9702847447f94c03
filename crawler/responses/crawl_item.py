"""The item of a crawl: what was read, and the fetch that brought it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archive.ingest.attachments import DocumentFetch
from archive.ingest.frontier import Fetch
from crawler.items import Rejected, Release


@dataclass(frozen=True, slots=True)
class CrawlItem:
    """A release, or why there is none, with its fetch."""

    result: Release | Rejected
    fetch: Fetch
    documents: tuple[DocumentFetch, ...] = ()
    """Fetches of the release's attachments."""

    def with_result(self, result: Release | Rejected) -> CrawlItem:
        """Another result of the same fetch."""
        outcome = "release" if isinstance(result, Release) else result.reason
        return CrawlItem(result, replace(self.fetch, outcome=outcome), self.documents)
