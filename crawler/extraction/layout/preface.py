"""Lines between the title and the first sentence that are not part of the release: the title
again, stamps, counters, captions, a rubric, a teaser."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extraction.dateline import split_dateline
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import has_date, is_label
from crawler.extraction.layout.prose import is_prose, is_sentence
from crawler.extraction.title_comparison import squash

_ENDS = re.compile(r"[.!?:;。」,][\"”’')\]]*$")
_CAPITALS = re.compile(r"[A-Z][A-Z .,()]{2,40}\s*[,.]?\s*[-–—]{1,2}\s*\S")
_PLACE_AND_DAY = re.compile(r"[A-Z][A-Za-z .]{2,40},\s*\d{1,2}\s+[A-Za-z]{3,9}\s+\d{4}\W*")
_FEW = 4
"""Words of a line above the dateline that is not a sentence."""


def is_preface(block: Block, later: Sequence[Block], title: str | None, *, pictured: bool) -> bool:
    """Whether a block before the text belongs to the site. `later`: the blocks after it;
    `pictured`: a picture is directly before it, or before the line above it."""
    text = block.text
    if title and squash(text) == squash(title):
        return True
    if len(text) < 120 and has_date(text) and not is_sentence(text):
        return not has_dateline(text) and not _is_place_and_day(block, later)
    if is_label(text) or _stands_apart(block, later) or _is_over_dateline(block, later):
        return True
    opening = text.rstrip(" .…[]")
    if len(opening) > 30 and any(b.text.startswith(opening) for b in later[:12]):
        return True
    if pictured and len(text) < 250 and not has_dateline(text) and not is_beside(block, later):
        return any(has_dateline(b.text) for b in later[:2])
    return False


def has_dateline(text: str) -> bool:
    """Also of an unlisted place, if it is in capitals."""
    return _CAPITALS.match(text) is not None or split_dateline(text[:200]).dateline is not None


def ends_open(text: str) -> bool:
    """Whether it ends neither like a sentence nor like a line."""
    return _ENDS.search(text) is None


def _stands_apart(block: Block, later: Sequence[Block]) -> bool:
    """A short line, perhaps a rubric, in another box than the text that follows."""
    if len(block.text) > 60 or not ends_open(block.text) or has_dateline(block.text):
        return False
    text = next((b for b in later if is_prose(b) and not b.kind), None)
    if text is None or text.element is block.element:
        return False
    return text.element.getparent() is not block.element.getparent()


def _is_over_dateline(block: Block, later: Sequence[Block]) -> bool:
    """A count, or a few words formatted differently, above the line that begins with place and
    dash: counters, tools and rubrics are; a greeting or a list that opens the release is not."""
    if not _is_few_words(block) or block.heading or has_dateline(block.text):
        return False
    text = next((b for b in later if not (b.kind or _is_few_words(b))), None)
    if text is None or not has_dateline(text.text):
        return False
    is_same_markup = text.tag == block.tag and text.element.getparent() is block.element.getparent()
    return not is_same_markup or block.text[0].isdigit()


def _is_few_words(block: Block) -> bool:
    text = block.text
    return block.tag != "li" and len(text) < 60 and len(text.split()) <= _FEW and ends_open(text)


def is_beside(block: Block, later: Sequence[Block]) -> bool:
    """In the box of the text that follows, while the picture is outside of that box."""
    text = next((b for b in later if is_prose(b) and not b.kind), None)
    if text is None or block.picture is None:
        return False
    box = text.element.getparent()
    return (
        box is not None
        and box in block.element.iterancestors()
        and box not in block.picture.iterancestors()
    )


def _is_place_and_day(block: Block, later: Sequence[Block]) -> bool:
    """`Tanjung Baru, 14 Mei 2024` above the text, as in letters."""
    beside = any(b.element.getparent() is block.element.getparent() for b in later[:1])
    return beside and block.kind is None and _PLACE_AND_DAY.fullmatch(block.text) is not None
