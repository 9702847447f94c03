"""Decides which elements have the role that their tag, class or id names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

from lxml.html import HtmlElement

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.page_layout import STRICT, Layout
from crawler.extraction.layout.prose import is_sentence, tells_story
from crawler.markup.dom import HEADINGS

_PURE = 0.8
_LEVELS = 3
"""Elements around a paragraph that may contain it alone."""
_BESIDE = 2
_NEVER_AMID = frozenset({"caption", "hidden", "comments", "form"})
_OF_LINKS = frozenset({"navigation", "related", "tags"})
"""Roles of elements with links."""


def believed(layout: Layout, headline: int | None) -> frozenset[HtmlElement]:
    """The elements that are named navigation, related, captions, … and are. Not those around the
    story; not a name whose boxes contain most of the story; not a box of pure prose within it."""
    around = {layout.column, *layout.column.iterancestors()}
    if headline is not None:
        title = layout.blocks[headline].element
        around.update(e for e in (title, *title.iterancestors()) if e.tag not in STRICT)
    inside = set(layout.column.iter()).union(*(box.iter() for box in layout.joined))
    named: dict[HtmlElement, str] = {}
    held: dict[HtmlElement, list[Block]] = defaultdict(list)
    for block in layout.blocks:
        for element, role in block.roles:
            named[element] = role
            held[element].append(block)
    own = [b for b in layout.blocks if b.element in inside and b in layout.prose]
    total = sum(len(block.text) for block in own)
    by_name: dict[tuple[str, str], set[Block]] = defaultdict(set)
    for element in named.keys() & inside:
        by_name[named[element], str(element.tag)].update(held[element])
    most = {
        key
        for key, blocks in by_name.items()
        if tells_story(own_of := [b for b in blocks if b in layout.prose])
        and 2 * sum(len(b.text) for b in own_of) > total
    }
    paragraphs = _paragraphs(own)
    return frozenset(
        element
        for element, role in named.items()
        if element not in around
        and not (
            element in inside
            and (
                (role, str(element.tag)) in most
                or _is_amid(layout, element, role, held[element], own)
                or _is_paragraph(element, role, held[element], paragraphs)
            )
        )
    )


def _is_amid(
    layout: Layout, element: HtmlElement, role: str, held: Sequence[Block], own: Sequence[Block]
) -> bool:
    """Pure prose between prose of the story without such a name: long enough for a story, or in
    a box that is named after links and has none."""
    if element.tag in STRICT or role in _NEVER_AMID:
        return False
    total = sum(len(block.text) for block in held)
    prose = [block for block in held if block in layout.prose]
    if sum(len(block.text) for block in prose) < _PURE * total:
        return False
    if any(block.linked > 0.2 or block in layout.cards for block in held):
        return False
    linkless = role in _OF_LINKS and len(prose) > 1 and not any(block.linked for block in held)
    if not linkless and not tells_story(prose):
        return False
    others = set(own).difference(held)
    last = max(own.index(block) for block in prose if block in own) if set(prose) & set(own) else -1
    return last >= 0 and any(block in others for block in own[last + 1 :])


def _paragraphs(own: Sequence[Block]) -> dict[tuple[HtmlElement | None, str], set[HtmlElement]]:
    """The elements that contain sentences of the story, by the element around them and their
    tag."""
    by_parent: dict[tuple[HtmlElement | None, str], set[HtmlElement]] = defaultdict(set)
    for block in own:
        if not block.linked and is_sentence(block.text):
            for element in islice((block.element, *block.element.iterancestors()), _LEVELS):
                by_parent[element.getparent(), str(element.tag)].add(element)
    return by_parent


def _is_paragraph(
    element: HtmlElement,
    role: str,
    held: Sequence[Block],
    paragraphs: dict[tuple[HtmlElement | None, str], set[HtmlElement]],
) -> bool:
    """A sentence in its own box, next to others of the story in such boxes; or a sub-heading
    directly above one."""
    if len(held) > 1 or role == "caption" or element.tag in STRICT:
        return False
    box = element.getparent()
    if element.tag in HEADINGS:
        below = element.getnext()
        beside = paragraphs.get((box, str(below.tag)), set()) if below is not None else set()
        return below in beside and len(beside) > _BESIDE and not held[0].linked
    beside = paragraphs.get((box, str(element.tag)), set())
    return element in beside and len(beside) > _BESIDE
