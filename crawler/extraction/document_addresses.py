"""Recognises addresses of documents: by their ending, by the type that the link declares, or as
files shared from a store. Viewers are looked through to the document they show."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

from w3lib.url import safe_url_string

from crawler.regions import DATA
from crawler.url_policy import is_web_url

_DATA: dict[str, Any] = tomllib.loads((DATA / "attachments.toml").read_text("utf-8"))
_ENDINGS: dict[str, str] = _DATA["endings"]
_DECLARED: dict[str, str] = _DATA["declared"]
IMAGES = frozenset(_DATA["images"]["types"])


def _alternatives(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_VIEWERS = _alternatives(_DATA["viewers"]["addresses"])
_PARAMETERS = frozenset(_DATA["viewers"]["parameters"])
_SHARES = _alternatives(_DATA["shares"]["addresses"])
_MAYBE = _alternatives(
    [
        rf"\.(?:{'|'.join(_ENDINGS)})(?![\w-])",
        *map(re.escape, _DATA["viewers"]["marks"]),
        *_DATA["shares"]["addresses"],
    ]
)
FILE_NAMES = re.compile(_DATA["blocks"]["names"], re.IGNORECASE)
"""Names of an element that holds files."""
HEADINGS = re.compile(_DATA["headings"]["words"], re.IGNORECASE)
"""Headings above the files of a release."""
_LONGEST = 2_000
"""Letters of an address."""


@dataclass(frozen=True, slots=True)
class Document:
    """An address that leads to a document."""

    url: str
    """Absolute, without fragment."""
    type: str | None
    """`pdf`, `docx`, …; None: neither the address nor the link says it."""
    certain: bool
    """Whether that it is a document is seen from the address or the declared type."""


def may_be_document(href: str) -> bool:
    """Whether the address of a link may say that it leads to a document: a quick look before
    `document`."""
    return len(href) <= _LONGEST and _is_worth_a_look(href)


@lru_cache(maxsize=4096)  # most links stand on every page of a site
def _is_worth_a_look(href: str) -> bool:
    return _MAYBE.search(href) is not None


def document(base: str, href: str, declared: str | None = None) -> Document | None:
    """The document at a link's address; None if that is no web address. `declared`: the media
    type that the link gives."""
    url = _absolute(base, href)
    if url is None:
        return None
    shown = _shown(url)
    if shown is not None:
        url = shown
    type_ = _by_ending(url) or _DECLARED.get((declared or "").split(";")[0].strip().lower())
    parts = urlsplit(url)
    is_shared = _SHARES.match(f"{parts.netloc}{parts.path}") is not None
    if is_shared:
        type_ = None
    return Document(url, type_, type_ is not None or is_shared)


def _absolute(base: str, href: str) -> str | None:
    try:
        url = urldefrag(safe_url_string(urljoin(base, href.strip()))).url
    except ValueError:
        return None
    return url if len(url) <= _LONGEST and is_web_url(url) else None


def _shown(url: str) -> str | None:
    """The address of the document that a viewer shows."""
    parts = urlsplit(url)
    if not _VIEWERS.fullmatch(f"{parts.netloc}{parts.path}"):
        return None
    for name, value in parse_qsl(parts.query, max_num_fields=50):
        if name.lower() in _PARAMETERS and (shown := _absolute(url, value)):
            return shown
    return None


def _by_ending(url: str) -> str | None:
    """The type by the ending of the path, else of the whole address: `unduh.php?file=a.pdf`."""
    parts = urlsplit(url)
    for text in (parts.path, parts.query):
        name, _, ending = unquote(text).rpartition(".")
        if name.strip("/=") and (found := _ENDINGS.get(ending.strip().lower())):
            return found
    return None
