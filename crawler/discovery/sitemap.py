"""Reads sitemaps and sitemap indexes, compressed or not, as XML or plain text.

https://www.sitemaps.org/protocol.html; the news extension as Google describes it.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from lxml import etree

from crawler.discovery.canonical_url import absolute
from crawler.discovery.vocabulary import addresses
from crawler.markup.xml import parse_xml

MAX_SIZE = 50 * 2**20
"""Decompressed bytes; the protocol allows no more."""

_GZIP = b"\x1f\x8b"
_W3C = re.compile(r"(\d{4})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Listed:
    """A page or a further sitemap listed in a sitemap."""

    url: str
    lastmod: str | None = None
    """As printed, since any other text shows a change."""
    published: str | None = None
    """As printed in the news extension."""
    title: str | None = None

    @property
    def modified(self) -> datetime | None:
        """`lastmod` in UTC; a bare date counts from midnight, a time without a zone as UTC."""
        return parse_w3c(self.lastmod) if self.lastmod else None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The contents of a sitemap, each URL once, in its order."""

    entries: tuple[Listed, ...] = ()
    children: tuple[Listed, ...] = ()
    """Further sitemaps, if this one is an index."""
    cut: bool = False
    """Whether it was longer than the limit."""

    @property
    def pages(self) -> tuple[str, ...]:
        """The URLs of its pages."""
        return tuple(entry.url for entry in self.entries)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The URLs of further sitemaps."""
        return tuple(child.url for child in self.children)

    @property
    def dates_its_pages(self) -> bool:
        """Whether `lastmod` differs by page. Many generators print the time at which the site
        was built on all pages."""
        stamps = Counter(entry.lastmod for entry in self.entries if entry.lastmod)
        most = max(stamps.values(), default=0)
        return bool(stamps) and (len(self.entries) < 3 or 2 * most <= len(self.entries))


def read_sitemap(body: bytes, url: str, *, max_size: int = MAX_SIZE) -> Sitemap:
    """Reads a sitemap, also gzipped; returns an empty one if `body` is not a sitemap. Never
    decompresses more than `max_size` bytes; those are read."""
    body, cut = _unpacked(body, max_size)
    root = parse_xml(body)
    if root is None or _name(root) not in ("urlset", "sitemapindex"):
        return Sitemap(_lines(body, url), cut=cut)
    return Sitemap(_listed(root, "url", url), _listed(root, "sitemap", url), cut)


def kind_of_sitemap(url: str) -> str:
    """The kind of a child sitemap by its name: `posts`, `pages`, `lists`, `media` or `unknown`.
    Names are those of WordPress itself (`wp-sitemap-posts-post-1.xml`), of its plugins
    (`post-sitemap2.xml`, `sitemap-pt-post-2024-05.xml`), and of other sites
    (`sitemap-berita.xml`). `lists` are categories, tags and authors."""
    name = unquote(urlsplit(url).path.rpartition("/")[2]).lower()
    words = addresses()
    if own := re.match(r"wp-sitemap-posts-([\w-]+?)-\d+\.xml|sitemap-pt-([a-z_-]+?)-[\dp]", name):
        kind = own[1] or own[2]
        name_parts = {kind} if kind in ("page", "post") else set(re.split(r"[^a-z]+", kind))
    else:
        name_parts = set(re.split(r"[^a-z]+", name)) - {"sitemap", "xml", "wp", "gz", "index", ""}
    if name_parts & words.sitemap_lists:
        return "lists"
    if name_parts & words.sitemap_media:
        return "media"
    if name_parts & words.sitemap_posts:
        return "posts"
    if name_parts & words.sitemap_pages:
        return "pages"
    return "posts" if own else "unknown"  # a theme's own type of posts


def parse_w3c(text: str) -> datetime | None:
    """A W3C date-time (`2024`, `2024-05`, `2024-05-26`, with time and zone) in UTC, or None."""
    text = text.strip()
    if whole := _W3C.fullmatch(text):
        text = f"{whole[1]}-{whole[2] or '01'}-01"
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _unpacked(body: bytes, max_size: int) -> tuple[bytes, bool]:
    """The decompressed bytes, and whether there are more. A damaged file gives what can be read."""
    whole = bytearray()
    while body.startswith(_GZIP) and len(whole) < max_size:  # gzip files may be joined
        unpacker = zlib.decompressobj(wbits=31)
        try:
            whole += unpacker.decompress(body, max_size - len(whole))
        except zlib.error:
            return bytes(whole), True
        if not unpacker.eof:
            return bytes(whole), True
        body = unpacker.unused_data
        if not body.startswith(_GZIP):
            return bytes(whole), False
    return body[:max_size], len(body) > max_size


def _lines(body: bytes, base: str) -> tuple[Listed, ...]:
    """A text sitemap: a URL per line, and nothing else."""
    if b"<" in body[:1000] or b"://" not in body[:1000]:
        return ()
    lines = (line.strip() for line in body.decode("utf-8-sig", "replace").splitlines())
    addresses = (absolute(base, line) for line in lines if line.startswith(("http://", "https://")))
    return tuple(Listed(url) for url in dict.fromkeys(url for url in addresses if url))


def _listed(root: etree._Element, entry: str, base: str) -> tuple[Listed, ...]:
    by_url: dict[str, Listed] = {}
    for node in root.iterchildren("{*}*"):
        if _name(node) != entry:
            continue
        texts = dict(_texts(node))
        if (loc := texts.get("loc")) and (url := absolute(base, loc)):
            listed = Listed(
                url, texts.get("lastmod"), texts.get("publication_date"), texts.get("title")
            )
            by_url.setdefault(url, listed)
    return tuple(by_url.values())


def _texts(node: etree._Element) -> Iterator[tuple[str, str]]:
    """The texts of the entry and its news extension; an image has its own URL and title."""
    for child in node.iterchildren("{*}*"):
        name = _name(child)
        if name == "news":
            yield from _texts(child)
        elif (text := " ".join("".join(child.itertext()).split())) and len(child) == 0:
            yield name, text


def _name(node: etree._Element) -> str:
    """A tag without namespace, and without a prefix that was never declared."""
    return str(node.tag).rpartition("}")[2].rpartition(":")[2].lower()
