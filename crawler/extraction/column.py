"""Where on the page the article stands: the smallest element that holds most of its prose."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document

from crawler.extraction.blocks import Block
from crawler.extraction.boilerplate import OUTSIDE, ends_release, is_teaser, may_end_release
from crawler.extraction.headline import squash
from crawler.extraction.tree import HEADINGS

_SHORTEST = 30
_UNCONFIRMED = 0.25
"""What prose counts that trafilatura left out."""
_MOST = 0.55
_CLEAR = 0.9
"""Share of the page's prose in one column from which there is nothing to decide."""
_GOOD_PART = 0.4
_MOST_OF_TEXT = 0.6
_PLAIN = frozenset({"navigation", "footer", "comments", "related"})
_PARAGRAPHS = frozenset(
    {*HEADINGS, "p", "li", "ul", "ol", "blockquote", "pre", "dd", "dt", "dl", "tr", "tbody"}
)
_SIGNED = re.compile(
    r"[(\[*].{1,120}[)\]*]\.?|(?:penulis|reporter|editor|sumber|pewarta|kontributor|fotografer"
    r"|teks|naskah|redaktur|liputan|laporan)\b[^.]{0,160}",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE = re.compile(r"[.!?:;…][\"”’')\]]*(?:\s*[(\[][^()\[\]]{2,80}[)\]]\W{0,4})?$")


def is_prose(block: Block) -> bool:
    """Long enough and unlinked: a paragraph rather than a label."""
    return len(block.text) >= _SHORTEST and block.linked < 0.5 and not block.heading


def is_sentence(text: str) -> bool:
    return len(text) > 60 and _SENTENCE.search(text) is not None


def is_signature(block: Block) -> bool:
    """Shaped like a line a desk signs with: `(diskominfo/cha)`, `Penulis: …`."""
    return _SIGNED.fullmatch(block.text) is not None and block.kind is None


@dataclass(slots=True)
class Layout:
    """A page's blocks, parted into the article's column and what is outside of it."""

    root: HtmlElement
    blocks: Sequence[Block]
    prose: frozenset[Block]
    """The blocks that read like paragraphs of an article."""
    believed: frozenset[HtmlElement]
    """The elements that are what they call themselves."""
    column: HtmlElement

    def roles(self, block: Block) -> set[str]:
        """What the elements around a block are, other than text."""
        return {role for element, role in block.roles if element in self.believed} - {"post"}

    def is_outside(self, block: Block) -> bool:
        return any(role in OUTSIDE and element in self.believed for element, role in block.roles)


def lay_out(root: HtmlElement, blocks: Sequence[Block], headline: int | None = None) -> Layout:
    """Where the page's own markup leaves a doubt, trafilatura decides what is prose.

    `headline`: the place of the title, when the page claims one that is to be seen.
    """
    readable = [b for b in blocks if is_prose(b) and not b.kind and not is_teaser(b.text)]
    beyond = _beyond_end(blocks, headline)
    prose = frozenset(b for b in readable if b not in beyond)
    if headline is None:
        prose = prose or frozenset(readable)
    layout = Layout(root, blocks, prose, believed(blocks, prose, headline), root)
    if headline is not None:
        prose = _about(blocks[headline], prose.intersection(blocks[headline + 1 :]))
        layout.prose = frozenset(b for b in prose if not layout.is_outside(b)) or prose
    if _find_column(layout, prose) < _CLEAR:
        layout.prose = (confirmed(root, blocks) & layout.prose) or layout.prose
        layout.believed = believed(blocks, layout.prose, headline)
        _find_column(layout, prose)
    return layout


def _about(headline: Block, prose: frozenset[Block]) -> frozenset[Block]:
    """The prose of the smallest box around the title that holds a good part of it."""
    around = [headline.element, *headline.element.iterancestors()]
    boxes = set(around)
    held: dict[HtmlElement, list[Block]] = defaultdict(list)
    for block in prose:
        ancestors = (block.element, *block.element.iterancestors())
        held[next(element for element in ancestors if element in boxes)].append(block)
    total, near = sum(len(block.text) for block in prose), list[Block]()
    for box in around:
        near += held[box]
        if near and sum(len(block.text) for block in near) >= _GOOD_PART * total:
            break
    return frozenset(near)


def _beyond_end(blocks: Sequence[Block], headline: int | None) -> frozenset[Block]:
    """What stands under a heading like `Berita Lainnya`, once a story or its title has begun:
    all of its box, and the rest of the page when that is the box of the title."""
    begun, beyond, boxes = False, set[Block](), set[HtmlElement]()
    around = set(blocks[headline].element.iterancestors()) if headline is not None else set()
    last = {b.element.getparent(): n for n, b in enumerate(blocks) if is_prose(b) and not b.kind}
    scope: HtmlElement | None = None
    for place, block in enumerate(blocks):
        box = block.element.getparent()
        ends = ends_release(block.text) or (may_end_release(block.text) and box not in boxes)
        headed = block.heading or (headline is not None and block.linked < 0.5)
        if begun and headed and ends and place != headline:
            if box in around and last.get(box, 0) < place:
                return frozenset(beyond.union(blocks[place:]))
            scope = box
        elif scope is not None and scope in block.element.iterancestors():
            beyond.add(block)
        else:
            scope = None
        boxes.update([box] if box is not None else [])
        tells = is_prose(block) and not block.kind and not block.set_aside
        begun = begun or tells or place == headline
    return frozenset(beyond)


def confirmed(root: HtmlElement, blocks: Sequence[Block]) -> frozenset[Block]:
    """The blocks trafilatura takes for article text. The tree is not changed."""
    document = trafilatura.bare_extraction(
        root, fast=True, include_comments=False, include_tables=True, deduplicate=False
    )
    if not isinstance(document, Document) or document.body is None:
        return frozenset()
    taken = squash("".join(document.body.itertext())[:200_000])
    return frozenset(
        block
        for block in blocks[:4000]
        if is_prose(block) and squash(block.text[:80])[:50] in taken
    )


def believed(
    blocks: Sequence[Block], prose: frozenset[Block], headline: int | None = None
) -> frozenset[HtmlElement]:
    """The elements that call themselves navigation, related, captions, … and are.

    Names lie: one that holds the title, or most of the article, is not believed; but comments
    and related stories can be most of the text of a page whose own story is missing.
    """
    held: dict[HtmlElement, int] = defaultdict(int)
    named: dict[HtmlElement, str] = {}
    for block in blocks:
        for element, role in block.roles:
            named[element] = role
            held[element] += len(block.text) if block in prose else 0
    total = sum(len(block.text) for block in prose)
    titled = {element for element, _ in blocks[headline].roles} if headline is not None else set()
    plain = {
        element
        for element, role in named.items()
        if role in _PLAIN and not (element in titled and held[element] > _MOST_OF_TEXT * total)
    }
    total -= sum(
        len(block.text) for block in prose if any(element in plain for element, _ in block.roles)
    )
    return frozenset(plain) | {
        element
        for element, role in named.items()
        if role not in _PLAIN
        and (element not in titled or role not in OUTSIDE)
        and (not total or held[element] <= _MOST_OF_TEXT * total)
    }


def _find_column(layout: Layout, readable: frozenset[Block]) -> float:
    """Sets the column: down from the root, always into the child that holds most of the prose.

    Returns the share of the page's prose it holds.
    """
    weight: dict[HtmlElement, float] = defaultdict(float)
    children: dict[HtmlElement, dict[HtmlElement, None]] = defaultdict(dict)
    for block in layout.blocks:
        if block not in readable or layout.is_outside(block):
            continue
        worth = len(block.text) * (1.0 if block in layout.prose else _UNCONFIRMED)
        inner = block.element
        weight[inner] += worth
        for parent in inner.iterancestors():
            children[parent][inner] = None
            weight[parent] += worth
            inner = parent
    column = layout.root
    while children[column]:
        inner = max(children[column], key=lambda child: weight[child])
        if weight[inner] < _MOST * weight[column]:
            break
        column = inner
    while column.tag in _PARAGRAPHS and (outer := column.getparent()) is not None:
        column = outer
    layout.column = column
    return weight[column] / weight[layout.root] if weight[layout.root] else 0.0


def members(layout: Layout, headline: int | None) -> list[int]:
    """The places of the column's blocks below the headline, with a lead above the column and
    a signature below it."""
    blocks, inside = layout.blocks, set(layout.column.iter())
    places = [place for place, block in enumerate(blocks) if block.element in inside]
    if not places:
        return []
    start = places[0] if headline is None or headline > places[-1] else headline + 1
    places = [place for place in places if place >= start]
    if not places:
        return []
    lead = [
        place
        for place in range(start, places[0])
        if _leads(blocks[place]) and not layout.is_outside(blocks[place])
    ]
    return lead + places + _following(layout, places[-1] + 1)


def begins(layout: Layout, places: Sequence[int]) -> int:
    """Of the column's places the one where its text begins; a title set as text goes before."""
    prose = [place for place in places if layout.blocks[place] in layout.prose]
    first = next(iter(prose), 0)
    return next((place for place in prose if _reads_on(layout.blocks[place].text)), first)


def _reads_on(text: str) -> bool:
    return len(text) > 100 or is_sentence(text)


def _leads(block: Block) -> bool:
    """A paragraph between title and column, set apart by the layout."""
    return is_prose(block) and is_sentence(block.text) and not block.kind


def _following(layout: Layout, start: int) -> list[int]:
    """What goes on right below the column, up to the first heading or link: prose, and beyond
    a share row and the like only signatures."""
    found, parted = [], False
    for place in range(start, min(start + 200, len(layout.blocks))):
        block = layout.blocks[place]
        if block.heading or block.linked > 0.5 or ends_release(block.text):
            break
        if is_signature(block) and block.pictured is None:
            found.append(place)
        elif layout.is_outside(block) or block.kind:
            parted = True
        elif (
            not parted
            and block in layout.prose
            and (is_sentence(block.text) or len(block.text) > 100)
        ):
            found.append(place)
        else:
            break
    return found
