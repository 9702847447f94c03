"""A page as the sequence of text blocks a reader sees, each with what the markup says of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.boilerplate import OUTSIDE, kind_of
from crawler.extraction.breaks import LINKED, SLANTING, STRESSED, Line, between_breaks
from crawler.extraction.characters import clean, mend
from crawler.extraction.display import is_block, is_line_of_heading
from crawler.extraction.element_roles import role_and_title
from crawler.extraction.tables import table_lines
from crawler.extraction.tree import HEADINGS
from crawler.extraction.unfolding import Controls, is_label, is_silent, is_toggle
from crawler.extraction.visibility import is_hidden

_SIGNED = re.compile(
    r"[(\[*].{1,120}[)\]*]\.?|(?:penulis|reporter|editor|sumber|pewarta|kontributor|fotografer"
    r"|teks|naskah|redaktur|liputan|laporan)\b[^.]{0,160}",
    re.IGNORECASE | re.DOTALL,
)
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
"""Sizes of <font> above that of text."""
_ASIDE = re.compile(r"\W*(?:baca|simak|lihat) (?:juga|pula)\b", re.IGNORECASE)
"""`Baca juga: …` set in bold at the end of a paragraph is a line of its own."""
_TOLD = re.compile(r"\.[\"”’')]?(?:\s*\([^()]{2,60}\))?$")
"""Ends as a sentence does, a byline after it or not."""
_NEVER_ALL = frozenset({"navigation", "footer", "hidden", "aside", "form", "advert", "share"})
_WHOLE = 0.8


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
    picture: HtmlElement | None = None
    """The picture, video or frame right before it."""
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
        """By its tag and its looks: some desks set their paragraphs as <h5>."""
        long = len(self.text)
        told = long > 250 or (long > 60 and _TOLD.search(self.text) is not None)
        return self.tag in HEADINGS and not told


def is_signature(block: Block) -> bool:
    """Shaped like a line a desk signs with: `(diskominfo/cha)`, `Penulis: …`."""
    return _SIGNED.fullmatch(block.text) is not None and block.kind is None


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
    picture: HtmlElement | None = None
    controls: Controls = field(default_factory=Controls)

    def open(self, element: HtmlElement) -> bool:
        """Whether to go on inside."""
        tag = str(element.tag)
        if tag in _SILENT or is_silent(element) or is_label(element):
            return False
        if is_hidden(element) and not self.controls.unfold(element):
            return False
        if tag in _PICTURES:
            if not re.search(r"emoji|smil|icon", element.get("class", "")):
                self.flush()
                self.pictured = clean(element.get("alt") or "")
                self.picture = element
            return False
        role, titled = role_and_title(element)
        block = is_block(element)
        if tag == "br":
            self.pieces.append(("\n", 0))
        elif block:
            self.flush()
            self.around.append(element)
            if tag == "table" and (lines := table_lines(element)):
                self.add(("\n".join(lines), 0, 0, 0))
                self.around.pop()
                return False
        elif role or titled or is_line_of_heading(element):
            self.flush()
        elif _ASIDE.match(element.text or ""):
            self.pieces.append(("\n", 0))
        if role:
            self.roles.append((element, role))
        if titled and not block:
            self.titles.append(element)
        self.links += _is_link(element)
        self.slants += tag in _SLANTED
        self.stresses += _is_stressed(element)
        self.say(element.text)
        return True

    def close(self, element: HtmlElement, entered: bool) -> None:
        if entered:
            flagged = bool(self.roles) and self.roles[-1][0] is element
            titled = bool(self.titles) and self.titles[-1] is element
            block = self.around[-1] is element
            if flagged or titled or block or is_line_of_heading(element):
                self.flush()
            if flagged:
                self.roles.pop()
            if titled:
                self.titles.pop()
            if block:
                self.around.pop()
            self.links -= _is_link(element)
            self.slants -= element.tag in _SLANTED
            self.stresses -= _is_stressed(element)
        self.say(element.tail)

    def say(self, text: str | None) -> None:
        if text:
            set_in = (
                LINKED * (self.links > 0)
                | SLANTING * (self.slants > 0)
                | STRESSED * (self.stresses > 0)
            )
            self.pieces.append((mend(text, lines=self.around[-1].tag in _PRINTED), set_in))

    def flush(self) -> None:
        if self.pieces:
            pieces, self.pieces = self.pieces, []
            for line in between_breaks(pieces):
                self.add(line)

    def add(self, line: Line) -> None:
        text, linked, slanted, stressed = line
        element = self.around[-1]
        titled = bool(self.titles) or role_and_title(element)[1]
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
                titled,
            )
        )
        self.pictured = self.picture = None


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


def _is_stressed(element: HtmlElement) -> bool:
    if element.tag in _STRONG or (element.tag == "font" and element.get("size") in _LARGE):
        return True
    style = element.get("style")
    return style is not None and _STRESS.search(style) is not None


def _is_link(element: HtmlElement) -> bool:
    """Leads off the page: no anchor with a name, no mark to link a heading by, no line of an
    accordion."""
    if element.tag != "a":
        return False
    href = element.get("href")
    if href is None:
        if element.get("name") is not None or element.get("id") is not None:
            return False
        parent = element.getparent()
        return not any(e is not None and is_toggle(e) for e in (element, parent))
    return not href.startswith("#") or len(href) < 2
