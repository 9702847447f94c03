"""What lists and feeds in anybody's captures say of releases, as a crawl would have been told."""

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


def told(answer: Answer, source: Source) -> Iterator[tuple[str, Hint]]:
    """The addresses of releases that a list or feed of a source names, as linked, and what it says
    of each; nothing where the answer is none."""
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
        return  # what stands beside a release is told better by the lists themselves
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
