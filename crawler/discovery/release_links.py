"""What a release's page says of its own address, and of the parts it runs on in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from crawler.discovery.links import Link, links
from crawler.discovery.release_parts import is_part

_CANONICALS_MAX = 10
"""A page has one (RFC 6596); careless templates print two or three."""


@dataclass(frozen=True, slots=True)
class ReleaseLinks:
    """The links of a release's page that are about the release itself."""

    canonical: tuple[str, ...] = ()
    """What `rel=canonical` says, in the page's order; whether to believe it: `identity`."""
    parts: tuple[Link, ...] = ()
    """May lead to further parts, see `parts.next_part`."""


def read_release_links(body: str, url: str, asked: str) -> ReleaseLinks:
    """Reads the page at `url`, which was asked for at `asked`; `body` is decoded HTML."""
    found = links(body, url)
    canonical = (link.url for link in found if "rel=canonical" in link.marks)
    declared = tuple(islice(dict.fromkeys(canonical), _CANONICALS_MAX))
    articles = dict.fromkeys((url, asked, *declared))
    parts = {
        link.url: link for link in found if any(is_part(link.url, article) for article in articles)
    }
    return ReleaseLinks(declared, tuple(parts.values()))
