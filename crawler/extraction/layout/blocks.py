"""A page as the sequence of text blocks that a reader sees, with their markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.layout.boilerplate import OUTSIDE, kind_of
from crawler.extraction.layout.display import is_block, is_line_of_heading
from crawler.extraction.layout.element_roles import role_and_title
from crawler.extraction.layout.line_breaks import LINKED, SLANTING, STRESSED, Line, between_breaks
from crawler.extraction.layout.tables import table_lines
from crawler.extraction.layout.unfolding import Controls, is_label, is_silent, is_toggle
from crawler.markup.dom import HEADINGS
from crawler.markup.text import clean, mend
from crawler.markup.visibility import is_hidden

_SIGNED = re.compile(
    r"[(\[*].{1,120}[)\]*]\.?|(?:penulis|reporter|editor|sumber|pewarta|kontributor|fotografer"
    r"|teks|naskah|redaktur|liputan|laporan)\b[^.]{0,160}",
    re.IGNORECASE | re.DOTALL,
)
_ICON = re.compile(r"emoji|smil|icon")
_SILENT = frozenset(
    {"script", "style", "noscript", "head", "object", "embed", "map", "select", "option", "input"}
)
_PICTURES = frozenset({"img", "picture", "iframe", "video", "audio", "amp-img"})
_PRINTED = frozenset({"pre", "textarea"})
"""Line ends count."""
_SLANTED = frozenset({"em", "i", "small", "cite"})
_STRONG = frozenset({"b", "strong", "big"})
_STRESS = re.compile(
    r"font-size\s*:\s*(?:(?:1[89]|[2-9]\d)(?:\.\d+)?(?:px|pt)|x+-large|large)"
    r"|font-weight\s*:\s*(?:bold|[6-9]00)",
    re.IGNORECASE,
)
_LARGE = frozenset({"4", "5", "6", "7", "+1", "+2", "+3"})
"""Sizes of <font> larger than text."""
_ASIDE = re.compile(r"\W*(?:baca|simak|lihat) (?:juga|pula)\b", re.IGNORECASE)
"""`Baca juga: …` in bold at the end of a paragraph is a line of its own."""
_TOLD = re.compile(r"\.[\"”’')]?(?:\s*\([^()]{2,60}\))?$")
"""Ends like a sentence, with or without a byline after it."""
_NEVER_ALL = frozenset({"navigation", "footer", "hidden", "aside", "form", "advert", "share"})
_WHOLE = 0.8


@dataclass(slots=True, eq=False)
class Block:
    """One paragraph, heading, list item or table as printed."""

    text: str
    """With single spaces; lines of a table or an address stay lines."""
    element: HtmlElement
    """The nearest block-level element around it."""
    roles: tuple[tuple[HtmlElement, str], ...] = ()
    """The elements around it whose names say that they are not text."""
    linked: float = 0.0
    """Share of its letters in links."""
    slanted: float = 0.0
    """Share of its letters in <em>, <i> or <small>."""
    stressed: float = 0.0
    """Share of its letters in bold or large type."""
    pictured: str | None = None
    """The alternative text of the picture directly before it; None if there is no picture."""
    picture: HtmlElement | None = None
    """The picture, video or frame directly before it."""
    titled: bool = False
    """Whether class or id name it a title."""
    _kind: str | None = "?"

    @property
    def tag(self) -> str:
        return str(self.element.tag)

    @property
    def kind(self) -> str | None:
        """The kind of boilerplate its text is; None if it is none."""
        if self._kind == "?":
            self._kind = kind_of(self.text)
        return self._kind

    @property
    def set_aside(self) -> bool:
        """Whether an element around it is named navigation, related, comments and similar."""
        return any(role in OUTSIDE for _, role in self.roles)

    @property
    def heading(self) -> bool:
        """Whether it is a heading by tag and format: some desks format paragraphs as <h5>."""
        if self.tag not in HEADINGS:
            return False
        long = len(self.text)
        is_prose = long > 250 or (long > 60 and _TOLD.search(self.text) is not None)
        return not is_prose


def is_signature(block: Block) -> bool:
    """Whether it has the form of a signature: `(diskominfo/cha)`, `Penulis: …`."""
    return _SIGNED.fullmatch(block.text) is not None and block.kind is None


class _Outer(NamedTuple):
    """State before an element began, restored at its end: the format of the text around it."""

    set_in: int
    in_title: bool
    parts: bool
    """Whether its text is a line of its own."""
    is_block: bool
    has_role: bool


@dataclass(slots=True)
class _Reader:
    """Walks a tree once, in reading order."""

    around: list[tuple[HtmlElement, bool]]
    """The elements of block level that are open, and whether each calls itself a title."""
    blocks: list[Block] = field(default_factory=list)
    pieces: list[tuple[str, int]] = field(default_factory=list)
    roles: list[tuple[HtmlElement, str]] = field(default_factory=list)
    set_in: int = 0
    in_title: bool = False
    pictured: str | None = None
    picture: HtmlElement | None = None
    controls: Controls = field(default_factory=Controls)

    def open(self, element: HtmlElement) -> _Outer | None:
        """Begins an element; None if its contents are skipped."""
        tag = element.tag
        if tag in _SILENT or is_silent(element) or is_label(element):
            return None
        if is_hidden(element) and not self.controls.unfold(element):
            return None
        if tag in _PICTURES:
            if not _ICON.search(element.get("class", "")):
                self.flush()
                self.pictured = clean(element.get("alt") or "")
                self.picture = element
            return None
        role, titled = role_and_title(element)
        block = is_block(element)
        parts = block or bool(role) or titled or is_line_of_heading(element)
        if tag == "br":
            self.pieces.append(("\n", 0))
        elif parts:
            self.flush()
        elif element.text and _ASIDE.match(element.text):
            self.pieces.append(("\n", 0))
        if block:
            self.around.append((element, titled))
            if tag == "table" and (lines := table_lines(element)):
                self.add(("\n".join(lines), 0, 0, 0))
                self.around.pop()
                return None
        if role:
            self.roles.append((element, role))
        outer = _Outer(self.set_in, self.in_title, parts, block, bool(role))
        self.set_in |= _setting(element)
        self.in_title |= titled and not block
        self.say(element.text)
        return outer

    def close(self, element: HtmlElement, outer: _Outer | None) -> None:
        """Ends an element; `outer` is what `open` returned."""
        if outer:
            if outer.parts:
                self.flush()
            if outer.has_role:
                self.roles.pop()
            if outer.is_block:
                self.around.pop()
            self.set_in, self.in_title = outer.set_in, outer.in_title
        self.say(element.tail)

    def say(self, text: str | None) -> None:
        if text:
            lines = self.around[-1][0].tag in _PRINTED
            self.pieces.append((mend(text, lines=lines), self.set_in))

    def flush(self) -> None:
        if not self.pieces:
            return
        pieces, self.pieces = self.pieces, []
        if any(text and not text.isspace() for text, _ in pieces):
            for line in between_breaks(pieces):
                self.add(line)

    def add(self, line: Line) -> None:
        text, linked, slanted, stressed = line
        element, titled = self.around[-1]
        self.blocks.append(
            Block(
                text,
                element,
                tuple(self.roles),
                linked / len(text),
                slanted / len(text),
                stressed / len(text),
                self.pictured,
                self.picture,
                self.in_title or titled,
            )
        )
        self.pictured = self.picture = None


def read_blocks(root: HtmlElement) -> list[Block]:
    """All blocks of a tree in reading order. A <br><br> ends a paragraph as </p> does."""
    reader = _Reader([(root, role_and_title(root)[1])])
    opened: list[_Outer | None] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            reader.close(element, opened.pop())
            continue
        opened.append(reader.open(element))
        if opened[-1] is None:
            walk.skip_subtree()
    reader.flush()
    _disbelieve_wrappers(reader.blocks)
    return reader.blocks


def _disbelieve_wrappers(blocks: Sequence[Block]) -> None:
    """Ignores the role of an element that contains nearly all of a page (`<div id="__next">`)."""
    held: Counter[HtmlElement] = Counter()
    for block in blocks:
        for element, role in block.roles:
            held[element] += len(block.text) if role in _NEVER_ALL else 0
    whole = _WHOLE * sum(len(block.text) for block in blocks)
    if wrappers := {element for element, letters in held.items() if letters > whole}:
        for block in blocks:
            block.roles = tuple(role for role in block.roles if role[0] not in wrappers)


def _setting(element: HtmlElement) -> int:
    """The format of an element's text: linked, slanted, stressed."""
    tag = element.tag
    if tag in _STRONG or (tag == "font" and element.get("size") in _LARGE):
        set_in = STRESSED
    else:
        style = element.get("style")
        set_in = STRESSED if style is not None and _STRESS.search(style) else 0
    if tag in _SLANTED:
        set_in |= SLANTING
    return set_in | LINKED if tag == "a" and _leads_away(element) else set_in


def _leads_away(element: HtmlElement) -> bool:
    """A link to another page: not an anchor, not a mark for linking to a heading, not a line of
    an accordion."""
    href = element.get("href")
    if href is None:
        if element.get("name") is not None or element.get("id") is not None:
            return False
        parent = element.getparent()
        return not any(e is not None and is_toggle(e) for e in (element, parent))
    return not href.startswith("#") or len(href) < 2
