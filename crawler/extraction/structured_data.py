"""JSON-LD as careless templates write it: what can still be read of a script that is no JSON."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

_KEYS = ("headline", "datePublished", "dateCreated", "dateModified")
_PAIR = re.compile(
    rf"""(["'])(?P<key>{"|".join(_KEYS)})\1\s*:\s*(["'])(?P<value>.{{1,300}}?)\3\s*(?=[,}}\]\r\n]|$)""",
    re.DOTALL,
)
"""A quote ends a value only where a comma, a bracket or a line's end follows."""


def salvage(script: str) -> dict[str, Any] | None:
    """The first `headline` and dates of a script that cannot be parsed; None without any.

    The usual faults: a quote that is not escaped, a missing or a surplus comma, `&quot;` for every
    quote, comment marks around the whole. Further values of a key are those of other articles.
    """
    text = script if '"' in script else unescape(script)
    story: dict[str, Any] = {}
    for found in _PAIR.finditer(text):
        story.setdefault(found["key"], unescape(found["value"]))
    return story or None
