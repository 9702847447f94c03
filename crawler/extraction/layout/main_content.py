"""Finds the main content: the smallest element with most of the prose, and the boxes that
continue it.

The name of an element is a hint: it makes its prose weigh less than other prose on the page. If
the weights leave doubt, trafilatura's result decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from crawler.extraction.layout.asides import in_asides
from crawler.extraction.layout.believed_roles import believed
from crawler.extraction.layout.blocks import Block, is_signature
from crawler.extraction.layout.boilerplate import is_teaser
from crawler.extraction.layout.cards import in_cards
from crawler.extraction.layout.page_layout import Layout
from crawler.extraction.layout.prose import is_prose, is_sentence
from crawler.extraction.layout.weights import Weights
from crawler.extraction.trafilatura_reading import confirmed
from crawler.markup.dom import HEADINGS

_CLEAR = 0.9
"""With this share of the page's prose in one column, nothing else is considered."""
_ALIKE = 0.5
_LEVELS = 3
"""Elements around the column in which its text may continue, on a page without a title."""
_PARAGRAPHS = frozenset(
    {*HEADINGS, "p", "li", "ul", "ol", "blockquote", "pre", "dd", "dt", "dl", "tr", "tbody"}
)
_FLOW = frozenset({*_PARAGRAPHS, "table", "figure", "center", "span", "font"})
_PAGE = frozenset({"html", "body"})


def lay_out(
    root: HtmlElement,
    blocks: Sequence[Block],
    headline: int | None = None,
    *,
    confirm: bool = False,
) -> Layout:
    """Finds the story's boxes. `headline`: the position of the title, if a given one is visible."""
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
    """Sets column, joined boxes and believed roles; returns the share of the page's prose, by
    weight, that the boxes contain."""
    weights = Weights.of(layout)
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


def _joined(layout: Layout, weights: Weights, headline: int | None) -> Iterator[HtmlElement]:
    """Boxes next to the column or one of its ancestors that continue its text, up to the
    smallest element that also contains the title."""
    inner = layout.column
    least = _ALIKE * weights.worth(inner)
    title = layout.blocks[headline].element if headline is not None else None
    around = {title, *title.iterancestors()} if title is not None else set()
    for level, parent in enumerate(layout.column.iterancestors()):
        boxes = list(weights.children[parent])
        own = [
            box is inner or (weights.worth(box) >= least and _goes_on(layout, box, inner))
            for box in boxes
        ]
        for position, box in enumerate(boxes):
            amid = any(own[:position]) and any(own[position + 1 :])
            if box is not inner and (own[position] or (amid and _is_pure(layout, box))):
                yield box
        if parent.tag in _PAGE or (parent in around if around else level >= _LEVELS):
            return
        inner = parent


def _goes_on(layout: Layout, box: HtmlElement, beside: HtmlElement) -> bool:
    """Whether a box of prose continues the story: it has the same markup as the box next to it,
    or trafilatura takes it; and hardly a link."""
    held = _held(layout, box)
    if not _is_mostly_prose(layout, box, held):
        return False
    if layout.confirmed is not None:
        prose = sum(len(b.text) for b in held if b in layout.prose)
        taken = sum(len(b.text) for b in held if b in layout.prose and b in layout.confirmed)
        return taken >= _ALIKE * prose
    if not _is_told(layout, held):
        return False
    return box.tag in _FLOW or (box.tag == beside.tag and bool(_classes(box) & _classes(beside)))


def _is_pure(layout: Layout, box: HtmlElement) -> bool:
    """Whether a box contains sentences and no link: between two boxes of the story it belongs to
    it."""
    held = _held(layout, box)
    if any(block.linked or block in layout.cards for block in held):
        return False
    return _is_mostly_prose(layout, box, held) and _is_told(layout, held)


def _held(layout: Layout, box: HtmlElement) -> list[Block]:
    own = set(box.iter())
    return [block for block in layout.blocks if block.element in own]


def _is_mostly_prose(layout: Layout, box: HtmlElement, held: Sequence[Block]) -> bool:
    total = sum(len(block.text) for block in held)
    prose = sum(len(block.text) for block in held if block in layout.prose)
    linked = sum(len(block.text) * block.linked for block in held)
    asked = next(box.iter("form"), None) is not None
    return prose >= _ALIKE * total and linked <= 0.3 * total and not asked


def _is_told(layout: Layout, held: Sequence[Block]) -> bool:
    """Whether most of its prose ends like sentences."""
    prose = [block for block in held if block in layout.prose]
    in_sentences = sum(len(block.text) for block in prose if is_sentence(block.text))
    return in_sentences >= _ALIKE * sum(len(block.text) for block in prose)


def _classes(element: HtmlElement) -> frozenset[str]:
    return frozenset((element.get("class") or "-").split())


def members(layout: Layout, headline: int | None) -> list[int]:
    """Positions of the story's blocks below the headline, with a lead above its boxes and a
    signature below them."""
    blocks = layout.blocks
    inside = set(layout.column.iter()).union(*(box.iter() for box in layout.joined))
    positions = [position for position, block in enumerate(blocks) if block.element in inside]
    if not positions:
        return []
    beside = {box.getparent() for box in layout.joined}
    positions = [
        position
        for position in range(positions[0], positions[-1] + 1)
        if blocks[position].element in inside
        or (blocks[position].tag in _FLOW and blocks[position].element.getparent() in beside)
    ]
    start = positions[0] if headline is None or headline > positions[-1] else headline + 1
    positions = [position for position in positions if position >= start]
    if not positions:
        return []
    lead = [
        position
        for position in range(start, positions[0])
        if _leads(blocks[position]) and not layout.is_outside(blocks[position])
    ]
    return lead + positions + _following(layout, positions[-1] + 1)


def begins(layout: Layout, positions: Sequence[int]) -> int:
    """The position in the column where its text begins; a title formatted as text precedes it."""
    prose = [position for position in positions if layout.blocks[position] in layout.prose]
    first = next(iter(prose), 0)
    return next((position for position in prose if _reads_on(layout.blocks[position].text)), first)


def _reads_on(text: str) -> bool:
    return len(text) > 100 or is_sentence(text)


def _leads(block: Block) -> bool:
    """A paragraph between title and column, formatted differently."""
    return is_prose(block) and is_sentence(block.text) and not block.kind


def _following(layout: Layout, start: int) -> list[int]:
    """Blocks directly below the boxes, up to the first heading or link; after a share row and
    similar only signatures."""
    following = []
    for position in range(start, min(start + 200, len(layout.blocks))):
        block = layout.blocks[position]
        if block.heading or block.linked > 0.5:
            break
        if is_signature(block) and block.pictured is None:
            following.append(position)
        elif not layout.is_outside(block) and not block.kind:
            break
    return following
