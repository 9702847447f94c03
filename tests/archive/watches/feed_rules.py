"""What a feed validator demands of an Atom feed: RFC 4287, and the rules that readers rely on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
_TAG = re.compile(
    r"tag:([a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[\w;/?:@&=+$.!~*'()%,-]*", re.ASCII
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_IRI = re.compile(r"[^\s<>\"{}|\\^`\x00-\x20]+")
_RUNS = re.compile(r"<(script|iframe|object|style|img)|<[^>]*(\son\w+\s*=|javascript:)")
_ONCE_IN_FEED = ("id", "title", "updated")
_AT_MOST_ONCE = ("subtitle", "generator", "icon", "logo", "rights")
_KNOWN = {
    "feed": {*_ONCE_IN_FEED, *_AT_MOST_ONCE, "link", "author", "contributor", "category", "entry"},
    "entry": {
        *_ONCE_IN_FEED, "link", "author", "contributor", "category", "content", "published",
        "rights", "source", "summary",
    },
}  # fmt: skip


def broken_rules(body: bytes) -> list[str]:
    """A sentence for each rule that the feed breaks."""
    if not body.startswith(b'<?xml version="1.0" encoding="utf-8"?>'):
        return ["The declaration does not say that it is UTF-8"]
    feed = ET.fromstring(body.decode("utf-8"))
    if feed.tag != f"{ATOM}feed":
        return [f"The root is {feed.tag}"]
    return list(_feed(feed))


def _feed(feed: ET.Element) -> Iterator[str]:
    entries = feed.findall(f"{ATOM}entry")
    yield from _shared(feed, "feed")
    selves = [link for link in _links(feed) if link.get("rel") == "self"]
    if len(selves) != 1:
        yield "The feed has no link to itself, or several"
    if feed.find(f"{ATOM}author") is None and any(
        entry.find(f"{ATOM}author") is None for entry in entries
    ):
        yield "Neither the feed nor each entry has an author"
    for entry in entries:
        yield from _shared(entry, "entry")
        yield from _entry(entry)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    if len(set(ids)) != len(ids):
        yield "Two entries have one id"
    times = [_time(entry) for entry in entries]
    if times != sorted(times, reverse=True):
        yield "The newest entry is not the first"
    if times and _time(feed) < max(times):
        yield "The feed is older than an entry"
    if list(feed)[-len(entries) or len(feed) :] != entries:
        yield "Something of the feed stands after an entry"


def _entry(entry: ET.Element) -> Iterator[str]:
    alternates = [link for link in _links(entry) if link.get("rel", "alternate") == "alternate"]
    if len(alternates) != 1:
        yield "An entry has no alternate link, or several"
    content = entry.find(f"{ATOM}content")
    if content is None or content.get("type") not in ("text", "html"):
        yield "An entry has no content of a known type"
    elif len(content):
        yield "The markup of a content is not escaped"
    elif _RUNS.search(content.text or ""):
        yield "A content could run or load something"


def _shared(element: ET.Element, kind: str) -> Iterator[str]:
    for child in element:
        if child.tag.removeprefix(ATOM) not in _KNOWN[kind]:
            yield f"Unknown element {child.tag}"
    for name in _ONCE_IN_FEED:
        if len(element.findall(f"{ATOM}{name}")) != 1:
            yield f"{kind} does not have exactly one {name}"
    for name in _AT_MOST_ONCE:
        if len(element.findall(f"{ATOM}{name}")) > 1:
            yield f"{kind} has more than one {name}"
    if not _TAG.fullmatch(element.findtext(f"{ATOM}id") or ""):
        yield f"{element.findtext(f'{ATOM}id')!r} is no tag: URI"
    if not (element.findtext(f"{ATOM}title") or "").strip():
        yield f"{kind} has an empty title"
    if not _TIME.fullmatch(element.findtext(f"{ATOM}updated") or ""):
        yield f"{kind} has no time of RFC 3339"
    for author in element.findall(f"{ATOM}author"):
        if not (author.findtext(f"{ATOM}name") or "").strip():
            yield "An author has no name"
    for link in _links(element):
        href = link.get("href", "")
        if not _IRI.fullmatch(href) or urlsplit(href).scheme not in ("http", "https", ""):
            yield f"{href!r} is no address of the web"
    for category in element.findall(f"{ATOM}category"):
        if not category.get("term"):
            yield "A category has no term"


def _links(element: ET.Element) -> list[ET.Element]:
    return element.findall(f"{ATOM}link")


def _time(element: ET.Element) -> datetime:
    said = element.findtext(f"{ATOM}updated") or ""
    return datetime.fromisoformat(said if _TIME.fullmatch(said) else "1970-01-01T00:00:00Z")
