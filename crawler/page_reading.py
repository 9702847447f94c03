"""What a reader does with a page: it reads it, and works out what the archive's indexes will hold.

Imported by the process that readers are forked from: they share the stemmer's dictionary."""

from __future__ import annotations

from archive import wording
from archive.stems import stem
from crawler.items import Frame, Page, Rejected, Release
from crawler.source import Source

stem("ditetapkan")  # loads the dictionary


def read_page(page: Page, source: Source, frame: Frame) -> Release | Rejected:
    """What `extract` says of a page; a release with its `entries`."""
    from crawler.extraction.release import extract

    found = extract(page, source, frame)
    if isinstance(found, Release):
        found.entries = wording.entries(found)
    return found
