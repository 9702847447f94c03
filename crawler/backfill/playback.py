"""Reconstructs the source's response from a web archive's. Pure.

The Wayback Machine renames the source's headers (`X-Archive-Orig-…`); pywb sends them together
with its own. Common Crawl gives the record of a WARC file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO

from archive.captures.content_encoding import Undecodable, unpack
from archive.captures.reader import BODY_MAX
from archive.captures.records import Damage, record_at
from crawler.backfill.index import Capture

_RENAMED = "x-archive-orig-"
_OF_THE_ARCHIVE = ("x-archive-", "memento-datetime", "link", "content-location", "warcserver-")
_OF_THE_CONNECTION = ("connection", "transfer-encoding", "keep-alive")
_END = b"\r\n\r\n"


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
    said = next((value for name, value in given if name.lower() == "memento-datetime"), None)
    if said is not None and not _is_of(said, capture):
        raise Unusable(f"The web archive gives the capture of {said} instead.")
    original = list(_originals(given, capture))
    names = {name.lower() for name, _ in original}
    packed = [value for name, value in given if name.lower() == "content-encoding"]
    if packed and "content-encoding" not in names:  # packed for the way here
        try:
            body = unpack(body, packed, BODY_MAX)
        except Undecodable as error:
            raise Unusable(str(error)) from error
    lines = [f"{name}: {value}" for name, value in original if _is_true(name, value, body)]
    head = "\r\n".join(("HTTP/1.1 200 OK", *lines)).encode("latin-1", "replace")
    return Original(head + _END, body)


def _is_of(said: str, capture: Capture) -> bool:
    try:
        return parsedate_to_datetime(said) == capture.at
    except ValueError:
        return False


def _originals(given: list[tuple[str, str]], capture: Capture) -> Iterable[tuple[str, str]]:
    """The headers that the source sent."""
    renames = any(name.lower().startswith("x-archive-") for name, _ in given)
    renamed = {name.lower() for name, _ in given if name.lower().startswith(_RENAMED)}
    for name, value in given:
        lower = name.lower()
        if lower.startswith(_RENAMED):
            yield name[len(_RENAMED) :], value
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
