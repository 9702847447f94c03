"""Where on the page the story stands: the smallest element that holds most of its prose, and the
boxes beside it that go on with it.

What an element calls itself is a hint: it makes prose weigh less than prose elsewhere on the
page. Where the weights leave a doubt, trafilatura's reading is asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

from lxml.html import HtmlElement

from crawler.extraction.asides import in_asides
from crawler.extraction.blocks import Block, is_signature
from crawler.extraction.boilerplate import DOUBT, OUTSIDE, is_teaser
from crawler.extraction.cards import in_cards
from crawler.extraction.tree import HEADINGS
from crawler.extraction.witnesses import confirmed

_SHORTEST = 30
_UNCONFIRMED = 0.3
"""What prose counts that trafilatura left out."""
_IN_CARD = 0.2
"""What prose counts that stands under the linked title of another story."""
_MOST = 0.55
_CLEAR = 0.9
"""Share of the page's prose in one column from which there is nothing to decide."""
_GOOD_PART = 0.4
_ALIKE = 0.5
_STORY = 200
"""Letters of sentences from which a box may be the story's, whatever it is called."""
_LEVELS = 3
"""Elements around the column among which its text may go on, on a page without a title."""
_PURE = 0.8
_PARAGRAPHS = frozenset(
    {*HEADINGS, "p", "li", "ul", "ol", "blockquote", "pre", "dd", "dt", "dl", "tr", "tbody"}
)
_FLOW = frozenset({*_PARAGRAPHS, "table", "figure", "center", "span", "font"})
_STRICT = frozenset({"nav", "footer", "aside", "form", "figure", "figcaption", "dialog"})
"""Elements that are what they are called by their tag."""
_PAGE = frozenset({"html", "body"})
_SENTENCE = re.compile(r"[.!?:;…。」][\"”’')\]]*(?:\s*[(\[][^()\[\]]{2,80}[)\]]\W{0,4})?$")


def is_prose(block: Block) -> bool:
    """Long enough and unlinked: a paragraph rather than a label."""
    return len(block.text) >= _SHORTEST and block.linked < 0.5 and not block.heading


def is_sentence(text: str) -> bool:
    return len(text) > 60 and _SENTENCE.search(text) is not None


@dataclass(slots=True)
class Layout:
    """A page's blocks, parted into the story's boxes and what is outside of them."""

    root: HtmlElement
    blocks: Sequence[Block]
    prose: frozenset[Block]
    """The blocks that read like paragraphs of the story."""
    believed: frozenset[HtmlElement]
    """The elements that are what they call themselves."""
    column: HtmlElement
    joined: frozenset[HtmlElement] = frozenset()
    """Boxes beside the column that go on with the story."""
    cards: frozenset[Block] = frozenset()
    """What announces other stories, lists links or asks the reader for something."""
    confirmed: frozenset[Block] | None = None
    """What trafilatura takes for the story; None where it was not asked."""

    def roles(self, block: Block) -> set[str]:
        """What the elements around a block are, other than text."""
        return {role for element, role in block.roles if element in self.believed} - {"post"}

    def is_outside(self, block: Block) -> bool:
        return block in self.cards or any(
            role in OUTSIDE and element in self.believed for element, role in block.roles
        )


def lay_out(
    root: HtmlElement,
    blocks: Sequence[Block],
    headline: int | None = None,
    *,
    confirm: bool = False,
) -> Layout:
    """Finds the story's boxes.

    `headline`: the place of the title, when the page claims one that is to be seen.
    """
    readable = [b for b in blocks if is_prose(b) and not b.kind and not is_teaser(b.text)]
    below = set(blocks[headline + 1 :]) if headline is not None else set()
    prose = frozenset(below.intersection(readable)) or frozenset(readable)
    layout = Layout(root, blocks, prose, frozenset(), root, cards=_others(root, blocks, headline))
    if _settle(layout, headline) < _CLEAR or confirm:
        layout.confirmed = confirmed(root, blocks)
        _settle(layout, headline)
    return layout


def _others(root: HtmlElement, blocks: Sequence[Block], headline: int | None) -> frozenset[Block]:
    return in_cards(blocks, headline) | in_asides(root, blocks, headline)


