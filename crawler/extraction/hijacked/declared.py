"""Data of a page for search engines: goods, and a canonical URL on another host."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extraction.hijacked.sales_words import seller_words


def hosts_elsewhere(root: HtmlElement, url: str, owns: Callable[[str], bool]) -> Iterator[str]:
    """Hosts of others that the page at `url` declares as its own address."""
    addresses = [
        link.get("href")
        for link in root.iter("link")
        if {"canonical", "amphtml", "alternate"} & set((link.get("rel") or "").lower().split())
        and "wlwmanifest" not in (link.get("type") or "")
    ]
    addresses += [m.get("content") for m in root.iterfind(".//meta[@property='og:url']")]
    for refresh in root.iterfind(".//meta[@http-equiv]"):
        if (refresh.get("http-equiv") or "").lower() == "refresh":
            addresses.append((refresh.get("content") or "").partition("=")[2].strip("'\" "))
    for declared in addresses:
        address = absolute(url, declared)
        if address and not owns(address):
            host = urlsplit(address).hostname or ""
            if not seller_words().friends.search(host):
                yield host


def goods(root: HtmlElement) -> Iterator[str]:
    """The kinds of goods in its data for search engines."""
    for element in root.xpath("//*[@itemtype]"):
        yield from _known_goods(str(element.get("itemtype")).rpartition("/")[2])
    for meta in root.xpath("//meta[@property='og:type' or @property='product:price:amount']"):
        yield from _known_goods(
            "product" if "price" in meta.get("property") else meta.get("content")
        )
    for script in root.xpath("//script[contains(@type, 'ld+json')]"):
        try:
            data = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):  # invalid data is no evidence
            continue
        for kind in _types(data, 0):
            yield from _known_goods(kind)


def _known_goods(kind: object) -> Iterator[str]:
    name = str(kind or "").casefold()
    if name in seller_words().goods:
        yield name


def _types(data: Any, depth: int) -> Iterator[object]:
    if depth > 6:
        return
    if isinstance(data, list):
        for item in data[:50]:
            yield from _types(item, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        yield from kinds if isinstance(kinds, list) else [kinds]
        for value in data.values():
            yield from _types(value, depth + 1)


def absolute(base: str, address: str | None) -> str | None:
    """A web URL, as written on a page at `base`; None if it is not one."""
    try:
        url = urljoin(base, (address or "").strip())
        return url if address and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:  # an invalid URL leads nowhere
        return None
