"""Reading captures again, on all cores, and putting what they say into the archive."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool
from sqlalchemy.orm import Session

from archive import frontier
from archive.fingerprint import release_id
from archive.models import ReleaseRecord
from archive.rereading import Reading, reread, reread_rejected, withdrawn
from archive.store import Store
from crawler.extraction.frame import learn_frame
from crawler.items import Frame, Rejected, Release
from crawler.pipelines import judged
from crawler.rebuild.looks import GONE_STATUS, Read, Task, page_of, read_looks
from crawler.rebuild.shelf import Shelf
from crawler.source import Source
from crawler.spiders.base import STILL_THERE
from crawler.spiders.looks import FRAME_PAGES, GONE

_AHEAD = 64
"""Addresses on their way to the readers for each of them."""


@dataclass(slots=True)
class Counted:
    """What came of it."""

    releases: Counter[str] = field(default_factory=Counter)
    """By outcome: `new`, `corrected`, `edited`, `same`."""
    rejected: int = 0
    gone: int = 0
    given_up: list[str] = field(default_factory=list)
    """Addresses that no reader could read, a sentence each."""


class Rebuilding:
    """One run over one shelf."""

    def __init__(
        self, store: Store, shelf: Shelf, folder: Path, *, workers: int = 0, timeout: float = 30.0
    ) -> None:
        """`workers`: 0 for one a core; `timeout`: seconds a capture."""
        self._store = store
        self._shelf = shelf
        self._folder = folder
        self._workers = workers or os.cpu_count() or 1
        self._timeout = timeout
        self.counted = Counted()

    def run(self, sources: list[Source], since: str, step: Callable[[], None]) -> None:
        """Reads all that waits on the shelf; `step` is called once an address. Raises
        ArchiveError."""
        context = get_context("forkserver")
        context.set_forkserver_preload(["crawler.extraction.release", "crawler.rebuild.looks"])
        pool = ProcessPool(max_workers=self._workers, context=context)
        try:
            for source in sources:
                if self._shelf.waiting(source.id):
                    self._source(pool, source, since, step)
        finally:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def _source(
        self, pool: ProcessPool, source: Source, since: str, step: Callable[[], None]
    ) -> None:
        frame = self._frame(source)
        rebuilt = self._shelf.rebuilt(source.id, STILL_THERE)
        for task, future in self._under_way(pool, source, frame, since):
            try:
                read = future.result()
            except (TimeoutError, ProcessExpired, MemoryError) as error:
                said = f"{task.asked}: reading its captures failed ({type(error).__name__})."
                self.counted.given_up.append(said)
            else:
                self._store.within(self._put, source.id, task.asked, read, rebuilt)
            self._shelf.mark_done(source.id, task.asked)
            step()

    def _under_way(
        self, pool: ProcessPool, source: Source, frame: Frame, since: str
    ) -> Iterator[tuple[Task, Any]]:
        """The tasks with their futures, in order; only some ahead of the one being stored."""
        tasks = self._tasks(source, frame, since)
        waiting: list[tuple[Task, Any]] = []
        most = _AHEAD * self._workers
        while True:
            for task in islice(tasks, most - len(waiting)):
                limit = self._timeout * max(1, len(task.looks))
                future = pool.schedule(read_looks, args=(task,), timeout=limit)
                waiting.append((task, future))
            if not waiting:
                return
            yield waiting.pop(0)

    def _tasks(self, source: Source, frame: Frame, since: str) -> Iterator[Task]:
        for asked in self._shelf.addresses(source.id):
            looks = tuple(self._shelf.looks(source.id, asked, since))
            if looks:
                kept = self._store.within(_is_kept, release_id(source.id, asked))
                yield Task(self._folder, source, frame, asked, looks, kept)

    def _frame(self, source: Source) -> Frame:
        """What the site prints on every page: as the archive knows it, else learned from its
        first captures, as the first crawl did."""
        learned = self._store.within(frontier.lessons, source.id)
        if learned.blocks:
            return Frame(blocks=learned.blocks, signatures=learned.signatures)
        pages = []
        for look in self._shelf.first_looks(source.id, FRAME_PAGES):
            task = Task(self._folder, source, Frame(), look.place.url, (look,), False)
            if page := page_of(task, look):
                pages.append(page)
        return learn_frame(pages, source)

    def _put(
        self, session: Session, source: str, asked: str, read: list[Read], rebuilt: set[str]
    ) -> None:
        """One address, in one transaction."""
        held: dict[str, list[Reading]] = {}
        missing: list[tuple[datetime, str]] = []
        for one in read:
            result = judged(one.result)
            look = result.look
            assert look is not None
            if one.led_by:
                frontier.note_alias(session, source, asked, look.url, one.led_by, look.at)
                if self._shelf.has_look(source, look.url, one.crawl):
                    continue
            if isinstance(result, Release):
                held.setdefault(result.url, []).append(Reading(result, look))
                missing = []
            elif self._is_missing(session, result, held):
                if one.crawl not in rebuilt:
                    missing.append((look.at, one.crawl))
            else:
                reread_rejected(session, result, look)
                self.counted.rejected += 1
        for readings in held.values():
            self.counted.releases[reread(session, readings)] += 1
        confirmed = _confirmed(missing)
        if confirmed is not None:
            url = next(iter(held), asked)
            if withdrawn(session, source, url, confirmed):
                self.counted.gone += 1

    def _is_missing(
        self, session: Session, rejected: Rejected, held: dict[str, list[Reading]]
    ) -> bool:
        """Whether a known release is not where it was."""
        look = rejected.look
        assert look is not None
        absent = look.status in GONE_STATUS or rejected.reason in GONE
        known = bool(held) or _is_kept(session, release_id(rejected.source, rejected.url))
        return absent and known


def _is_kept(session: Session, id_: str) -> bool:
    return session.get(ReleaseRecord, id_) is not None


def _confirmed(missing: list[tuple[datetime, str]]) -> datetime | None:
    """When a second crawl missed it; None where only one did."""
    first = missing[0][1] if missing else None
    return next((at for at, crawl in missing if crawl != first), None)
