"""A listing page: which releases it names, and where the older ones are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from lxml import html

from crawler.discovery.addresses import addresses
from crawler.discovery.markup import base_address, parse_html
from crawler.discovery.urls import absolute, same_site

_DIGITS = re.compile(r"\d{1,9}")
_PAGE_PATH = re.compile(r"(?P<word>(?:page|hal|halaman|laman)[/-])?(?P<number>\d{1,9})$")
_PAGE_FILE = re.compile(r"(?P<folder>.*)/[a-z]+[-_](?P<number>\d{1,9})\.(?:html?|php)$", re.I)
_FEED = "+xml"  # application/rss+xml, application/atom+xml
_EDGES = re.compile(r"^[\s«‹<←→>›».…]+|[\s«‹<←→>›».…]+$")
_ARROW = re.compile(r"^\s*[>›»→]+\s*$")


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a reader sees it: where it leads, what it says."""

    url: str
    text: str
    marks: frozenset[str]
    """Its `rel` (as `rel=next`), `feed`, its classes and those around it, lower case."""


def links(body: str, url: str) -> list[Link]:
    """The links of a page to its own site, in the order they stand in, each address once.

    `body` is decoded HTML; a page that holds no markup has no links.
    """
    tree = parse_html(body)
    return [] if tree is None else links_of(tree, url)


def links_of(tree: html.HtmlElement, url: str) -> list[Link]:
    """As `links`, of a page already parsed."""
    base = base_address(tree, url)
    found: dict[tuple[str, str], Link] = {}
    for anchor in tree.iter("a", "link"):
        href = anchor.get("href")
        target = absolute(base, href) if href else None
        if target is None or not same_site(target, url) or not _leads_on(anchor):
            continue
        text = " ".join(anchor.text_content().split()) or anchor.get("title") or ""
        found.setdefault((target, text), Link(target, text, _marks(anchor)))
    return list(found.values())


def older_page(page_links: list[Link], url: str, start: str) -> str | None:
    """The address of the page after `url`, towards older releases; None at the end.

    By what the site says where it says it (`rel=next`, "Pos lama", "Berikutnya", ›), else by the
    least page number or offset above this page's own. `start` is the list's first page.
    Static generators number backwards, so a link that says "older" may lead to a lesser number.
    """
    here = page_number(url, start)
    ahead: list[tuple[int, str]] = []
    said_next: list[str] = []
    for link in page_links:
        number = page_number(link.url, start)
        if link.url.split("#")[0] == url.split("#")[0] or (number is not None and number == here):
            continue
        if _says_older(link) and (number is not None or _under(link.url, start)):
            return link.url
        is_ahead = number is not None and number > (here or 0)
        if is_ahead and _says_next(link):
            said_next.append(link.url)
        # A first page without a number links to itself as "1".
        if number is not None and is_ahead and not (here is None and link.text == "1"):
            ahead.append((number, link.url))
    if said_next:
        return said_next[0]
    return min(ahead)[1] if ahead else None


def page_number(url: str, start: str) -> int | None:
    """The page number or offset that makes `url` a page of the list beginning at `start`.

    Shapes: `?page=17`, `/page/2/`, `/index.php/show_post/index/20`, `index-11.html`. None for the
    list's first page, and for what is no page of this list.
    """
    path, number, others = _split(url)
    start_path, _, start_others = _split(start)
    if others != start_others:
        return None
    if path == start_path:
        return number
    if (match := _PAGE_FILE.match(path)) and match["folder"] == start_path.rpartition("/")[0]:
        return int(match["number"])
    if not path.startswith(start_path + "/"):
        return None
    match = _PAGE_PATH.match(path[len(start_path) + 1 :])
    # Below the root a bare number is a year (`/2024/`) or a short link, not a page.
    if match is None or (not start_path and not match["word"]):
        return None
    return int(match["number"])


def _split(url: str) -> tuple[str, int | None, tuple[tuple[str, str], ...]]:
    """A URL as path, page number in the query, and the rest of the query."""
    parts = urlsplit(url)
    number: int | None = None
    others: list[tuple[str, str]] = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name.lower() in addresses().page_parameters and _DIGITS.fullmatch(value):
            number = int(value)
        else:
            others.append((name, value))
    # Some sites answer with and without index.php, and link to both.
    path = re.sub(r"^/index\.php(?=/|$)", "", parts.path).rstrip("/")
    # A list declared by its numbered first page: /index/0, /page/1.
    return re.sub(r"/(?:page/)?[01]$", "", path), number, tuple(sorted(others))


def _says_older(link: Link) -> bool:
    """`rel=next`, "Pos lama", and the name WordPress gives the link to older posts."""
    said = _EDGES.sub("", link.text.lower())
    return said in addresses().older or not {"rel=next", "nav-previous"}.isdisjoint(link.marks)


def _says_next(link: Link) -> bool:
    said = _EDGES.sub("", link.text.lower())
    return said in addresses().next or bool(_ARROW.match(link.text)) or "next" in link.marks


def _under(url: str, start: str) -> bool:
    """Whether a page without a number can belong to the list: `/berita?before=2024-05-01`."""
    return urlsplit(url).path.rstrip("/").startswith(urlsplit(start).path.rstrip("/"))


def _leads_on(anchor: html.HtmlElement) -> bool:
    """Every <a>, but of the <link>s in the head only those to pages that name releases."""
    if anchor.tag == "a":
        return True
    rel = (anchor.get("rel") or "").lower()
    return rel in ("next", "canonical") or (
        rel == "alternate" and _FEED in (anchor.get("type") or "")
    )


def _marks(anchor: html.HtmlElement) -> frozenset[str]:
    parent = anchor.getparent()
    classes = (
        (anchor.get("class") or "")
        + " "
        + ((parent.get("class") or "") if parent is not None else "")
    )
    rel = [f"rel={word}" for word in (anchor.get("rel") or "").lower().split()]
    if anchor.tag == "link" and "rel=alternate" in rel:
        rel.append("feed")
    return frozenset([*classes.lower().split(), *rel])
