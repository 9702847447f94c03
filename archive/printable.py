"""Shows untrusted texts safely: in a terminal, on a page, in JSON.

The archive keeps what a site printed, which may include invisible characters: U+202E reverses
what follows it, so that a file name or an address reads as another; others are not visible at
all, or control a terminal. They are removed where a text is shown, and escaped in JSON.
"""

from __future__ import annotations

import html
import json
import re

_UNSHOWN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for tab and line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction of writing
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # never seen
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f"  # never seen: beams of notes, tags
    "\u2028\u2029\ud800-\udfff"
    "]"
)
"""The joiners U+200C and U+200D stay: scripts and emoji need them."""
_STANDS_FOR = {"\u2028": "\n", "\u2029": "\n", "\x85": "\n"}


def printable(text: str) -> str:
    """A text without invisible characters and those that change how others are shown."""
    return _UNSHOWN.sub(_shown, text)


def escape(text: str) -> str:
    """Escapes a text for HTML."""
    return html.escape(printable(text))


def escape_json(written: str) -> str:
    """JSON with such characters written as `\u202e`, which means the same to programs."""
    return _UNSHOWN.sub(_escaped, written)


def _shown(found: re.Match[str]) -> str:
    if "\ud800" <= found[0] <= "\udfff":
        return "\N{REPLACEMENT CHARACTER}"
    return _STANDS_FOR.get(found[0], "")


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
