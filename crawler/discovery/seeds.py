"""Where to begin at a source: what it declares, else what its pages offer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from crawler.discovery.canonical_url import alias_key, canonical
from crawler.discovery.links import Link
from crawler.discovery.url_traps import is_trap
from crawler.discovery.vocabulary import addresses
from crawler.registry.source import Source
from crawler.registry.url_template import article_pattern

# The CMS of most KPU offices: 104 is usually the news, at some offices another number is. The
# generation before it has one list.
KPU_ARTICLE = "/blog/read/{id}_{slug}"
_KPU_NEWS = "blog/category/104"
_KPU_LIST = re.compile(r"/blog/category/\d+/?$")
_KPU_PAGE = re.compile(r"^(/(?:index\.php/)?)blog/(?:read/\d+_|category/\d+)")
_AUTHOR = re.compile(r"/author/[^/]+/?$", re.I)
_CATEGORY = re.compile(r"/(?:category|kategori|topik|rubrik)/", re.I)
_COMMENTS = re.compile(r"comment|komentar", re.I)
_OF_A_LIST = re.compile(r"/(?:category|kategori|tag|author)/", re.I)
_REST = re.compile(r"/wp-json(?:/|$)|[?&]rest_route=")
_WORDS_OF_A_LABEL = 4


@dataclass(frozen=True, slots=True)
class Seed:
    """A page that leads to releases."""

    kind: str
    """`rest`, `listing`, `feed`, `sitemap` or `home` (a home page names the others)."""
    url: str
    why: str = field(default="", compare=False)
    """What speaks for it, for people."""


def seeds(source: Source) -> list[Seed]:
    """What to ask first. A declaration overrides looking; with none, looking starts at home."""
    declared = [
        *(Seed("listing", url) for url in source.listing),
        *(Seed("rest" if _REST.search(url) else "feed", url) for url in source.feed),
        *(Seed("sitemap", url) for url in source.sitemap),
    ]
    return [replace(seed, why="declared") for seed in declared] or [Seed("home", source.home)]


def found_at_home(page_links: Iterable[Link], source: Source) -> list[Seed]:
    """Further entrances a home page names: its feeds, and the lists it calls news.

    In the CMS of the KPU offices all categories are lists, but for press clippings ("KPU Dalam
    Berita"), opinions and the like, which are not the office's releases; where the page names none,
    the usual one is tried.
    """
    own = [link for link in page_links if source.owns(link.url)]
    found = [Seed("feed", url, "linked as a feed") for url in _feeds(own)]
    lists: dict[str, Seed] = {}
    for link in own:
        if _is_list(link, source):
            url = canonical(link.url, source.home, keep_pages=True)
            why = f'its link says "{link.text}"'
            lists.setdefault(alias_key(url, source.home), Seed("listing", url, why))
    if not lists and (root := _kpu_root(own)):
        usual = Seed("listing", urljoin(source.home, root + _KPU_NEWS), "usual in this CMS")
        return [*found, usual]
    return [*found, *lists.values()]


def told_article(page_links: Iterable[Link]) -> str | None:
    """What releases' addresses look like in a CMS that is known by the links of its pages."""
    return KPU_ARTICLE if _kpu_root(page_links) else None


def _kpu_root(page_links: Iterable[Link]) -> str | None:
    paths = (urlsplit(link.url).path for link in page_links)
    return next((found[1] for path in paths if (found := _KPU_PAGE.match(path))), None)


def found_beside(page_links: Iterable[Link], source: Source) -> list[Seed]:
    """Lists of another make that pages of a site name, articles' pages among them.

    They lead to what the ways of the home page left out, or to everything where it has none:
    archives of an author (on WordPress the press office writes all), of a category.
    """
    found: dict[str, tuple[int, Seed]] = {}
    for link in page_links:
        path = urlsplit(link.url).path
        kinds = (_AUTHOR.search(path), _CATEGORY.search(path))
        rank = next((rank for rank, found_it in enumerate(kinds) if found_it), None)
        if rank is None or not source.owns(link.url) or not _is_news_or_silent(link.text):
            continue
        url = canonical(link.url, source.home, keep_pages=True)
        if not urlsplit(url).query:
            seed = Seed("listing", url, "an archive of an author or a category")
            found.setdefault(alias_key(url, source.home), (rank, seed))
    return [seed for _, seed in sorted(found.values(), key=lambda ranked: ranked[0])]


def usual_sitemaps(home: str) -> list[str]:
    """Where a sitemap is when robots.txt names none, the likeliest first."""
    return [urljoin(home, "/" + name) for name in addresses().sitemap_files]


def _feeds(own: Iterable[Link]) -> list[str]:
    """The feeds of the site: none of comments, of one list only where there is no other."""
    feeds = [
        link.url
        for link in own
        if "feed" in link.marks and not _COMMENTS.search(f"{link.url} {link.text}")
    ]
    whole = [url for url in feeds if not _OF_A_LIST.search(url)]
    return list(dict.fromkeys(whole or feeds))


def _is_list(link: Link, source: Source) -> bool:
    path = urlsplit(link.url).path.rstrip("/")
    if _KPU_LIST.search(path):
        others = path.rpartition("/")[2] in addresses().kpu_not_news
        return not others and _is_news_or_silent(link.text)
    if article_pattern(KPU_ARTICLE).search(link.url):
        return False
    if "feed" in link.marks or is_trap(link.url):
        return False
    if alias_key(link.url, source.home) == alias_key(source.home, source.home):
        return False
    return names_news(link)


def names_news(link: Link) -> bool:
    """Whether a link calls itself a list of news: by its text; or by its address, where a menu says
    "Kota Hari Ini". A headline may hold the word "berita"; the name of a list is short."""
    if not 0 < len(link.text.split()) <= _WORDS_OF_A_LABEL or not _is_news_or_silent(link.text):
        return False
    if _holds(link.text.lower(), addresses().news):
        return True
    last = urlsplit(link.url).path.lower().rstrip("/").rpartition("/")[2]
    words = last.split("-")
    return len(words) <= 3 and not addresses().list_words.isdisjoint(words)


def _is_news_or_silent(text: str) -> bool:
    return not _holds(text.lower(), addresses().not_news)


def _holds(said: str, words: Iterable[str]) -> bool:
    return any(word in said for word in words)
