"""What a reader process does: it extracts a page, and computes its entries in the indexes.

Imported by the process that readers are forked from: they share the stemmer's dictionary."""

from __future__ import annotations

from archive.ingest import version_columns
from archive.search.stemming import stem
from crawler.items import Page, Rejected, Release, SiteTemplate
from crawler.registry.source import Source

stem("ditetapkan")  # loads the dictionary


def read_page(page: Page, source: Source, template: SiteTemplate) -> Release | Rejected:
    """The result of `extract`; a release with its `entries`."""
    from crawler.extraction.release import extract

    found = extract(page, source, template)
    if isinstance(found, Release):
        found.entries = version_columns.entries(found)
    return found
