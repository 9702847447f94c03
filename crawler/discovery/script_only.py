"""Recognises pages that show nothing without JavaScript."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.discovery.canonical_url import alias_key
from crawler.discovery.links import links_of
from crawler.markup.html import seen_text

_MUCH_TEXT = 250
"""Letters from which a page shows something; a shell has a title and "Memuat…"."""
_LETTERS = re.compile(r"[^\W\d_]")


def is_shell(tree: HtmlElement, url: str) -> bool:
    """Whether a page is empty until a script fills it: scripts, hardly any text, no links."""
    if not any(True for _ in tree.iter("script")):
        return False
    content = tree.find("body")
    text = seen_text(content) if content is not None else ""
    own = alias_key(url, url)
    onward = any(
        alias_key(link.url, url) != own and link.marks.isdisjoint({"feed", "rel=canonical"})
        for link in links_of(tree, url)
    )
    return len(_LETTERS.findall(text)) < _MUCH_TEXT and not onward
