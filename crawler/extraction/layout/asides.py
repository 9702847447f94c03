"""Small boxes whose content shows that they are not text: a form, a table of contents, a list of
links under a label, a promotion above a button."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import islice

from lxml.html import HtmlElement

from crawler.extraction.layout.blocks import Block, is_signature
from crawler.extraction.layout.boilerplate import is_consent, says_more
from crawler.extraction.layout.prose import is_sentence
from crawler.markup.text import clean

_FIELDS = frozenset({"text", "email", "password", "tel", "search", "url", "number"})
"""Types of <input> for words; checkboxes and buttons also unfold text."""
_ASKED = 400
"""Letters that a box with an input field may have."""
_LABEL = 60
_LEVELS = 4
_LINES = 8
_LINK = 0.85
_SENTENCES = 2
_STOPS = '.!?”")'
_BUTTON = re.compile(r"\b(?:btn|button|tombol|cta)\b", re.IGNORECASE)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar)(?:[?#]|$)", re.IGNORECASE)
_MARK = re.compile(r"[\W\d_]+")
_STOP = frozenset({"body", "html", "article", "main", "tr", "td"})


def in_asides(root: HtmlElement, blocks: Sequence[Block], headline: int | None) -> set[Block]:
    """The blocks of all such boxes. `headline`: the position of the title; no such box contains
    it."""
    boxes = _Boxes.of(blocks, headline)
    asides = set[Block]()
    for field in _fields(root):
        asides.update(boxes.largest(field, _asks))
    entries = {block for block in blocks if _is_entry(block)}
    lists_links = partial(_lists_links, entries)
    for block in blocks:
        if block in entries and block not in asides:
            asides.update(boxes.largest(block.element, lists_links))
    for button in _buttons(root):
        consents = is_consent(clean(button.text_content()))
        offer = boxes.largest(button, _tells_little if consents else _offers)
        if offer and boxes.stands_amid_paragraphs(offer):
            asides.update(offer)
    return asides


@dataclass(slots=True)
class _Boxes:
    """Contents of the elements around blocks, a few levels up."""

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
        """The contents of the largest box around an element that is only an aside."""
        largest: Sequence[Block] = ()
        for box in islice(_around(start), _LEVELS + 1):
            held = self.inside.get(box, ())
            if box in self.around or box.tag in _STOP:
                break
            if len(held) > _LINES or self.letters.get(box, 0) > _ASKED:
                break
            sentences = sum(is_sentence(block.text) for block in held)
            if largest and sentences > sum(is_sentence(block.text) for block in largest):
                break  # a paragraph of the story next to it
            if is_aside(held):
                largest = held
        return largest

    def stands_amid_paragraphs(self, offer: Sequence[Block]) -> bool:
        """Whether it has its own box between paragraphs that have none."""
        inside = self.inside
        around = offer[0].element.iterancestors()
        box = next((e for e in around if len(inside.get(e, ())) > len(offer)), None)
        if box is None:
            return False
        beside = [block for block in inside[box] if block not in set(offer)]
        plain = [
            block
            for block in beside
            if box in (block.element, block.element.getparent()) and block.text[-1] in _STOPS
        ]
        return 2 * len(plain) > len(beside)


def _around(element: HtmlElement) -> Iterator[HtmlElement]:
    yield element
    yield from element.iterancestors()


def _asks(held: Sequence[Block]) -> bool:
    """Few words next to a field, under a heading or none: readers do not sign up in a paragraph
    of the story."""
    return bool(held) and not any(map(is_signature, held))


def _tells_little(held: Sequence[Block]) -> bool:
    """A sentence or two above a button of consent: `Setuju`."""
    return 0 < len(held) <= _SENTENCES and not any(map(is_signature, held))


def _offers(held: Sequence[Block]) -> bool:
    """A label above a sentence or two: `Peduli Korban Banjir`, `Kabar Kota di WhatsApp`."""
    if not held:
        return False
    label, texts = held[0], [block for block in held[1:] if block.linked < _LINK]
    if len(label.text) > _LABEL or label.text[-1] in ":.,;" or label.linked > _LINK:
        return False
    return 0 < len(texts) <= _SENTENCES and not any(map(is_signature, texts))


def _lists_links(entries: Set[Block], held: Sequence[Block]) -> bool:
    """Two links or more under a label; links within the page also without a label."""
    linked = sum(block in entries for block in held)
    if linked < 2 or linked < len(held) - 1:
        return False
    label = held[0]
    if linked == len(held):
        return all(block.linked < _LINK for block in held)
    return label not in entries and len(label.text) < _LABEL and label.text[-1] not in ":.?!"


def _is_entry(block: Block) -> bool:
    """A line that is only a link, to another page or to a position on this one."""
    if block.heading or block.element.tag in _STOP:
        return False
    links = block.element.iter("a")
    if block.linked > _LINK:
        return not any(map(_DOCUMENT.search, map(_href, links)))
    first = list(islice(links, 2))
    return len(first) == 1 and _is_inward(first[0], block)


def _is_inward(link: HtmlElement, block: Block) -> bool:
    """Whether the link has all words of its line, except a number."""
    if not (_href(link).startswith("#") and len(_href(link)) > 1):
        return False
    link_text = _MARK.sub("", link.text_content())
    return bool(link_text) and link_text == _MARK.sub("", block.text)


def _href(link: HtmlElement) -> str:
    return link.get("href") or ""


def _fields(root: HtmlElement) -> Iterator[HtmlElement]:
    for field in root.iter("input", "textarea"):
        kind = field.get("type", "text").lower()
        if kind in _FIELDS if field.tag == "input" else field.get("readonly") is None:
            yield field


def _buttons(root: HtmlElement) -> Iterator[HtmlElement]:
    """Buttons, and links formatted as buttons, except those that open the rest of a text."""
    for element in root.iter("button", "a"):
        set_as_one = element.get("role") == "button" or _BUTTON.search(element.get("class") or "")
        if element.tag == "button" or set_as_one:
            label = clean(element.text_content())
            if not says_more(label) and not _DOCUMENT.search(_href(element)):
                yield element
