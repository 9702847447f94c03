"""Finds the title of a release among the texts of a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import ends_release, has_date, is_page_name
from crawler.extraction.structured_data import salvage
from crawler.extraction.title_comparison import squash
from crawler.markup.text import clean

_LONGEST = 300
_CERTAIN = 3.0
_ASIDE = 2.0
"""Penalty of a title in a box named related and similar; if it is the only heading, the name of
its box does not matter."""
_NEAR = 8
"""Blocks above the text in which a line formatted as a title is one."""
_ROWS = frozenset({"table", "tbody"})
_SEPARATOR = re.compile(r"\s+[|–—:»«/•·-]{1,2}\s+")
_SITE = re.compile(
    r"(?:website|situs|portal|laman|pemerintah|pemkot|pemkab|kpu|komisi pemilihan|diskominfo|dinas"
    r"|kominfo|media center|berita|news|artikel|home|beranda|detail|read)\b.{0,60}|[\w.-]+\.go\.id",
    re.IGNORECASE,
)
_LEVEL = {"h1": 2.0, "h2": 1.5, "h3": 1.0, "h4": 0.8, "h5": 0.6, "h6": 0.4}


@dataclass(frozen=True, slots=True)
class Headline:
    """A release's title."""

    text: str | None
    position: int | None = None
    """Its position among the blocks; None if it is not visible."""
    claimed: bool = False
    """Whether page, feed or list give this text as the title."""


