"""RSS, Atom and RDF feeds: releases with their titles and times."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree

from crawler.discovery.urls import absolute
from crawler.discovery.xml import parse_xml

_DATES = ("pubDate", "published", "date", "issued", "updated")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, as printed there."""

    url: str
    title: str | None
    published: str | None


def read_feed(body: bytes, url: str) -> list[Entry]:
    """The entries of an RSS 2.0, RSS 1.0 or Atom feed, in their order; [] where it is no feed."""
    root = parse_xml(body)
    if root is None:
        return []
    entries = []
    for node in root.iter("{*}item", "{*}entry"):
        if target := absolute(url, _link(node)):
            entries.append(Entry(target, _text(node, "title"), _first_text(node, _DATES)))
    return entries


def next_feed_page(url: str) -> str:
    """The same feed, one page older: WordPress walks its whole archive by `?paged=N`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    number = query.get("paged", "1")
    query["paged"] = str(int(number) + 1) if number.isdecimal() else "2"
    return urlunsplit(parts._replace(query=urlencode(query)))


def _link(node: etree._Element) -> str:
    """RSS has the address as text, Atom as an attribute of the `alternate` link."""
    for link in node.iterfind("{*}link"):
        if link.text and link.text.strip():
            return link.text.strip()
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return link.get("href") or ""
    guid = node.find("{*}guid")
    if guid is not None and guid.get("isPermaLink") != "false":
        return (guid.text or "").strip()
    return ""


def _text(node: etree._Element, name: str) -> str | None:
    found = node.find(f"{{*}}{name}")
    return (" ".join("".join(found.itertext()).split()) or None) if found is not None else None


def _first_text(node: etree._Element, names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := _text(node, name))), None)
