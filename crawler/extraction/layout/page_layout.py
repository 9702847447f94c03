"""The layout of a page: which of its elements and blocks belong to the story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import OUTSIDE

STRICT = frozenset({"nav", "footer", "aside", "form", "figure", "figcaption", "dialog"})
"""Elements whose tag certainly names their role."""


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
