"""Small boxes that are no text by what they hold: a form to fill in, a table of contents, a list of
links under a label."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import islice

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
    boxes = _Boxes.of(blocks, headline)
    found = set[Block]()
    for field in _fields(root):
        found.update(boxes.largest(field, _asks))
    entries = {block for block in blocks if _is_entry(block)}
    lists_links = partial(_lists_links, entries)
    for block in blocks:
        if block in entries and block not in found:
            found.update(boxes.largest(block.element, lists_links))
    return found


@dataclass(slots=True)
class _Boxes:
    """What the elements around blocks hold, a few levels up."""

    inside: dict[HtmlElement, list[Block]]
    letters: dict[HtmlElement, int]
    around: set[HtmlElement]
    """The title and the elements around it."""

    @classmethod
    def of(cls, blocks: Sequence[Block], headline: int | None) -> _Boxes:
        boxes = cls(defaultdict(list), defaultdict(int), set())
        for block in blocks:
            for element in islice(_around(block.element), _LEVELS + 1):
                boxes.inside[element].append(block)
                boxes.letters[element] += len(block.text)
        if headline is not None:
            boxes.around.update(_around(blocks[headline].element))
        return boxes

    def largest(
        self, start: HtmlElement, is_aside: Callable[[Sequence[Block]], bool]
    ) -> Sequence[Block]:
        """What the largest box around an element holds that is nothing but an aside."""
        largest: Sequence[Block] = ()
        for box in islice(_around(start), _LEVELS + 1):
            held = self.inside.get(box, ())
            if box in self.around or box.tag in _STOP:
                break
            if len(held) > _LINES or self.letters.get(box, 0) > _ASKED:
                break
            if is_aside(held):
                largest = held
        return largest


def _around(element: HtmlElement) -> Iterator[HtmlElement]:
    yield element
    yield from element.iterancestors()


def _asks(held: Sequence[Block]) -> bool:
    """Few words beside a field, under a heading or none: no paragraph of a story signs there."""
    return bool(held) and not any(map(is_signature, held))


def _lists_links(entries: Set[Block], held: Sequence[Block]) -> bool:
    """Two links or more under a label; links within the page also without one."""
    linked = sum(block in entries for block in held)
    if linked < 2 or linked < len(held) - 1:
        return False
    label = held[0]
    if linked == len(held):
        return all(block.linked < _LINK for block in held)
    return label not in entries and len(label.text) < _LABEL and label.text[-1] not in ":.?!"


def _is_entry(block: Block) -> bool:
    """A line that is a link and no more, to another page or to a place on this one."""
    if block.heading or block.element.tag in _STOP:
        return False
    links = block.element.iter("a")
    if block.linked > _LINK:
        return not any(map(_DOCUMENT.search, map(_href, links)))
    first = list(islice(links, 2))
    return len(first) == 1 and _is_inward(first[0], block)


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
