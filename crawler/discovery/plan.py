"""Where to begin at a source: what it declares, else what its kind or its home page offers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from crawler.discovery.addresses import addresses
from crawler.discovery.listing import Link
from crawler.source import Source

# One CMS for all KPU offices; 104 is usually the news, at some offices another number is.
_KPU_NEWS = "blog/category/104"
_KPU_CATEGORY = re.compile(r"/blog/category/\d+/?$")


@dataclass(frozen=True, slots=True)
class Entrance:
    """A page that leads to releases."""

    way: str
    """`listing`, `feed`, `sitemap` or `home` (a home page names the others)."""
    url: str


def entrances(source: Source) -> list[Entrance]:
    """What to ask first. A declaration overrides looking; with none, looking starts at home."""
    declared = [
        *(Entrance("listing", url) for url in source.listing),
        *(Entrance("feed", url) for url in source.feed),
        *(Entrance("sitemap", url) for url in source.sitemap),
    ]
    if declared:
        return declared
    if source.kind == "kpu":
        return [Entrance("home", source.home), Entrance("listing", urljoin(source.home, _KPU_NEWS))]
    return [Entrance("home", source.home)]


def found_at_home(page_links: list[Link], source: Source) -> list[Entrance]:
    """Further entrances a home page names: its feeds, and the lists it calls news.

    At a KPU office only its categories are lists, and press clippings ("KPU Dalam Berita"),
    opinions and the like are not its releases.
    """
    found = [Entrance("feed", link.url) for link in page_links if "feed" in link.marks]
    for link in page_links:
        if source.kind == "kpu" and not _KPU_CATEGORY.search(link.url):
            continue
        if source.owns(link.url) and _names_news(link.text):
            found.append(Entrance("listing", link.url))
    return list(dict.fromkeys(found))


def _names_news(text: str) -> bool:
    said = text.lower()
    # A headline may hold the word "berita"; the name of a list is short.
    return (
        len(said.split()) <= 4
        and any(word in said for word in addresses().news)
        and not any(word in said for word in addresses().not_news)
    )
