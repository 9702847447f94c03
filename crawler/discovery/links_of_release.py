"""Links of a release's page that concern the release: its canonical URL, and its further parts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from crawler.discovery.links import Link, links
from crawler.discovery.release_parts import is_part

_CANONICALS_MAX = 10
"""A page has one (RFC 6596); careless templates print two or three."""


@dataclass(frozen=True, slots=True)
class ReleaseLinks:
    """The links of a release's page that concern the release itself."""

    canonical: tuple[str, ...] = ()
    """The values of `rel=canonical`, in the page's order; `declared_url` decides whether to
    accept one."""
    parts: tuple[Link, ...] = ()
    """Links that may lead to further parts, see `release_parts.next_part`."""


def read_release_links(body: str, url: str, asked: str) -> ReleaseLinks:
    """Reads the page at `url`, which was requested as `asked`; `body` is decoded HTML."""
    page_links = links(body, url)
    canonical = (link.url for link in page_links if "rel=canonical" in link.marks)
    declared = tuple(islice(dict.fromkeys(canonical), _CANONICALS_MAX))
    articles = dict.fromkeys((url, asked, *declared))
    parts = {
        link.url: link
        for link in page_links
        if any(is_part(link.url, article) for article in articles)
    }
    return ReleaseLinks(declared, tuple(parts.values()))
