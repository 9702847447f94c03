"""How untrusted texts are shown: in a terminal, on a page, in JSON.

The archive keeps what a site printed. A text may hold characters that are no letters: U+202E turns
what follows it around, so that a file name or an address reads as another; others are not seen at
all, or take over a terminal. They are taken off where a text is shown, and escaped in JSON.
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
    """A text without characters that are not shown, or change how others are."""
    return _UNSHOWN.sub(_shown, text)


def escape(text: str) -> str:
    """A text for HTML."""
    return html.escape(printable(text))


def escape_json(written: str) -> str:
    """JSON with such characters written as `\\u202e`, which programs read alike."""
    return _UNSHOWN.sub(_escaped, written)


def _shown(found: re.Match[str]) -> str:
    if "\ud800" <= found[0] <= "\udfff":
        return "\N{REPLACEMENT CHARACTER}"
    return _STANDS_FOR.get(found[0], "")


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
