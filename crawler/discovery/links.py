"""The links of a page: those readers see, and those its scripts would follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from crawler.discovery.canonical_url import absolute, same_site
from crawler.markup.html import attribute, parse_html, squash

_FEED = "+xml"  # application/rss+xml, application/atom+xml
_SCRIPTED = (
    *("data-url", "data-href", "data-link", "data-next", "data-next-url", "data-nextpage"),
    *("data-next-page", "hx-get"),
)
_OF_SCRIPTS = frozenset((*_SCRIPTED, "onclick"))
_MAY_BE_SCRIPTED = frozenset(("a", "button", "div", "span", "li"))
_HELD_IN = " or ".join(f"@{name}" for name in ("href", "onclick", "value", *_SCRIPTED))
_WITH_ADDRESS = etree.XPath(f"descendant-or-self::*[{_HELD_IN}]")
"""Elements that can have an address; few of a page do."""
_LOCATION = re.compile(r"location(?:\.href)?\s*=\s*['\"]([^'\"]+)['\"]")
_ADDRESS = re.compile(r"https?://|[/?.]")


@dataclass(frozen=True, slots=True)
class Link:
    """A link: URL, text and marks."""

    url: str
    text: str
    marks: frozenset[str]
    """`rel=next` and similar, `feed`, `scripted`, its classes and its parent's, in lower case."""


def base_address(tree: HtmlElement, url: str) -> str:
    """The base of relative links: the page's `<base href>`, else its URL."""
    declared = tree.find(".//base[@href]")
    return url if declared is None else absolute(url, declared.get("href") or "") or url


def links(body: str, url: str) -> list[Link]:
    """The links of a page to its own site, in their order, each URL once. `body` is decoded
    HTML; without markup there are no links."""
    tree = parse_html(body)
    return [] if tree is None else links_of(tree, url)


def links_of(
    tree: HtmlElement, url: str, wanted: Callable[[str], bool] | None = None
) -> list[Link]:
    """As `links`, of a page already parsed; `wanted`: only those for whose address, as written
    there, this is true."""
    return [link for link in _all_links(tree, url, wanted) if same_site(link.url, url)]


def links_away(tree: HtmlElement, url: str) -> list[Link]:
    """The links of a parsed page to other sites."""
    return [link for link in _all_links(tree, url) if not same_site(link.url, url)]


def canonicals(tree: HtmlElement, url: str) -> Iterator[str]:
    """The URLs of the page's own site that a parsed page gives as its own (`rel=canonical`)."""
    base = base_address(tree, url)
    for element in tree.iter("link", "a", "area"):
        is_meant = "canonical" in attribute(element, "rel").split()
        if is_meant and (element.tag != "link" or _leads_on(element)):
            href = element.get("href")
            target = absolute(base, href) if href else None
            if target is not None and same_site(target, url):
                yield target


def _all_links(
    tree: HtmlElement, url: str, wanted: Callable[[str], bool] | None = None
) -> list[Link]:
    base = base_address(tree, url)
    by_address: dict[tuple[str, str], Link] = {}
    for element, href in _addresses(tree):
        if wanted is not None and not wanted(href):
            continue
        target = absolute(base, href)
        if target is not None:
            text = squash(element.text_content()) or element.get("title") or ""
            by_address.setdefault((target, text), Link(target, text, _marks(element)))
    return list(by_address.values())


def _addresses(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Elements with a link, and the URL as written. Buttons such as "Muat lebih banyak" have the
    URL that their script requests in an attribute."""
    for element in _WITH_ADDRESS(tree):
        href = element.get("href")
        if href and (element.tag in ("a", "area") or _leads_on(element)):
            yield element, href
        if element.tag in _MAY_BE_SCRIPTED and not _OF_SCRIPTS.isdisjoint(element.keys()):
            hidden = [element.get(name) or "" for name in _SCRIPTED]
            hidden += _LOCATION.findall(element.get("onclick") or "")
            yield from ((element, address) for address in hidden if _ADDRESS.match(address))
        if element.tag == "option" and _ADDRESS.match(address := element.get("value") or ""):
            yield element, address


def _leads_on(element: HtmlElement) -> bool:
    """Of the <link>s in the head, only those to pages that name releases, and to the page
    itself."""
    if element.tag != "link":
        return False
    rel = attribute(element, "rel")
    return rel in ("next", "canonical") or (
        rel == "alternate" and _FEED in (element.get("type") or "")
    )


def _marks(element: HtmlElement) -> frozenset[str]:
    parent = element.getparent()
    around = attribute(parent, "class") if parent is not None else ""
    marks = [f"rel={word}" for word in attribute(element, "rel").split()]
    if element.tag == "link" and "rel=alternate" in marks:
        marks.append("feed")
    if not element.get("href"):
        marks.append("scripted")
    return frozenset([*attribute(element, "class").split(), *around.split(), *marks])
