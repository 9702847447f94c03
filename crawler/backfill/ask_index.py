"""Queries the index of a web archive for all pages of some hosts, page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from scrapy.http import Response

from archive.captures.content_encoding import Undecodable, unpack
from crawler.backfill.archives import WebArchive
from crawler.backfill.fetch import Client
from crawler.backfill.index import Collection, Page, collections, number_of_pages, parse, query
from crawler.backfill.state import State
from crawler.responses.failure import FetchFailure

_UNPACKED_MAX = 256 * 1024 * 1024


class IndexReader:
    """The queries of one backfill."""

    def __init__(
        self,
        client: Client,
        archive: WebArchive,
        state: State,
        report: Callable[[str], None],
        *,
        since: date | None,
        until: date | None,
    ) -> None:
        """`report` is called with a sentence for whatever of an index cannot be used."""
        self._client = client
        self._archive = archive
        self._state = state
        self._report = report
        self._since = since
        self._until = until

    async def read(self, host: str) -> None:
        """Stores all lines of the index for a host. Raises LeaveAlone."""
        if self._archive.dialect == "commoncrawl":
            for collection in await self._collections():
                await self._paged(host, collection.index)
        elif self._archive.dialect == "pywb":
            await self._paged(host, self._archive.index)
        else:
            await self._resumed(host)

    async def _resumed(self, host: str) -> None:
        """Page by page, each with the resume key of the one before."""
        archive, state = self._archive, self._state
        asked_for = f"{archive.index}?{query(archive.dialect, host, self._since, self._until)}"
        asked = state.asked(archive.id, asked_for, archive.index_days)
        resume, number, is_last = asked.resume, asked.page, asked.done_at is not None
        keys = {resume}
        while not is_last:
            more = query(archive.dialect, host, self._since, self._until, resume=resume)
            page = await self._page(f"{archive.index}?{more}", host)
            if page is None:
                return  # the next run continues here
            # An answer that breaks off may have lost its key: what follows is asked for next time.
            is_last = page.resume is None and not page.is_cut
            number += 1
            going_on = page.resume or resume
            self._note(host, asked_for, page, resume=going_on, page_number=number, is_last=is_last)
            if page.is_cut and page.resume in (None, resume):
                return
            resume = page.resume
            if resume in keys and not is_last:
                self._report(f"The index of {archive.name} repeats itself for {host}.")
                return
            keys.add(resume)

    async def _paged(self, host: str, index: str) -> None:
        """Page by page, by number."""
        archive, state = self._archive, self._state
        asked_for = f"{index}?{query(archive.dialect, host, self._since, self._until)}"
        asked = state.asked(archive.id, asked_for, archive.index_days)
        if asked.done_at is not None:
            return
        counted = await self._client.get(f"{asked_for}&showNumPages=true", "index")
        pages = 0
        if not isinstance(counted, FetchFailure):
            found = number_of_pages(_body(counted))
            if found is None:  # an index without pages gave all its lines
                self._note_whole(host, asked_for, counted)
                return
            pages = found
        elif not counted.absent:
            self._report(f"The index of {archive.name} gave no answer for {host}: {counted.detail}")
            return
        failed: int | None = None
        for number in range(asked.page, pages):
            more = query(archive.dialect, host, self._since, self._until, page=number)
            page = await self._page(f"{index}?{more}", host)
            if page is None:
                failed = number if failed is None else failed
                continue  # recorded; the other pages may be whole, and the next run begins with it
            following = number + 1 if failed is None else failed
            self._note(
                host,
                asked_for,
                page,
                resume=None,
                page_number=following,
                is_last=failed is None and following == pages,
            )
        if not pages:
            self._note(host, asked_for, Page(), resume=None, page_number=0, is_last=True)

    def _note_whole(self, host: str, asked_for: str, answer: Response) -> None:
        page = self._parsed(answer, host)
        if page is not None:
            self._note(host, asked_for, page, resume=None, page_number=1, is_last=not page.is_cut)

    async def _page(self, url: str, host: str) -> Page | None:
        """One answer; None, and a sentence, where it cannot be used."""
        answer = await self._client.get(url, "index")
        if isinstance(answer, FetchFailure):
            if answer.absent and self._archive.dialect != "wayback":
                return Page()  # pywb's response if there is no capture
            self._report(
                f"The index of {self._archive.name} gave no answer for {host}: {answer.detail}"
            )
            return None
        return self._parsed(answer, host)

    def _parsed(self, answer: Response, host: str) -> Page | None:
        try:
            page = parse(_body(answer))
        except Undecodable as error:
            self._report(
                f"An answer of the index of {self._archive.name} for {host} is broken: {error}"
            )
            return None
        if page.broken and not page.captures and page.resume is None:
            self._report(  # a page for people, with which servers say that they are busy
                f"The index of {self._archive.name} gave no usable line for {host}; the next run "
                "asks again."
            )
            return None
        if page.broken or page.is_cut:
            what = f"{page.broken:,} broken lines" if page.broken else "no end"
            self._report(
                f"An answer of the index of {self._archive.name} for {host} has {what}; the other "
                f"{len(page.captures):,} lines are used."
            )
        return page

    def _note(
        self,
        host: str,
        asked_for: str,
        page: Page,
        *,
        resume: str | None,
        page_number: int,
        is_last: bool,
    ) -> None:
        self._state.note_page(
            self._archive.id,
            host,
            asked_for,
            page.captures,
            resume=resume,
            page=page_number,
            is_last=is_last,
            broken=page.broken,
        )

    async def _collections(self) -> list[Collection]:
        """The crawls of these days, from the list of all. Raises LeaveAlone."""
        archive, state = self._archive, self._state
        asked = state.asked(archive.id, archive.index, archive.index_days)
        if asked.done_at is not None and asked.resume is not None:
            return collections(asked.resume.encode(), self._since, self._until)
        answer = await self._client.get(archive.index, "index")
        if isinstance(answer, FetchFailure):
            self._report(f"The crawls of {self._archive.name} cannot be listed: {answer.detail}")
            return []
        try:
            listed = _body(answer).decode("utf-8", "replace")
            found = collections(listed.encode(), self._since, self._until)
        except (ValueError, RecursionError, Undecodable) as error:
            self._report(f"The list of the crawls of {self._archive.name} is broken: {error}.")
            return []
        # It changes once a month: its text is kept in place of a key.
        self._note("", archive.index, Page(), resume=listed, page_number=0, is_last=True)
        return found


def _body(answer: Response) -> bytes:
    """Unpacked. Raises Undecodable."""
    packed = b",".join(answer.headers.getlist("Content-Encoding")).decode("latin-1")
    return unpack(answer.body, packed.split(","), _UNPACKED_MAX)
