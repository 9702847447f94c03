"""Asks the addresses that a release has or had, in turn."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from archive.ingest.frontier import KnownAddress
from crawler.crawl.context import CrawlContext
from crawler.request_meta import CaptureNotes, Validators
from crawler.responses.failure import FetchFailure

KEPT = ("release", "unchanged")
"""Outcomes of a fetch that found the release."""
NO_SERVER = frozenset(
    ("no-such-host", "unreachable", "no-route", "timeout", "certificate", "robots-unreachable")
)
"""Failures of a host that the source has left, by which its releases there are missing."""
_AT_HOME = FetchFailure("redirected-home", "The address leads to the home page.")


class ReleaseAddresses:
    """The addresses of one source's releases."""

    def __init__(self, context: CrawlContext) -> None:
        self._context = context
        self._no_server: dict[str, FetchFailure] = {}
        """By host that the source has left, its failure."""

    async def ask(self, url: str, known: KnownAddress | None) -> Response | FetchFailure:
        """The answer to the first of a release's addresses that has it. Where none has, what the
        first said counts: the others are asked beside it."""
        context = self._context
        first: FetchFailure | None = None
        for address in context.plan.addresses(url):
            asking = CaptureNotes(self._notes(url), known.captured if known else None)
            validators = _validators(known, deep=context.plan.deep) if first is None else None
            answer = await self._answer(address, validators, asking, known)
            if not isinstance(answer, FetchFailure):
                if not self._is_home(answer):
                    return answer
                answer = _AT_HOME
            first = first or answer
            if not (answer.absent or answer is _AT_HOME):
                break
        assert first is not None
        return first

    async def _answer(
        self,
        address: str,
        validators: Validators | None,
        asking: CaptureNotes,
        known: KnownAddress | None,
    ) -> Response | FetchFailure:
        """The answer at one address; in full, if it leads to another release. A host that the
        source has left is asked for known releases, and only as long as it answers."""
        fetcher, is_former = self._context.fetcher, self.is_former(address, known)
        host = urlsplit(address).netloc
        if is_former and host in self._no_server:
            return self._no_server[host]
        answer = await fetcher.get(address, validators, asking, former=is_former)
        if isinstance(answer, FetchFailure):
            if is_former and answer.reason in NO_SERVER:
                self._no_server[host] = answer
        elif answer.status == 304 and known is not None and self.may_have_moved(answer, known):
            answer = await fetcher.get(address, None, asking, former=is_former)
        return answer

    def is_former(self, address: str, known: KnownAddress | None) -> bool:
        """Whether the address of a known release is on a host that the source has left."""
        is_crawled = known is not None and known.is_crawled
        return is_crawled and not self._context.source.owns(address)

    def may_have_moved(self, answer: Response, known: KnownAddress) -> bool:
        """Whether the address of a known release leads to a page that it did not lead to before, or
        that is a release itself: it may have moved."""
        if not known.is_crawled:
            return False
        plan, url = self._context.plan, self._context.canonical(answer.url)
        at = plan.known.get(url)
        is_release = url in plan.shown or (at is not None and at.is_crawled)
        return url != known.url and (is_release or answer.url != known.requested)

    def _is_home(self, answer: Response) -> bool:
        context = self._context
        return context.canonical(answer.url) == context.canonical(context.source.home)

    def _notes(self, url: str) -> dict[str, Any]:
        hint = self._context.plan.hint(url)
        return {"as": "release", "of": url, "hint": asdict(hint) if hint else None}


def _validators(known: KnownAddress | None, *, deep: bool) -> Validators | None:
    """The validators with which the server need not resend an unchanged page."""
    if known is None or known.outcome not in KEPT:
        return None
    # A date alone is a weak witness: some sites give the day of publication for ever. The deep
    # pass does not rely on it.
    return Validators(known.etag, None if deep and not known.etag else known.last_modified)
