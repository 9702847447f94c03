"""Where on the page the article stands: the smallest element that holds most of its prose."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import trafilatura
from lxml.html import HtmlElement

from crawler.extraction.blocks import HEADINGS, Block
from crawler.extraction.boilerplate import OUTSIDE, ends_release, is_teaser, kind_of
from crawler.extraction.headline import squash

_SHORTEST = 30
_UNCONFIRMED = 0.25
"""What prose counts that trafilatura left out."""
_MOST = 0.55
_PLAIN = frozenset({"navigation", "footer", "comments", "related"})
_PARAGRAPHS = frozenset(
    {*HEADINGS, "p", "li", "ul", "ol", "blockquote", "pre", "dd", "dt", "dl", "tr", "tbody"}
)
_SIGNED = re.compile(
    r"[(\[*].{1,120}[)\]*]\.?|(?:penulis|reporter|editor|sumber|pewarta|kontributor|fotografer"
    r"|teks|naskah|redaktur|liputan|laporan)\b[^.]{0,160}",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE = re.compile(r"[.!?:;…][\"”’')\]]*$")


def is_prose(block: Block) -> bool:
    """Long enough and unlinked: a paragraph rather than a label."""
    return len(block.text) >= _SHORTEST and block.linked < 0.5 and not block.heading


def is_sentence(text: str) -> bool:
    return len(text) > 60 and _SENTENCE.search(text) is not None


def is_signature(block: Block) -> bool:
    """Shaped like a line a desk signs with: `(diskominfo/cha)`, `Penulis: …`."""
    return _SIGNED.fullmatch(block.text) is not None and kind_of(block.text) is None


def confirmed(root: HtmlElement, blocks: Sequence[Block]) -> frozenset[Block]:
    """The blocks trafilatura takes for article text. The tree is not changed."""
    document = trafilatura.bare_extraction(
        root, fast=True, include_comments=False, include_tables=True, deduplicate=False
    )
    if document is None or document.body is None:
        return frozenset()
    taken = squash("".join(document.body.itertext())[:200_000])
    return frozenset(
        block
        for block in blocks[:4000]
        if is_prose(block) and squash(block.text[:80])[:50] in taken
    )


def outside_elements(
    blocks: Sequence[Block], article: frozenset[Block], headline: int | None
) -> frozenset[HtmlElement]:
    """The elements that call themselves navigation, related, comments, … and are.

    Names lie: one that holds the title, or most of the article, is not believed; but comments
    and related stories can be most of the text of a page whose own story is missing.
    """
    held: dict[HtmlElement, int] = defaultdict(int)
    named: dict[HtmlElement, str] = {}
    for block in blocks:
        for element, role in block.roles:
            if role in OUTSIDE:
                named[element] = role
                held[element] += len(block.text) if block in article else 0
    total = sum(len(block.text) for block in article)
    titled = {element for element, _ in blocks[headline].roles} if headline is not None else set()
    return frozenset(
        element
        for element in named
        if element not in titled
        and (named[element] in _PLAIN or not total or held[element] <= 0.6 * total)
    )


def is_outside(block: Block, outside: frozenset[HtmlElement]) -> bool:
    return any(element in outside for element, _ in block.roles)


def find_column(
    root: HtmlElement,
    blocks: Sequence[Block],
    article: frozenset[Block],
    outside: frozenset[HtmlElement],
) -> HtmlElement:
    """Down from the root, always into the child that holds most of the prose."""
    weight: dict[HtmlElement, float] = defaultdict(float)
    children: dict[HtmlElement, set[HtmlElement]] = defaultdict(set)
    for block in blocks:
        if not is_prose(block) or is_outside(block, outside) or kind_of(block.text):
            continue
        worth = len(block.text) * (1.0 if block in article else _UNCONFIRMED)
        worth *= 0.1 if is_teaser(block.text) else 1.0
        element = block.element
        weight[element] += worth
        for parent in element.iterancestors():
            children[parent].add(element)
            weight[parent] += worth
            element = parent
    column = root
    while children[column]:
        inner = max(children[column], key=lambda child: weight[child])
        if weight[inner] < _MOST * weight[column]:
            break
        column = inner
    while column.tag in _PARAGRAPHS and column.getparent() is not None:
        column = column.getparent()
    return column


def members(
    blocks: Sequence[Block],
    column: HtmlElement,
    article: frozenset[Block],
    outside: frozenset[HtmlElement],
    headline: int | None,
) -> list[int]:
    """The places of the column's blocks, with a lead above it and the signature below it."""
    inside = set(column.iter())
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
        if blocks[place] in article and not is_outside(blocks[place], outside)
    ]
    return lead + places + _following(blocks, places[-1] + 1, article, outside)


def _following(
    blocks: Sequence[Block],
    start: int,
    article: frozenset[Block],
    outside: frozenset[HtmlElement],
) -> list[int]:
    """What goes on right below the column: signatures and confirmed prose, up to the first
    heading, link or other matter."""
    found = []
    for place in range(start, min(start + 200, len(blocks))):
        block = blocks[place]
        if block.heading or block.linked > 0.5 or ends_release(block.text):
            break
        if is_signature(block) and not block.pictured:
            found.append(place)
        elif is_outside(block, outside) or kind_of(block.text):
            continue
        elif block in article and is_sentence(block.text):
            found.append(place)
        else:
            break
    return found
