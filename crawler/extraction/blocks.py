"""A page as the sequence of text blocks a reader sees, each with what the markup says of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.boilerplate import MARKUP, OUTSIDE, kind_of
from crawler.extraction.breaks import LINKED, SLANTING, STRESSED, Line, between_breaks
from crawler.extraction.characters import clean, mend
from crawler.extraction.tables import table_lines
from crawler.extraction.tree import BLOCKS, HEADINGS
from crawler.extraction.unfolding import Controls, is_label, is_silent, is_toggle
from crawler.extraction.visibility import is_hidden

_SIGNED = re.compile(
    r"[(\[*].{1,120}[)\]*]\.?|(?:penulis|reporter|editor|sumber|pewarta|kontributor|fotografer"
    r"|teks|naskah|redaktur|liputan|laporan)\b[^.]{0,160}",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_TITLE = re.compile(r"title|judul|headline", re.IGNORECASE)
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
_TOLD = re.compile(r"\.[\"”’')]?(?:\s*\([^()]{2,60}\))?$")
"""Ends as a sentence does, a byline after it or not."""
_NEVER_ALL = frozenset({"navigation", "footer", "hidden", "aside", "form", "advert", "share"})
_WHOLE = 0.8
_SET_IN_HEADINGS = frozenset({"span", "small", "em", "strong", "b", "i", "a"})
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
        role, titled = _marks(tag, _names(element))
        if tag == "br":
            self.pieces.append(("\n", 0))
        elif tag in BLOCKS:
            self.flush()
            self.around.append(element)
            if tag == "table" and (lines := table_lines(element)):
                self.add(("\n".join(lines), 0, 0, 0))
                self.around.pop()
                return False
        elif role or titled or _is_line_of_heading(element):
            self.flush()
        elif _ASIDE.match(element.text or ""):
            self.pieces.append(("\n", 0))
        if role:
            self.roles.append((element, role))
        if titled and tag not in BLOCKS:
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
            if flagged or titled or element.tag in BLOCKS or _is_line_of_heading(element):
                self.flush()
            if flagged:
                self.roles.pop()
            if titled:
                self.titles.pop()
            if element.tag in BLOCKS:
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


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}".strip()


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


def _is_line_of_heading(element: HtmlElement) -> bool:
    """One of the spans that a heading is set of, each a line of its own: kicker and title. What
    begins with small print, or abuts the title without a blank, is a line too."""
    parent = element.getparent()
    if parent is None or parent.tag not in HEADINGS or element.tag not in _SET_IN_HEADINGS:
        return False
    if parent[0] is element and not (parent.text or "").strip():
        glued = element.tail is not None and element.tail[:1].isalnum()
        if " " in (words := element.text_content().strip()) or len(words) > 3:
            if glued and words[-1:].isalnum():
                return True
            if element.tag == "small" and (element.tail or "").strip():
                return True
    if element.tag != "span":
        return False
    return len(parent) > 1 and not any(
        (text or "").strip() for text in (parent.text, *(child.tail for child in parent))
    )
