"""Replays captures on all cores, and stores the results in the archive."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool
from sqlalchemy import Connection, select

from archive.database.models import ReleaseRecord
from archive.fingerprint import release_id
from archive.ingest import attachments, frontier, release_rows
from archive.ingest import lessons as site_lessons
from archive.ingest.attachments import DocumentLook
from archive.ingest.reprocess import Reading, is_another, reread, reread_rejected, withdrawn
from archive.ingest.store import Store
from crawler.crawl.presence import GONE
from crawler.crawl.release_fetcher import TEMPLATE_PAGES
from crawler.extraction.title_comparison import is_same_title
from crawler.items import Rejected, SiteTemplate
from crawler.rebuild.capture_index import Address, DocumentPlace, Shelf
from crawler.rebuild.documents import read_document, without_text
from crawler.rebuild.reader import GONE_STATUS, Read, Task, learn, read_addresses
from crawler.registry.source import Source
from crawler.spiders.base import STILL_THERE

_AHEAD = 4
"""Tasks sent ahead per worker."""
_AT_ONCE = 32
"""Maximum number of URLs in a task, which is stored in one transaction."""
_LOOKS = 400
"""Maximum number of fetches in a task of several URLs."""
PRELOAD = ["__main__", "crawler.rebuild.reader", "crawler.extraction.worker_preload"]
"""Modules that workers share."""
_LOST = (TimeoutError, ProcessExpired, MemoryError)
"""Failures of a worker."""
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
        self, store: Store, shelf: Shelf, folder: Path, *, workers: int = 0, timeout: float = 30.0
    ) -> None:
        """`workers`: 0 for one per core; `timeout`: seconds per capture."""
        self._store = store
        self._shelf = shelf
        self._folder = folder
        self._workers = workers or os.cpu_count() or 1
        self._timeout = timeout
        self._rebuilt: dict[str, set[str]] = {}
        """Of the current source: crawls in which most of its URLs had changed."""
        self.counted = Counted()

    def run(
        self, sources: list[Source], since: str, step: Callable[[int], None] = lambda _: None
    ) -> None:
        """Reads everything in the index that is not done; `step` gets the number of URLs done.
        Raises ArchiveError."""
        waiting = [source for source in sources if self._shelf.waiting(source.id)]
        context = get_context("forkserver")
        context.set_forkserver_preload(PRELOAD)
        self._pool = ProcessPool(max_workers=self._workers, context=context)
        try:
            for task, future in self._under_way(waiting, since):
                self._store_read(task, self._result(task, future))
                self._shelf.mark_done(task.addresses)
                step(len(task.addresses))
            for source in sources:
                self._put_documents(source.id, since)
        finally:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()

    def _under_way(self, sources: list[Source], since: str) -> Iterator[tuple[Task, Any]]:
        """The tasks with their futures, in order, with some sent ahead."""
        tasks = self._tasks(sources, since)
        waiting: deque[tuple[Task, Any]] = deque()
        while True:
            for task in islice(tasks, _AHEAD * self._workers - len(waiting)):
                waiting.append((task, self._schedule(task, self._timeout)))
            if not waiting:
                return
            yield waiting.popleft()

    def _schedule(self, task: Task, timeout: float) -> Any:
        return self._pool.schedule(read_addresses, args=(task,), timeout=timeout)

    def _tasks(self, sources: list[Source], since: str) -> Iterator[Task]:
        """Tasks are small if there are few URLs, so that all workers are busy."""
        frames = [(source, self._frame(source)) for source in sources]
        for source, template in frames:
            most = 1 + self._shelf.waiting(source.id) // (4 * self._workers)
            for addresses in _portions(self._shelf.addresses(source.id), min(most, _AT_ONCE)):
                yield Task(
                    shelf=self._shelf.path,
                    folder=self._folder,
                    since=since,
                    source=source,
                    template=template(),
                    addresses=addresses,
                    kept=self._store.within(_kept, source.id, addresses),
                )

    def _result(self, task: Task, future: Any) -> list[list[Read]]:
        """The result of a task. If it took too long, or killed the worker, its URLs are read one
        by one, so that only the bad one is given up."""
        try:
            reads: list[list[Read]] = future.result()
        except _LOST as error:
            if len(task.addresses) > 1:
                return [self._alone(task, address) for address in task.addresses]
            sentence = f"{task.addresses[0].asked}: reading its captures failed"
            self.counted.given_up.append(f"{sentence} ({type(error).__name__}).")
            return [[]]
        return reads

    def _alone(self, task: Task, address: Address) -> list[Read]:
        alone = replace(task, addresses=(address,))
        future = self._schedule(alone, self._timeout * max(1, address.looks))
        return self._result(alone, future)[0]

    def _frame(self, source: Source) -> Callable[[], SiteTemplate]:
        """The site template from the archive, else learned by a worker."""
        learned = self._store.within(site_lessons.load, source.id)
        if learned.blocks:
            return lambda: SiteTemplate(blocks=learned.blocks, signatures=learned.signatures)
        place = (self._shelf.path, self._folder, source)
        future = self._pool.schedule(learn, args=place, timeout=self._timeout * TEMPLATE_PAGES)

        def wait() -> SiteTemplate:
            try:
                template: SiteTemplate = future.result()
            except _LOST:
                return SiteTemplate()  # as in a crawl; the bad page will be reported
            return template

        return wait

    def _store_read(self, task: Task, read: list[list[Read]]) -> None:
        """Stores a task in one transaction."""
        source = task.source.id
        if source not in self._rebuilt:
            self._rebuilt = {source: self._shelf.rebuilt(source, STILL_THERE)}
        counted = self._store.each_within(
            partial(self._put, source=source, asked=address.asked, read=reads)
            for address, reads in zip(task.addresses, read, strict=True)
        )
        for one in counted:
            self.counted.add(one)

    def _put(self, connection: Connection, source: str, asked: str, read: list[Read]) -> Counted:
        """Stores one URL."""
        counted = Counted()
        held: dict[str, list[Reading]] = {}
        missing: list[tuple[datetime, str]] = []
        unseen: list[frontier.Look] = []
        for one in read:
            result, look = one.result, one.look
            if one.led_by:
                frontier.note_alias(connection, source, asked, look.url, one.led_by, look.at)
                if self._shelf.has_look(source, look.url, one.crawl):
                    continue
            if isinstance(result, Reading) and not _shows_another(connection, result, held):
                held.setdefault(result.url, []).append(result)
                missing, unseen = [], []
            elif isinstance(result, Reading) or self._is_missing(connection, result, look, held):
                # What a web archive did not find, a crawl may: it proves no withdrawal.
                unseen += [look] if look.via is None else []
                if one.crawl not in self._rebuilt[source] and look.via is None:
                    missing.append((look.at, one.crawl))
            else:
                reread_rejected(connection, result, look)
                counted.rejected += 1
        for readings in held.values():
            counted.releases[reread(connection, readings)] += 1
        for look in unseen:
            frontier.note_missing(connection, look, late=True)
        confirmed = _confirmed(missing)
        if confirmed is not None:
            url = next(iter(held), asked)
            if withdrawn(connection, source, url, confirmed):
                counted.gone += 1
        return counted

    def _put_documents(self, source: str, since: str) -> None:
        """Stores what captures have of the documents of a source's releases."""
        linking = self._store.within(attachments.linking, source)
        for of, places in self._shelf.documents(source, since):
            looks = [
                self._document(place)
                for place in places
                if not 300 <= place.status < 400 or place.status == 304
            ]
            own = release_id(source, of)
            self._store.within(attachments.note_seen, own, looks)
            for look in looks:  # one fetch serves all releases of a crawl
                for release, linked_at in linking.get(look.url, ()):
                    if release != own and look.at >= linked_at:
                        self._store.within(attachments.note_seen, release, [look])

    def _document(self, place: DocumentPlace) -> DocumentLook:
        future = self._pool.schedule(
            read_document, args=(self._folder, place), timeout=self._timeout
        )
        try:
            look: DocumentLook = future.result()
        except _LOST as error:
            return without_text(self._folder, place, _UNREAD.get(type(error), "reader-died"))
        return look

    def _is_missing(
        self,
        connection: Connection,
        rejected: Rejected,
        look: frontier.Look,
        held: dict[str, list[Reading]],
    ) -> bool:
        """Whether a known release is gone. A page without a release shows this only if this
        program has read one there before: else its rules are the reason."""
        absent = look.status in GONE_STATUS or rejected.reason in GONE
        if held or rejected.stage != "fetch":
            looks = (reading.look for readings in held.values() for reading in readings)
            return absent and any(look.via is None for look in looks)
        return absent and _is_crawled(connection, release_id(rejected.source, rejected.url))


def _shows_another(connection: Connection, one: Reading, held: dict[str, list[Reading]]) -> bool:
    """Whether the page of a known release now has another release of its site."""
    if one.url not in held:
        return False
    title, earlier = (each.columns["title"] for each in (one, held[one.url][-1]))
    if is_same_title(title, earlier):
        return False
    return is_another(connection, one.source, one.url, one.columns)


def _kept(connection: Connection, source: str, addresses: tuple[Address, ...]) -> frozenset[str]:
    ids = {release_id(source, address.asked): address.asked for address in addresses}
    held = connection.scalars(select(ReleaseRecord.id).where(ReleaseRecord.id.in_(ids)))
    return frozenset(ids[id_] for id_ in held)


def _portions(addresses: Iterator[Address], most: int) -> Iterator[tuple[Address, ...]]:
    """Groups of URLs, smaller if they have many fetches."""
    portion: list[Address] = []
    for address in addresses:
        if portion and (
            len(portion) == most or sum(one.looks for one in portion) + address.looks > _LOOKS
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
