"""Which elements and blocks of a page belong to the story, and which texts read like one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import OUTSIDE

_SHORTEST = 30
_STORY = 200
"""Letters of sentences from which a box may be the story's, whatever its name."""
_SENTENCE = re.compile(r"[.!?:;…。」][\"”’')\]]*(?:\s*[(\[][^()\[\]]{2,80}[)\]]\W{0,4})?$")

STRICT = frozenset({"nav", "footer", "aside", "form", "figure", "figcaption", "dialog"})
"""Elements whose tag certainly names their role."""


def is_prose(block: Block) -> bool:
    """Long enough and unlinked: a paragraph rather than a label."""
    return len(block.text) >= _SHORTEST and block.linked < 0.5 and not block.heading


def is_sentence(text: str) -> bool:
    return len(text) > 60 and _SENTENCE.search(text) is not None


def tells_story(blocks: Iterable[Block]) -> bool:
    """Whether there are several sentences, enough for a story."""
    sentences = [block for block in blocks if is_sentence(block.text)]
    return len(sentences) > 1 and sum(len(block.text) for block in sentences) >= _STORY


@dataclass(slots=True)
class Layout:
    """Which of a page's elements belong to the story, and the roles of others."""

    root: HtmlElement
    blocks: Sequence[Block]
    prose: frozenset[Block]
    """The blocks that read like paragraphs of the story."""
    believed: frozenset[HtmlElement]
    """The elements that have the role they name."""
    column: HtmlElement
    joined: frozenset[HtmlElement] = frozenset()
    """Boxes next to the column that continue the story."""
    cards: frozenset[Block] = frozenset()
    """Blocks that link to other stories, list links or ask the reader for something."""
    confirmed: frozenset[Block] | None = None
    """The blocks that trafilatura takes for the story; None if it was not run."""

    def roles(self, block: Block) -> set[str]:
        """The roles of the elements around a block, other than text."""
        return {role for element, role in block.roles if element in self.believed} - {"post"}

    def is_outside(self, block: Block) -> bool:
        return block in self.cards or any(
            role in OUTSIDE and element in self.believed for element, role in block.roles
        )
