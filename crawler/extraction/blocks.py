"""A page as the sequence of text blocks a reader sees, each with what the markup says of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.boilerplate import MARKUP, OUTSIDE, kind_of

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
_STRONG = frozenset({"b", "strong", "big"})
_STRESS = re.compile(
    r"font-size\s*:\s*(?:(?:1[89]|[2-9]\d)(?:\.\d+)?(?:px|pt)|x+-large|large)"
    r"|font-weight\s*:\s*(?:bold|[6-9]00)",
    re.IGNORECASE,
)
_LARGE = frozenset({"4", "5", "6", "7", "+1", "+2", "+3"})
"""Sizes of <font> above that of text."""
_LINKED, _SLANTING, _STRESSED = 1, 2, 4
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
_NEVER_ALL = frozenset({"navigation", "footer", "hidden", "aside", "form", "advert", "share"})
_WHOLE = 0.8
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
    stressed: float = 0.0
    """Share of its letters in bold or large type."""
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
    def set_aside(self) -> bool:
        """Something around it calls itself navigation, related, comments and the like."""
        return any(role in OUTSIDE for _, role in self.roles)

    @property
    def heading(self) -> bool:
        return self.tag in HEADINGS


def clean(text: str) -> str:
    """Spaces of every kind collapsed to one; what cannot be seen removed; stray C1 codes read
    as the windows-1252 they were meant to be."""
    return " ".join(text.translate(_CLEAN).split())


@lru_cache(maxsize=4096)
def _marks(tag: str, names: str) -> tuple[str | None, bool]:
    """What an element calls itself by tag, class and id, if that is not text; and whether it
    calls itself a title."""
    titled = _TITLE.search(names) is not None
    if (role := _BY_TAG.get(tag)) and "table" not in names:
        return role, titled
    if tag in _NEVER_BY_CLASS or not names:
        return None, titled
    spelled = " ".join(_WORDS.findall(names)).lower()
    return next((r for r, pattern in MARKUP.items() if pattern.search(spelled)), None), titled


@dataclass(slots=True)
class _Reader:
    """Walks a tree once, in reading order."""

    blocks: list[Block] = field(default_factory=list)
    pieces: list[tuple[str, int]] = field(default_factory=list)
    around: list[HtmlElement] = field(default_factory=list)
    roles: list[tuple[HtmlElement, str]] = field(default_factory=list)
    titles: list[HtmlElement] = field(default_factory=list)
    links: int = 0
    slants: int = 0
    stresses: int = 0
    pictured: str | None = None

    def open(self, element: HtmlElement) -> bool:
        """Whether to go on inside."""
        tag = str(element.tag)
        if tag in _SILENT or _is_hidden(element):
            return False
        if tag in _PICTURES:
            if not re.search(r"emoji|smil|icon", element.get("class", "")):
                self.flush()
                self.pictured = clean(element.get("alt") or "")
            return False
        role, titled = _marks(tag, _names(element))
        if tag == "br":
            self.pieces.append(("\n", 0))
        elif tag in _BLOCKS:
            self.flush()
            self.around.append(element)
            if tag == "table" and (lines := table_lines(element)):
                self.add(("\n".join(lines), 0, 0, 0))
                self.around.pop()
                return False
        elif role or titled:
            self.flush()
        elif _ASIDE.match(element.text or ""):
            self.pieces.append(("\n", 0))
        if role:
            self.roles.append((element, role))
        if titled and tag not in _BLOCKS:
            self.titles.append(element)
        self.links += tag == "a"
        self.slants += tag in _SLANTED
        self.stresses += _is_stressed(element)
        self.say(element.text)
        return True

    def close(self, element: HtmlElement, entered: bool) -> None:
        if entered:
            flagged = bool(self.roles) and self.roles[-1][0] is element
            titled = bool(self.titles) and self.titles[-1] is element
            if flagged or titled or element.tag in _BLOCKS:
                self.flush()
            if flagged:
                self.roles.pop()
            if titled:
                self.titles.pop()
            if element.tag in _BLOCKS:
                self.around.pop()
            self.links -= element.tag == "a"
            self.slants -= element.tag in _SLANTED
            self.stresses -= _is_stressed(element)
        self.say(element.tail)

    def say(self, text: str | None) -> None:
        if text:
            kept = _CLEAN_LINES if self.around[-1].tag == "pre" else _CLEAN
            set_in = (
                _LINKED * (self.links > 0)
                | _SLANTING * (self.slants > 0)
                | _STRESSED * (self.stresses > 0)
            )
            self.pieces.append((text.translate(kept), set_in))

    def flush(self) -> None:
        if self.pieces:
            pieces, self.pieces = self.pieces, []
            for line in _paragraphs(pieces):
                self.add(line)

    def add(self, line: _Line) -> None:
        text, linked, slanted, stressed = line
        element = self.around[-1]
        titled = bool(self.titles) or _marks(str(element.tag), _names(element))[1]
        self.blocks.append(
            Block(
                text,
                element,
                tuple(self.roles),
                linked / len(text),
                slanted / len(text),
                stressed / len(text),
                self.pictured,
                titled,
            )
        )
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
    _disbelieve_wrappers(reader.blocks)
    return reader.blocks


def _disbelieve_wrappers(blocks: Sequence[Block]) -> None:
    """What holds nearly all of a page is no menu, whatever it is called (`<div id="__next">`)."""
    held: Counter[HtmlElement] = Counter()
    for block in blocks:
        for element, role in block.roles:
            held[element] += len(block.text) if role in _NEVER_ALL else 0
    whole = _WHOLE * sum(len(block.text) for block in blocks)
    if wrappers := {element for element, letters in held.items() if letters > whole}:
        for block in blocks:
            block.roles = tuple(role for role in block.roles if role[0] not in wrappers)


_Line = tuple[str, int, int, int]
"""Text, and how many of its letters are linked, slanted and stressed."""


def _paragraphs(pieces: list[tuple[str, int]]) -> Iterator[_Line]:
    """The paragraphs between breaks; a title or stamp over a text is one of its own."""
    lines: list[_Line] = []
    for line in [*_lines(pieces), ("", 0, 0, 0)]:
        if lines and (not line[0] or _ends_paragraph(lines, line[0])):
            yield (
                "\n".join(text for text, _, _, _ in lines),
                sum(linked for _, linked, _, _ in lines),
                sum(slanted for _, _, slanted, _ in lines),
                sum(stressed for _, _, _, stressed in lines),
            )
            lines = []
        if line[0]:
            lines.append(line)


def _lines(pieces: list[tuple[str, int]]) -> Iterator[_Line]:
    parts: list[str] = []
    counts = [0, 0, 0]
    for text, set_in in pieces:
        for number, part in enumerate(text.split("\n")):
            if number:
                yield " ".join("".join(parts).split()), counts[0], counts[1], counts[2]
                parts, counts = [], [0, 0, 0]
            parts.append(part)
            if set_in:
                letters = len(part.strip())
                counts[0] += letters * (set_in & _LINKED > 0)
                counts[1] += letters * (set_in & _SLANTING > 0)
                counts[2] += letters * (set_in & _STRESSED > 0)
    yield " ".join("".join(parts).split()), counts[0], counts[1], counts[2]


def _ends_paragraph(lines: list[_Line], following: str) -> bool:
    """After a long line that ends a sentence a single <br> parts paragraphs; so it does after
    a line in bold, and after a stamp over a text."""
    text, _, _, stressed = lines[-1]
    if len(text) > 60 and text[-1] in '.!?”")]':
        return True
    if len(lines) > 1:
        return False
    if len(text) > 11 and stressed > 0.9 * len(text):
        return True
    return len(following) > 60 and len(text) < 80 and kind_of(text) == "stamp"


def _is_stressed(element: HtmlElement) -> bool:
    if element.tag in _STRONG or (element.tag == "font" and element.get("size") in _LARGE):
        return True
    style = element.get("style")
    return style is not None and _STRESS.search(style) is not None


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
