"""Has captures read by all readers, and stores the results in the archive."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path

from sqlalchemy import Connection, select

from archive.database.models import ReleaseRecord
from archive.fingerprint import release_id
from archive.ingest import attachments, frontier, release_rows, site_lessons
from archive.ingest.attachments import DocumentFetch
from archive.ingest.reprocess import Reading, is_another, reread, reread_rejected, withdrawn
from archive.ingest.store import Store
from crawler.crawl.presence import GONE
from crawler.crawl.release_fetcher import TEMPLATE_PAGES
from crawler.extraction.title_comparison import is_same_title
from crawler.items import Rejected, SiteTemplate
from crawler.rebuild.capture_index import Address, CaptureIndex
from crawler.rebuild.documents import read_document, without_text
from crawler.rebuild.locations import CapturedFetch, DocumentLocation
from crawler.rebuild.reader import GONE_STATUS, Read, Task, learn, read_addresses
from crawler.rebuild.readers import LOST, Pending, Readers
from crawler.rebuild.record_bytes import RecordBytes
from crawler.registry.source import Source
from crawler.spiders.base import STILL_THERE

_AHEAD = 4
"""Tasks sent ahead per reader."""
_AT_ONCE = 32
"""Maximum number of URLs in a task, which is stored in one transaction."""
_LOOKS = 400
"""Maximum number of fetches in a task of several URLs."""
_BYTES = 4 * 1024 * 1024
"""Maximum size of the records in a task of several URLs, which is held until it is read."""
_UnderWay = tuple[tuple[Address, ...], Task, Pending[list[list[Read]]]]
_UNREAD: dict[type[BaseException], str] = {TimeoutError: "timeout", MemoryError: "out-of-memory"}


@dataclass(slots=True)
class Counted:
    """Counts of a replay."""

    releases: Counter[str] = field(default_factory=Counter)
    """Releases by outcome: `new`, `corrected`, `edited`, `same`."""
    rejected: int = 0
    gone: int = 0
    given_up: list[str] = field(default_factory=list)
    """URLs that no worker could read, a sentence each."""

    def add(self, other: Counted) -> None:
        """Adds the counts of another part of the run."""
        self.releases += other.releases
        self.rejected += other.rejected
        self.gone += other.gone
        self.given_up += other.given_up


class Rebuilding:
    """One replay of one index."""

    def __init__(
        self,
        store: Store,
        index: CaptureIndex,
        folder: Path,
        readers: Readers,
        *,
        timeout: float = 30.0,
    ) -> None:
        """`timeout`: seconds per capture."""
        self._store = store
        self._index = index
        self._folder = folder
        self._readers = readers
        self._timeout = timeout
        self._rebuilt: dict[str, set[str]] = {}
        """Of the current source: crawls in which most of its URLs had changed."""
        self.counted = Counted()

    def run(
        self, sources: list[Source], since: str, step: Callable[[int], None] = lambda _: None
    ) -> None:
        """Reads everything in the index that is not done; `step` gets the number of URLs done.
        Raises ArchiveError, ReadersLost, NoReaders."""
        waiting = [source for source in sources if self._index.waiting(source.id)]
        for addresses, task, pending in self._under_way(waiting, since):
            self._store_read(task, self._result(task, pending))
            self._index.mark_done(addresses)
            step(len(addresses))
        for source in sources:
            self._put_documents(source.id, since)

    def _under_way(self, sources: list[Source], since: str) -> Iterator[_UnderWay]:
        """The tasks that are being read, in order, with some sent ahead."""
        tasks = self._tasks(sources, since)
        waiting: deque[_UnderWay] = deque()
        while True:
            room = max(0, _AHEAD * self._readers.number - len(waiting))
            for addresses, task in islice(tasks, room):
                waiting.append((addresses, task, self._schedule(task, self._timeout)))
            if not waiting:
                return
            yield waiting.popleft()

    def _schedule(self, task: Task, timeout: float) -> Pending[list[list[Read]]]:
        return self._readers.submit(timeout, read_addresses, task)

    def _tasks(
        self, sources: list[Source], since: str
    ) -> Iterator[tuple[tuple[Address, ...], Task]]:
        """Tasks are small if there are few URLs, so that all readers are busy."""
        frames = [(source, self._frame(source)) for source in sources]
        for source, template in frames:
            most = 1 + self._index.waiting(source.id) // (4 * self._readers.number)
            for addresses in _portions(self._index.addresses(source.id), min(most, _AT_ONCE)):
                fetches = {
                    address.asked: self._index.fetches(source.id, address.asked, since)
                    for address in addresses
                }
                task = Task(
                    source=source,
                    template=template(),
                    fetches=fetches,
                    records=self._bytes(chain.from_iterable(fetches.values())),
                    kept=self._store.within(_kept, source.id, addresses),
                )
                yield addresses, task

    def _bytes(self, fetches: Iterable[CapturedFetch]) -> RecordBytes:
        locations = chain.from_iterable(fetch.locations for fetch in fetches)
        return RecordBytes.of(self._folder, locations)

    def _result(self, task: Task, pending: Pending[list[list[Read]]]) -> list[list[Read]]:
        """The result of a task. If it took too long, or killed the reader, its URLs are read one
        by one, so that only the bad one is given up."""
        try:
            return pending.result()
        except LOST as error:
            if len(task.fetches) > 1:
                return [self._alone(task, asked) for asked in task.fetches]
            (asked,) = task.fetches
            sentence = f"{asked}: reading its captures failed ({type(error).__name__})."
            self.counted.given_up.append(sentence)
            return [[]]

    def _alone(self, task: Task, asked: str) -> list[Read]:
        fetches = task.fetches[asked]
        alone = replace(task, fetches={asked: fetches}, records=self._bytes(fetches))
        return self._result(alone, self._schedule(alone, self._timeout * max(1, len(fetches))))[0]

    def _frame(self, source: Source) -> Callable[[], SiteTemplate]:
        """The site template from the archive, else learned by a worker."""
        learned = self._store.within(site_lessons.load, source.id)
        if learned.blocks:
            return lambda: SiteTemplate(blocks=learned.blocks, signatures=learned.signatures)
        fetches = self._index.first_fetches(source.id, TEMPLATE_PAGES)
        timeout = self._timeout * TEMPLATE_PAGES
        pending = self._readers.submit(timeout, learn, source, fetches, self._bytes(fetches))

        @cache
        def wait() -> SiteTemplate:
            try:
                return pending.result()
            except LOST:
                return SiteTemplate()  # as in a crawl; the bad page will be reported

        return wait

    def _store_read(self, task: Task, read: list[list[Read]]) -> None:
        """Stores a task in one transaction."""
        source = task.source.id
        if source not in self._rebuilt:
            self._rebuilt = {source: self._index.rebuilt(source, STILL_THERE)}
        counted = self._store.each_within(
            partial(self._put, source=source, asked=asked, read=reads)
            for asked, reads in zip(task.fetches, read, strict=True)
        )
        for one in counted:
            self.counted.add(one)

    def _put(self, connection: Connection, source: str, asked: str, read: list[Read]) -> Counted:
        """Stores one URL."""
        counted = Counted()
        by_url: dict[str, list[Reading]] = {}
        missing: list[tuple[datetime, str]] = []
        unseen: list[frontier.Fetch] = []
        for one in read:
            result, fetch = one.result, one.fetch
            if one.led_by:
                frontier.note_alias(connection, source, asked, fetch.url, one.led_by, fetch.at)
                if self._index.has_fetch(source, fetch.url, one.crawl):
                    continue
            if isinstance(result, Reading) and not _shows_another(connection, result, by_url):
                by_url.setdefault(result.url, []).append(result)
                missing, unseen = [], []
            elif isinstance(result, Reading) or self._is_missing(connection, result, fetch, by_url):
                # What a web archive did not find, a crawl may: it proves no withdrawal.
                unseen += [fetch] if fetch.via is None else []
                if one.crawl not in self._rebuilt[source] and fetch.via is None:
                    missing.append((fetch.at, one.crawl))
            else:
                reread_rejected(connection, result, fetch)
                counted.rejected += 1
        for readings in by_url.values():
            counted.releases[reread(connection, readings)] += 1
        for fetch in unseen:
            frontier.note_missing(connection, fetch, late=True)
        confirmed = _confirmed(missing)
        if confirmed is not None:
            url = next(iter(by_url), asked)
            if withdrawn(connection, source, url, confirmed):
                counted.gone += 1
        return counted

    def _put_documents(self, source: str, since: str) -> None:
        """Stores what captures have of the documents of a source's releases."""
        linking = self._store.within(attachments.linking, source)
        for of, locations in self._index.documents(source, since):
            fetches = [
                self._document(location)
                for location in locations
                if not 300 <= location.status < 400 or location.status == 304
            ]
            own = release_id(source, of)
            self._store.within(attachments.note_seen, own, fetches)
            for fetch in fetches:  # one fetch serves all releases of a crawl
                for release, linked_at in linking.get(fetch.url, ()):
                    if release != own and fetch.at >= linked_at:
                        self._store.within(attachments.note_seen, release, [fetch])

    def _document(self, location: DocumentLocation) -> DocumentFetch:
        records = RecordBytes.of(self._folder, [location])
        try:
            return self._readers.submit(self._timeout, read_document, records, location).result()
        except LOST as error:
            return without_text(records, location, _UNREAD.get(type(error), "reader-died"))

    def _is_missing(
        self,
        connection: Connection,
        rejected: Rejected,
        fetch: frontier.Fetch,
        by_url: dict[str, list[Reading]],
    ) -> bool:
        """Whether a known release is gone. A page without a release shows this only if this
        program has read one there before: else its rules are the reason."""
        absent = fetch.status in GONE_STATUS or rejected.reason in GONE
        if by_url or rejected.stage != "fetch":
            fetches = (reading.fetch for readings in by_url.values() for reading in readings)
            return absent and any(fetch.via is None for fetch in fetches)
        return absent and _is_crawled(connection, release_id(rejected.source, rejected.url))


