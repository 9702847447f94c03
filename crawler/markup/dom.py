"""Parses markup into one tree, within limits."""

from __future__ import annotations

import re
from functools import cache

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.markup.visibility import conceal

MAX_MARKUP = 2_000_000
"""Characters of markup without embedded data and scripts; the longest releases have 100,000."""
MAX_DATA = 8_000_000
"""Characters of data in scripts."""
MAX_ELEMENTS = 40_000

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | (
    {"html", "body", "main", "article", "section", "header", "footer", "aside", "nav", "div"}
    | {"p", "blockquote", "pre", "center", "address", "hr", "form", "fieldset", "legend"}
    | {"ul", "ol", "li", "dl", "dt", "dd", "dir", "menu", "figure", "figcaption"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
    | {"details", "summary", "dialog", "hgroup", "textarea"}
)
"""Elements that begin and end a line."""

_OPENING = re.compile(
    r"<(?:!(--)|(script|style|svg|noscript|textarea|title)\b(?![^<>]{0,500}/>))", re.IGNORECASE
)
"""Elements whose content is not markup, or is not shown by browsers."""
_DATA = re.compile(r"<script[^>]{0,300}\bjson\b", re.IGNORECASE)
_WORDS = re.compile(r"\b(?:[^\W\d_]{2,20}+[,.:;]?+ ){8}")
"""Words in a row, as only prose has them: a script with these is data, whatever its name."""
_CROWDED_TAG = re.compile(
    r"""<[a-z][\w:-]*+(?>\s++[\w:-]++(?>=(?:"[^"]*+"|'[^']*+'|[^\s<>"']*+))?+){3000}""",
    re.IGNORECASE,
)
"""libxml2's time for one tag grows with the square of its attributes."""
_EMBEDDED = re.compile(r"data:[\w/+.;=-]{0,60}base64,[A-Za-z0-9+/=\s]+")


class Unreadable(Exception):
    """The markup cannot be parsed within limits; the reason is a word for queries."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def parse(text: str) -> HtmlElement:
    """One tree for all uses; raises Unreadable for markup beyond the limits."""
    lean, data = _without_scripts(text)
    if len(lean) > 200_000:
        lean = _EMBEDDED.sub("", lean)
    if len(lean) - data > MAX_MARKUP or data > MAX_DATA:
        raise Unreadable("too-large", f"{len(lean)} characters of markup")
    if _CROWDED_TAG.search(lean):
        raise Unreadable("too-large", "a tag with thousands of attributes")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = document_fromstring(lean.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable("empty", f"no markup to read: {error}") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Unreadable("too-deep", "elements nested over 256 deep")
    if root.xpath("count(//*)") > MAX_ELEMENTS:
        raise Unreadable("too-large", f"more than {MAX_ELEMENTS} elements")
    _put_in_place(root)
    conceal(root, text)
    return root


def _without_scripts(text: str) -> tuple[str, int]:
    """Markup without scripts, styles, drawings and comments, and how many letters of it are
    data. Scripts with data stay. Content of `<noscript>` is not markup if scripts run, and an
    element left open in it would contain the rest of the page. In time linear in the text,
    whatever is left open; a script that quotes another's tag ends nothing."""
    kept, start, data = list[str](), 0, 0
    while match := _OPENING.search(text, start):
        name = (match[1] or match[2]).lower()
        end = _end_of(name).search(text, match.end())
        if not end:
            rest = "" if name in ("script", "style") else text[match.start() :]
            return "".join([*kept, text[start : match.start()], rest]), data
        element = text[match.start() : end.end()]
        kept.append(text[start : match.start()])
        if name in ("textarea", "title") or (name == "script" and _is_data(element)):
            kept.append(element)
            data += len(element) if name == "script" else 0
        elif name == "script":
            kept.append("<script></script>")
        start = end.end()
    return "".join([*kept, text[start:]]), data


def _is_data(script: str) -> bool:
    """JSON, JSON within a string, or prose."""
    return bool(_DATA.match(script) or '\\":' in script or _WORDS.search(script))


@cache
def _end_of(name: str) -> re.Pattern[str]:
    return re.compile("--!?>" if name == "--" else rf"</{name}\s*>", re.IGNORECASE)


def _put_in_place(root: HtmlElement) -> None:
    """Moves segments that React streams after the page (`<div hidden id="S:0">`) to where its
    script puts them: `<template id="B:0">`, or shows them in place."""
    for segment in root.xpath("//div[@hidden and starts-with(@id, 'S:')]"):
        del segment.attrib["hidden"]
        slot = next(iter(root.xpath("//template[@id=$id]", id="B:" + segment.get("id")[2:])), None)
        if slot is not None and slot not in segment.iterdescendants():
            slot.addprevious(segment)
