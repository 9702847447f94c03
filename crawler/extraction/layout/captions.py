"""Captions within the text: lines directly below a picture that are only about it.

Only lines whose length or format make a caption likelier than text are captions; a byline, a
numbered line, a quotation and a line among many similar ones are not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extraction.byline.find_byline import split_byline
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.preface import ends_open, has_dateline, is_beside
from crawler.extraction.layout.prose import is_prose, is_sentence
from crawler.extraction.title_comparison import squash

_LONGEST = 300
_SHORT = 160
_FEW = 3
_CREDIT = re.compile(r"[(\[][^()\[\]]{2,80}[)\]]\.?")
_SMALL_PRINT = re.compile(r"\b(?:small|muted|italic|caption|foto|ket)\b", re.IGNORECASE)
_CENTRED = re.compile(r"\bcenter\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\(?(?:\d{1,2}[.)]\s*|[a-z][.)]\s+)\w")


def captions(blocks: Sequence[Block]) -> frozenset[Block]:
    """The captions among the blocks of a story."""
    lines = set[Block]()
    for position, block in enumerate(blocks):
        if block.pictured is not None:
            is_one = _is_caption(block, blocks[position + 1 :])
        else:
            is_one = (
                position > 0
                and blocks[position - 1] in lines
                and _is_boxed(block, blocks, position)
            )
        if is_one:
            lines.add(block)
    plain = {b for b in lines if not _is_set_apart(b) and not _CREDIT.fullmatch(b.text)}
    text = [b for b in blocks if b not in lines and is_prose(b) and not b.kind]
    if len(plain) >= _FEW and len(plain) > len(text):
        lines -= {block for block in plain if squash(block.text) != squash(block.pictured or "")}
    return frozenset(lines)


def _is_boxed(block: Block, blocks: Sequence[Block], position: int) -> bool:
    """Whether a line below a caption is in a box with only the picture and its captions."""
    before = blocks[position - 1]
    first = next(b for b in reversed(blocks[:position]) if b.picture is not None)
    if first.picture is None or len(block.text) > _LONGEST or has_dateline(block.text):
        return False
    if before.tag == "figcaption" != block.tag and is_sentence(block.text):
        return False
    around = set(first.picture.iterancestors())
    box = next((e for e in block.element.iterancestors() if e in around), None)
    if box is None or box.tag in ("body", "article", "main"):
        return False
    held = "".join(box.itertext()).split()
    words = f"{before.text} {block.text}".split()
    return not _signs(block.text) and len("".join(held)) <= len("".join(words))


def _is_caption(block: Block, later: Sequence[Block]) -> bool:
    text = block.text
    if len(text) > _LONGEST or block.heading or block.tag == "li" or has_dateline(text):
        return False
    if block.pictured and squash(text) == squash(block.pictured):
        return True
    if _NUMBERED.match(text) or any(e.tag == "blockquote" for e in block.element.iterancestors()):
        return False
    if _CREDIT.fullmatch(text):
        return any(is_sentence(b.text) for b in later) or not _signs(text)
    if (
        (not ends_open(text) or _names_writer(text))
        and _signs(text)
        and not any(is_sentence(b.text) for b in later)
    ):
        return False
    if _is_set_apart(block):
        return True
    return len(text) < _SHORT and ends_open(text) and not is_beside(block, later)


def _is_set_apart(block: Block) -> bool:
    """Slanted, small, or centred like a label; by its box, if it is alone in it."""
    names = str(block.tag)
    if len(squash(block.element.text_content())) <= len(squash(block.text)):
        names += f" {block.element.get('class', '')} {block.element.get('style', '')}"
    if block.slanted > 0.8 or _SMALL_PRINT.search(names):
        return True
    return _CENTRED.search(names) is not None and not is_sentence(block.text)


def _names_writer(text: str) -> bool:
    """`Penulis: …`, `Editor: …`; a photographer is named below the picture."""
    signed = split_byline(f"Demikian disampaikan.\n\n{text}")
    return ":" in text and any(credit.role in ("writer", "editor") for credit in signed.credits)


def _signs(text: str) -> bool:
    signed = split_byline(f"Demikian disampaikan.\n\n{text}")
    return bool(signed.byline) and signed.text.strip() == "Demikian disampaikan."
