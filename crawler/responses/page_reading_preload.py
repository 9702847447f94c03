"""Imported by the process that readers are forked from: they share the stemmer's dictionary and
all that their tasks import. None of it may import Scrapy, which each reader would load anew."""

from __future__ import annotations

from archive.ingest import version_columns
from archive.search.stemming import stem
from crawler.responses import reread_capture

__all__ = ["reread_capture", "version_columns"]

stem("ditetapkan")  # loads the dictionary