def _shows_another(connection: Connection, one: Reading, by_url: dict[str, list[Reading]]) -> bool:
    """Whether the page of a known release now has another release of its site."""
    if one.url not in by_url:
        return False
    title, earlier = (each.columns["title"] for each in (one, by_url[one.url][-1]))
    if is_same_title(title, earlier):
        return False
    return is_another(connection, one.source, one.url, one.columns)


def _kept(connection: Connection, source: str, addresses: tuple[Address, ...]) -> frozenset[str]:
    ids = {release_id(source, address.asked): address.asked for address in addresses}
    archived = connection.scalars(select(ReleaseRecord.id).where(ReleaseRecord.id.in_(ids)))
    return frozenset(ids[id_] for id_ in archived)


def _portions(addresses: Iterator[Address], most: int) -> Iterator[tuple[Address, ...]]:
    """Groups of URLs, smaller if they have many or large fetches."""
    portion: list[Address] = []
    for address in addresses:
        grown = [*portion, address]
        if portion and (
            len(portion) == most
            or sum(one.fetches for one in grown) > _LOOKS
            or sum(one.bytes for one in grown) > _BYTES
        ):
            yield tuple(portion)
            portion = []
        portion.append(address)
    if portion:
        yield tuple(portion)


def _is_crawled(connection: Connection, id_: str) -> bool:
    return release_rows.is_crawled(connection, id_)


def _confirmed(missing: list[tuple[datetime, str]]) -> datetime | None:
    """When a second crawl missed it; None if only one did."""
    first = missing[0][1] if missing else None
    return next((at for at, crawl in missing if crawl != first), None)
