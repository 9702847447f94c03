"""Makes a captured page harmless, to be shown in a frame: it runs, sends and fetches nothing.

The page is cleaned here, `CONTENT_POLICY` forbids loading anything, and the frame is a sandbox with
its own origin. Each of the first two prevents every request; the policy alone would let a page open
connections (`preconnect`).
"""

from __future__ import annotations

import html
import re

from lxml.etree import ParserError
from lxml.html import HTMLParser, document_fromstring, tostring
from lxml_html_clean import Cleaner
from w3lib.encoding import html_to_unicode

CONTENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
_ADDRESSES = (
    "action", "archive", "background", "cite", "classid", "codebase", "data", "dynsrc",
    "formaction", "href", "icon", "imagesrcset", "longdesc", "lowsrc", "manifest", "ping",
    "poster", "profile", "src", "srcdoc", "srcset", "usemap",
    "{http://www.w3.org/1999/xlink}href", "xlink:href",
)  # fmt: skip
"""Attributes that make a browser fetch something, at once or on a click."""
_STYLE_ADDRESSES = re.compile(r"@import[^;]*;?|(?:url|src|image|image-set)\s*\([^)]*\)?", re.I)
_CLEANER = Cleaner(
    links=True,  # style sheets, and what a browser fetches ahead
    meta=True,  # it could lead elsewhere
    embedded=True,
    forms=False,  # they are part of what was to be seen; the sandbox lets none be sent
    page_structure=False,
    remove_unknown_tags=False,
    safe_attrs_only=False,
    add_nofollow=False,
)


def harmless(body: bytes, content_type: str) -> str:
    """The page as HTML; what is no HTML as the text it is."""
    _, text = html_to_unicode(content_type, body)
    if "html" not in content_type.lower() and content_type:
        return f"<!doctype html><pre>{html.escape(text)}</pre>"
    try:
        # As bytes: lxml refuses a text that declares an encoding.
        page = document_fromstring(text.encode(errors="replace"), HTMLParser(encoding="utf-8"))
    except ParserError:  # nothing is in it
        return "<!doctype html>"
    page = _CLEANER.clean_html(page)
    for element in page.iter():
        for name in _ADDRESSES:
            element.attrib.pop(name, None)
        if element.tag == "style" and element.text:
            element.text = _without_addresses(element.text)
        if style := element.get("style"):
            element.set("style", _without_addresses(style))
    return "<!doctype html>" + tostring(page, encoding="unicode")


def _without_addresses(css: str) -> str:
    """Style that names no picture, font or other style sheet. Without backslashes, which could
    hide a name."""
    return _STYLE_ADDRESSES.sub(" none ", css.replace("\\", " "))
