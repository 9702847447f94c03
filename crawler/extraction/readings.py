"""Which reading of a page is taken: of what it shows, or of what its data holds; and whether
other readings of the same bytes leave a doubt.

What the page shows goes first. Its data is read only where the page shows next to nothing. A
witness, JSON-LD's `articleBody` or trafilatura, is heard where the page holds sentences that our
text lacks; when it holds much that ours lacks, the text that agrees better with both is taken, or
the release is flagged `text-doubtful`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod

from lxml.html import HtmlElement

from crawler.extraction.article import Article, read_article, selected
from crawler.extraction.blocks import Block
from crawler.extraction.boilerplate import DOUBT
from crawler.extraction.column import is_prose, is_sentence
from crawler.extraction.embedded import Embedded, article_body, as_page, embedded_story
from crawler.extraction.headline import Claims, Site
from crawler.extraction.refusal import is_mount
from crawler.extraction.tree import Unreadable
from crawler.extraction.witnesses import confirmed
from crawler.items import Frame
from crawler.source import Select

DOUBTFUL = "text-doubtful"
FROM_DATA = "text-from-data"
_LITTLE = 600
"""Letters of visible text from which the page's data is not asked."""
_MISSING = 0.3
"""Share of a witness's words that ours may lack."""
_LEFT = 0.15
"""Share of the page's sentences that ours may lack before trafilatura is asked."""
_FEWEST = 30
"""Words of a witness that is worth hearing."""
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Reading:
    """The article of a page, and by which evidence its text was chosen."""

    root: HtmlElement
    """The tree it was read from."""
    article: Article
    body_by: str
    """`selector`, `page`, `trafilatura`, `schema` or `script`."""
    flags: list[str] = field(default_factory=list)


def best_reading(
    root: HtmlElement, select: Select, hint: str | None, frame: Frame, publisher: str
) -> Reading:
    """The best supported reading of a page. Pure; the tree stays as it is."""
    article = read_article(root, select, hint, frame, publisher)
    if selected(root, select.body):
        return Reading(root, article, "selector")
    if _letters(article) < _LITTLE:
        site = Site.of(root, publisher)
        story = embedded_story(root, Claims.of(root, hint, site).keys, site)
        if story is not None and len(story.words) > 2 * _letters(article):
            told = _of_data(root, story, hint, frame, publisher)
            if told is not None and _letters(told.article) > 2 * _letters(article):
                return told
        if not article.claimed and is_mount(root, article):
            article.paragraphs = []  # a notice beside what scripts have yet to fill
    return _weighed(root, article, select, hint, frame, publisher)


def _of_data(
    root: HtmlElement, story: Embedded, hint: str | None, frame: Frame, publisher: str
) -> Reading | None:
    try:
        shown = as_page(root, story)
    except Unreadable:
        return None
    article = read_article(shown, Select(), hint, frame, publisher)
    flags = [FROM_DATA] if story.certain else [FROM_DATA, DOUBTFUL]
    return Reading(shown, article, story.by, flags)


def _weighed(
    root: HtmlElement,
    article: Article,
    select: Select,
    hint: str | None,
    frame: Frame,
    publisher: str,
) -> Reading:
    """The reading of what is shown, compared with the witnesses that have to be heard."""
    own = _words("\n".join(article.paragraphs))
    schema = article_body(root)
    told = _words(schema.words) if schema is not None else Counter[str]()
    lacks_schema = _lacks(own, told)
    if not lacks_schema and _left_out(article) < _LEFT:
        return Reading(root, article, "page")
    confirmed_blocks = article.confirmed
    if confirmed_blocks is None:
        confirmed_blocks = confirmed(root, article.blocks)
    told_there = [b for b in _told(article) if b in confirmed_blocks]
    other = _words("\n".join(block.text for block in told_there))
    lacks_other = _lacks(own, other)
    if lacks_schema and lacks_other and not _lacks(other, told):
        agreed = read_article(root, select, hint, frame, publisher, confirm=True)
        found = _words("\n".join(agreed.paragraphs))
        if not _lacks(found, told) and not _lacks(found, other):
            return Reading(root, agreed, "trafilatura")
    doubtful = lacks_schema or lacks_other
    return Reading(root, article, "page", [DOUBTFUL] if doubtful and article.paragraphs else [])


def _lacks(own: Counter[str], witness: Counter[str]) -> bool:
    total = witness.total()
    return total >= _FEWEST and (witness - own).total() > _MISSING * total


def _left_out(article: Article) -> float:
    """The share of the page's sentences, by weight, that the text lacks."""
    kept, left = set(article.kept), 0.0
    for block in _told(article):
        if block not in kept:
            left += len(block.text) * prod(DOUBT.get(role, 1.0) for _, role in block.roles)
    total = left + _letters(article)
    return left / total if total else 0.0


def _told(article: Article) -> Iterator[Block]:
    """The sentences of a page, but for those of cards."""
    for block in article.blocks:
        told = is_prose(block) and is_sentence(block.text) and not block.kind
        if told and block not in article.cards:
            yield block


def _letters(article: Article) -> int:
    return sum(map(len, article.paragraphs))


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))
