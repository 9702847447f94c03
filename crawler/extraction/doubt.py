"""Decides whether an extracted text may be incomplete or wrong, by other texts on the page.

Three comparisons cost almost nothing and are always made: with the rest of the page, with the
title and the summary in the page's head, and with JSON-LD's `articleBody`. trafilatura takes
about as long as the extraction and is only run if doubt remains. Measured by `bench doubt`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.extraction.article import Article
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import DOUBT
from crawler.extraction.layout.preface import has_dateline

_MISSING = 0.35
"""Share of a witness's words that the text may lack."""
_FEWEST = 30
"""Fewest words of a witness that is used."""
_LABEL = 30
"""A block with fewer letters is a label."""
_SOME = 0.15
"""If a larger share of the page's text was left out, trafilatura is run."""
_MOST = 0.6
"""If a larger share was left out, the text is doubtful whatever trafilatura takes: it may make
the same error."""
_TITLE, _SUMMARY = 3, 8
"""Fewest different words of a title or summary for a comparison."""
_OFF_TITLE, _OFF_SUMMARY = 0.8, 0.7
"""A text that lacks a larger share of these words is about something else."""
_NOTICE = 250
"""Maximum length of a notice in letters."""
_ABOUT = 1 / 3
"""Share of the title's words that a summary of the story has; one with fewer describes the site."""
_WORD = re.compile(r"\w+")
_SUMMARIES = (
    "//head/meta[@name='description' or @property='og:description' or"
    " @name='twitter:description']/@content"
)


def words(text: str) -> Counter[str]:
    """The multiset of a text's words."""
    return Counter(_WORD.findall(text.casefold()))


def lacks(own: Counter[str], witness: Counter[str]) -> bool:
    """Whether a text lacks so many of a witness's words that it may be another one, or a part."""
    total = witness.total()
    return total >= _FEWEST and (witness - own).total() > _MISSING * total


def leaves_some(article: Article) -> bool:
    """Whether trafilatura must be run."""
    return _left_out(article) >= _SOME


def leaves_most(article: Article) -> bool:
    """Whether the page has more text elsewhere than was taken."""
    return _left_out(article) > _MOST


def is_off_topic(root: HtmlElement, article: Article, own: Counter[str]) -> bool:
    """Whether a text is not about what the page's head says: a cookie notice, a side column, a
    form. The summary is compared with any text, the title only with one as short as a notice."""
    title = _content_words(article.title or "")
    summary = _content_words(_summary(root))
    own_words = frozenset(own)
    if len(summary & title) >= max(1.0, _ABOUT * len(title)) and len(summary) >= _SUMMARY:
        return len(summary - own_words) > _OFF_SUMMARY * len(summary)
    if sum(map(len, article.paragraphs)) > _NOTICE or len(title) < _TITLE:
        return False
    return len(title - own_words) >= _OFF_TITLE * len(title) and not _is_dated(article)


def is_summary(root: HtmlElement, own: Counter[str]) -> bool:
    """Whether a text is little more than the summary in the page's head."""
    return (own - words(_summary(root))).total() <= _MISSING * own.total()


def _summary(root: HtmlElement) -> str:
    return max(map(str, root.xpath(_SUMMARIES)), key=len, default="")


def _is_dated(article: Article) -> bool:
    """Whether it begins with a dateline, as only releases do."""
    return bool(article.paragraphs) and has_dateline(article.paragraphs[0])


def text_blocks(article: Article) -> Iterator[Block]:
    """The blocks of a page that may be text of a story, with tables and lists."""
    for block in article.blocks:
        long = len(block.text) >= _LABEL and block.linked < 0.5 and not block.heading
        if long and block not in article.cards and not block.kind:
            yield block


def _left_out(article: Article) -> float:
    """The share of the page's text that was not taken. Text in a box with another name weighs
    less, as in the layout; boxes within that box do not reduce it further."""
    kept = set(article.kept)
    left = sum(_weight(block) for block in text_blocks(article) if block not in kept)
    total = left + sum(map(len, article.paragraphs))
    return left / total if total else 0.0


def _weight(block: Block) -> float:
    return len(block.text) * min((DOUBT.get(role, 1.0) for _, role in block.roles), default=1.0)


def _content_words(text: str) -> frozenset[str]:
    """The words of more than three letters."""
    return frozenset(word for word in words(text) if len(word) > 3)
