"""A page as the sequence of text blocks a reader sees, each with what the markup says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.boilerplate import MARKUP, kind_of

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_TITLE = re.compile(r"title|judul|headline", re.IGNORECASE)
_CONTROLS: dict[int, str | None] = {
    code: " " if chr(code).isspace() else None for code in range(32)
}
_WINDOWS = {code: bytes((code,)).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))
_CLEAN = {**_CONTROLS, **_WINDOWS, **_UNSEEN}
_CLEAN_LINES = {**_CLEAN, ord("\n"): "\n"}
"""For <pre>, where the line ends count."""

_SILENT = frozenset(
    {"script", "style", "noscript", "template", "head", "object", "embed", "map"}
    | {"select", "option", "button", "input", "textarea"}
)
_PICTURES = frozenset({"img", "picture", "iframe", "video", "audio", "amp-img"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = HEADINGS | (
    {"html", "body", "main", "article", "section", "header", "footer", "aside", "nav", "div"}
    | {"p", "blockquote", "pre", "center", "address", "hr", "form", "fieldset", "legend"}
    | {"ul", "ol", "li", "dl", "dt", "dd", "dir", "menu", "figure", "figcaption"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
    | {"details", "summary", "dialog", "hgroup"}
)
_SLANTED = frozenset({"em", "i", "small", "cite"})
_BY_TAG = {
    "nav": "navigation",
    "footer": "footer",
    "aside": "aside",
    "figure": "caption",
    "figcaption": "caption",
    "dialog": "hidden",
}
_ASIDE = re.compile(r"\W*(?:baca|simak|lihat) (?:juga|pula)\b", re.IGNORECASE)
"""`Baca juga: …` set in bold at the end of a paragraph is a line of its own."""
_NEVER_BY_CLASS = frozenset({"html", "body", "main", "article"})


@dataclass(slots=True, eq=False)
class Block:
    """One paragraph, heading, list item or table as printed."""

    text: str
    """Whitespace collapsed; lines of a table or an address stay lines."""
    element: HtmlElement
    """The nearest element of block level around it."""
    roles: tuple[tuple[HtmlElement, str], ...] = ()
    """The elements around it that call themselves something other than text."""
    linked: float = 0.0
    """Share of its letters inside links."""
    slanted: float = 0.0
    """Share of its letters in <em>, <i> or <small>."""
    pictured: str | None = None
    """The alternative text of the picture right before it; None when there is no picture."""
    titled: bool = False
    """Class or id call it a title."""
    _kind: str | None = "?"

    @property
    def tag(self) -> str:
        return str(self.element.tag)

    @property
    def kind(self) -> str | None:
        """The kind of boilerplate its text is; None for text of one's own."""
        if self._kind == "?":
            self._kind = kind_of(self.text)
        return self._kind

    @property
    def heading(self) -> bool:
        return self.tag in HEADINGS


def clean(text: str) -> str:
    """Spaces of every kind collapsed to one; what cannot be seen removed; stray C1 codes read
    as the windows-1252 they were meant to be."""
    return " ".join(text.translate(_CLEAN).split())


@lru_cache(maxsize=4096)
def _role(tag: str, names: str) -> str | None:
    """What an element calls itself by tag, class and id, if that is not text."""
    if (role := _BY_TAG.get(tag)) and "table" not in names:
        return role
    if tag in _NEVER_BY_CLASS or not names:
        return None
    words = _WORDS.findall(names)
    spelled = " ".join(words).lower()
    for role, pattern in MARKUP.items():
        if pattern.search(spelled):
            return role
    return None


