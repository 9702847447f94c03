"""Reads the stories of a list page: URL, title, date, and a digest of the words shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from unicodedata import normalize
from urllib.parse import urldefrag, urlsplit

from lxml.html import HtmlElement

from crawler.discovery.embedded_listing import read_embedded
from crawler.discovery.links import Link, base_address, links_of
from crawler.discovery.listing_blocks import Block, story_blocks
from crawler.discovery.listing_dates import AGO, DATE
from crawler.discovery.vocabulary import addresses
from crawler.markup.html import HEADINGS, parse_html, pieces, seen_text, squash

_LETTERS = re.compile(r"[^\W\d_]")
_EDGES = " \t\n.…»›→>«‹←<[]()-–:"
_CUT = re.compile(r"(?:\s*(?:\.{2,}|…|\[…\]|\[\.\.\.\]))+\s*$")
_PROSE = 60
"""Letters from which a piece of text is prose, not a label or a counter."""

_NUMBER = r"\d[\d.,]*\s*(?:[kmjt]|rb|ribu|jt|juta)?"


@dataclass(frozen=True, slots=True)
class Story:
    """A release as a list shows it."""

    url: str
    """Absolute, without fragment; as linked, not canonical."""
    title: str
    published: str | None
    """The date as printed; `3 jam lalu` only if there is nothing better next to it."""
    shown: str
    """Digest of title and prose; it changes when an editor changes one of them."""
    made: bool = False
    """Its URL was built from a slug: no page links to it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: the stories of the list, and its other links."""

    stories: tuple[Story, ...]
    links: tuple[Link, ...]
    pages: int | None = None
    """Number of pages of the list, if its script data gives it."""

    @property
    def digest(self) -> str:
        """Digest of the set of its stories' URLs, to recognise pages with the same stories."""
        return _digest(sorted({story.url for story in self.stories}))


def read_stories(body: str, url: str) -> list[Story]:
    """The releases of the list at `url`, in its order, each once. See `read_page`."""
    return list(read_page(body, url).stories)


def read_page(body: str, url: str) -> Page:
    """Reads a list or a home page by its structure; `body` is decoded HTML of any quality. A
    story is in one of several blocks with the same markup, each with a link that has the title
    or "Selengkapnya". Of several lists on a page, those with dates count, else the fullest one;
    others only if their URLs have the same form. If the HTML shows none, script data is used
    (`__NEXT_DATA__`)."""
    tree = parse_html(body)
    return Page((), ()) if tree is None else page_of(tree, url)


