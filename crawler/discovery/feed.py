"""RSS, Atom and RDF feeds: releases with their titles and times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree

from crawler.discovery.canonical_url import absolute, same_site
from crawler.markup.html import parse_html, seen_text, squash
from crawler.markup.xml import parse_xml

_PUBLISHED = ("pubDate", "published", "issued", "date", "created")
_UPDATED = ("updated", "modified")
_TEXTS = ("encoded", "content", "description", "summary")
_APPENDED = re.compile(
    r"\s*(?:The post|Pos) .{0,400}? (?:appeared first on|pertama kali tampil pada) .{0,200}$"
)
"""What WordPress appends to each text; the site's name in it does not belong to the release."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, as printed."""

    url: str
    title: str | None
    published: str | None
    updated: str | None = None
    shown: str | None = None
    """Digest of title and texts; it changes when an editor changes one of them."""


def read_feed(body: bytes, url: str) -> list[Entry]:
    """The entries of an RSS 2.0, RSS 1.0 or Atom feed, in their order; [] if it is not a feed."""
    root = parse_xml(body)
    if root is None:
        return []
    entries: dict[str, Entry] = {}
    for node in root.iter("{*}item", "{*}entry"):
        link = _link(node)
        if link and (target := absolute(url, link)):
            entries.setdefault(target, _entry(node, target))
    return list(entries.values())


def next_feed_page(url: str, body: bytes = b"") -> str:
    """The URL of the next older page of a feed: as the feed gives it, else WordPress's
    `?paged=N`. `rel=next` and `rel=prev-archive` are those of RFC 5005. Blogger gives its next
    page on another host: then its parameters are used on this one."""
    parts = urlsplit(url)
    if named := _named_next(body, url):
        further = urlsplit(named)
        return named if same_site(named, url) else urlunsplit(parts._replace(query=further.query))
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    number = query.get("paged", "1")
    query["paged"] = str(int(number) + 1) if re.fullmatch(r"[0-9]{1,9}", number) else "2"
    return urlunsplit(parts._replace(query=urlencode(query)))


def _named_next(body: bytes, url: str) -> str | None:
    root = parse_xml(body)
    links = [] if root is None else root.iterfind(".//{http://www.w3.org/2005/Atom}link")
    for link in links:
        if link.get("rel") in ("next", "prev-archive") and (href := link.get("href")):
            return absolute(url, href)
    return None


def _entry(node: etree._Element, url: str) -> Entry:
    title = _text(node, "title")
    # An Atom feed may have only the time of the last change.
    updated = _first_text(node, _UPDATED)
    texts = [plain for name in _TEXTS if (plain := _plain(_text(node, name)))]
    texts_shown = "\n".join([_plain(title), *texts])
    return Entry(
        url=url,
        title=_plain(title) or None,
        published=_first_text(node, _PUBLISHED) or updated,
        updated=updated,
        shown=sha256(texts_shown.encode("utf-8", "replace")).hexdigest()[:16],
    )


def _plain(text: str | None) -> str:
    """Text without markup, which may be escaped twice in feeds."""
    if not text:
        return ""
    tree = parse_html(text) if re.search(r"[<&]", text) else None
    return _APPENDED.sub("", squash(text) if tree is None else seen_text(tree))


def _link(node: etree._Element) -> str:
    """RSS has the URL as text, Atom as an attribute of the `alternate` link."""
    for link in node.iterfind("{*}link"):
        if link.text and link.text.strip():
            return link.text.strip()
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return link.get("href") or ""
    guid = node.find("{*}guid")
    if guid is not None and guid.get("isPermaLink") != "false":
        guid_text = (guid.text or "").strip()
        return guid_text if guid_text.startswith(("http://", "https://", "/")) else ""
    return ""


def _text(node: etree._Element, name: str) -> str | None:
    """The text of a child element; of several with one name (`media:title`) the feed's own."""
    nodes = node.findall(f"{{*}}{name}")
    own = [child for child in nodes if "media" not in str(child.tag).rpartition("}")[0]]
    texts = (" ".join("".join(child.itertext()).split()) for child in own)
    return next((text for text in texts if text), None)


def _first_text(node: etree._Element, names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := _text(node, name))), None)
