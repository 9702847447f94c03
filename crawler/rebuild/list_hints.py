"""Hints about releases from lists and feeds in foreign captures, as a crawl would have them."""

from __future__ import annotations

from collections.abc import Iterator

from archive.captures.content_encoding import Undecodable
from archive.captures.reader import Answer
from crawler.discovery.feed import read_feed
from crawler.discovery.listing import read_stories
from crawler.discovery.release_url import is_release
from crawler.items import Hint
from crawler.markup.encoding import decode
from crawler.registry.source import Source

_MARKUP = ("html", "xml", "rss", "atom")


def release_hints(answer: Answer, source: Source) -> Iterator[tuple[str, Hint]]:
    """The URLs of releases that a list or feed names, as linked, with its hints; nothing if the
    response is not one."""
    for url, hint in _named(answer, source):
        if is_release(url, source):
            yield url, hint


def _named(answer: Answer, source: Source) -> Iterator[tuple[str, Hint]]:
    kind = answer.header("Content-Type") or ""
    if not source.owns(answer.url) or not any(name in kind.lower() for name in _MARKUP):
        return
    if answer.kind == "revisit" or answer.truncated or not 200 <= answer.status < 300:
        return
    if is_release(answer.url, source):
        return  # the lists themselves give better hints than the links next to a release
    try:
        body = answer.body()
    except Undecodable:
        return
    entries = read_feed(body, answer.url)
    for entry in entries:
        yield entry.url, Hint(evidence="feed", title=entry.title, published=entry.published)
    if not entries:
        for story in read_stories(decode(body, kind), answer.url):
            hint = Hint(evidence="listing", title=story.title, published=story.published)
            yield story.url, hint
