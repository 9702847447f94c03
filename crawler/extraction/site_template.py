"""The site template: blocks that a site prints on every page, learned from its pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crawler.extraction.article import Article, read_article
from crawler.extraction.byline.find_byline import bare_signature, split_byline
from crawler.items import Page, SiteTemplate
from crawler.markup.dom import Unreadable, parse
from crawler.markup.encoding import decode
from crawler.registry.source import Source

_FEWEST = 3
"""Different releases that are needed to learn it."""
_MOST = 0.6
_SAME = 0.5
"""Pages that share a larger part of their paragraphs count as one release."""


def learn_template(pages: Sequence[Page], source: Source) -> SiteTemplate:
    """Blocks on most of a site's pages, and the bare initials it signs with. Pages with the same
    release count once, so that a repost does not become part of the template. A byline is never
    part of it, however often it is printed."""
    articles = [article for page in pages if (article := _read(page, source))]
    different: list[Article] = []
    for article in articles:
        if not any(_same_release(article, other) for other in different):
            different.append(article)
    if len(different) < _FEWEST:
        return SiteTemplate()
    seen = Counter(text for a in different for text in {block.text for block in a.blocks})
    often = {text for text, count in seen.items() if count >= max(_FEWEST, _MOST * len(different))}
    signed = Counter(
        signature
        for article in different
        if (signature := bare_signature(_own_text(article, often)))
    )
    return SiteTemplate(
        blocks=frozenset(text for text in often if not _is_signature(text)),
        signatures=frozenset(name for name, count in signed.items() if count > 1),
    )


def _own_text(article: Article, often: set[str]) -> str:
    return "\n\n".join(text for text in article.paragraphs if text not in often)


def _read(page: Page, source: Source) -> Article | None:
    try:
        article = read_article(parse(decode(page.body, page.content_type)), source.select)
    except Unreadable:
        return None
    return article if article.paragraphs else None


def _same_release(one: Article, other: Article) -> bool:
    first, second = set(one.paragraphs), set(other.paragraphs)
    return len(first & second) > _SAME * min(len(first), len(second))


def _is_signature(text: str) -> bool:
    signed = split_byline(f"Demikian disampaikan.\n\n{text}")
    return bool(signed.byline) and signed.text.strip() == "Demikian disampaikan."
