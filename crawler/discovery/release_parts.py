"""Releases that run over several pages: `/slug/2/`, `?halaman=2`."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from crawler.discovery.pagination import Link
from crawler.discovery.vocabulary import addresses


def next_part(page_links: Iterable[Link], article: str, part: int) -> str | None:
    """The URL of the part after `part` (1 is the release itself), if the page links to it.
    WordPress (`<!--nextpage-->`) uses `/slug/2/`, others `?page=2` or `?halaman=2`."""
    return next((x.url for x in page_links if _part_number(x.url, article) == part + 1), None)


def is_part(url: str, article: str) -> bool:
    """Whether a URL has the form of one of the parts of `article`."""
    return _part_number(url, article) is not None


def _part_number(url: str, article: str) -> int | None:
    one, whole = urlsplit(url), urlsplit(article)
    if one.path.rstrip("/") == whole.path.rstrip("/"):
        extra = [pair for pair in parse_qsl(one.query) if pair not in parse_qsl(whole.query)]
        if len(extra) == 1 and extra[0][0].lower() in addresses().part_parameters:
            return _number(extra[0][1])
        return None
    ahead = whole.path.rstrip("/") + "/"
    if one.query == whole.query and one.path.startswith(ahead):
        return _number(one.path[len(ahead) :].rstrip("/"))
    return None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 4 else None
