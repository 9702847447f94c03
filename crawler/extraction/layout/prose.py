"""Which blocks and texts read like the sentences of a story."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.extraction.layout.blocks import Block

_SHORTEST = 30
_STORY = 200
"""Letters of sentences from which a box may be the story's, whatever its name."""
_SENTENCE = re.compile(r"[.!?:;…。」][\"”’')\]]*(?:\s*[(\[][^()\[\]]{2,80}[)\]]\W{0,4})?$")


def is_prose(block: Block) -> bool:
    """Long enough and unlinked: a paragraph rather than a label."""
    return len(block.text) >= _SHORTEST and block.linked < 0.5 and not block.heading


def is_sentence(text: str) -> bool:
    return len(text) > 60 and _SENTENCE.search(text) is not None


def tells_story(blocks: Iterable[Block]) -> bool:
    """Whether there are several sentences, enough for a story."""
    sentences = [block for block in blocks if is_sentence(block.text)]
    return len(sentences) > 1 and sum(len(block.text) for block in sentences) >= _STORY
