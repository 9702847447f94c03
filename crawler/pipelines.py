"""From an extracted page to the archive: validate, deduplicate, store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured

from archive.database.connection import ArchiveError
from archive.ingest.frontier import Look
from archive.ingest.reprocess import Held, Reading, reading, to_read_again
from archive.ingest.version_columns import UNPROVEN
from crawler.crawl.context import CrawlContext, context_of
from crawler.crawl.shortfall import DOUBTFUL, OBTAINED
from crawler.items import Rejected, Release

# What two zones can differ by: a release stamped in Jayapura is no news from the future.
_ZONE_TOLERANCE = timedelta(days=1)
_FIRST_YEAR = 1998  # before any of these sites existed


class _Pipeline:
    def __init__(self, context: CrawlContext) -> None:
        self.context = context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        context = context_of(crawler)
        if context is None:
            raise NotConfigured
        return cls(context)


class ValidatePipeline(_Pipeline):
    """Turns a release that cannot be right into a rejected page that says why."""

    def process_item(self, item: Release | Rejected) -> Release | Rejected:
        """The item itself, or a `Rejected` in its place."""
        return judged(item)


def judged(item: Release | Rejected) -> Release | Rejected:
    """The item itself; in the place of a release that cannot be right, a `Rejected`. A date that
    cannot be right is taken off, with a flag, and the release kept: desks mistype months and
    years."""
    if isinstance(item, Rejected):
        return item
    if flag := _date_fault(item):
        item.published_on = item.published_at = item.published_by = None
        item.flags = [*item.flags, flag]
    if fault := _fault(item):
        reason, detail = fault
        return Rejected(
            source=item.source,
            url=item.url,
            stage="validation",
            reason=reason,
            detail=detail,
            fetched_at=item.fetched_at,
            release=item,
            look=item.look and replace(item.look, outcome=reason),
        )
    return item


class DeduplicatePipeline(_Pipeline):
    """Lets each canonical URL through once a crawl; the archive knows those of other crawls.

    That one text stands at several addresses is decided where the release is stored, in the same
    transaction, since another crawl may be storing it at that moment.
    """

    def __init__(self, context: CrawlContext) -> None:
        super().__init__(context)
        self._seen: set[str] = set()

    def process_item(self, item: Release | Rejected) -> Release | Rejected:
        """The item itself; raises `DropItem` for a second address of a release just read."""
        if isinstance(item, Release):
            if item.url in self._seen:
                raise DropItem(f"second address of {item.url}", log_level="DEBUG")
            self._seen.add(item.url)
        return item


class StorePipeline(_Pipeline):
    """Hands items to the archive. An archive that cannot be written stops the whole run."""

    async def process_item(self, item: Release | Rejected) -> Release | Rejected:
        """The item itself, once it is in the archive."""
        context = self.context
        archive_writer, stats = context.services.archive_writer, context.stats
        try:
            if isinstance(item, Rejected):
                record = _read_before(item)
                await archive_writer.write(
                    archive_writer.store.reject, item, context.crawl_id, record, item.look
                )
                counter = stats.failures if item.stage == "fetch" else stats.rejected
                counter[item.reason] += 1
                stats.came_of[item.url] = item.reason
            else:
                corrections = await self._corrections(item)
                stored = await archive_writer.write(
                    archive_writer.store.store, item, context.crawl_id, item.look, corrections
                )
                stats.reading.note(item)
                stats.came_of[item.url] = DOUBTFUL if DOUBTFUL in item.flags else OBTAINED
                setattr(stats, stored.outcome, getattr(stats, stored.outcome) + 1)
        except ArchiveError as error:
            context.services.abort(error)
            raise DropItem(str(error), log_level="DEBUG") from error
        return item

    async def _corrections(self, release: Release) -> list[Reading]:
        """What the captures of this release's wordings say when they are read as this one was: a
        better reading is no edit. Where the current wording was read by another program and
        cannot be read again, the release is flagged: nobody can say what was edited."""
        found = []
        for held in await self.context.look_up(to_read_again, release):
            again = await self._read_again(held, release.url)
            if again is not None:
                found.append(again)
            elif held.is_current and held.reader != release.reader:
                release.flags = [*release.flags, UNPROVEN]
        return found

    async def _read_again(self, held: Held, url: str) -> Reading | None:
        if held.capture is None:
            return None
        context = self.context
        again = await context.read_captured(held.capture, url)
        result = again and judged(again)
        if not isinstance(result, Release):
            return None
        look = Look(
            source=result.source,
            url=url,
            at=result.fetched_at,
            outcome="release",
            capture=held.capture,
        )
        return reading(result, look, is_new=False)


def _read_before(rejected: Rejected) -> dict[str, Any] | None:
    """What had been read of a release that failed validation, as JSON values."""
    if rejected.release is None:
        return None
    read = ItemAdapter(rejected.release).asdict()
    del read["look"], read["entries"]
    record: dict[str, Any] = json.loads(json.dumps(read, default=str))
    return record


def _fault(release: Release) -> tuple[str, str] | None:
    """Why a release cannot be right, as a word and a sentence; None when it can."""
    if not release.title.strip():
        return "no-title", "The page has no title that could be found."
    if not release.body.strip():
        return "no-text", "The page has a title but no text."
    return None


def _date_fault(release: Release) -> str | None:
    """Why a date cannot be that of publication, as a flag; None when it can."""
    published = release.published_on
    if published is None:
        return None
    if published.year < _FIRST_YEAR:
        return "date-impossible"
    return "date-future" if published > (release.fetched_at + _ZONE_TOLERANCE).date() else None
