"""A page as the sequence of text blocks a reader sees, each with what the markup says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.extraction.boilerplate import MARKUP, kind_of

MAX_MARKUP = 2_000_000
"""Characters of markup, embedded data and scripts left out; the longest releases have 100,000."""
MAX_ELEMENTS = 40_000

_SCRIPT = re.compile(r"<(script|style|svg)\b(?![^>]{0,200}ld\+json)", re.IGNORECASE)
_CROWDED_TAG = re.compile(
    r"""<[a-z][\w:-]*+(?>\s++[\w:-]++(?>=(?:"[^"]*+"|'[^']*+'|[^\s<>"']*+))?+){3000}""",
    re.IGNORECASE,
)
"""libxml2's time for one tag grows with the square of its attributes."""
_EMBEDDED = re.compile(r"data:[\w/+.;=-]{0,60}base64,[A-Za-z0-9+/=\s]+")
_SPACE = re.compile(r"\s+")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))
_WINDOWS = {
    code: text
    for code in range(0x80, 0xA0)
    if (text := bytes((code,)).decode("cp1252", "ignore")) or True
}
_CLEAN = _UNSEEN | _WINDOWS | {code: None for code in range(32) if chr(code) not in "\t\n\r\f\v"}

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


class Unreadable(Exception):
    """The markup cannot be read within bounds; the reason is a word for queries."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


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


def parse(text: str) -> HtmlElement:
    """One tree for everything; raises Unreadable for markup beyond all measure."""
    lean = _EMBEDDED.sub("", _without_scripts(text)) if len(text) > 200_000 else text
    if len(lean) > MAX_MARKUP:
        raise Unreadable("too-large", f"{len(lean)} characters of markup")
    if _CROWDED_TAG.search(lean):
        raise Unreadable("too-large", "a tag with thousands of attributes")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = document_fromstring(lean.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable("empty", f"no markup to read: {error}") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Unreadable("too-deep", "elements nested more than 256 deep")
    if root.xpath("count(//*)") > MAX_ELEMENTS:
        raise Unreadable("too-large", f"more than {MAX_ELEMENTS} elements")
    return root


def _without_scripts(text: str) -> str:
    """Scripts, styles and drawings cut out; in time linear to the text, closed or not."""
    kept, start = [], 0
    while found := _SCRIPT.search(text, start):
        kept.append(text[start : found.start()])
        end = re.compile(rf"</{found[1]}\s*>", re.IGNORECASE).search(text, found.end())
        if not end:
            return "".join(kept)
        start = end.end()
    return "".join([*kept, text[start:]])


def clean(text: str) -> str:
    """Spaces of every kind collapsed to one; what cannot be seen removed; stray C1 codes read
    as the windows-1252 they were meant to be."""
    return _SPACE.sub(" ", text.translate(_CLEAN)).strip()


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
            pre = self.around and self.around[-1].tag == "pre"
            text = text.translate(_CLEAN)
            text = text if pre else _SPACE.sub(" ", text)
            self.pieces.append((text, self.links > 0, self.slants > 0))

    def flush(self) -> None:
        pieces, self.pieces = self.pieces, []
        for text, linked, slanted in _paragraphs(pieces):
            self.add(text, linked / len(text), slanted / len(text))

    def add(self, text: str, linked: float, slanted: float) -> None:
        element = self.around[-1]
        roles = tuple(self.roles)
        titled = bool(re.search(r"title|judul|headline", _names(element), re.I))
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
        said = _SPACE.sub(" ", "".join(part for part, _, _ in line)).strip()
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
    return f"{element.get('class', '')} {element.get('id', '')}".strip()


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
    lines = []
    for row in rows:
        cells = [clean(" ".join(cell.itertext())) for cell in row.iter("td", "th")]
        if any(len(cell) > 300 for cell in cells):
            return []
        if line := " | ".join(cell for cell in cells if cell):
            lines.append(line)
    return lines if any(" | " in line for line in lines) else []
