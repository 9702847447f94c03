"""What a source's lists linked against what was obtained: a crawl's judgement of itself.

Counted are releases that lists, feeds and sitemaps have named. A list may also name a gallery, an
agenda or the pages of officials: where nothing under addresses of that make was ever a release,
and the pages say themselves what else they are, they are none that was missed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

OBTAINED = "release"
DOUBTFUL = "text-doubtful"
_SHARE = 0.2
"""The part of the linked releases that may be missing: drafts, dead links, lone pictures."""
_LEAST = 3
"""Releases from which a part says something,"""
_LEAST_TODAY = 5
"""and the same for those named in one crawl, which are few on most days."""
_OTHER_PAGES = frozenset(
    {"agenda", "attachment", "calendar", "gallery", "home-page", "listing", "login", "not-html"}
    | {"profile", "search", "video"}
)
"""Reasons that say what else a page is."""
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Of so many linked releases, those that were not obtained as they should be."""

    linked: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    """By reason; `text-doubtful` for those that were read, and may have been read wrongly."""

    def has_fallen_short(self, least: int) -> bool:
        """Whether more was missed than may be, and enough to say so."""
        missed = self.missed.total()
        return missed >= least and missed > _SHARE * self.linked


def find_shortfall(
    came_of: Mapping[str, str], known: Mapping[str, str], named: Collection[str]
) -> Shortfall | None:
    """What fell short, in all that was ever linked, else in what this crawl named or asked for.

    `came_of`: what this crawl made of each address it asked for, `release`, `text-doubtful` or a
    reason as in `rejections`; `known`: what earlier ones did; `named`: addresses that lists named
    in this crawl. Returns None when enough was obtained."""
    everything = {**known, **came_of}
    today = {url: outcome for url, outcome in everything.items() if url in came_of or url in named}
    made = {family(url) for url, outcome in everything.items() if outcome in (OBTAINED, DOUBTFUL)}
    for outcomes, least in ((everything, _LEAST), (today, _LEAST_TODAY)):
        counted = _weigh(outcomes, made)
        if counted.has_fallen_short(least):
            return counted
    return None


def _weigh(outcomes: Mapping[str, str], made: Collection[str]) -> Shortfall:
    linked = {
        url: outcome
        for url, outcome in outcomes.items()
        if outcome not in _OTHER_PAGES or family(url) in made
    }
    missed = Counter(outcome for outcome in linked.values() if outcome != OBTAINED)
    return Shortfall(len(linked), missed)


def family(url: str) -> str:
    """What addresses of one make share: `/galeri/read/17` and `/galeri/read/18`, but not
    `/berita/read/17`; the folder, its numbers left out, the kind of file and the query's names."""
    parts = urlsplit(url)
    folder, _, name = parts.path.rstrip("/").rpartition("/")
    kind = name.rpartition(".")[2] if "." in name else ""
    query = "&".join(
        name if _NUMBER.search(value) else f"{name}={value}"
        for name, value in parse_qsl(parts.query)
    )
    return f"{_NUMBER.sub('0', folder)}/*{kind}?{query}"
