"""The blocks as paragraphs of a release: lists with their marks, no page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import kind_of

_PAGE_OF = re.compile(r"\s*\b(?:pages?|halaman)\s*\(\s*\d+\s*(?:of|dari)\s*\d+\s*\)\s*$", re.I)
_SHORT = 60
"""Letters of a name or value that are one line, `name: value`."""
_MARKED = re.compile(r"(?:[-–•*·]|\(?[\da-zA-Z]{1,3}[.)])\s")
"""An item whose text begins with its mark."""


def paragraphs(kept: Iterable[Block]) -> list[str]:
    """The texts of the blocks; the items of one list become lines of one paragraph, `- x` or `1.
    x`."""
    texts: list[str] = []
    above: HtmlElement | None = None
    term: HtmlElement | None = None
    marks: dict[HtmlElement, dict[HtmlElement, str]] = {}
    for block in kept:
        text = _PAGE_OF.sub("", _without_others(block))
        if not text:
            continue
        items = block.element.getparent() if block.tag == "li" else None
        if items is not None:
            if items not in marks:
                marks[items] = _marks(items)
            mark = marks[items].pop(block.element, "")
            text = text if _MARKED.match(text) else mark + text
        if block.tag == "dd" and term is not None:
            texts[-1] += f": {text}"
            above = block.element.getparent()
            continue
        named = block.tag == "dt" and is_of_pairs(block)
        term = block.element if named else None
        if named:
            items = block.element.getparent()
        if items is not None and items is above:
            texts[-1] += "\n" + text
        else:
            texts.append(text)
        above = items
    return texts


def _marks(items: HtmlElement) -> dict[HtmlElement, str]:
    """The marks that a browser prints before each item of a list."""
    if items.tag != "ol":
        return dict.fromkeys(items.iterchildren("li"), "- ")
    marks, number = {}, _number(items.get("start"), 1)
    for item in items.iterchildren("li"):
        number = _number(item.get("value"), number)
        kind = items.get("type", "1")
        lettered = kind in ("a", "A") and 0 < number < 27
        marks[item] = f"{chr(ord(kind) + number - 1) if lettered else number}. "
        number += 1
    return marks


def is_of_pairs(term: Block) -> bool:
    """Whether a list has names and values, `Reporter` `Salmah`, each of a few words and not a
    sentence."""
    pairs = term.element.getparent()
    if term.tag not in ("dt", "dd") or pairs is None:
        return False
    held = [e for e in pairs if isinstance(e.tag, str)]
    if [e.tag for e in held] != ["dt", "dd"] * (len(held) // 2):
        return False
    texts = [e.text_content().strip() for e in held]
    return all(0 < len(text) < _SHORT and text[-1] not in ".?!:" for text in texts)


def _number(printed: str | None, otherwise: int) -> int:
    return int(printed) if printed and printed.isascii() and printed.isdigit() else otherwise


def _without_others(block: Block) -> str:
    """Its text without lines such as `Baca juga: …`."""
    lines = block.text.split("\n")
    kinds = [block.kind] if len(lines) == 1 else map(kind_of, lines)
    both = zip(lines, kinds, strict=True)
    return "\n".join(line for line, kind in both if kind not in ("also", "share"))
