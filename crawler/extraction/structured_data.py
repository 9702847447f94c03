"""JSON-LD as careless templates write it: what can still be read of a script that is no JSON."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import Any

_KEY = re.compile(r"""(["'])(headline|datePublished|dateCreated|dateModified)\1\s*:\s*""")
_VALUE = re.compile(r"""(["'])(.{1,300}?)\1\s*(?=[,}\]\r\n]|$)""", re.DOTALL)
"""A quote ends a value only where a comma, a bracket or a line's end follows."""
_TRIED = 50
"""Keys looked at: further ones are those of other articles."""


def salvage(script: str) -> dict[str, Any] | None:
    """The first `headline` and dates of a script that cannot be parsed; None without any.

    The usual faults: a quote that is not escaped, a missing or a surplus comma, `&quot;` for every
    quote, comment marks around the whole.
    """
    text = script if '"' in script else unescape(script)
    story: dict[str, Any] = {}
    for key in islice(_KEY.finditer(text), _TRIED):
        if value := _VALUE.match(text, key.end()):
            story.setdefault(key[2], unescape(value[2]))
    return story or None
