"""Chooses the pages linked from a home page that may be lists of releases, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.discovery.canonical_url import alias_key, canonical
from crawler.discovery.links import Link
from crawler.discovery.url_traps import is_trap
from crawler.discovery.vocabulary import addresses
from crawler.registry.source import Source

_WORDS_OF_A_HEADLINE = 8


def candidates(page_links: Iterable[Link], source: Source) -> list[str]:
    """The pages to fetch, each once, the likeliest first. Words only set the order: a list may
    have any name, and its content decides. Left out are files, feeds, traps, other hosts, and
    lists of texts by others, which only their name distinguishes from the office's own."""
    found: dict[str, tuple[int, str]] = {}
    home = alias_key(source.home, source.home)
    for link in page_links:
        url = canonical(link.url, source.home, keep_pages=True)
        if not source.owns(link.url) or "feed" in link.marks or is_trap(url):
            continue
        rank = _rank(link)
        key = alias_key(url, source.home)
        if rank is not None and key != home:
            found[key] = min(found.get(key, (rank, url)), (rank, url))
    return [url for _, url in sorted(found.values(), key=lambda ranked: ranked[0])]


def _rank(link: Link) -> int | None:
    """Rank of a link as a possible list, 0 the likeliest; None if it is skipped."""
    words = addresses()
    label = link.text.lower()
    if any(word in label for word in words.others_texts):
        return None
    if len(label.split()) > _WORDS_OF_A_HEADLINE:
        return 4
    link_words = {
        *re.findall(r"[a-z]+", label),
        *re.findall(r"[a-z]+", urlsplit(link.url).path.lower()),
    }
    if any(word in label for word in words.not_news) or not words.never.isdisjoint(link_words):
        return 3
    if any(word in label for word in words.news) or not words.list_words.isdisjoint(link_words):
        return 0
    if not words.likely.isdisjoint(link_words):
        return 1
    return 3 if not words.unlikely.isdisjoint(link_words) else 2
