"""Other readings of a page, for comparison: trafilatura's."""

from __future__ import annotations

from collections.abc import Sequence

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document

from crawler.extraction.layout.blocks import Block
from crawler.extraction.title_comparison import squash

_MOST_BLOCKS = 4000
_LONGEST = 200_000


def trafilatura_text(root: HtmlElement) -> str:
    """The text that trafilatura takes for the article; empty if it finds none. The tree is not
    changed."""
    document = trafilatura.bare_extraction(
        root, fast=True, include_comments=False, include_tables=True, deduplicate=False
    )
    if not isinstance(document, Document) or document.body is None:
        return ""
    return "".join(document.body.itertext())[:_LONGEST]


def confirmed(root: HtmlElement, blocks: Sequence[Block]) -> frozenset[Block]:
    """The blocks that trafilatura takes for the article."""
    taken = squash(trafilatura_text(root))
    return frozenset(
        block
        for block in blocks[:_MOST_BLOCKS]
        if len(block.text) >= 30 and squash(block.text[:80])[:50] in taken
    )
