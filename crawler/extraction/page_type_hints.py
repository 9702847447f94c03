"""Names by which a page shows its kind: title, body class and address. Hints only; they refuse
nothing.

The words are data, `crawler/data/page_types.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml.html import HtmlElement

from crawler.extraction.article import Article
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import is_page_name
from crawler.markup.text import clean
from crawler.regions import DATA

_DATA: dict[str, Any] = tomllib.loads((DATA / "page_types.toml").read_text("utf-8"))
_LINES: dict[str, list[str]] = _DATA.pop("lines")
_OFFICE = frozenset(_DATA.pop("office")["words"])
_TRACE: list[str] = _DATA.pop("trace")["patterns"]
_ABSENCE: dict[str, list[str]] = _DATA.pop("absence")
_SEPARATOR = re.compile(r"\s+[|–—:»«›/•·-]{1,2}\s+|\s*[|»«•·]\s*")
_EDGES = re.compile(r"^\W+|\W+$")
_HEADINGS = 6
"""Number of a page's first headings that may be a notice."""


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE | re.DOTALL)


_NOTICE = 120
"""Maximum length of a notice in letters."""
_EXPLAINED = 400
"""The same with its explanation."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class _PageType:
    reason: str
    title: re.Pattern[str]
    anywhere: bool
    classes: frozenset[str]
    path: frozenset[str]
    query: frozenset[str]

    def has_title(self, parts: Iterable[str]) -> bool:
        """Whether one of `_parts_of` some texts is exactly such a name."""
        return any(map(self.title.fullmatch, parts))

    def has_route(self, route: _Route) -> bool:
        return bool(
            route.classes & self.classes or route.path & self.path or route.query & self.query
        )


@dataclass(frozen=True, slots=True)
class _Route:
    """The address of a page and its body classes, in words."""

    classes: frozenset[str]
    path: frozenset[str]
    query: frozenset[str]

    @classmethod
    def of(cls, root: HtmlElement, url: str) -> _Route:
        parts = urlsplit(url)
        path = frozenset(parts.path.lower().strip("/").split("/"))
        return cls(_body_classes(root), path, frozenset(parse_qs(parts.query)))


def _parts_of(texts: Iterable[str]) -> list[str]:
    """Texts, and their parts between separators, without punctuation around."""
    parts = (part for text in texts for part in (text, *_SEPARATOR.split(text)))
    return list(dict.fromkeys(_EDGES.sub("", part) for part in parts))


_TYPES = {
    name: _PageType(
        reason=hints.get("as", name),
        title=_any_of(hints["title"]) if "title" in hints else _NOTHING,
        anywhere=hints.get("anywhere", False),
        classes=frozenset(hints.get("class", ())),
        path=frozenset(hints.get("path", ())),
        query=frozenset(hints.get("query", ())),
    )
    for name, hints in _DATA.items()
}
_TRACES = _any_of(_TRACE)
_MISSED, _GONE = (_any_of(_ABSENCE[kind]) for kind in ("page", "gone"))
_LINE_PATTERNS = {kind: _any_of(patterns) for kind, patterns in _LINES.items()}


@dataclass(frozen=True, slots=True)
class Hint:
    """A hint that a page is not a release."""

    kind: str
    """Name of its table in the data file."""
    reason: str
    """The reason word, as stored."""
    said: str
    """The evidence, for people."""
    by_title: bool


def hints(
    root: HtmlElement, article: Article, url: str, publisher: str, *, short: bool
) -> Iterator[Hint]:
    """All hints of a page, in the order of the data file. `short`: the text is too short to be
    one; its headings and paragraphs may be a notice."""
    title = article.title or page_name(root, article) or ""
    own = _parts_of([title, without_office(title, publisher)])
    anywhere = [title, *(clean(e.text_content()) for e in root.iterfind(".//head/title"))]
    if short:
        anywhere += [clean(h.text_content()) for h in root.iter("h1", "h2")][:_HEADINGS]
        anywhere += article.paragraphs
    said, route = _parts_of(anywhere), _Route.of(root, url)
    for kind, each in _TYPES.items():
        if each.has_title(said if each.anywhere else own):
            yield Hint(kind, each.reason, f"its title: {title}", by_title=True)
        elif each.has_route(route):
            yield Hint(kind, each.reason, f"its address or <body class>: {title}", by_title=False)


def page_name(root: HtmlElement, article: Article) -> str | None:
    """The name of a page whose text has no title: the last heading above the text that names the
    kind of page, else <title>."""
    name = None
    for block in article.blocks:
        if article.kept and block is article.kept[0]:
            break
        if block.heading and is_page_name(block.text) and not block.set_aside:
            name = block.text
    titles = (clean(e.text_content()) for e in root.iterfind(".//head/title"))
    return name or next(filter(None, titles), None)


def says_absent(text: str) -> bool:
    """Whether a text is only a notice that the page does not exist."""
    return len(text) <= _NOTICE and _TYPES["soft-404"].has_title(_parts_of([text]))


def mentions_absence(text: str) -> bool:
    """Whether a short text mentions a page that does not exist, in any words. Headlines may do
    so too (`Data pemilih tidak ditemukan`), so it needs other evidence."""
    if len(text) > _EXPLAINED:
        return False
    sentences = (sentence for sentence in _SENTENCE.split(text) if len(sentence) <= _NOTICE)
    return any(_MISSED.search(sentence) and _GONE.search(sentence) for sentence in sentences)


def without_office(title: str, publisher: str) -> str:
    """`Visi dan Misi Kota Tanjung Baru` → `Visi dan Misi`."""
    own = _OFFICE.union(re.findall(r"\w+", publisher.casefold()))
    kept = [word for word in title.split() if _EDGES.sub("", word.casefold()) not in own]
    return " ".join(kept)


def count_lines(blocks: Sequence[Block], kind: str) -> int:
    """Number of different lines typical of a `profile`, an `agenda` or a `calendar`."""
    lines = {line for block in blocks for line in block.text.split("\n") if len(line) < 240}
    return sum(1 for line in lines if _LINE_PATTERNS[kind].fullmatch(line))


def count_traces(text: str) -> int:
    """Number of phrases that only a failed program prints."""
    return sum(1 for _ in _TRACES.finditer(text))


def _body_classes(root: HtmlElement) -> frozenset[str]:
    """Words of <body class>; none if it marks the page as a single post."""
    body = root.find("body")
    words = frozenset((body.get("class") or "").lower().split()) if body is not None else None
    if not words or (words & {"single", "single-post"} and "attachment" not in words):
        return frozenset()
    return words
