"""The words of `crawler/data/addresses.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from urllib.parse import parse_qsl, urlsplit

from crawler.regions import DATA

# Pages of lists and of WordPress's calendar; the KPU CMS keeps its static pages under /page/read/.
_NUMBERED = re.compile(
    r"/(?:page|hal|halaman|laman|arsip|archives?)/(?:\d+|read(?:/.*)?)$|^/\d{4}(?:/\d{1,2}){0,2}$"
)
_FILE = DATA / "addresses.toml"


@dataclass(frozen=True, slots=True)
class AddressWords:
    """The fields of the data file, which explains them."""

    noise_parameters: tuple[str, ...]
    noise_endings: tuple[str, ...]
    noise_pairs: frozenset[str]
    first_pages: frozenset[str]
    page_parameters: frozenset[str]
    size_parameters: frozenset[str]
    part_parameters: frozenset[str]
    older: frozenset[str]
    next: frozenset[str]
    newer: frozenset[str]
    paging: frozenset[str]
    news: tuple[str, ...]
    not_news: tuple[str, ...]
    kpu_not_news: frozenset[str]
    list_words: frozenset[str]
    others_texts: tuple[str, ...]
    likely: frozenset[str]
    unlikely: frozenset[str]
    years: tuple[str, ...]
    months: tuple[str, ...]
    calendars: frozenset[str]
    more: frozenset[str]
    aside: tuple[str, ...]
    beside: tuple[str, ...]
    beside_parts: frozenset[str]
    beside_classes: frozenset[str]
    never: frozenset[str]
    never_parameters: frozenset[str]
    trap_segments: frozenset[str]
    trap_parameters: frozenset[str]
    files: tuple[str, ...]
    counters: tuple[str, ...]
    sitemap_files: tuple[str, ...]
    sitemap_lists: frozenset[str]
    sitemap_media: frozenset[str]
    sitemap_posts: frozenset[str]
    sitemap_pages: frozenset[str]

    def never_a_release(self, url: str) -> bool:
        """Whether a URL names a list, a file, or something other than news. Only whole segments
        decide: `/berita/agenda-wali-kota-padat/` may be a release."""
        parts = urlsplit(url)
        path = parts.path.lower().rstrip("/")
        if path.endswith(self.files) or not self.never.isdisjoint(path.split("/")):
            return True
        if _NUMBERED.search(path):
            return True
        names = [name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
        return any(name in self.never_parameters for name in names)

    def is_noise(self, parameter: str) -> bool:
        """Whether a query parameter does not identify the page."""
        name = parameter.lower()
        return any(fnmatchcase(name, pattern) for pattern in self.noise_parameters)


@cache
def addresses() -> AddressWords:
    """The words, read once."""
    data = tomllib.loads(_FILE.read_text("utf-8"))
    noise, pages, stories = data["noise"], data["pages"], data["stories"]
    sitemaps = data["sitemaps"]
    return AddressWords(
        noise_parameters=tuple(noise["parameters"]),
        noise_endings=tuple(noise["endings"]),
        noise_pairs=frozenset(noise["pairs"]),
        first_pages=frozenset(noise["first_pages"]),
        page_parameters=frozenset(pages["parameters"]),
        size_parameters=frozenset(pages["size_parameters"]),
        part_parameters=frozenset(pages["part_parameters"]),
        older=frozenset(pages["older"]),
        next=frozenset(pages["next"]),
        newer=frozenset(pages["newer"]),
        paging=frozenset(pages["paging"]),
        news=tuple(pages["news"]),
        not_news=tuple(pages["not_news"]),
        kpu_not_news=frozenset(pages["kpu_not_news"]),
        list_words=frozenset(pages["list_words"]),
        others_texts=tuple(pages["others_texts"]),
        likely=frozenset(pages["likely"]),
        unlikely=frozenset(pages["unlikely"]),
        years=tuple(pages["years"]),
        months=tuple(pages["months"]),
        calendars=frozenset(pages["calendars"]),
        more=frozenset(stories["more"]),
        aside=tuple(stories["aside"]),
        beside=tuple(stories["beside"]),
        beside_parts=frozenset(stories["beside_parts"]),
        beside_classes=frozenset(stories["beside_classes"]),
        never=frozenset(stories["never"]),
        never_parameters=frozenset(stories["never_parameters"]),
        trap_segments=frozenset(stories["trap_segments"]),
        trap_parameters=frozenset(stories["trap_parameters"]),
        files=tuple(stories["files"]),
        counters=tuple(stories["counters"]),
        sitemap_files=tuple(sitemaps["files"]),
        sitemap_lists=frozenset(sitemaps["lists"]),
        sitemap_media=frozenset(sitemaps["media"]),
        sitemap_posts=frozenset(sitemaps["posts"]),
        sitemap_pages=frozenset(sitemaps["pages"]),
    )
