"""Bylines as pairs of role and name in boxes of their own: `<dt>Penulis</dt><dd>Rina</dd>`,
cells of a grid or a table, two paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.extraction.byline.brackets import is_prose
from crawler.extraction.byline.credits import every_role
from crawler.extraction.layout.blocks import Block

_WORDS = 7
"""Words of a name with titles and degrees."""
_CELLS = " | "
_COLON = " :：\xa0"


def join_credit_pairs(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with each sequence of such pairs as one block, a line per pair: `Penulis:
    Rina`."""
    joined = list[Block]()
    position, paired = 0, False
    while position < len(blocks):
        block = _with_colons(blocks[position])
        named = position + 1 < len(blocks) and _is_pair(block, blocks[position + 1])
        if named:
            text = f"{_role(block)}: {blocks[position + 1].text.lstrip(_COLON)}"
            block = replace(block, text=text, _kind="?")
        if named and paired:
            joined[-1].text += f"\n{block.text}"
        else:
            joined.append(block)
        position, paired = position + 1 + named, named
    return joined


def _with_colons(block: Block) -> Block:
    """A table of such pairs, `Penulis | Rina`, as lines of a byline."""
    rows = [line.split(_CELLS) for line in block.text.split("\n")] if block.tag == "table" else []
    if not rows or any(len(row) != 2 or row[0].lower() not in every_role() for row in rows):
        return block
    return replace(block, text="\n".join(map(": ".join, rows)), _kind="?")


def _role(block: Block) -> str:
    return block.text.rstrip(_COLON)


def _is_pair(role: Block, name: Block) -> bool:
    """Whether a role word alone is followed by a few words that are no sentence and no role."""
    if _role(role).lower() not in every_role() or role.heading or name.heading:
        return False
    text = name.text.lstrip(_COLON)
    if not text[:1].isupper() or text[-1] in "?!:" or name.pictured is not None or "\n" in text:
        return False
    few = len(text.split()) <= _WORDS and not is_prose(text)
    return few and _role(name).lower() not in every_role()
