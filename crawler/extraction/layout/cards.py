"""Cards: small boxes that link to other stories, each with a linked title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from lxml.html import HtmlElement

from crawler.extraction.layout.blocks import Block

_LINKED = 0.8
_TITLE = 12
"""Letters of a title."""
_SENTENCE = 60
"""A block with this many letters is not a label."""
_EXCERPT = 400
"""Letters of text that a card may have."""
_LEVELS = 3
"""Elements around a title that may be its card."""
_MOST = 0.5


def in_cards(blocks: Sequence[Block], headline: int | None = None) -> frozenset[Block]:
    """The blocks of all cards; none if cards contain most of the text and no text of the page's
    own precedes them, since they are then the content of the page."""
    inside: dict[HtmlElement, list[Block]] = defaultdict(list)
    for block in blocks:
        for level, element in enumerate((block.element, *block.element.iterancestors())):
            if level > _LEVELS:
                break
            inside[element].append(block)
    title = blocks[headline].element if headline is not None else None
    around = {title, *title.iterancestors()} if title is not None else set[HtmlElement]()
    cards = set[Block]()
    for block in blocks:
        if block.linked > _LINKED and len(block.text) >= _TITLE and block not in cards:
            cards.update(_card(block, inside, around))
    below = blocks[headline + 1 :] if headline is not None else blocks
    texts = [block for block in below if block.linked < _LINKED and len(block.text) > _SENTENCE]
    if headline is not None and texts and texts[0] not in cards:
        return frozenset(cards)
    carded = sum(len(block.text) for block in texts if block in cards)
    most = carded > _MOST * sum(len(block.text) for block in texts)
    return frozenset() if most else frozenset(cards)


def _card(
    head: Block, inside: dict[HtmlElement, list[Block]], around: set[HtmlElement]
) -> Sequence[Block]:
    """The largest box around a linked title that contains an excerpt and no more."""
    card: Sequence[Block] = ()
    for level, box in enumerate((head.element, *head.element.iterancestors())):
        if level > _LEVELS or box in around or box.tag in ("body", "html", "article", "main"):
            break
        held = inside[box]
        texts = [block for block in held if block.linked < _LINKED]
        if sum(len(block.text) for block in texts) > _EXCERPT or held[0].linked < _LINKED:
            break
        if len(texts) < len(held) <= 6 and any(len(block.text) > 30 for block in texts):
            card = held
    return card
