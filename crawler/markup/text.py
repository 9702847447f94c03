"""Normalises the characters of a page."""

from __future__ import annotations

import re
from html import unescape

_CONTROLS: dict[int, str | None] = {
    code: " " if chr(code).isspace() else None for code in range(32)
}
_WINDOWS = {code: bytes((code,)).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_ESCAPED = re.compile(r"&(?:amp|nbsp|quot|apos|[lr][ds]quo|[mn]dash|hellip|#\d{2,5});")
"""Entities that were escaped twice, and so would be printed."""
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))
_CLEAN = {**_CONTROLS, **_WINDOWS, **_UNSEEN}
_TO_CLEAN = re.compile("[" + "".join(map(re.escape, map(chr, _CLEAN))) + "]")
_CLEAN_LINES = {**_CLEAN, ord("\n"): "\n"}
"""For <pre>, whose line ends count."""


def clean(text: str) -> str:
    """The text on one line, spaces of every kind joined to one."""
    return " ".join(mend(text).split())


def mend(text: str, *, lines: bool = False) -> str:
    """Removes invisible characters, decodes stray C1 codes as the windows-1252 they were meant
    to be, and replaces entities that were escaped twice. With `lines` the line ends are kept."""
    if "&" in text:
        text = _ESCAPED.sub(lambda found: unescape(found[0]), text)
    if _TO_CLEAN.search(text) is None:  # most pieces of text; `translate` takes ten times as long
        return text
    return text.translate(_CLEAN_LINES if lines else _CLEAN)
