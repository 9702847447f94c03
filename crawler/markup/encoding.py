"""Decodes bytes to text without losing a letter, whatever charset the page declares."""

from __future__ import annotations

import codecs

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

_FALLBACK = "windows-1252-bytes"
_EMPTY_CLAIMS = frozenset({"utf-8", "ascii", "cp1252", "iso8859-1", "utf-16", "utf-32"})
"""Charsets that sites declare by default: the bytes decide."""


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Decodes the bytes that are not UTF-8 as windows-1252, one by one (WHATWG table)."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    spoilt = error.object[error.start : error.end]
    text = "".join(
        bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in bytearray(spoilt)
    )
    return text, error.end


codecs.register_error(_FALLBACK, _as_windows_1252)


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a response; never raises. A byte order mark decides first. Then valid UTF-8 is
    UTF-8, whatever is declared: text in another charset is hardly ever valid UTF-8. A declared
    charset other than the usual Western ones is used if all bytes fit. The rest is decoded as
    UTF-8 with windows-1252 bytes in it, which is also right for pages entirely in windows-1252
    or Latin-1."""
    marked, mark = read_bom(body)
    if marked and mark:
        return _without_nul(body[len(mark) :].decode(marked, "replace"))
    declared = _declared(body, content_type)
    if declared.startswith("utf-16") and b"\0" in body[:400]:
        return _without_nul(body.decode(declared, "replace"))
    for charset in ("utf-8",) if declared in _EMPTY_CLAIMS else ("utf-8", declared):
        try:
            return _without_nul(body.decode(charset))
        except (UnicodeError, LookupError):
            continue
    return _without_nul(body.decode("utf-8", _FALLBACK))


def _declared(body: bytes, content_type: str | None) -> str:
    """The Python codec of the first usable declared charset: header, then meta; else UTF-8."""
    for label in (
        http_content_type_encoding(content_type),
        html_body_declared_encoding(body[:4096]),
    ):
        codec = resolve_encoding(label) if label else None
        if codec:
            return codec
    return "utf-8"


def _without_nul(text: str) -> str:
    """NUL ends a string in libxml2, and so the page."""
    return text.replace("\0", "")
