"""What a reader process does: it extracts a page, and computes its entries in the indexes.

The crawl's own process imports this module only to name the task, so it loads nothing heavy."""

from __future__ import annotations

from crawler.extraction.worker_pool import start_server
from crawler.items import Page, Rejected, Release, SiteTemplate
from crawler.registry.source import Source

PRELOAD = "crawler.responses.page_reading_preload"
"""What readers share."""


def start_readers() -> None:
    """Starts the process that readers are forked from. It loads what they share while the command
    that calls this first still loads its own."""
    start_server([PRELOAD])


def read_page(page: Page, source: Source, template: SiteTemplate) -> Release | Rejected:
    """The result of `extract`; a release with its `entries`."""
    from archive.ingest import version_columns
    from crawler.extraction.release import extract

    result = extract(page, source, template)
    if isinstance(result, Release):
        result.entries = version_columns.entries(result)
    return result