def _settle(layout: Layout, headline: int | None) -> float:
    """Sets column, joined boxes and what is believed; returns the share of the page's prose, by
    weight, that the boxes hold."""
    weights = _Weights.of(layout, _slight(layout))
    column = weights.heaviest(layout.root)
    if headline is not None:
        column = weights.heaviest(weights.about(layout.blocks[headline].element, column))
    tables = {block.element for block in layout.prose if block.tag == "table"}
    while column.tag in _PARAGRAPHS or column in tables:
        if (outer := column.getparent()) is None:
            break
        column = outer
    layout.column = column
    layout.joined = frozenset(_joined(layout, weights, headline))
    layout.believed = believed(layout, headline)
    total = weights.of_element[layout.root]
    held = sum(weights.of_element[box] for box in (column, *layout.joined))
    return held / total if total else 0.0


@dataclass(slots=True)
class _Weights:
    """The letters of prose in each element, and what they weigh."""

    of_element: dict[HtmlElement, float]
    letters: dict[HtmlElement, float]
    children: dict[HtmlElement, dict[HtmlElement, None]]

    @classmethod
    def of(cls, layout: Layout, slight: frozenset[Block]) -> _Weights:
        found = cls(defaultdict(float), defaultdict(float), defaultdict(dict))
        for block in layout.blocks:
            if block not in layout.prose or block in slight:
                continue
            weight = len(block.text) * prod(DOUBT.get(role, 1.0) for _, role in block.roles)
            if block in layout.cards:
                weight *= _IN_CARD
            if layout.confirmed is not None and block not in layout.confirmed:
                weight *= _UNCONFIRMED
            found._add(block, weight)
        return found

    def _add(self, block: Block, weight: float) -> None:
        inner = block.element
        self.of_element[inner] += weight
        self.letters[inner] += len(block.text)
        for parent in inner.iterancestors():
            self.children[parent][inner] = None
            self.of_element[parent] += weight
            self.letters[parent] += len(block.text)
            inner = parent

    def heaviest(self, root: HtmlElement) -> HtmlElement:
        """Down from the root, always into the child that holds most."""
        column = root
        while self.children[column]:
            inner = max(self.children[column], key=lambda child: self.of_element[child])
            if self.of_element[inner] < _MOST * self.of_element[column]:
                break
            column = inner
        return column

    def about(self, title: HtmlElement, column: HtmlElement) -> HtmlElement:
        """Of the elements around a title the smallest that holds a good part of the column's
        weight, where the title stands in that column."""
        around = [title, *title.iterancestors()]
        if column not in around or not self.of_element[column]:
            return column
        least = _GOOD_PART * self.of_element[column]
        return next(element for element in around if self.of_element[element] >= least)

    def worth(self, element: HtmlElement) -> float:
        """What a letter of its prose weighs, from 0 to 1."""
        letters = self.letters[element]
        return self.of_element[element] / letters if letters else 0.0


def _slight(layout: Layout) -> frozenset[Block]:
    """What stands in boxes that call themselves something else and hold too little to be a story:
    one sentence in a footer, a request to log in."""
    alike: dict[tuple[str, str], set[Block]] = defaultdict(set)
    for block in layout.prose:
        for element, role in block.roles:
            if role in OUTSIDE:
                alike[role, str(element.tag)].add(block)
    return frozenset().union(*(blocks for blocks in alike.values() if not _tells(blocks)))


def _tells(blocks: Iterable[Block]) -> bool:
    """Several sentences, enough to be a story."""
    told = [block for block in blocks if is_sentence(block.text)]
    return len(told) > 1 and sum(len(block.text) for block in told) >= _STORY


def _joined(layout: Layout, weights: _Weights, headline: int | None) -> Iterator[HtmlElement]:
    """The boxes that stand beside the column or one of its ancestors and go on with its text, up
    to the smallest element that holds the title as well."""
    inner = layout.column
    least = _ALIKE * weights.worth(inner)
    title = layout.blocks[headline].element if headline is not None else None
    around = {title, *title.iterancestors()} if title is not None else set()
    for level, parent in enumerate(layout.column.iterancestors()):
        for box in weights.children[parent]:
            if box is not inner and weights.worth(box) >= least and _goes_on(layout, box, inner):
                yield box
        if parent.tag in _PAGE or (parent in around if around else level >= _LEVELS):
            return
        inner = parent