@dataclass(slots=True)
class _Reader:
    """Walks a tree once, in reading order."""

    blocks: list[Block] = field(default_factory=list)
    pieces: list[tuple[str, bool, bool]] = field(default_factory=list)
    around: list[HtmlElement] = field(default_factory=list)
    roles: list[tuple[HtmlElement, str]] = field(default_factory=list)
    links: int = 0
    slants: int = 0
    pictured: str | None = None

    def open(self, element: HtmlElement) -> bool:
        """Whether to go on inside."""
        tag = element.tag
        if tag in _SILENT or _is_hidden(element):
            return False
        if tag in _PICTURES:
            if not re.search(r"emoji|smil|icon", element.get("class", "")):
                self.flush()
                self.pictured = clean(element.get("alt") or "")
            return False
        if tag == "br":
            self.pieces.append(("\n", False, False))
        elif tag in _BLOCKS:
            self.flush()
            self.around.append(element)
            if tag == "table" and (lines := table_lines(element)):
                self.add("\n".join(lines), 0, 0)
                self.around.pop()
                return False
        if role := _role(str(tag), _names(element)):
            if tag not in _BLOCKS:
                self.flush()
            self.roles.append((element, role))
        if tag not in _BLOCKS and _ASIDE.match(element.text or ""):
            self.pieces.append(("\n", False, False))
        self.links += tag == "a"
        self.slants += tag in _SLANTED
        self.say(element.text)
        return True

    def close(self, element: HtmlElement, entered: bool) -> None:
        if entered:
            self.links -= element.tag == "a"
            self.slants -= element.tag in _SLANTED
            flagged = bool(self.roles) and self.roles[-1][0] is element
            if flagged or element.tag in _BLOCKS:
                self.flush()
            if flagged:
                self.roles.pop()
            if element.tag in _BLOCKS:
                self.around.pop()
        self.say(element.tail)

    def say(self, text: str | None) -> None:
        if text:
            kept = _CLEAN_LINES if self.around[-1].tag == "pre" else _CLEAN
            self.pieces.append((text.translate(kept), self.links > 0, self.slants > 0))

    def flush(self) -> None:
        if not self.pieces:
            return
        pieces, self.pieces = self.pieces, []
        for text, linked, slanted in _paragraphs(pieces):
            self.add(text, linked / len(text), slanted / len(text))

    def add(self, text: str, linked: float, slanted: float) -> None:
        element = self.around[-1]
        roles = tuple(self.roles)
        titled = _TITLE.search(_names(element)) is not None
        self.blocks.append(Block(text, element, roles, linked, slanted, self.pictured, titled))
        self.pictured = None


def read_blocks(root: HtmlElement) -> list[Block]:
    """All blocks of a tree in reading order. A <br><br> ends a paragraph as </p> does."""
    reader = _Reader(around=[root])
    entered: set[HtmlElement] = set()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if not isinstance(element.tag, str):
            continue
        if event == "end":
            reader.close(element, element in entered)
            entered.discard(element)
        elif reader.open(element):
            entered.add(element)
        else:
            walk.skip_subtree()
    reader.flush()
    return reader.blocks


def _paragraphs(pieces: list[tuple[str, bool, bool]]) -> Iterator[tuple[str, int, int]]:
    """Text, linked and slanted letters of each paragraph between breaks."""
    lines: list[list[tuple[str, bool, bool]]] = [[]]
    for piece in pieces:
        for number, part in enumerate(piece[0].split("\n")):
            if number:
                lines.append([])
            lines[-1].append((part, piece[1], piece[2]))
    text, linked, slanted = "", 0, 0
    for line in [*lines, []]:
        said = " ".join("".join([part for part, _, _ in line]).split())
        if text and (not said or _ends_paragraph(text)):
            yield text, linked, slanted
            text, linked, slanted = "", 0, 0
        if said:
            text = f"{text}\n{said}" if text else said
            linked += sum(len(part.strip()) for part, link, _ in line if link)
            slanted += sum(len(part.strip()) for part, _, slant in line if slant)


def _ends_paragraph(text: str) -> bool:
    """A long line that ends a sentence: a single <br> after it parts paragraphs."""
    last = text.rsplit("\n", 1)[-1]
    return len(last) > 60 and last[-1] in '.!?”")]'


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}".strip()


def _is_hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return (
        (style is not None and "none" in style and "display:none" in style.replace(" ", "").lower())
        or element.get("hidden") is not None
    ) and element.tag not in ("html", "body")


def table_lines(table: HtmlElement) -> list[str]:
    """The rows of a table of data, `a | b`; none for a table that only lays out the page."""
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
            lines.append(" | ".join(filled))
            columned += len(filled) > 1
    return lines if columned and columned >= len(lines) / 2 else []


def _cell_text(cell: HtmlElement) -> str:
    parted = any(inner.tag in _BLOCKS or inner.tag == "br" for inner in cell.iterdescendants())
    return clean((" " if parted else "").join(cell.itertext()))
