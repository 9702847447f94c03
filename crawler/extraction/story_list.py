"""Recognises pages with several stories: repeated headings, truncated texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.extraction.article import Article
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import ends_release, has_date, is_teaser
from crawler.extraction.layout.prose import is_prose, is_sentence
from crawler.extraction.title_comparison import squash

LEAD = 40
"""Letters of text under a title that the page gives: an article, even if cards follow."""
_LEAD_UNCLAIMED = 200
_RESULTS = 3
"""Plain links with a whole text below each that make a list; a release may have fewer."""
_LITTLE = 400
"""With at most this many letters of whole paragraphs, truncated texts are the content of the
page."""


@dataclass(frozen=True, slots=True)
class StoryList:
    """Stories that follow each other on one page, each under its own heading."""

    count: int = 0
    linked: bool = False
    """Whether titles above the texts are links to other pages, or the texts are truncated."""
    untitled: bool = False
    """Whether the page has no title: what was taken for it is a story's."""
    dated: bool = False
    """Whether the page has its own stamp below its title, before the first story."""


def story_list(article: Article) -> StoryList:
    """The stories of a page; none if it is one article, whatever cards are below it."""
    title = squash(article.title or "") if article.claimed else ""
    column = _before_others(article.column, title)
    by_markup: dict[tuple[str, bool], list[int]] = defaultdict(list)
    cut: set[int] = set()
    for position, teaser in _story_heads(column):
        if title and squash(column[position].text) == title:
            continue
        by_markup[column[position].tag, column[position].linked > 0.8].append(position)
        cut.update({position} if teaser else ())
    heads = max(by_markup.values(), key=len, default=[])
    if len(heads) < 2:
        return StoryList()
    plain = not cut.issuperset(heads) and not any(_is_title(column[position]) for position in heads)
    if plain and (len(heads) < _RESULTS or not _alternate(column, heads)):
        return StoryList()
    above = column[: heads[0]]
    lead = sum(len(block.text) for block in above if is_prose(block) and not block.kind)
    if lead >= (LEAD if title else _LEAD_UNCLAIMED):
        return StoryList()
    return StoryList(
        count=len(heads),
        linked=(column[heads[0]].linked > 0.8 and not plain) or not cut.isdisjoint(heads),
        untitled=any(column[head].text == article.title for head in heads),
        dated=bool(title)
        and _is_stamped(article.blocks, title, column[heads[0]], column[heads[1]]),
    )


def count_cut(article: Article) -> int:
    """Number of truncated texts, on a page with hardly any other."""
    blocks = article.column if article.claimed else article.blocks
    whole = 0
    for block in blocks:
        whole += len(block.text) if is_prose(block) and not is_teaser(block.text) else 0
        if whole >= _LITTLE:
            return 0
    return sum(len(block.text) > 40 and is_teaser(block.text) for block in blocks)


def _is_title(block: Block) -> bool:
    return block.heading or block.titled


def _alternate(column: Sequence[Block], heads: Sequence[int]) -> bool:
    """Whether each link has the same number of texts below it, like search results. Links within
    a release are separated by any number of paragraphs."""
    texts = (column[here + 1 : there] for here, there in pairwise(heads))
    return len({sum(is_prose(b) and not b.kind for b in below) for below in texts}) == 1


def _is_stamped(blocks: Sequence[Block], title: str, first: Block, second: Block) -> bool:
    """Whether the page's own stamp is below its title, not one for every story. `first`,
    `second`: the headings of the first two stories."""
    above = blocks[: blocks.index(first)]
    own = [position for position, block in enumerate(above) if squash(block.text) == title]
    stamps = sum(map(_is_stamp, above[own[-1] + 1 :])) if own else 0
    return stamps > _is_stamp(blocks[blocks.index(second) - 1])


def _is_stamp(block: Block) -> bool:
    return has_date(block.text) and not is_sentence(block.text)


def _before_others(column: Sequence[Block], title: str) -> Sequence[Block]:
    """The blocks up to `Berita Lainnya`, if the page's own story or its title precedes it."""
    begun = False
    for position, block in enumerate(column):
        if begun and ends_release(block.text):
            return column[:position]
        begun = begun or (is_prose(block) and not block.kind) or squash(block.text) == title
    return column


def _story_heads(column: Sequence[Block]) -> Iterator[tuple[int, bool]]:
    """Positions of headings with a text below them, and whether that text is truncated."""
    for position, block in enumerate(column):
        linked, stamped = block.linked > 0.8, False
        if len(block.text) < 12 or not (linked or _is_title(block)) or block.kind:
            continue
        for later in column[position + 1 : position + 6]:
            if later.kind or len(later.text) < 40:
                stamped = stamped or has_date(later.text)
                continue
            cut = is_teaser(later.text) or later.text.endswith(("…", "..."))
            if is_prose(later) and (linked or stamped or cut):
                yield position, cut
            break
