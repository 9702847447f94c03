"""Reconstructs the source's response from a web archive's. Pure.

The Wayback Machine renames the source's headers (`X-Archive-Orig-…`); pywb sends them together
with its own. Common Crawl gives the record of a WARC file.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from urllib.parse import unquote, urlsplit

from archive.captures.content_encoding import Undecodable, unpack
from archive.captures.gzip_members import read_member
from archive.captures.reader import BODY_MAX
from archive.captures.records import Damage, record_at
from crawler.backfill.index import Capture
from crawler.url_policy import is_web_url

_RENAMED = "x-archive-orig-"
_OF_THE_ARCHIVE = ("x-archive-", "memento-datetime", "link", "content-location", "warcserver-")
_OF_THE_CONNECTION = ("connection", "transfer-encoding", "keep-alive")
_END = b"\r\n\r\n"
_GZIP = b"\x1f\x8b"
_DIGITS_MOST = 18
_ORIGINAL = re.compile(r'<([^<>]*)>\s*;\s*rel="?original\b')
"""In a `Link` header (RFC 7089): the address that was captured."""


class Unusable(Exception):
    """The web archive does not give this capture; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Original:
    """The source's response."""

    head: bytes
    """Status line and headers, with the empty line after them."""
    body: bytes
    """As packed as the headers say."""
    truncated: str | None = None


def from_playback(headers: Iterable[tuple[str, str]], body: bytes, capture: Capture) -> Original:
    """The response that a playback (`…id_/`) gives back. Raises Unusable."""
    given = list(headers)
    _check_that_it_is(capture, given)
    original = list(_originals(given, capture))
    packed_by_source = _values(original, "content-encoding")
    on_the_way = [] if packed_by_source else _values(given, "content-encoding")
    try:
        unpacked = unpack(body, packed_by_source or on_the_way, BODY_MAX)
    except Undecodable as error:
        raise Unusable(str(error)) from error
    if not packed_by_source:
        body = unpacked
    _check_that_it_is_whole(capture, original, body, bool(packed_by_source))
    lines = [f"{name}: {value}" for name, value in original if _is_true(name, value, body)]
    head = "\r\n".join(("HTTP/1.1 200 OK", *lines)).encode("latin-1", "replace")
    return Original(head + _END, body)


def _check_that_it_is(capture: Capture, given: list[tuple[str, str]]) -> None:
    """Web archives answer with the nearest capture in time, or of a similar address, where they
    do not have the one that is asked for. Raises Unusable."""
    for stated in _values(given, "memento-datetime"):
        if not _is_of(stated, capture):
            raise Unusable(f"The web archive gives the capture of {stated} instead.")
    for value in _values(given, "link"):
        for address in _ORIGINAL.findall(value):
            if is_web_url(address) and _place(address) != _place(capture.url):
                raise Unusable(f"The web archive gives a capture of {address} instead.")


def _is_of(stated: str, capture: Capture) -> bool:
    try:
        return parsedate_to_datetime(stated) == capture.at
    except ValueError:
        return False


def _place(url: str) -> tuple[str, str, str]:
    """An address without what web archives do not distinguish."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return host, unquote(parts.path).rstrip("/").lower(), unquote(parts.query).lower()


def _check_that_it_is_whole(
    capture: Capture, original: list[tuple[str, str]], body: bytes, is_packed: bool
) -> None:
    """A body that is damaged or shorter than the source said, and not the one of the index, is not
    what the source sent. (The digest alone proves nothing: crawlers differ in what they take it
    of.) Raises Unusable."""
    if capture.digest and capture.digest == _digest(body):
        return
    if body.startswith(_GZIP):
        if failure := read_member(BytesIO(body), 0).failure:
            raise Unusable(f"The body is damaged: {failure}.")
    elif not is_packed:
        for stated in _values(original, "content-length"):
            if stated.isdecimal() and len(stated) <= _DIGITS_MOST and len(body) < int(stated):
                raise Unusable(f"The web archive gives {len(body):,} of {int(stated):,} bytes.")


def _digest(body: bytes) -> str:
    """As indexes have it."""
    return base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def _values(headers: Iterable[tuple[str, str]], wanted: str) -> list[str]:
    return [value for name, value in headers if name.lower() == wanted]


def _originals(given: list[tuple[str, str]], capture: Capture) -> Iterable[tuple[str, str]]:
    """The headers that the source sent."""
    renames = any(name.lower().startswith("x-archive-") for name, _ in given)
    renamed = {name.lower() for name, _ in given if name.lower().startswith(_RENAMED)}
    for name, value in given:
        lower = name.lower()
        if lower.startswith(_RENAMED):
            if original := name[len(_RENAMED) :]:
                yield original, value
        elif renames:
            if lower == "content-type" and _RENAMED + lower not in renamed:
                yield name, value
        elif not lower.startswith(_OF_THE_ARCHIVE) and not _is_after(name, value, capture):
            yield name, value


def _is_after(name: str, value: str, capture: Capture) -> bool:
    """Whether it is the `Date` of today, which pywb sends where the source had sent none."""
    try:
        is_date = name.lower() == "date"
        return is_date and parsedate_to_datetime(value) > capture.at + timedelta(days=1)
    except (ValueError, TypeError):
        return False


def _is_true(name: str, value: str, body: bytes) -> bool:
    """Whether a header is still true of the bytes that are kept."""
    if name.lower() == "content-length":
        return value.strip() == str(len(body))
    return name.lower() not in _OF_THE_CONNECTION


def from_record(data: bytes, capture: Capture) -> Original:
    """The response in a record of a WARC file. Raises Unusable."""
    found = record_at(BytesIO(data), 0)
    if isinstance(found, Damage):
        raise Unusable(f"The record is damaged: {found.why}.")
    if found.data is None:
        raise Unusable("The record is too long.")
    if found.head.get("warc-type") != "response":
        raise Unusable(f"The record is a {found.head.get('warc-type', 'file of another format')}.")
    if found.head.get("warc-target-uri", "").strip("<>") != capture.url:
        raise Unusable(f"The record is of {found.head.get('warc-target-uri')}.")
    block = found.data.partition(_END)[2][: int(found.head["content-length"])]
    head, end, body = block.partition(_END)
    if not end or not head.startswith(b"HTTP/"):
        raise Unusable("The record has no HTTP response.")
    return Original(head + _END, body, found.head.get("warc-truncated"))
