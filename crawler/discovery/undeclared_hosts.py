"""Lists of news that a home page links to on a host that its source does not declare.

A crawl stays on the hosts of its source (`crawler.middlewares.offsite`): only a person can
decide who runs another host. If an office publishes its news on another one, such as
`berita.KOTA.go.id`, the commands print the line of TOML that adds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.discovery.links import Link
from crawler.discovery.seeds import names_news
from crawler.discovery.vocabulary import addresses
from crawler.registry.source import Source

_MOST = 3
_USUAL = frozenset({"www", "web", "portal"})
"""Usual names of a home page's host; its siblings are `berita.`, `diskominfo.` and similar."""
_LABELS_OF_A_SUFFIX = 2
"""`go.id`: a name below it belongs to one owner."""


def lists_elsewhere(page_links: Iterable[Link], source: Source) -> list[str]:
    """Front pages and lists of news on other hosts under the domain of the source's home page."""
    domain = _domain(source.home)
    by_host: dict[str, str] = {}
    for link in page_links:
        host = urlsplit(link.url).hostname or ""
        if source.owns(link.url) or not f".{host}".endswith(f".{domain}"):
            continue
        if _speaks_of_news(link, host):
            by_host.setdefault(host, link.url)
    return list(by_host.values())[:_MOST]


def _domain(home: str) -> str:
    labels = (urlsplit(home).hostname or "").split(".")
    if labels[0] in _USUAL and len(labels) > _LABELS_OF_A_SUFFIX + 1:
        labels = labels[1:]
    return ".".join(labels)


def _speaks_of_news(link: Link, host: str) -> bool:
    is_front_page = urlsplit(link.url).path in ("", "/")
    on_news_host = is_front_page and not addresses().list_words.isdisjoint(host.split(".")[:1])
    return on_news_host or names_news(link)
