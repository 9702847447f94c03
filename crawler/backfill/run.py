"""One backfill: query the index, plan, fetch into WARC files, replay these."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from scrapy.http import Response
from scrapy.settings import Settings

from archive.captures import Via
from archive.captures.recovery import mend
from archive.database.connection import archive_path, open_archive
from archive.ingest import frontier, site_lessons
from archive.ingest.store import Store
from crawler.backfill.archives import WebArchive
from crawler.backfill.ask_index import IndexReader
from crawler.backfill.fetch import ArchiveSpider, Client, LeaveAlone, ask
from crawler.backfill.index import Capture
from crawler.backfill.plan import Group, Plan, make_plan
from crawler.backfill.playback import Original, Unusable, from_playback, from_record
from crawler.backfill.state import State
from crawler.backfill.write import BackfillFile, Written, backfill_files, written_in
from crawler.crawl.plan import SEED_KINDS
from crawler.registry.source import Source
from crawler.responses.failure import FetchFailure
from crawler.run.crawl_run import Runner


@dataclass(slots=True, kw_only=True)
class Backfill:
    """One run for some sources, from one web archive."""

    settings: Settings
    archive: WebArchive
    state: State
    sources: Sequence[Source]
    since: date | None = None
    until: date | None = None
    limit: int | None = None
    """The most captures to fetch."""
    is_dry: bool = False
    """Whether to end after the plan."""
    planned: Callable[[list[Plan]], None] = lambda _: None
    """Called with the plans, before anything is fetched."""
    step: Callable[[], None] = lambda: None
    """Called after each capture."""
    plans: list[Plan] = field(default_factory=list)
    fetched: int = 0
    noted: int = 0
    """Captures that the index knew to have the same bytes."""
    mended: list[str] = field(default_factory=list)
    """What a killed program had left behind, a sentence each."""
    problems: list[str] = field(default_factory=list)
    """What could not be used, a sentence each."""
    left_alone: LeaveAlone | None = None
    """Why it ended early; None: it did not."""
    spider: ArchiveSpider | None = None

    async def run(self, runner: Runner) -> None:
        """Asks the index, and fetches what is planned. Raises CaptureError, ArchiveError."""
        folder = Path(self.settings["CAPTURES"])
        self.mended = mend(folder)
        for source in self.sources:
            self._recall(folder, source)
        if until := self.state.paused_until(self.archive.id):
            sentence = f"{self.archive.name} requested a pause until {until:%Y-%m-%d %H:%M} UTC."
            self.left_alone = LeaveAlone(sentence, until)
            return
        await ask(runner, self.settings, self.archive, self._work, self._begun)

    def stop(self) -> None:
        """Sends no more requests."""
        if self.spider is not None and self.spider.client is not None:
            self.spider.client.stop()

    def _begun(self, spider: ArchiveSpider) -> None:
        self.spider = spider

    async def _work(self, client: Client) -> None:
        try:
            await self._ask_index(client)
            self.plans = self._plans()
            self.planned(self.plans)
            if not self.is_dry:
                for plan in self.plans:
                    await self._fetch(client, plan)
        except LeaveAlone as error:
            self.left_alone = error
            if error.until is not None:
                self.state.pause(self.archive.id, error.until)

    def _recall(self, folder: Path, source: Source) -> None:
        """Notes what WARC files have that the state does not know: after a kill, or without it."""
        for path in backfill_files(folder, source.id):
            name, size = path.relative_to(folder).as_posix(), path.stat().st_size
            if self.state.knows_file(name, size):
                continue
            for archive, written in written_in(path):
                self.state.note_fetched(archive, source.id, written)
            self.state.note_file(name, size)

    async def _ask_index(self, client: Client) -> None:
        reader = IndexReader(
            client,
            self.archive,
            self.state,
            self.problems.append,
            since=self.since,
            until=self.until,
        )
        for host in sorted({host for source in self.sources for host in source.hosts}):
            await reader.read(host)

    def _plans(self) -> list[Plan]:
        plans, left = [], self.limit
        for source, lists in self._learned():
            captures = self.state.captures(self.archive.id, source.hosts, self.since, self.until)
            fetched = self.state.fetched(self.archive.id, source.id)
            plan = make_plan(source, captures, lists, fetched, left)
            plans.append(plan)
            left = None if left is None else left - plan.fetches
        return plans

    def _learned(self) -> list[tuple[Source, frozenset[str]]]:
        """The sources with what crawls have learned of them: addresses of releases, and lists."""
        url = self.settings["ARCHIVE_URL"]
        if not archive_path(url).exists():
            return [(source, frozenset()) for source in self.sources]
        engine = open_archive(url)
        try:
            store, found = Store(engine), []
            for source in self.sources:
                article = source.article or store.look_up(site_lessons.load, source.id).article
                known = store.look_up(frontier.load, source.id)
                lists = frozenset(address.url for address in known if address.what in SEED_KINDS)
                found.append((replace(source, article=article), lists))
            return found
        finally:
            engine.dispose()

    async def _fetch(self, client: Client, plan: Plan) -> None:
        """Fetches what is planned of a source, into a file of its own."""
        if not plan.groups:
            return
        file = BackfillFile(Path(self.settings["CAPTURES"]), plan.source, self.archive.id)
        waiting = iter(plan.groups)

        async def fetch_some() -> None:
            for group in waiting:
                await self._fetch_group(client, file, plan.source, group)

        workers = [asyncio.ensure_future(fetch_some()) for _ in range(self.archive.connections)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            with suppress(LeaveAlone, asyncio.CancelledError):
                await asyncio.gather(*workers)
            if (size := file.close()) is not None:
                self.state.note_file(file.name, size)

    async def _fetch_group(
        self, client: Client, file: BackfillFile, source: Source, group: Group
    ) -> None:
        """The first capture that can be used, and a note of the others."""
        state, archive = self.state, self.archive
        first: Written | None = None
        others = list(group.to_note)
        if group.to_fetch:
            for number, capture in enumerate(group.to_fetch):
                found = await self._original(client, capture)
                if isinstance(found, Original):
                    via = Via(archive=archive.name, url=self._address(capture))
                    first = file.add(found, capture.url, capture.timestamp, capture.digest, via)
                    others = group.to_fetch[number + 1 :]
                    self.fetched += 1
                    break
                self._pass_over(source, capture, found)
                if isinstance(found, FetchFailure) and found.trouble:
                    break  # the next run tries it again
        elif others:
            first = state.first_of(archive.id, source.id, group.captures)
        if first is not None:
            noted = [self._note(file, first, capture) for capture in others]
            file.sync()
            written = [first, *noted] if group.to_fetch else noted
            for record in written:
                state.note_fetched(archive.id, source.id, record)
            self.noted += len(noted)
        self.step()

    def _note(self, file: BackfillFile, first: Written, capture: Capture) -> Written:
        via = Via(archive=self.archive.name, url=self._address(capture))
        file.add_again(first, capture.url, capture.timestamp, via)
        return replace(first, url=capture.url, timestamp=capture.timestamp)

    async def _original(
        self, client: Client, capture: Capture
    ) -> Original | FetchFailure | Unusable:
        """The response of the source, from the web archive. Raises LeaveAlone."""
        is_range = self.archive.dialect == "commoncrawl"
        headers = {}
        if is_range:
            if capture.offset is None or not capture.filename or not capture.length:
                return Unusable("The index does not say where the record is.")
            last = capture.offset + capture.length - 1
            headers["Range"] = f"bytes={capture.offset}-{last}"
        address = self._address(capture).partition("#")[0] if is_range else self._address(capture)
        answer = await client.get(address, "captures", headers)
        if isinstance(answer, FetchFailure):
            return answer
        try:
            if is_range:
                return from_record(answer.body, capture)
            return from_playback(_headers(answer), answer.body, capture)
        except Unusable as error:
            return error

    def _address(self, capture: Capture) -> str:
        """Where the web archive has a capture."""
        if self.archive.dialect != "commoncrawl":
            return self.archive.address(capture.timestamp, capture.url)
        place = self.archive.captures.replace("{filename}", capture.filename or "")
        return f"{place}#offset={capture.offset}&length={capture.length}"

    def _pass_over(self, source: Source, capture: Capture, why: FetchFailure | Unusable) -> None:
        """Records a capture that cannot be used; one that the server failed is tried again."""
        sentence = why.detail if isinstance(why, FetchFailure) else str(why)
        if isinstance(why, FetchFailure) and why.status is not None:
            sentence = f"The web archive answered HTTP {why.status}."
        self.problems.append(f"{self._address(capture)}: {sentence}")
        if isinstance(why, Unusable) or not why.trouble:
            place = (self.archive.id, source.id, capture.url, capture.timestamp)
            self.state.note_failure(*place, sentence)


def _headers(answer: Response) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in answer.headers.items()
        for value in values
    ]
