"""From an extracted page to the archive: validate, deduplicate, store."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured

from archive.database.connection import ArchiveError
from archive.ingest.frontier import Fetch
from archive.ingest.reprocess import ArchivedVersion, Reading, reading, to_read_again
from archive.ingest.store import Stored
from archive.ingest.version_columns import UNPROVEN
from crawler.crawl.context import CrawlContext, context_of
from crawler.crawl.shortfall import DOUBTFUL, OBTAINED
from crawler.items import Rejected, Release
from crawler.responses.crawl_item import CrawlItem
from crawler.responses.plausibility import validate


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
    """Turns an implausible release into a rejected page with the reason."""

    def process_item(self, item: CrawlItem) -> CrawlItem:
        """The item, with a `Rejected` in place of an implausible release."""
        return item.with_result(validate(item.result))


class DeduplicatePipeline(_Pipeline):
    """Passes each canonical URL once per crawl; the archive knows those of other crawls. Whether
    several URLs have one text is decided where the release is stored, in the same transaction,
    since another crawl may be storing it at that moment."""

    def __init__(self, context: CrawlContext) -> None:
        super().__init__(context)
        self._seen: set[str] = set()

    def process_item(self, item: CrawlItem) -> CrawlItem:
        """The item itself; raises `DropItem` for another URL of a release just read."""
        if isinstance(item.result, Release):
            url = item.result.url
            if url in self._seen:
                raise DropItem(f"second address of {url}", log_level="DEBUG")
            self._seen.add(url)
        return item


class StorePipeline(_Pipeline):
    """Hands items to the archive. If the archive cannot be written, the whole run stops."""

    async def process_item(self, item: CrawlItem) -> CrawlItem:
        """The item itself, once it is in the archive."""
        try:
            if isinstance(item.result, Rejected):
                await self._reject(item.result, item.fetch)
            else:
                await self._store(item.result, item)
        except ArchiveError as error:
            self.context.services.abort(error)
            raise DropItem(str(error), log_level="DEBUG") from error
        return item

    async def _reject(self, rejected: Rejected, fetch: Fetch) -> None:
        context, stats = self.context, self.context.stats
        writer = context.services.archive_writer
        record = _read_before(rejected)
        await writer.write(writer.store.reject, rejected, context.crawl_id, record, fetch)
        counter = stats.failures if rejected.stage == "fetch" else stats.rejected
        counter[rejected.reason] += 1
        stats.came_of[rejected.url] = rejected.reason

    async def _store(self, release: Release, item: CrawlItem) -> None:
        context, stats = self.context, self.context.stats
        writer = context.services.archive_writer
        stored = await writer.write(self._store_at_once, release, item)
        if not isinstance(stored, Stored):
            corrections, is_proved = await self._corrections(release, stored)
            if not is_proved:
                release = replace(release, flags=[*release.flags, UNPROVEN])
            stored = await writer.write(
                writer.store.store,
                release,
                context.crawl_id,
                item.fetch,
                corrections,
                item.documents,
            )
        stats.reading.note(release)
        stats.came_of[release.url] = DOUBTFUL if DOUBTFUL in release.flags else OBTAINED
        stats.count(stored.outcome)

    def _store_at_once(self, release: Release, item: CrawlItem) -> Stored | list[ArchivedVersion]:
        """Stores a release, as most, before which no capture has to be read again; else returns
        those captures. Called in the writing thread."""
        store = self.context.services.archive_writer.store
        return store.look_up(to_read_again, release) or store.store(
            release, self.context.crawl_id, item.fetch, (), item.documents
        )

    async def _corrections(
        self, release: Release, versions: list[ArchivedVersion]
    ) -> tuple[list[Reading], bool]:
        """The captures of this release's versions, read by this program, since a better
        extraction is not an edit; and whether an edit can be proved. It cannot if another program
        read the current version, and its capture cannot be read again."""
        corrections, is_proved = [], True
        for version in versions:
            again = await self._read_again(version, release.url)
            if again is not None:
                corrections.append(again)
            elif version.is_current and version.reader != release.reader:
                is_proved = False
        return corrections, is_proved

    async def _read_again(self, version: ArchivedVersion, url: str) -> Reading | None:
        if version.capture is None:
            return None
        context = self.context
        again = await context.read_captured(version.capture, url)
        result = again and validate(again)
        if not isinstance(result, Release):
            return None
        fetch = Fetch(
            source=result.source,
            url=url,
            at=result.fetched_at,
            outcome="release",
            capture=version.capture,
        )
        return reading(result, fetch, is_new=False)


def _read_before(rejected: Rejected) -> dict[str, Any] | None:
    """The values of a release that failed validation, as JSON values."""
    if rejected.release is None:
        return None
    read = ItemAdapter(rejected.release).asdict()
    del read["entries"]
    record: dict[str, Any] = json.loads(json.dumps(read, default=str))
    return record