@dataclass(frozen=True, slots=True)
class Site:
    """Names of the site, which are never the title of a release."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, root: HtmlElement, publisher: str) -> Site:
        printed_names = (publisher, *_meta(root, "og:site_name", "application-name"))
        names = tuple(key for name in printed_names if len(key := squash(name)) > 7)
        return cls(names)

    def is_named(self, key: str) -> bool:
        """Whether a text is the name, a part of it (`Kota X`), or it with few other words
        (`Situs resmi …`)."""
        return not key or any(
            key in name or (name in key and len(key) < 1.6 * len(name)) for name in self.names
        )


@dataclass(frozen=True, slots=True)
class Claims:
    """Titles given by feed or list, and by the page itself; the most trusted first."""

    texts: tuple[str, ...]
    keys: tuple[str, ...]
    """Squashed, without those that only name the site or the kind of page."""

    @classmethod
    def of(cls, root: HtmlElement, hint: str | None, site: Site) -> Claims:
        texts = tuple(clean(unescape(claim)) for claim in (hint, *_claims(root)) if claim)
        named = [text for text in texts if not is_page_name(text)]
        keys = (key for text in named if len(key := squash(text)) > 5 and not site.is_named(key))
        return cls(texts, tuple(dict.fromkeys(keys)))


def claimed_headline(blocks: Sequence[Block], claims: Claims, site: Site) -> Headline | None:
    """The visible text that agrees best with a given title; if it is printed several times, the
    one followed by most text."""
    fits: dict[int, tuple[str, float]] = {}
    for index, block in enumerate(blocks):
        if len(block.text) > _LONGEST or not claims.keys or _points_elsewhere(block):
            continue
        key = squash(block.text)
        fit = _fit(key, claims.keys) if len(key) > 5 else 0.0
        if fit and not _is_nobodys(block, key, site):
            fits[index] = key, fit + _standing(block)
    best = max(fits, key=lambda index: fits[index][1], default=None)
    if best is None:
        return None
    aside = _ASIDE * (blocks[best].set_aside and blocks[best].heading)
    if fits[best][1] + aside < _CERTAIN:
        return None
    same = [index for index in fits if fits[index][0] == fits[best][0]]
    position = max(same, key=lambda index: (_told_below(blocks, index, same), fits[index][1]))
    return Headline(_without_stamp(blocks[position].text, claims.texts), position, claimed=True)


def _told_below(blocks: Sequence[Block], position: int, same: Sequence[int]) -> int:
    """Letters of prose between one copy of a title and the next, in rough hundreds."""
    end = next((index for index in same if index > position), len(blocks))
    texts = (b.text for b in blocks[position + 1 : end] if b.linked < 0.5 and not b.set_aside)
    return sum(len(text) for text in texts if len(text) > 60) // 300


def nearest_headline(blocks: Sequence[Block], before: int, claims: Claims, site: Site) -> Headline:
    """If no given title is visible: the nearest heading above the article (`before`: where its
    text begins), or the given title although it is not visible."""
    stripped = (_without_site(claim, site) for claim in claims.texts)
    claimed_title = next((title for title in stripped if title), None)
    position = _nearest_heading(blocks, before, site, aside=False)
    if position is None and claimed_title is None:
        position = _nearest_heading(blocks, before, site, aside=True)
    return (
        Headline(claimed_title)
        if position is None
        else Headline(_one_line(blocks[position].text), position)
    )


def _points_elsewhere(block: Block) -> bool:
    """Whether a block is an entry of a list, perhaps linking to this page."""
    return block.linked > 0.5 and not block.heading and not block.titled


def _is_nobodys(block: Block, key: str, site: Site) -> bool:
    return site.is_named(key) or is_page_name(block.text) or ends_release(block.text)


def _claims(root: HtmlElement) -> Iterator[str]:
    yield from _meta(root, "og:title", "twitter:title", "title")
    yield from (str(story["headline"]) for story in linked_data(root) if story.get("headline"))
    yield from (element.text_content() for element in root.iterfind(".//title"))


def _meta(root: HtmlElement, *names: str) -> Iterator[str]:
    for wanted in names:
        for element in root.iter("meta"):
            if wanted in (element.get("property"), element.get("name")):
                yield element.get("content") or ""


def _fit(key: str, claims: Sequence[str]) -> float:
    """How well a visible text agrees with a given title: the whole, a part, a truncated one."""
    if key in claims:
        return 4.0
    if len(key) > 11 and (parted := [claim for claim in claims if key in claim]):
        return 2.0 + 2.0 * len(key) / min(map(len, parted))
    if any(len(claim) > 19 and key.startswith(claim) for claim in claims):
        return 3.5
    return 0.0


def _standing(block: Block) -> float:
    standing = _LEVEL.get(block.tag, 0.0) + (1.0 if block.titled else 0.0)
    standing = standing or (0.5 if block.stressed > 0.9 else 0.0)
    if block.set_aside:
        standing -= _ASIDE
    return standing - (0.5 if block.linked > 0.8 else 0.0)


def _nearest_heading(
    blocks: Sequence[Block], before: int, site: Site, *, aside: bool
) -> int | None:
    """The heading above a text; without one, the line in bold or large type, or the plain line
    above stamp and text. `aside`: in any box."""
    line: int | None = None
    stressed = dated = False
    for index in range(min(before, len(blocks) - 1), -1, -1):
        block = blocks[index]
        if len(block.text) > _LONGEST or (block.set_aside and not aside):
            continue
        stamped, dated = dated, dated or (index < before and has_date(block.text))
        if block.kind or _is_nobodys(block, squash(block.text), site):
            continue
        if _meeting(block, blocks[before]) == "tr":  # another column of a page laid out as a table
            continue
        if line is not None and _heads_another_box(blocks, index, line):
            continue
        if block.heading or block.titled:
            return index
        if stressed or before - index >= _NEAR or not _may_be_title(block):
            continue
        stressed = block.stressed > 0.9
        row = _meeting(block, blocks[before]) in _ROWS
        if stressed or (line is None and index < before and (stamped or row)):
            line = index
    return line


def _meeting(block: Block, text: Block) -> str:
    """The tag of the smallest element around both."""
    around = set(_around(block))
    return next((str(element.tag) for element in _around(text) if element in around), "")


def _heads_another_box(blocks: Sequence[Block], index: int, below: int) -> bool:
    """Whether a line is above other text, in a box that ends before the line at `below`."""
    box = blocks[index].element
    boxes = {box, box.getparent()}.difference(_around(blocks[below]))
    return any(
        not boxes.isdisjoint(_around(block)) and not block.kind
        for block in blocks[index + 1 : below]
    )


def _around(block: Block) -> Iterator[HtmlElement]:
    yield block.element
    yield from block.element.iterancestors()


def _may_be_title(block: Block) -> bool:
    words = len(block.text.split())
    return words > 2 and block.linked < 0.5 and not has_date(block.text)


def _without_site(claim: str, site: Site) -> str | None:
    """`Title - Pemerintah Kota X` without the site; None if that is all."""
    parts = _SEPARATOR.split(claim)
    while len(parts) > 1 and (site.is_named(squash(parts[-1])) or _SITE.fullmatch(parts[-1])):
        parts.pop()
    while len(parts) > 1 and (site.is_named(squash(parts[0])) or _SITE.fullmatch(parts[0])):
        parts.pop(0)
    if site.is_named(squash(claim)) or is_page_name(claim):
        return None
    start = claim.index(parts[0])
    return claim[start : claim.rindex(parts[-1]) + len(parts[-1])]


def _without_stamp(text: str, claims: Sequence[str]) -> str:
    """The title alone, if the heading also has a date."""
    title = _one_line(text)
    for claim in claims:
        if title.startswith(claim) and has_date(title[len(claim) :]):
            return claim
    return title


def _one_line(text: str) -> str:
    return " ".join(text.split())


_OTHERS = frozenset(
    ["itemListElement", "hasPart", "comment", "mentions", "isPartOf", "isRelatedTo"]
)
"""Keys of JSON-LD whose values are other articles."""


def linked_data(root: HtmlElement) -> list[dict[str, Any]]:
    """The JSON-LD objects about this article; of invalid JSON what can be read."""
    stories: list[dict[str, Any]] = []
    for script in root.iterfind('.//script[@type="application/ld+json"]'):
        try:
            waiting = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            waiting = [salvage(script.text or "")]
        for node in waiting:
            if isinstance(node, list):
                waiting.extend(node)
            elif isinstance(node, dict):
                waiting.extend(v for key, v in node.items() if key not in _OTHERS)
                if "datePublished" in node or "headline" in node:
                    stories.append(node)
    return stories
