"""Markup to one tree, within bounds: what no browser would wait for is refused."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

MAX_MARKUP = 2_000_000
"""Characters of markup, embedded data and scripts left out; the longest releases have 100,000."""
MAX_ELEMENTS = 40_000

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | (
    {"html", "body", "main", "article", "section", "header", "footer", "aside", "nav", "div"}
    | {"p", "blockquote", "pre", "center", "address", "hr", "form", "fieldset", "legend"}
    | {"ul", "ol", "li", "dl", "dt", "dd", "dir", "menu", "figure", "figcaption"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
    | {"details", "summary", "dialog", "hgroup"}
)
"""Elements that begin and end a line."""

_SCRIPT = re.compile(r"<(script|style|svg)\b(?![^>]{0,200}ld\+json)", re.IGNORECASE)
_CROWDED_TAG = re.compile(
    r"""<[a-z][\w:-]*+(?>\s++[\w:-]++(?>=(?:"[^"]*+"|'[^']*+'|[^\s<>"']*+))?+){3000}""",
    re.IGNORECASE,
)
"""libxml2's time for one tag grows with the square of its attributes."""
_EMBEDDED = re.compile(r"data:[\w/+.;=-]{0,60}base64,[A-Za-z0-9+/=\s]+")


class Unreadable(Exception):
    """The markup cannot be read within bounds; the reason is a word for queries."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


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
