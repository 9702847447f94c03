"""The roles that elements name by tag, class and id: navigation, related, a title, …

A hint, not a proof: `believed_roles.py` decides which ones have that role.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.extraction.layout.boilerplate import MARKUP

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_TITLE = re.compile(r"title|judul|headline", re.IGNORECASE)
_BY_TAG = {
    "nav": "navigation",
    "footer": "footer",
    "aside": "aside",
    "figure": "caption",
    "figcaption": "caption",
    "dialog": "hidden",
}
_NEVER_BY_CLASS = frozenset({"html", "body", "main", "article"})


def role_and_title(element: HtmlElement) -> tuple[str | None, bool]:
    """The role that an element names, if that is not text; and whether it is named a title."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    return _read(str(element.tag), names)


@lru_cache(maxsize=4096)
def _read(tag: str, names: str) -> tuple[str | None, bool]:
    titled = _TITLE.search(names) is not None
    if (role := _BY_TAG.get(tag)) and "table" not in names:
        return role, titled
    if tag in _NEVER_BY_CLASS or not names:
        return None, titled
    spelled = " ".join(_WORDS.findall(names)).lower()
    return next((r for r, pattern in MARKUP.items() if pattern.search(spelled)), None), titled
