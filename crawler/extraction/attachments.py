"""The documents that a release links to or embeds: in its text, or in the block of files after it.

Links in the frame of the page (menus, side columns, footers, lists of other releases) are not the
release's. Pure, like all reading of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile

from lxml.html import HtmlElement

from crawler.extraction.article import Article, selected
from crawler.extraction.document_addresses import (
    FILE_NAMES,
    HEADINGS,
    IMAGES,
    Document,
    document,
    may_be_document,
)
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import OUTSIDE, ends_release, may_end_release
from crawler.extraction.layout.element_roles import role_and_title
from crawler.extraction.layout.paragraphs import paragraphs
from crawler.extraction.layout.prose import is_sentence
from crawler.items import Attachment
from crawler.markup.text import clean
from crawler.markup.visibility import is_hidden
from crawler.registry.source import Select

MOST = 200
"""Attachments of one release."""
_LINKS = 2_000
"""Links of a page that are examined."""
_LABEL = 300
"""Letters of a label."""
_SHORT = 400
"""Letters of a text that can be one sentence."""
_SENTENCES = re.compile(r"[a-z\d]{3}[.!?][\"”’)]*\s+[\"“(]?[A-Z]")
"""The end of a sentence, and the next one."""
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_ADDRESSES = {
    "a": ("href",),
    "iframe": ("src", "data-src", "data-lazy-src"),
    "embed": ("src",),
    "object": ("data",),
}
_PICTURES = frozenset({"img", "picture", "svg", "amp-img"})
_BLOCK_LEVELS = 4
"""Elements around a link that may name it a file."""
_ROOTS = frozenset({"html", "body", "main", "article"})


@dataclass(frozen=True, slots=True)
class _Linked:
    """A link to a document, or an embedded one."""

    element: HtmlElement
    document: Document
    label: str | None


def read_attachments(
    root: HtmlElement, article: Article, url: str, select: Select
) -> list[Attachment]:
    """The documents of the release, in the order of the page, each address once. `url`: of the
    page."""
    linked = list(islice(_linked(root, _base(root, url)), _LINKS))
    if not linked:
        return []
    own = _Region(root, article, select, [link.element for link in linked])
    found: dict[str, Attachment] = {}
    for link in linked:
        if not own.holds(link.element) or link.document.url == url:
            continue
        known = found.get(link.document.url)
        type_, label = link.document.type, link.label
        if known is not None:  # embedded, with a link to the same document below
            type_, label = known.type or type_, known.label or label
        elif len(found) == MOST:
            break
        found[link.document.url] = Attachment(url=link.document.url, type=type_, label=label)
    return list(found.values())


def leave_others(article: Article) -> None:
    """Takes a short text out of the article that stands below a heading such as `Berita Lainnya`:
    on a page whose own text is in a document, the layout finds that of other releases."""
    kept = _own(article)
    if len(kept) < len(article.kept):
        article.kept, article.paragraphs = kept, paragraphs(kept)


def _own(article: Article) -> list[Block]:
    """The blocks of the text above such a heading; all, if the text is long."""
    if article.headline is None or sum(map(len, article.paragraphs)) >= _SHORT:
        return article.kept
    below = article.blocks[article.blocks.index(article.headline) + 1 :]
    own = set(takewhile(lambda block: not ends_release(block.text), below))
    return [block for block in article.kept if block in own]


def join_attachments(parts: Iterable[Iterable[Attachment]]) -> list[Attachment]:
    """Those of all parts of a release with several pages, each address once."""
    joined = {
        attachment.url: attachment
        for part in reversed(list(parts))
        for attachment in reversed(list(part))
    }
    return list(reversed(joined.values()))[:MOST]


def is_one_sentence(text: str) -> bool:
    """Whether a text is at most one sentence."""
    return len(text) < _SHORT and _SENTENCES.search(text) is None


def _base(root: HtmlElement, url: str) -> str:
    """What relative addresses of the page are relative to."""
    declared = next(root.iter("base"), None)
    found = document(url, declared.get("href") or "") if declared is not None else None
    return found.url if found else url


def _linked(root: HtmlElement, base: str) -> Iterator[_Linked]:
    for element in root.iter(*_ADDRESSES):
        href = next(filter(None, map(element.get, _ADDRESSES[str(element.tag)])), None)
        if href is None or not (may_be_document(href) or _is_named_file(element)):
            continue
        found = document(base, href, element.get("type"))
        if found is None:
            continue
        if element.tag == "a":
            if not _is_file(element, found):
                continue
        elif not found.certain or found.type in IMAGES:
            continue
        yield _Linked(element, found, _label(element))


def _is_named_file(element: HtmlElement) -> bool:
    """Whether it is a file by anything but its address."""
    declared = element.get("type") is not None or element.get("download") is not None
    return declared or (element.tag == "a" and _is_in_block(element))


def _is_file(link: HtmlElement, found: Document) -> bool:
    """Whether a link leads to a file, and not to a larger copy of a picture."""
    if found.type in IMAGES:
        pictured = any(inner.tag in _PICTURES for inner in link.iter())
        return not pictured and (_is_in_block(link) or bool(clean(link.text_content())))
    return found.certain or link.get("download") is not None or _is_in_block(link)


def _is_in_block(link: HtmlElement) -> bool:
    """Whether a link is a file by the names of the elements around it: a block of files."""
    element: HtmlElement | None = link
    for _ in range(_BLOCK_LEVELS + 1):
        if element is None or element.tag in _ROOTS:
            return False
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if names != " " and _names_file(names):
            return True
        element = element.getparent()
    return False


@lru_cache(maxsize=4096)
def _names_file(names: str) -> bool:
    return FILE_NAMES.search(" ".join(_WORDS.findall(names))) is not None


def _label(element: HtmlElement) -> str | None:
    """The words of a link, or the name of an embedded document."""
    link_text = clean(element.text_content()) if element.tag == "a" else ""
    named = [element.get(name) for name in ("title", "aria-label")]
    named += [picture.get("alt") for picture in element.iter("img")][:1]
    return next(
        (clean(text)[:_LABEL] for text in (link_text, *named) if text and clean(text)), None
    )


class _Region:
    """The part of a page that belongs to the release: from the title to the next other thing."""

    def __init__(
        self, root: HtmlElement, article: Article, select: Select, linked: Sequence[HtmlElement]
    ) -> None:
        self._order = {element: place for place, element in enumerate(root.iter())}
        self._chosen = set(selected(root, select.body))
        story = [block.element for block in _own(article)]
        head = [article.headline.element] if article.headline is not None else []
        self._around = {box for each in (*story, *head) for box in (each, *each.iterancestors())}
        self._cards = {block.element for block in article.cards}
        places = [self._order[element] for element in (*head, *story)]
        self._start = min(places, default=len(self._order))
        last = max(places, default=0)
        files = {box for each in linked for box in (each, *each.iterancestors())}
        self._end = next(
            (
                self._order[block.element]
                for block in article.blocks
                if self._order[block.element] > last
                and block.element not in files
                and _ends(block, article)
            ),
            len(self._order),
        )

    def holds(self, element: HtmlElement) -> bool:
        """Whether an element belongs to the release."""
        around = [element, *element.iterancestors()]
        if not self._chosen.isdisjoint(around):
            return True
        if not self._start < self._order[element] < self._end:
            return False
        return not any(self._is_frame(box) for box in around if box not in self._around)

    def _is_frame(self, box: HtmlElement) -> bool:
        return role_and_title(box)[0] in OUTSIDE or is_hidden(box) or box in self._cards


def _ends(block: Block, article: Article) -> bool:
    """Whether a block below the text shows that other things than the release begin."""
    if block in article.cards or block.set_aside or ends_release(block.text):
        return True
    if block.heading or block.titled or may_end_release(block.text):
        return HEADINGS.fullmatch(block.text) is None
    return is_sentence(block.text) and not block.kind
