"""Decides which elements begin a new line: by tag, by style, or by their content."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.extraction.byline.credits import every_role
from crawler.markup.dom import BLOCKS, HEADINGS

_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "button", "cite", "code", "data"}
    | {"del", "dfn", "em", "font", "i", "img", "input", "ins", "kbd", "label", "mark", "nobr"}
    | {"output", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "svg", "time", "tt", "u", "var", "wbr"}
)
"""Inline elements of HTML, unless their style says otherwise."""
_RUNNING = _INLINE | HEADINGS | {"p", "li", "dt", "dd", "td", "th", "pre", "summary"}
"""Elements whose text is continuous, whatever unknown elements it contains."""
_DISPLAYED = re.compile(
    r"display\s*:\s*(?:block|flex|grid|table|list-item|flow-root)\b", re.IGNORECASE
)
_SET_IN_HEADINGS = frozenset({"span", "small", "em", "strong", "b", "i", "a"})
_ENDED = re.compile(r"\w[\"”’')\]]*[.!?][\"”’')\]]*$")


def is_block(element: HtmlElement) -> bool:
    """Whether an element begins and ends a line, like a paragraph. An element unknown to HTML
    (`<press-paragraph>`) does if there is no text next to it, or if it contains paragraphs; a
    <span> does if its style says so, or if it contains a sentence that its neighbour follows
    without a space."""
    tag = element.tag
    if tag in BLOCKS:
        return True
    parent = element.getparent()
    if parent is None or parent.tag in HEADINGS:
        return False
    if (style := element.get("style")) and _DISPLAYED.search(style):
        return True
    if tag in _INLINE:
        before = element.getprevious()
        return tag == "span" and (
            _abut(element, element.getnext()) or (before is not None and _abut(before, element))
        )
    return _is_alone(element, parent) or any(inner.tag in BLOCKS for inner in element)


def is_line_of_heading(element: HtmlElement) -> bool:
    """A span of a heading that is a line of its own: kicker and title. A span that begins with
    small print, or touches the title without a space, is a line too."""
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


def _is_alone(element: HtmlElement, parent: HtmlElement) -> bool:
    """Whether no text of its parent is next to it."""
    if parent.tag in _RUNNING:
        return False
    before = element.getprevious()
    leading = parent.text if before is None else before.tail
    return not (leading or "").strip() and not (element.tail or "").strip()


def _abut(first: HtmlElement, second: HtmlElement | None) -> bool:
    """Two spans without a space between them, of which the first ends a sentence or is a label:
    `Penulis` `Rina`."""
    if first.tail or second is None or first.tag != "span" or second.tag != "span":
        return False
    text = "".join(first.itertext()).strip()
    return _ENDED.search(text[-6:]) is not None or (len(text) > 3 and text.lower() in every_role())