def page_of(tree: HtmlElement, url: str) -> Page:
    """As `read_page`, of a page already parsed."""
    groups = [
        [seen for block in group if (seen := _Seen.of(block)) is not None]
        for group in story_blocks(tree, base_address(tree, url), url)
    ]
    ranked = sorted(_lists([group for group in groups if group]), key=_weight, reverse=True)
    first: dict[str, _Seen] = {}
    for seen in (seen for group in ranked for seen in group):
        first.setdefault(seen.block.url, seen)
    order = {element: place for place, element in enumerate(tree.iter())}
    in_order = sorted(first.values(), key=lambda seen: order[seen.block.element])
    own = {seen.block.url for seen in in_order}
    rest = tuple(link for link in links_of(tree, url) if urldefrag(link.url).url not in own)
    if in_order:
        return Page(tuple(seen.story() for seen in in_order), rest)
    data = read_embedded(tree, url)
    stories = (
        Story(story.url, story.title, story.published, _digest([story.title]), story.made)
        for story in data.stories
    )
    return Page(tuple(stories), (*rest, *data.links), data.pages)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A block and what was read of it."""

    block: Block
    title: str
    published: str | None
    prose: tuple[str, ...]

    @classmethod
    def of(cls, block: Block) -> _Seen | None:
        title = _title(block)
        if title is None:
            return None
        texts = pieces(block.nodes)
        prose = [text for piece in texts if _is_prose(text := _lasting(piece)) and text != title]
        labels = [piece for piece in texts if piece != title and len(piece) < 140]
        return cls(block, title, _published(block, labels), tuple(dict.fromkeys(prose)))

    def story(self) -> Story:
        return Story(self.block.url, self.title, self.published, _digest([self.title, *self.prose]))


def _lists(groups: list[list[_Seen]]) -> list[list[_Seen]]:
    """The groups that are lists of releases."""
    groups = [group for group in groups if len(group) > 1 or _stands_alone(group[0])]
    if not groups:
        return []
    best = max(groups, key=lambda group: (_is_dated(group), _weight(group)))
    if len(best) < 3 and not any(map(_stands_alone, best)):
        return []  # two bare links are not a list
    shapes = {_shape(seen.block.url) for seen in best}
    dated = _is_dated(best)
    return [
        group
        for group in groups
        if group is best
        or (dated and _is_dated(group))
        or all(_shape(seen.block.url) in shapes for seen in group)
    ]


def _weight(group: Sequence[_Seen]) -> int:
    """How much a group looks like a list of news."""
    return sum(
        1 + 3 * (seen.published is not None) + 2 * bool(seen.prose) + (len(seen.title.split()) > 3)
        for seen in group
    )


def _is_dated(group: Sequence[_Seen]) -> bool:
    return 2 * sum(seen.published is not None for seen in group) > len(group)


def _stands_alone(seen: _Seen) -> bool:
    return bool(seen.published or seen.prose)


def _shape(url: str) -> tuple[str, ...]:
    """A URL without its last segment and its numbers: the same for all stories of one list."""
    parts = urlsplit(url)
    *folders, _ = parts.path.rstrip("/").split("/")
    return (re.sub(r"\d+", "0", "/".join(folders)), re.sub(r"=[^&]*", "", parts.query))


def _title(block: Block) -> str | None:
    """The title: a heading with the link in it, else the longest link text, else the block's
    heading."""
    anchor_titles = [_anchor_title(anchor) for anchor in block.anchors]
    in_heading = [
        text
        for anchor, text in zip(block.anchors, anchor_titles, strict=True)
        if text and _in_heading(anchor)
    ]
    titles = in_heading or [text for text in anchor_titles if text]
    if titles:
        return max(titles, key=len)
    own = [seen_text(heading) for heading in block.element.iter(*HEADINGS)]
    if own := [text for text in own if _is_title(text)]:
        return own[0]
    bold = [seen_text(b) for node in _elements(block) for b in node.iter("b", "strong")]
    rest = [text for text in [*bold, *pieces(block.nodes)] if _is_title(text)]
    rest = [text for text in rest if len(text.split()) > 2 and len(text) < 200]
    return rest[0] if rest and not DATE.fullmatch(rest[0]) else None


def _elements(block: Block) -> Iterable[HtmlElement]:
    return (node for node in block.nodes if not isinstance(node, str))


def _in_heading(anchor: HtmlElement) -> bool:
    return any(up.tag in HEADINGS for up in anchor.iterancestors()) or any(
        True for _ in anchor.iter(*HEADINGS)
    )


def _anchor_title(anchor: HtmlElement) -> str | None:
    """The text of a link: the heading in it, if the whole card is one link; else its words. If
    these are cut (`Wali Kota Buka …`), its `title` attribute."""
    inner = next((seen_text(heading) for heading in anchor.iter(*HEADINGS)), None)
    if inner is None:
        inner = next(
            (
                seen_text(part)
                for part in anchor.iter()
                if re.search(r"(?:^|[-_ ])(?:title|judul)(?:$|[-_ ])", part.get("class") or "")
                and part is not anchor
            ),
            None,
        )
    lines = pieces([anchor])
    title = inner or next((line for line in lines if _is_title(line)), "")
    hover = squash(anchor.get("title") or "")
    if _is_title(hover) and _CUT.search(title) and hover.startswith(_CUT.sub("", title)):
        return hover
    if _is_title(title):
        return title
    pictured = [squash(image.get("alt") or "") for image in anchor.iter("img")]
    return next((text for text in (hover, *pictured) if len(text.split()) > 2), None)


def _is_title(text: str) -> bool:
    words = text.lower().strip(_EDGES)
    if words in addresses().more or len(_LETTERS.findall(words)) < 3:
        return False
    return not DATE.fullmatch(words) and not AGO.fullmatch(words)


def _published(block: Block, labels: Sequence[str]) -> str | None:
    """The first date next to the title; a machine-readable one only if no visible one can be
    read."""
    for label in labels:
        if match := DATE.search(label):
            return squash(match[0])
    for time in (time for node in _elements(block) for time in node.iter("time")):
        stamp = squash(time.get("datetime") or "")
        if DATE.match(stamp) and "updated" not in (time.get("class") or "").split():
            return stamp
    # Day, month and year in elements of their own.
    short = " ".join(label for label in labels if len(label) < 20)
    if match := DATE.search(short):
        return squash(match[0])
    return next((squash(match[0]) for label in labels if (match := AGO.search(label))), None)


def _lasting(text: str) -> str:
    """Text without what changes by itself: counters, relative times, the end of a cut teaser."""
    text = _counter().sub(" ", AGO.sub(" ", normalize("NFC", text)))
    return squash(_CUT.sub("", text.strip()))


@cache
def _counter() -> re.Pattern[str]:
    words = "|".join(
        re.escape(word) for word in sorted(addresses().counters, key=len, reverse=True)
    )
    return re.compile(
        rf"(?<!\w)(?:telah\s+|sudah\s+)?(?:{words})\s*[:(]?\s*{_NUMBER}\b\s*\)?(?:\s*(?:kali|x|orang)\b)?"
        rf"|(?<![\w.,]){_NUMBER}\s*(?:x\s+|kali\s+)?(?:{words})\b",
        re.I,
    )


def _is_prose(text: str) -> bool:
    return len(_LETTERS.findall(text)) >= _PROSE


def _digest(texts: Iterable[str]) -> str:
    return sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()[:16]
