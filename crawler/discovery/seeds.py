"""The seeds of a source: those it declares, else those its pages name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from crawler.discovery.canonical_url import alias_key, canonical
from crawler.discovery.links import Link
from crawler.discovery.url_traps import is_trap
from crawler.discovery.vocabulary import addresses
from crawler.registry.article_url import article_pattern
from crawler.registry.source import Source

# The CMS of most KPU offices: 104 is usually the news, at some offices another number. The version
# before has one list.
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
    """Why it is a seed, for people."""


def seeds(source: Source) -> list[Seed]:
    """The first seeds. A declaration replaces the search; without one, the search begins at the
    home page."""
    declared = [
        *(Seed("listing", url) for url in source.listing),
        *(Seed("rest" if _REST.search(url) else "feed", url) for url in source.feed),
        *(Seed("sitemap", url) for url in source.sitemap),
    ]
    return [replace(seed, why="declared") for seed in declared] or [Seed("home", source.home)]


def found_at_home(page_links: Iterable[Link], source: Source) -> list[Seed]:
    """Seeds that a home page names: its feeds, and lists called news. In the CMS of the KPU
    offices all categories are lists, except press clippings ("KPU Dalam Berita"), opinions and
    similar, which are not the office's releases; if the page names none, the usual one is tried."""
    own = [link for link in page_links if source.owns(link.url)]
    named = [Seed("feed", url, "linked as a feed") for url in _feeds(own)]
    lists: dict[str, Seed] = {}
    for link in own:
        if _is_list(link, source):
            url = canonical(link.url, source.home, keep_pages=True)
            why = f'its link says "{link.text}"'
            lists.setdefault(alias_key(url, source.home), Seed("listing", url, why))
    if not lists and (root := _kpu_root(own)):
        usual = Seed("listing", urljoin(source.home, root + _KPU_NEWS), "usual in this CMS")
        return [*named, usual]
    return [*named, *lists.values()]


def told_article(page_links: Iterable[Link]) -> str | None:
    """The form of releases' URLs in a CMS that is recognised by its links."""
    return KPU_ARTICLE if _kpu_root(page_links) else None


def _kpu_root(page_links: Iterable[Link]) -> str | None:
    paths = (urlsplit(link.url).path for link in page_links)
    return next((match[1] for path in paths if (match := _KPU_PAGE.match(path))), None)


def found_beside(page_links: Iterable[Link], source: Source) -> list[Seed]:
    """Other kinds of lists that pages of a site name, including pages of releases: archives of
    an author (on WordPress the press office writes all posts) or a category. They lead to
    releases that the seeds of the home page left out."""
    by_url: dict[str, tuple[int, Seed]] = {}
    for link in page_links:
        path = urlsplit(link.url).path
        kinds = (_AUTHOR.search(path), _CATEGORY.search(path))
        rank = next((rank for rank, found_it in enumerate(kinds) if found_it), None)
        if rank is None or not source.owns(link.url) or not _is_news_or_silent(link.text):
            continue
        url = canonical(link.url, source.home, keep_pages=True)
        if not urlsplit(url).query:
            seed = Seed("listing", url, "an archive of an author or a category")
            by_url.setdefault(alias_key(url, source.home), (rank, seed))
    return [seed for _, seed in sorted(by_url.values(), key=lambda ranked: ranked[0])]


def usual_sitemaps(home: str) -> list[str]:
    """Usual URLs of a sitemap if robots.txt names none, the likeliest first."""
    return [urljoin(home, "/" + name) for name in addresses().sitemap_files]


def _feeds(own: Iterable[Link]) -> list[str]:
    """The feeds of the site, without those of comments; a feed of one list only if there is no
    other."""
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
    """Whether a link names a list of news: by its text, or by its URL if a menu says "Kota Hari
    Ini". A headline may contain the word "berita"; the name of a list is short."""
    if not 0 < len(link.text.split()) <= _WORDS_OF_A_LABEL or not _is_news_or_silent(link.text):
        return False
    if _holds(link.text.lower(), addresses().news):
        return True
    last = urlsplit(link.url).path.lower().rstrip("/").rpartition("/")[2]
    words = last.split("-")
    return len(words) <= 3 and not addresses().list_words.isdisjoint(words)


def _is_news_or_silent(text: str) -> bool:
    return not _holds(text.lower(), addresses().not_news)


def _holds(label: str, words: Iterable[str]) -> bool:
    return any(word in label for word in words)
