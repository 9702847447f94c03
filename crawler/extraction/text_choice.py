"""Chooses between a page's visible text and its data, and flags doubtful texts.

The visible text comes first. Data is used only if the page shows almost no text. If JSON-LD's
`articleBody` and trafilatura agree against the visible text, their text is taken; if the
witnesses of `doubt` disagree with it, the release is flagged `text-doubtful`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawler.extraction.article import Article, read_article, selected
from crawler.extraction.doubt import (
    is_off_topic,
    is_summary,
    lacks,
    leaves_most,
    leaves_some,
    text_blocks,
    words,
)
from crawler.extraction.embedded_text import Embedded, article_body, as_page, embedded_story
from crawler.extraction.headline import Claims, Site
from crawler.extraction.page_type import is_mount
from crawler.extraction.trafilatura_reading import confirmed
from crawler.items import SiteTemplate
from crawler.markup.dom import Unreadable
from crawler.registry.source import Select

DOUBTFUL = "text-doubtful"
FROM_DATA = "text-from-data"
_LITTLE = 600
"""Letters of visible text from which the page's data is not used."""


@dataclass(slots=True)
class Reading:
    """The article of a page, and where its text was taken from."""

    root: HtmlElement
    """The tree it was read from."""
    article: Article
    body_by: str
    """`selector`, `page`, `trafilatura`, `schema` or `script`."""
    flags: list[str] = field(default_factory=list)


def best_reading(
    root: HtmlElement, select: Select, hint: str | None, template: SiteTemplate, publisher: str
) -> Reading:
    """The best supported reading of a page. Pure: the tree is not changed."""
    article = read_article(root, select, hint, template, publisher)
    if selected(root, select.body):
        return Reading(root, article, "selector")
    if _letters(article) < _LITTLE:
        site = Site.of(root, publisher)
        story = embedded_story(root, Claims.of(root, hint, site).keys, site)
        if story is not None and len(story.words) > 2 * _letters(article):
            from_data = _of_data(root, story, hint, template, publisher)
            if from_data is not None and _letters(from_data.article) > 2 * _letters(article):
                return from_data
        if not article.claimed and is_mount(root, article):
            article.paragraphs = []  # a notice on a page that scripts have yet to fill
    return _weighed(root, article, select, hint, template, publisher)


def _of_data(
    root: HtmlElement, story: Embedded, hint: str | None, template: SiteTemplate, publisher: str
) -> Reading | None:
    try:
        shown = as_page(root, story)
    except Unreadable:
        return None
    article = read_article(shown, Select(), hint, template, publisher)
    own = words("\n".join(article.paragraphs))
    doubtful = is_summary(shown, own) or is_off_topic(shown, article, own)
    flags = [FROM_DATA] if story.certain and not doubtful else [FROM_DATA, DOUBTFUL]
    return Reading(shown, article, story.by, flags)


def _weighed(
    root: HtmlElement,
    article: Article,
    select: Select,
    hint: str | None,
    template: SiteTemplate,
    publisher: str,
) -> Reading:
    """The reading of the visible text, compared with the witnesses."""
    own = words("\n".join(article.paragraphs))
    schema = article_body(root)
    schema_words = words(schema.words) if schema is not None else Counter[str]()
    lacks_schema = lacks(own, schema_words)
    doubtful = lacks_schema or leaves_most(article) or is_off_topic(root, article, own)
    if lacks_schema or leaves_some(article):
        other = _trafilatura_words(root, article)
        lacks_other = lacks(own, other)
        if lacks_schema and lacks_other and not lacks(other, schema_words):
            agreed = read_article(root, select, hint, template, publisher, confirm=True)
            their_words = words("\n".join(agreed.paragraphs))
            if not lacks(their_words, schema_words) and not lacks(their_words, other):
                return Reading(root, agreed, "trafilatura")
        doubtful = doubtful or lacks_other
    return Reading(root, article, "page", [DOUBTFUL] if doubtful and article.paragraphs else [])


def _trafilatura_words(root: HtmlElement, article: Article) -> Counter[str]:
    """The words of the blocks that trafilatura takes; the layout may have run it before."""
    taken = article.confirmed
    if taken is None:
        taken = confirmed(root, article.blocks)
    return words("\n".join(block.text for block in text_blocks(article) if block in taken))


def _letters(article: Article) -> int:
    return sum(map(len, article.paragraphs))
