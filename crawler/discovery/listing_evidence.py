"""Decides whether a page is a list of releases: several stories with one markup, and dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from urllib.parse import urlsplit

from crawler.discovery.listing import Story

Make = tuple[str, str]

_FEWEST = 2
_WORDS_OF_A_TITLE = 4
_SAMPLES = 2


def make_of(url: str) -> Make:
    """What the URLs of one list's stories have in common: all but the last segment, numbers,
    values."""
    parts = urlsplit(url)
    *folders, last = parts.path.rstrip("/").split("/")
    ending = re.sub(r".*?(\.\w{1,5})?$", r"\1", last)
    script = last if parts.query else ending
    return re.sub(r"\d+", "0", "/".join([*folders, script])), re.sub(r"=[^&]*", "", parts.query)


def main_make(stories: Iterable[Story]) -> Make | None:
    """The most frequent form of URL on a page; None if it has no stories."""
    made = Counter(make_of(story.url) for story in stories)
    return made.most_common(1)[0][0] if made else None


def weigh(stories: Sequence[Story], at_home: Collection[Make]) -> float:
    """How much a page looks like a site's list of releases; 0: not at all. Stories with the same
    form of URL count, more if they have a date or a title like news, and twice if the home page
    shows them too."""
    make = main_make(stories)
    of_same_make = [story for story in stories if make_of(story.url) == make]
    if len(of_same_make) < _FEWEST:
        return 0.0
    points = sum(
        1 + 3 * (story.published is not None) + (len(story.title.split()) >= _WORDS_OF_A_TITLE)
        for story in of_same_make
    )
    return float(points * (2 if make in at_home else 1))


def samples(stories: Sequence[Story]) -> list[Story]:
    """The stories to fetch before a list is accepted: the first, and one from the middle."""
    make = main_make(stories)
    of_same_make = [story for story in stories if make_of(story.url) == make]
    return [
        of_same_make[position * len(of_same_make) // _SAMPLES]
        for position in range(min(_SAMPLES, len(of_same_make)))
    ]


def is_the_story(title_listed: str, title_read: str) -> bool:
    """Whether a page has the title that its list gave: most words of the shorter one."""
    listed, read = (set(re.findall(r"\w+", title.lower())) for title in (title_listed, title_read))
    shorter = min(len(listed), len(read))
    return shorter > 0 and 2 * len(listed & read) >= shorter
