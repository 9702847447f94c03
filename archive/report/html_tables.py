"""Tables of the report. On a phone each row becomes a block, whose cells have their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.i18n.formats import day, number
from archive.printable import escape


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a page of the web."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Shaded:
    """A text in the colour of `ok`, `warn` or `bad`."""

    words: str
    shade: str


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that is escaped already."""

    html: str


Cell = str | int | date | Link | Shaded | Markup | None


def table(names: Sequence[str], rows: Sequence[Sequence[Cell]], caption: str = "") -> str:
    """A table with a heading for each column; columns of numbers are aligned to the right."""
    numeric = [isinstance(cell, int) for cell in rows[0]] if rows else [False] * len(names)
    head = "".join(
        f'<th scope="col"{_right(right)}>{escape(name)}</th>'
        for name, right in zip(names, numeric, strict=True)
    )
    lines = [
        f"<tr>{''.join(_cell(name, cell) for name, cell in zip(names, row, strict=True))}</tr>"
        for row in rows
    ]
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _cell(name: str, cell: Cell) -> str:
    if cell is None or cell in ("", Markup("")):
        return '<td class="empty"></td>'
    style = ' class="day"' if isinstance(cell, date) else _right(isinstance(cell, int))
    return f'<td data-name="{escape(name)}"{style}>{_content(cell)}</td>'


def _content(cell: Cell) -> str:
    if isinstance(cell, Markup):
        return cell.html
    if isinstance(cell, Link):
        return link(cell.words, cell.address)
    if isinstance(cell, Shaded):
        return f'<span class="{cell.shade}">{escape(cell.words)}</span>'
    if isinstance(cell, int):
        return number(cell)
    if isinstance(cell, date):
        return escape(day(cell, "medium"))
    return escape(cell or "")


def link(words: str, address: str) -> str:
    """A link to a page of the web; to anything else, such as `javascript:`, the words only."""
    if not address.startswith(("https://", "http://")):
        return escape(words)
    return f'<a href="{escape(address)}" rel="noreferrer">{escape(words)}</a>'


def _right(right: bool) -> str:
    return ' class="n"' if right else ""
