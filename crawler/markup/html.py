"""Parses HTML of any quality, and gives its text in the pieces that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree, html
from lxml.html import HtmlElement

_UNSEEN = frozenset(
    ("script", "style", "noscript", "template", "iframe", "svg", "form", "button", "select", "head")
)
INLINE = frozenset(
    (
        *("a", "abbr", "b", "big", "bdi", "cite", "code", "em", "font", "i", "img", "ins", "label"),
        *("mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "wbr"),
    )
)
_STATE = re.compile(r"\d|^(?:active|first|last|odd|even|current|tag-.*|category-.*)$")
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class TooLarge(ValueError):
    """The markup is larger than any page that is read."""


def parse_html(body: str) -> HtmlElement | None:
    """The tree of decoded HTML; None if there is no markup."""
    try:
        # Bytes, since lxml refuses text with an encoding declaration.
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        return html.document_fromstring(body.encode("utf-8", "replace"), parser)
    except (ValueError, etree.LxmlError):
        return None


def squash(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def seen_text(element: HtmlElement) -> str:
    """All text of an element on one line, as a reader sees it."""
    return squash(" ".join(pieces([element])))


def pieces(nodes: Iterable[HtmlElement | str]) -> list[str]:
    """The text of nodes in pieces, which end where a line ends; none is empty. A string stands
    for text between elements. Tails of the nodes are left out."""
    lines = [""]
    for node in nodes:
        for text in [node] if isinstance(node, str) else _texts(node):
            if text is None:
                lines.append("")
            else:
                lines[-1] += text
    return [line for line in map(squash, lines) if line]


def upwards(element: HtmlElement, most: int) -> Iterator[HtmlElement]:
    """The nearest elements around one, at most `most`."""
    for count, parent in enumerate(element.iterancestors()):
        if count == most:
            return
        yield parent


def alike(one: HtmlElement, other: HtmlElement) -> bool:
    """Whether two elements have the same tag, and a class in common if they have any."""
    mine, its = classes(one), classes(other)
    return one.tag == other.tag and (bool(mine & its) or not (mine or its))


def classes(element: HtmlElement) -> frozenset[str]:
    """Its classes, without those for a state or a number."""
    names = attribute(element, "class").split()
    return frozenset(name for name in names if not _STATE.search(name))


def attribute(element: HtmlElement, name: str) -> str:
    """An attribute in lower case; "" if it is missing."""
    return str(element.get(name) or "").lower()


def _texts(root: HtmlElement) -> Iterator[str | None]:
    """The texts of an element in their order, and None at each end of a line."""
    hidden: HtmlElement | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            if hidden is None and element.tag in _UNSEEN:
                hidden = element
            if hidden is None:
                if element.tag not in INLINE:
                    yield None
                elif element.tag == "span":
                    yield " "  # cells of a line separated by style alone: 26 | Mei | 2024
                yield element.text or ""
            continue
        if element is hidden:
            hidden = None
        elif hidden is None and element.tag not in INLINE:
            yield None
        if hidden is None and element is not root:
            yield element.tail or ""
