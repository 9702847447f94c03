"""Links of a release's page that concern the release: its canonical URL, and its further parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from crawler.discovery.links import Link, canonicals, links_of
from crawler.discovery.release_parts import is_part
from crawler.markup.encoding import decode
from crawler.markup.html import parse_html

_CANONICALS_MAX = 10
"""A page has one (RFC 6596); careless templates print two or three."""


_NUMBERED = re.compile(r"(?:^|[/=])\d{1,3}/*(?:[?&#;]|$)|[%\t\r\n]")


@dataclass(frozen=True, slots=True)
class ReleaseLinks:
    """The links of a release's page that concern the release itself."""

    canonical: tuple[str, ...] = ()
    """The values of `rel=canonical`, in the page's order; `declared_url` decides whether to
    accept one."""
    parts: tuple[Link, ...] = ()
    """Links that may lead to further parts, see `release_parts.next_part`."""


def read_release_links(body: bytes, content_type: str | None, url: str, asked: str) -> ReleaseLinks:
    """Reads the page at `url`, which was requested as `asked`; `content_type`: the header."""
    tree = parse_html(decode(body, content_type))
    if tree is None:
        return ReleaseLinks()
    declared = tuple(islice(dict.fromkeys(canonicals(tree, url)), _CANONICALS_MAX))
    articles = tuple(dict.fromkeys((url, asked, *declared)))

    parts = {
        link.url: link
        for link in links_of(tree, url, _may_be_part)
        if any(is_part(link.url, article) for article in articles)
    }
    return ReleaseLinks(declared, tuple(parts.values()))


def _may_be_part(href: str) -> bool:
    """Whether an address as written can be `is_part`: a small number ends its path or a value. Most
    links of a page need no closer look."""
    return _NUMBERED.search(href.strip()) is not None
