"""Statistics of a crawl's responses and extracted releases, used by `archive.health`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from statistics import median
from typing import Any

from crawler.items import TEXT_IN_ATTACHMENT, Release

# Markup, scripts, counters and clocks differ between two sights of one notice; its words do not.
# In time linear to the page: this runs on the event loop.
_SCRIPT = re.compile(rb"<(script|style)\b", re.I)
_SCRIPT_END = re.compile(rb"</(?:script|style)\s*>", re.I)
_TAG = re.compile(rb"<[^<>]*>")
_DIGITS_AND_BLANKS = b"0123456789 \t\n\r\f\v"
_WORDS_IN = 2**20
"""Bytes of a page in which its words are looked for; what follows is compared as it is."""


@dataclass(slots=True)
class Answers:
    """Statistics of the responses of one crawl."""

    seconds: list[float] = field(default_factory=list)
    """Seconds from each request to the end of its response, including timeouts."""
    _pages: Counter[bytes] = field(default_factory=Counter)
    _first: dict[bytes, str] = field(default_factory=dict)

    def note_page(self, url: str, body: bytes) -> None:
        """Notes the words of a page (HTML, status 200), to detect equal pages."""
        words = sha256(_words(body[:_WORDS_IN]) + body[_WORDS_IN:]).digest()
        self._pages[words] += 1
        self._first.setdefault(words, url)

    @property
    def median_seconds(self) -> float | None:
        """Median response time in seconds; None if there was no response."""
        return round(median(self.seconds), 3) if self.seconds else None

    def alike(self) -> dict[str, Any] | None:
        """How many `pages` there were, how many of them were the `same` one, and its first
        address (`url`); None when there were no pages."""
        if not self._pages:
            return None
        ((words, same),) = self._pages.most_common(1)
        return {"pages": self._pages.total(), "same": same, "url": self._first[words]}


def _words(body: bytes) -> bytes:
    """The page without scripts, styles, tags, digits and blanks."""
    kept, start = [], 0
    while match := _SCRIPT.search(body, start):
        kept.append(body[start : match.start()])
        end = _SCRIPT_END.search(body, match.end())
        start = end.end() if end else len(body)
    shown = _TAG.sub(b"", b"".join([*kept, body[start:]]))
    return shown.translate(None, delete=_DIGITS_AND_BLANKS)


@dataclass(slots=True)
class Reading:
    """Statistics of the releases extracted in one crawl: fields present, and lengths."""

    releases: int = 0
    dated: int = 0
    signed: int = 0
    words: list[int] = field(default_factory=list)
    """Word count of each body, but of those whose text is in a document."""
    evidence: Counter[str] = field(default_factory=Counter)
    """Evidence for their dates, as in `Release.published_by`."""
    flags: Counter[str] = field(default_factory=Counter)
    without: dict[str, str] = field(default_factory=dict)
    """The first address where something was missing, by its name (`dated`, `signed`, a flag), and
    the shortest text's (`words`)."""

    def note(self, release: Release) -> None:
        """Counts an extracted release, new or known."""
        self.releases += 1
        self.dated += release.published_on is not None
        self.signed += release.byline is not None
        has_text = TEXT_IN_ATTACHMENT not in release.flags  # else its length says nothing
        if has_text:
            self.words.append(len(release.body.split()))
        if release.published_by is not None:
            self.evidence[release.published_by] += 1
        self.flags.update(release.flags)
        missing = [*release.flags]
        missing += ["dated"] if release.published_on is None else []
        missing += ["signed"] if release.byline is None else []
        for name in missing:
            self.without.setdefault(name, release.url)
        if has_text and len(release.body.split()) == min(self.words):
            self.without["words"] = release.url

    def as_json(self) -> dict[str, Any] | None:
        """The JSON for the archive (`words`: the median); None if nothing was extracted."""
        if not self.releases:
            return None
        return {
            "releases": self.releases,
            "dated": self.dated,
            "signed": self.signed,
            "words": round(median(self.words)) if self.words else 0,
            "evidence": dict(self.evidence),
            "flags": dict(self.flags),
            "without": self.without,
        }
