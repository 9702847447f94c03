"""A page's blocks, parted into the story's boxes and what is outside of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import OUTSIDE

_SHORTEST = 30
_STORY = 200
"""Letters of sentences from which a box may be the story's, whatever it is called."""
_SENTENCE = re.compile(r"[.!?:;…。」][\"”’')\]]*(?:\s*[(\[][^()\[\]]{2,80}[)\]]\W{0,4})?$")

STRICT = frozenset({"nav", "footer", "aside", "form", "figure", "figcaption", "dialog"})
"""Elements that are what they are called by their tag."""


def is_prose(block: Block) -> bool:
    """Long enough and unlinked: a paragraph rather than a label."""
    return len(block.text) >= _SHORTEST and block.linked < 0.5 and not block.heading


def is_sentence(text: str) -> bool:
    return len(text) > 60 and _SENTENCE.search(text) is not None


def tells_story(blocks: Iterable[Block]) -> bool:
    """Several sentences, enough to be a story."""
    told = [block for block in blocks if is_sentence(block.text)]
    return len(told) > 1 and sum(len(block.text) for block in told) >= _STORY


@dataclass(slots=True)
class Layout:
    """Which of a page's elements are the story's, and what others call themselves."""

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
