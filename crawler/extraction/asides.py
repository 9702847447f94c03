"""Small boxes that are no text by what they hold: a form to fill in, a table of contents, a list of
links under a label."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from lxml.html import HtmlElement

from crawler.extraction.blocks import Block, is_signature

_FIELDS = frozenset({"text", "email", "password", "tel", "search", "url", "number"})
"""Types of <input> that ask for words; boxes to tick and buttons also unfold text."""
_ASKED = 400
"""Letters that a box with a field may hold besides it."""
_LABEL = 60
_LEVELS = 4
_LINES = 8
_LINK = 0.85
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar)(?:[?#]|$)", re.IGNORECASE)
_MARK = re.compile(r"[\W\d_]+")
_STOP = frozenset({"body", "html", "article", "main", "tr", "td"})


def in_asides(root: HtmlElement, blocks: Sequence[Block], headline: int | None) -> set[Block]:
    """The blocks of all such boxes. `headline`: the place of the title; no box holds it."""
    inside: dict[HtmlElement, list[Block]] = defaultdict(list)
    for block in blocks:
        for level, element in enumerate((block.element, *block.element.iterancestors())):
            if level > _LEVELS:
                break
            inside[element].append(block)
    around = set[HtmlElement]()
    if headline is not None:
        title = blocks[headline].element
        around = {title, *title.iterancestors()}
    found = set[Block]()
    for field in _fields(root):
        found.update(_largest(field, inside, around, _asks))
    for block in blocks:
        if block not in found and _is_entry(block):
            found.update(_largest(block.element, inside, around, _lists_links))
    return found


def _largest(
    start: HtmlElement,
    inside: dict[HtmlElement, list[Block]],
    around: set[HtmlElement],
    is_aside: Callable[[Sequence[Block]], bool],
) -> Sequence[Block]:
    """What the largest box around an element holds that is nothing but an aside."""
    largest: Sequence[Block] = ()
    for level, box in enumerate((start, *start.iterancestors())):
        if level > _LEVELS or box in around or box.tag in _STOP:
            break
        held = inside[box]
        if sum(len(block.text) for block in held) > _ASKED or len(held) > _LINES:
            break
        if is_aside(held):
            largest = held
    return largest


def _asks(held: Sequence[Block]) -> bool:
    """Few words beside a field, under a heading or none: no paragraph of a story signs there."""
    return bool(held) and not any(map(is_signature, held))


def _lists_links(held: Sequence[Block]) -> bool:
    """Two links or more under a label; links within the page also without one."""
    linked = sum(map(_is_entry, held))
    if linked < 2 or linked < len(held) - 1:
        return False
    label = held[0]
    if linked == len(held):
        return all(block.linked < _LINK for block in held)
    return not _is_entry(label) and len(label.text) < _LABEL and label.text[-1] not in ":.?!"


def _is_entry(block: Block) -> bool:
    """A line that is a link and no more, to another page or to a place on this one."""
    if block.heading:
        return False
    links = list(block.element.iter("a"))
    if block.element.tag in _STOP or any(map(_DOCUMENT.search, map(_href, links))):
        return False
    if block.linked > _LINK:
        return True
    return len(links) == 1 and _is_inward(links[0], block)


def _is_inward(link: HtmlElement, block: Block) -> bool:
    """Its words are all of the line, but for a number."""
    if not (_href(link).startswith("#") and len(_href(link)) > 1):
        return False
    said = _MARK.sub("", link.text_content())
    return bool(said) and said == _MARK.sub("", block.text)


def _href(link: HtmlElement) -> str:
    return link.get("href") or ""


def _fields(root: HtmlElement) -> Iterator[HtmlElement]:
    for field in root.iter("input", "textarea"):
        kind = field.get("type", "text").lower()
        if kind in _FIELDS if field.tag == "input" else field.get("readonly") is None:
            yield field
