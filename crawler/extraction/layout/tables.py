"""Tables of data as lines, `a | b`."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.markup.dom import BLOCKS, HEADINGS
from crawler.markup.text import clean

_COLON = re.compile(r"\s*:\s*\| | \|\s*:\s*(?=\w)")
_OWN_COLON = re.compile(r" \|\s*:\s*\| ")
"""A colon at the edge of a cell, or in its own cell, separates as in a line."""


def table_lines(table: HtmlElement) -> list[str]:
    """The rows of a data table, `a | b`; none for a table used for layout."""
    rows = list(table.iter("tr"))
    if len(rows) < 2 or next(table.iter(*HEADINGS, "form", "img", "ul", "ol"), None) is not None:
        return []
    if sum(1 for _ in table.iter("table")) > 1:
        return []
    lines, columned = [], 0
    for row in rows:
        cells = [_cell_text(cell) for cell in row.iter("td", "th")]
        if any(len(cell) > 300 for cell in cells):
            return []
        if filled := [cell for cell in cells if cell]:
            lines.append(_COLON.sub(": ", _OWN_COLON.sub(" : ", " | ".join(filled))))
            columned += len(filled) > 1
    return lines if columned and columned >= len(lines) / 2 else []


def _cell_text(cell: HtmlElement) -> str:
    parted = any(inner.tag in BLOCKS or inner.tag == "br" for inner in cell.iterdescendants())
    return clean((" " if parted else "").join(cell.itertext()))