def _goes_on(layout: Layout, box: HtmlElement, beside: HtmlElement) -> bool:
    """Whether a box of prose is one of the story's: set in the same way as the one beside it, or
    confirmed by another reading; and hardly a link in it."""
    own = set(box.iter())
    held = [block for block in layout.blocks if block.element in own]
    total = sum(len(block.text) for block in held)
    prose = sum(len(block.text) for block in held if block in layout.prose)
    linked = sum(len(block.text) * block.linked for block in held)
    if prose < _ALIKE * total or linked > 0.3 * total or next(box.iter("form"), None) is not None:
        return False
    if layout.confirmed is not None:
        taken = sum(len(b.text) for b in held if b in layout.prose and b in layout.confirmed)
        return taken >= _ALIKE * prose
    told = sum(len(b.text) for b in held if b in layout.prose and is_sentence(b.text))
    if told < _ALIKE * prose:
        return False
    return box.tag in _FLOW or (box.tag == beside.tag and bool(_classes(box) & _classes(beside)))


def _classes(element: HtmlElement) -> frozenset[str]:
    return frozenset((element.get("class") or "-").split())


def believed(layout: Layout, headline: int | None) -> frozenset[HtmlElement]:
    """The elements that call themselves navigation, related, captions, … and are.

    Not those around the story; not a name that holds most of the story, in one box or in many
    alike; not a box of pure prose in the midst of it.
    """
    around = {layout.column, *layout.column.iterancestors()}
    if headline is not None:
        title = layout.blocks[headline].element
        around.update(e for e in (title, *title.iterancestors()) if e.tag not in _STRICT)
    inside = set(layout.column.iter()).union(*(box.iter() for box in layout.joined))
    named: dict[HtmlElement, str] = {}
    held: dict[HtmlElement, list[Block]] = defaultdict(list)
    for block in layout.blocks:
        for element, role in block.roles:
            named[element] = role
            held[element].append(block)
    own = [b for b in layout.blocks if b.element in inside and b in layout.prose]
    total = sum(len(block.text) for block in own)
    alike: dict[tuple[str, str], set[Block]] = defaultdict(set)
    for element in named.keys() & inside:
        alike[named[element], str(element.tag)].update(held[element])
    most = {
        key
        for key, blocks in alike.items()
        if _tells(own_of := [b for b in blocks if b in layout.prose])
        and 2 * sum(len(b.text) for b in own_of) > total
    }
    return frozenset(
        element
        for element, role in named.items()
        if element not in around
        and not (element in inside and (role, str(element.tag)) in most)
        and not (element in inside and _is_amid(layout, element, role, held[element], own))
    )


def _is_amid(
    layout: Layout, element: HtmlElement, role: str, held: Sequence[Block], own: Sequence[Block]
) -> bool:
    """Pure prose between prose of the story that bears no such name."""
    if element.tag in _STRICT or role in ("caption", "hidden", "comments", "form"):
        return False
    total = sum(len(block.text) for block in held)
    prose = [block for block in held if block in layout.prose]
    if not _tells(prose) or sum(len(block.text) for block in prose) < _PURE * total:
        return False
    if any(block.linked > 0.2 or block in layout.cards for block in held):
        return False
    others = set(own).difference(held)
    last = max(own.index(block) for block in prose if block in own) if set(prose) & set(own) else -1
    return last >= 0 and any(block in others for block in own[last + 1 :])


def members(layout: Layout, headline: int | None) -> list[int]:
    """The places of the story's blocks below the headline, with a lead above its boxes and
    a signature below them."""
    blocks = layout.blocks
    inside = set(layout.column.iter()).union(*(box.iter() for box in layout.joined))
    places = [place for place, block in enumerate(blocks) if block.element in inside]
    if not places:
        return []
    beside = {box.getparent() for box in layout.joined}
    places = [
        place
        for place in range(places[0], places[-1] + 1)
        if blocks[place].element in inside
        or (blocks[place].tag in _FLOW and blocks[place].element.getparent() in beside)
    ]
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
    """What goes on right below the boxes, up to the first heading or link: beyond a share row
    and the like only signatures."""
    found = []
    for place in range(start, min(start + 200, len(layout.blocks))):
        block = layout.blocks[place]
        if block.heading or block.linked > 0.5:
            break
        if is_signature(block) and block.pictured is None:
            found.append(place)
        elif not layout.is_outside(block) and not block.kind:
            break
    return found
