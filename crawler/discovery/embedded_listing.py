"""Reads stories from script data in a page: `__NEXT_DATA__` and similar."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit, urlunsplit

from lxml.html import HtmlElement

from crawler.discovery.canonical_url import absolute, same_site
from crawler.discovery.links import Link
from crawler.discovery.vocabulary import addresses
from crawler.markup.html import squash

_STATE = re.compile(
    r"(?:window\.|self\.|var\s+)?(?:__\w+__|\w*(?:STATE|Data|data|props))\s*=\s*(?=[\[{])"
)
_TITLES = ("title", "judul", "headline", "name", "nama", "post_title")
_URLS = ("url", "href", "link", "permalink", "path", "uri", "canonical")
_SLUGS = ("slug", "slug_berita", "seo", "alias")
_DATES = re.compile(r"(?:publish|tanggal|date|created|terbit|waktu)", re.I)
_DATED = re.compile(r"(?:19|20)\d\d-\d\d-\d\d|\d{1,2} \w+ (?:19|20)\d\d")
_PAGES = ("totalpages", "total_pages", "lastpage", "last_page", "pagecount", "page_count")
_SHORTEST_TITLE = 3
"""Fewest words of a title."""
_DEEPEST = 25


@dataclass(frozen=True, slots=True)
class EmbeddedStory:
    """A story in the data."""

    url: str
    title: str
    published: str | None
    made: bool
    """The URL was built from the page's own and a slug: no page links to it."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Contents of a page's data."""

    stories: tuple[EmbeddedStory, ...] = ()
    links: tuple[Link, ...] = ()
    """Links to other pages, such as a menu's."""
    pages: int | None = None
    """Number of pages of the list, if the data gives it."""


def read_embedded(tree: HtmlElement, url: str) -> Embedded:
    """The stories in a page's data: objects with a title and a URL, or a slug. A slug is
    appended to the page's own URL; on a home page that is not enough. No script is run: only
    JSON is read, in scripts of that type or as the value of a variable."""
    by_url: dict[str, EmbeddedStory] = {}
    links: list[Link] = []
    pages: int | None = None
    for data in _data(tree):
        for each in _objects(data):
            if (story := _story(each, url)) is not None:
                by_url.setdefault(story.url, story)
            elif (link := _link(each, url)) is not None:
                links.append(link)
            pages = pages or _pages(each)
    return Embedded(tuple(by_url.values()), tuple(links), pages)


def page_in_data(pages: int | None, url: str) -> str | None:
    """The URL of the page after `url`, if only the data shows that there are more. No page links
    to it: `?page=N` is what nearly all such lists use."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    here = query.get("page", "1")
    if pages is None or not here.isdecimal() or int(here) >= pages:
        return None
    return urlunsplit(parts._replace(query=urlencode({**query, "page": int(here) + 1})))


def _data(tree: HtmlElement) -> Iterator[Any]:
    for script in tree.iter("script"):
        text = script.text or ""
        kind = (script.get("type") or "").lower()
        if "json" not in kind:
            assigned = _STATE.search(text)
            if assigned is None:
                continue
            text = text[assigned.end() :]
        try:
            value, _ = json.JSONDecoder().raw_decode(text.strip())
        except (ValueError, RecursionError):
            continue
        yield value


def _objects(data: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """All objects of a value, outer ones first."""
    if depth > _DEEPEST:
        return
    if isinstance(data, Mapping):
        yield data
    inner = data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ()
    for each in inner:
        if isinstance(each, Mapping | list):
            yield from _objects(each, depth + 1)


def _story(item: Mapping[str, Any], url: str) -> EmbeddedStory | None:
    title = squash(_first(item, _TITLES))
    if len(title.split()) < _SHORTEST_TITLE:
        return None
    named = _first(item, _URLS)
    target = absolute(url, named) if re.match(r"https?://|/", named) else None
    made = target is None
    if target is None and (folder := urlsplit(url).path.strip("/")):
        slug = _first(item, _SLUGS)
        if re.fullmatch(r"[\w-]+(?:[./][\w-]+)*", slug):
            target = absolute(url, f"/{folder}/{slug}")
    if target is None or not same_site(target, url) or addresses().never_a_release(target):
        return None
    return EmbeddedStory(urldefrag(target).url, title, _published(item), made)


def _link(item: Mapping[str, Any], url: str) -> Link | None:
    named = _first(item, _URLS)
    target = absolute(url, named) if re.match(r"https?://|/", named) else None
    if target is None or not same_site(target, url):
        return None
    return Link(target, squash(_first(item, (*_TITLES, "label", "text"))), frozenset())


def _published(item: Mapping[str, Any]) -> str | None:
    dates = (str(value) for name, value in item.items() if _DATES.search(name))
    return next((date for date in dates if _DATED.search(date)), None)


def _first(item: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = item.get(name)
        if isinstance(value, Mapping):  # {"rendered": …}
            value = value.get("rendered")
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _pages(item: Mapping[str, Any]) -> int | None:
    for name, value in item.items():
        if name.lower() in _PAGES and isinstance(value, int) and 1 < value < 100_000:
            return value
    return None
