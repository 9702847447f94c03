"""Whether a reading may have lost its text: what else on the same page speaks of the story.

Three witnesses cost next to nothing and are heard on every page: what the page holds besides, the
title with the summary in the page's head, and JSON-LD's `articleBody`. trafilatura costs about as
much as the reading and is only asked where they leave a doubt. Measured by `bench doubt`.
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
"""Words of a witness that is worth hearing."""
_LABEL = 30
"""Letters under which a block is a label."""
_SOME = 0.15
"""Share of the page's text left out, from which trafilatura is asked."""
_MOST = 0.6
"""The same, from which the text is doubtful whatever trafilatura says: it may err alike."""
_TITLE, _SUMMARY = 3, 8
"""Different words of a title or summary that can be held against a text."""
_OFF_TITLE, _OFF_SUMMARY = 0.8, 0.7
"""Share of these words that the text lacks if it speaks of something else."""
_NOTICE = 250
"""Letters of a text that may be a notice."""
_ABOUT = 1 / 3
"""Share of the title's words in a summary of the story; what has fewer describes the site."""
_WORD = re.compile(r"\w+")
_SUMMARIES = (
    "//head/meta[@name='description' or @property='og:description' or"
    " @name='twitter:description']/@content"
)


def words(text: str) -> Counter[str]:
    """The multiset of a text's words."""
    return Counter(_WORD.findall(text.casefold()))


def lacks(own: Counter[str], witness: Counter[str]) -> bool:
    """Whether a text lacks so much of a witness's words that it may be another or a part."""
    total = witness.total()
    return total >= _FEWEST and (witness - own).total() > _MISSING * total


def leaves_some(article: Article) -> bool:
    """Whether trafilatura has to be asked."""
    return _left_out(article) >= _SOME


def leaves_most(article: Article) -> bool:
    """Whether the page holds more text elsewhere than was taken."""
    return _left_out(article) > _MOST


def is_off_topic(root: HtmlElement, article: Article, own: Counter[str]) -> bool:
    """Whether a text speaks of something else than the page's head: a cookie notice, a side column,
    a form. Its summary tells of any text, its title alone only of one as short as a notice."""
    title = _content_words(article.title or "")
    summary = _content_words(_summary(root))
    told = frozenset(own)
    if len(summary & title) >= max(1.0, _ABOUT * len(title)) and len(summary) >= _SUMMARY:
        return len(summary - told) > _OFF_SUMMARY * len(summary)
    if sum(map(len, article.paragraphs)) > _NOTICE or len(title) < _TITLE:
        return False
    return len(title - told) >= _OFF_TITLE * len(title) and not _is_dated(article)


def is_summary(root: HtmlElement, own: Counter[str]) -> bool:
    """Whether a text is little more than the summary in the page's head."""
    return (own - words(_summary(root))).total() <= _MISSING * own.total()


def _summary(root: HtmlElement) -> str:
    return max(map(str, root.xpath(_SUMMARIES)), key=len, default="")


def _is_dated(article: Article) -> bool:
    """Begins with a dateline, as only releases do."""
    return bool(article.paragraphs) and has_dateline(article.paragraphs[0])


def text_blocks(article: Article) -> Iterator[Block]:
    """The blocks of a page that may be text of a story, tables and lists included."""
    for block in article.blocks:
        long = len(block.text) >= _LABEL and block.linked < 0.5 and not block.heading
        if long and block not in article.cards and not block.kind:
            yield block


def _left_out(article: Article) -> float:
    """The share of the page's text that was not taken. What stands in a box with another name
    weighs less, as in the layout; boxes within it do not lessen it further."""
    kept = set(article.kept)
    left = sum(_weight(block) for block in text_blocks(article) if block not in kept)
    total = left + sum(map(len, article.paragraphs))
    return left / total if total else 0.0


def _weight(block: Block) -> float:
    return len(block.text) * min((DOUBT.get(role, 1.0) for _, role in block.roles), default=1.0)


def _content_words(text: str) -> frozenset[str]:
    """The words of more than three letters."""
    return frozenset(word for word in words(text) if len(word) > 3)
