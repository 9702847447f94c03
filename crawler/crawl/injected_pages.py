"""Injected pages that one crawl fetches: enough to report them, not all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from crawler.crawl.shortfall import family
from crawler.extraction.hijacked.sales_words import is_suspect_address

_SAMPLE = 20
"""Injected pages of one make, after which the others of that make wait for the next crawl,"""
_BESIDE_RELEASES = 4
"""where they are so many times as many as its releases."""
_MANY = 100
"""Injected pages, of whatever make, after which"""
_SMALL_SAMPLE = 3
"""is enough of a make without a release: they may put each page into a folder of its own."""
_TOLD = 3
"""Patterns that are named."""


class InjectedPages:
    """What the pages of one crawl turned out to be, by the make of their addresses.

    Addresses that speak of gambling and the like are a make of their own, so that those which
    stand where releases stand (`/slot-gacor/` beside `/pasar-dibuka/`) are told from these.
    """

    def __init__(self, releases: Iterable[str]) -> None:
        """`releases`: addresses that are known to hold releases."""
        self._releases = Counter(_make(url) for url in releases)
        self._injected: Counter[tuple[str, bool]] = Counter()
        self._left: Counter[tuple[str, bool]] = Counter()
        self._example: dict[tuple[str, bool], str] = {}

    def note(self, url: str, outcome: str) -> None:
        """Notes what a page was: `release`, or a reason as in `rejections`."""
        make = _make(url)
        if outcome == "release":
            self._releases[make] += 1
        elif outcome == "hijacked":
            self._injected[make] += 1

    def without_more(self, urls: Iterable[str]) -> Iterator[str]:
        """The addresses to fetch, without those of a pattern that has reached the limit. Those that
        speak of such goods come last: a crawl that ends early has fetched the others."""
        suspects = []
        for url in urls:
            make = _make(url)
            if make[1]:
                suspects.append((url, make))
            elif self._is_wanted(url, make):
                yield url
        for url, make in suspects:
            if self._is_wanted(url, make):
                yield url

    def _is_wanted(self, url: str, make: tuple[str, bool]) -> bool:
        found, releases = self._injected[make], self._releases[make]
        sample = _SAMPLE if releases or self._injected.total() < _MANY else _SMALL_SAMPLE
        if make[1] and not self._releases[make[0], False]:  # in a folder that holds no release
            suspects = [suspect for suspect in self._injected if suspect[1]]
            found, sample = sum(self._injected[suspect] for suspect in suspects), _SAMPLE
        if found < sample or found <= _BESIDE_RELEASES * releases:
            return True
        self._left[make] += 1
        self._example.setdefault(make, url)
        return False

    @property
    def left(self) -> int:
        """Number of addresses that were not fetched."""
        return self._left.total()

    def forget(self) -> None:
        """Counts what is left anew."""
        self._left.clear()

    def sentences(self) -> Iterator[str]:
        """Messages about skipped addresses and the reason."""
        left = self._left.most_common()
        for make, count in left[:_TOLD]:
            yield (
                f"{count:,} addresses like {self._example[make]} were left for the next crawl: "
                "pages of that kind were injected (hijacked)."
            )
        if others := left[_TOLD:]:
            count = sum(number for _, number in others)
            yield (
                f"{count:,} addresses of {len(others):,} other patterns were left as well: "
                f"{self._injected.total():,} pages of this crawl were injected (hijacked)."
            )


@lru_cache(maxsize=2**12)  # before a page is fetched, and when it was read
def _make(url: str) -> tuple[str, bool]:
    return family(url), is_suspect_address(url)
