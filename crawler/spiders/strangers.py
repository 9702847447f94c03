"""Injected pages that one crawl fetches: enough to report them, not all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from crawler.extraction.sales_words import is_suspect_address
from crawler.oversight import family

_SAMPLE = 20
"""Pages of strangers of one make, after which the others of that make wait for the next crawl,"""
_BESIDE_RELEASES = 4
"""where they are so many times as many as its releases."""


class Strangers:
    """What the pages of one crawl turned out to be, by the make of their addresses.

    Addresses that speak of gambling and the like are a make of their own, so that those which
    stand where releases stand (`/slot-gacor/` beside `/pasar-dibuka/`) are told from these.
    """

    def __init__(self, releases: Iterable[str]) -> None:
        """`releases`: addresses that are known to hold releases."""
        self._releases = Counter(_make(url) for url in releases)
        self._strangers: Counter[tuple[str, bool]] = Counter()
        self._left: Counter[tuple[str, bool]] = Counter()
        self._example: dict[tuple[str, bool], str] = {}

    def note(self, url: str, outcome: str) -> None:
        """Notes what a page was: `release`, or a reason as in `rejections`."""
        make = _make(url)
        if outcome == "release":
            self._releases[make] += 1
        elif outcome == "hijacked":
            self._strangers[make] += 1

    def without_more(self, urls: Iterable[str]) -> Iterator[str]:
        """The addresses to fetch, without those of a pattern that has reached the limit."""
        for url in urls:
            make = _make(url)
            found = self._strangers[make]
            if found >= _SAMPLE and found > _BESIDE_RELEASES * self._releases[make]:
                self._left[make] += 1
                self._example.setdefault(make, url)
            else:
                yield url

    @property
    def left(self) -> int:
        """Number of addresses that were not fetched."""
        return self._left.total()

    def forget(self) -> None:
        """Counts what is left anew."""
        self._left.clear()

    def sentences(self) -> Iterator[str]:
        """Messages about skipped addresses and the reason."""
        for make, count in self._left.items():
            yield (
                f"{count:,} addresses like {self._example[make]} were left for the next crawl: "
                f"{self._strangers[make]} of that pattern were injected pages (hijacked)."
            )


def _make(url: str) -> tuple[str, bool]:
    return family(url), is_suspect_address(url)
