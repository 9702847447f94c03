"""Blocks as the paragraphs of a release: lists with their marks, no page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from crawler.extraction.blocks import Block
from crawler.extraction.boilerplate import kind_of

_PAGE_OF = re.compile(r"\s*\b(?:pages?|halaman)\s*\(\s*\d+\s*(?:of|dari)\s*\d+\s*\)\s*$", re.I)
_MARKED = re.compile(r"(?:[-–•*·]|\(?[\da-zA-Z]{1,3}[.)])\s")
"""An item whose mark is printed in its text."""


def paragraphs(kept: Iterable[Block]) -> list[str]:
    """The texts; the items of one list become lines of one paragraph, `- x` or `1. x`."""
    texts: list[str] = []
    above: HtmlElement | None = None
    marked: set[HtmlElement] = set()
    for block in kept:
        lines = [line for line in block.text.split("\n") if kind_of(line) not in ("also", "share")]
        text = _PAGE_OF.sub("", "\n".join(lines))
        if not text:
            continue
        items = block.element.getparent() if block.tag == "li" else None
        if items is not None and block.element not in marked:
            marked.add(block.element)
            text = _mark(block.element, items, text) + text
        if items is not None and items is above:
            texts[-1] += "\n" + text
        else:
            texts.append(text)
        above = items
    return texts


def _mark(item: HtmlElement, items: HtmlElement, text: str) -> str:
    """What a browser prints before an item."""
    if _MARKED.match(text):
        return ""
    if items.tag != "ol":
        return "- "
    place = items.index(item)
    number = _number(items.get("start"), 1)
    number += sum(1 for other in items[:place] if other.tag == "li")
    number = _number(item.get("value"), number)
    kind = items.get("type", "1")
    if kind in ("a", "A") and 0 < number < 27:
        return f"{chr(ord(kind) + number - 1)}. "
    return f"{number}. "


def _number(told: str | None, otherwise: int) -> int:
    return int(told) if told and told.isascii() and told.isdigit() else otherwise
