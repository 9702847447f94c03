"""Reads JSON-LD from scripts that are not valid JSON, as careless templates write them."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import Any

_KEY = re.compile(r"""(["'])(headline|datePublished|dateCreated|dateModified)\1\s*:\s*""")
_VALUE = re.compile(r"""(["'])(.{1,300}?)\1\s*(?=[,}\]\r\n]|$)""", re.DOTALL)
"""A quote ends a value only before a comma, a bracket or a line end."""
_TRIED = 50
"""Keys examined: further ones belong to other articles."""


def salvage(script: str) -> dict[str, Any] | None:
    """The first `headline` and dates of a script that cannot be parsed; None if there are none.
    Usual errors: an unescaped quote, a missing or additional comma, `&quot;` for every quote,
    comment marks around it."""
    text = script if '"' in script else unescape(script)
    story: dict[str, Any] = {}
    for key in islice(_KEY.finditer(text), _TRIED):
        if value := _VALUE.match(text, key.end()):
            story.setdefault(key[2], unescape(value[2]))
    return story or None
