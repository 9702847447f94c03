"""Regions next to a page's own list: navigation, sidebars, "Berita Populer", footers."""

from __future__ import annotations

import re
from collections.abc import Container

from lxml.html import HtmlElement

from crawler.discovery.vocabulary import addresses
from crawler.markup.html import HEADINGS, attribute, seen_text, upwards


def stands_beside(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether an element is in a region next to the page's own content; `known` is a cache."""
    trail = []
    answer = False
    for up in (element, *element.iterancestors()):
        if up in known:
            answer = known[up]
            break
        trail.append(up)
    for up in reversed(trail):
        answer = answer or _is_region_beside(up)
        known[up] = answer
    return answer


def _is_region_beside(element: HtmlElement) -> bool:
    if element.tag in ("html", "body", "main", "a", "article"):
        return False
    if element.tag in ("nav", "aside"):
        return True
    within = any(up.tag in ("main", "article", "li") for up in element.iterancestors())
    if element.tag in ("header", "footer") and not within:
        return True
    names = [*attribute(element, "class").split(), attribute(element, "id")]
    words = addresses()
    is_named_so = any(
        not words.beside_parts.isdisjoint(re.split(r"[-_]", name)) for name in names
    ) or (not within and not words.beside_classes.isdisjoint(names))
    # Themes name the element around content and sidebar "has-sidebar" and similar.
    return is_named_so and not any(True for _ in element.iter("main", "h1"))


def is_headed_beside(
    block: HtmlElement, around_blocks: Container[HtmlElement], page_title: str
) -> bool | None:
    """Whether the heading above a block shows that its list is not the page's own. None if the
    block follows another under the same heading. `around_blocks` are all blocks and the elements
    around them. On a page titled "Arsip", a list under that heading is its own."""
    heading = _heading_over(block, around_blocks)
    if heading is None:
        return None
    if heading and page_title.lower().startswith(heading):
        return False
    return len(heading.split()) <= 5 and any(
        re.search(rf"(?<!\w){re.escape(word)}(?!\w)", heading) for word in addresses().beside
    )


def _heading_over(block: HtmlElement, around_blocks: Container[HtmlElement]) -> str | None:
    """The nearest heading before a block, in lower case; a story's own title does not count."""
    for up in (block, *upwards(block, 4)):
        if up.tag in ("body", "main"):
            break
        for before in up.itersiblings(preceding=True):
            if before in around_blocks:
                return None if up is block else ""
            if before.tag in HEADINGS or before.tag in ("b", "strong", "caption", "legend"):
                return seen_text(before).lower()
            if headings := [*before.iter(*HEADINGS)]:
                return seen_text(headings[-1]).lower()
    return ""
