"""Boilerplate around releases, recognised by words: share rows, counters, meta lines, headings.

The words are data, `crawler/data/boilerplate.toml`; this module only compiles them.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from typing import Any

from crawler.regions import DATA

_DATA: dict[str, Any] = tomllib.loads((DATA / "boilerplate.toml").read_text("utf-8"))

MONTHS = (
    "jan(?:uari|uary)?|feb(?:ruari|ruary)?|peb(?:ruari)?|mar(?:et|ch)?|apr(?:il)?|mei|may|jun[ie]?"
    "|jul[iy]?|agu?(?:stus|st)?|aug(?:ust)?|sep(?:t(?:ember)?)?|okt(?:ober)?|oct(?:ober)?"
    "|no[vp](?:ember)?|de[sc](?:ember)?"
)
DATE = (
    rf"(?:\d{{1,2}}[\s.,/-]+(?:{MONTHS})[a-z]*[\s.,/-]+\d{{2,4}}"
    rf"|(?:{MONTHS})[a-z]*\s+\d{{1,2}},?\s+\d{{4}}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}(?:t\d\d:\d\d\S*)?"
    r"|\d+\s+(?:detik|menit|jam|hari|minggu|bulan|tahun|hours?|days?|weeks?|months?|minutes?)"
    r"\s+(?:yang\s+)?(?:lalu|ago))"
)
_LONGEST = 400
"""Letters; a longer line is text, and not compared with the patterns."""


def _alternatives(patterns: list[str]) -> re.Pattern[str]:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(joined.replace("<date>", DATE), re.IGNORECASE | re.DOTALL)


MARKUP: dict[str, re.Pattern[str]] = {
    role: re.compile(pattern) for role, pattern in _DATA["markup"].items()
}
OUTSIDE: frozenset[str] = frozenset(_DATA["outside"]["roles"])
DOUBT: dict[str, float] = _DATA["doubt"]
_TEXT: dict[str, re.Pattern[str]] = {
    kind: _alternatives(patterns) for kind, patterns in _DATA["text"].items()
}
_ENDS = _alternatives(_DATA["ends"]["always"])
_PERHAPS = _alternatives(_DATA["ends"]["perhaps"])
_PAGE_NAMES = _alternatives(_DATA["title"]["page_names"])
_LABELS = _alternatives(_DATA["preface"]["labels"])
_MORE = _alternatives(_DATA["teaser"]["more"])
_CONSENT = _alternatives(_DATA["asides"]["consent"])
_TEASER = _alternatives(_DATA["teaser"]["endings"])
_NEVER_TOLD = frozenset(
    {"meta", "address", "widget", "counter", "reaction", "paging", "tags", "more", "share"}
)
_TOLD = re.compile(r"[.!?][\"”’')]*$")
"""Ends like a sentence: `Rapat tanggal 26 Mei 2024 dibuka oleh Wali Kota.` is not a meta line."""
_STAMPED = re.compile(DATE, re.IGNORECASE)


def kind_of(text: str) -> str | None:
    """The kind of boilerplate a whole block is (`share`, `counter`, `paging`, …), or None."""
    return _kind_of(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)  # most blocks stand on every page of a site
def _kind_of(text: str) -> str | None:
    is_sentence = len(text) > 40 and _TOLD.search(text) is not None
    for kind, pattern in _TEXT.items():
        if kind in _NEVER_TOLD and (is_sentence or len(text) > 200):
            continue
        if pattern.fullmatch(text):
            return kind
    return None


def ends_release(text: str) -> bool:
    """A heading like `Berita Terkait` or `Komentar`, after which the release has ended."""
    return len(text) < 60 and _ENDS.fullmatch(text.strip(" :.!?»›-–|•#")) is not None


def may_end_release(text: str) -> bool:
    """A word like `Agenda` or `Baca juga`: the end only if no more of the article follows."""
    return len(text) < 60 and _PERHAPS.fullmatch(text.strip(" :.!?»›-–|•#")) is not None


def is_page_name(text: str) -> bool:
    """`Detail Berita`, `News`: the kind of the page, not the title of a release."""
    return len(text) < 60 and _PAGE_NAMES.fullmatch(text) is not None


def is_label(text: str) -> bool:
    """`Penulis: …` and similar: boilerplate above the text, perhaps the byline below it."""
    return len(text) < 100 and not _TOLD.search(text) and _LABELS.fullmatch(text) is not None


def says_more(text: str) -> bool:
    """The text of a control that opens the rest: `Baca selengkapnya`, `Show more`."""
    return _MORE.fullmatch(text.strip(" .…:»›▼▾⌄+-")) is not None


def is_consent(text: str) -> bool:
    """The text of a button that accepts cookies: `Setuju`, `Mengerti`."""
    return len(text) < 40 and _CONSENT.fullmatch(text.strip(" .!✓✕×")) is not None


def is_teaser(text: str) -> bool:
    """A truncated text: ` ....`, `[…]`, `Selengkapnya`."""
    return _is_cut_off(text[-60:])


@lru_cache(maxsize=4096)
def _is_cut_off(ending: str) -> bool:
    return _TEASER.search(ending) is not None


def has_date(text: str) -> bool:
    """Whether it contains something that looks like a full date."""
    return len(text) <= _LONGEST and _STAMPED.search(text) is not None
