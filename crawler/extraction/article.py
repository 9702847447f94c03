"""The article of a page: its title and its paragraphs, without the rest of the site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement
from parsel.csstranslator import HTMLTranslator

from crawler.extraction.byline.credit_pairs import join_credit_pairs
from crawler.extraction.headline import Claims, Headline, Site, claimed_headline, nearest_headline
from crawler.extraction.layout.believed_roles import believed
from crawler.extraction.layout.blocks import Block, read_blocks
from crawler.extraction.layout.boilerplate import ends_release, is_teaser
from crawler.extraction.layout.main_content import begins, lay_out, members
from crawler.extraction.layout.page_layout import Layout
from crawler.extraction.layout.paragraphs import paragraphs
from crawler.extraction.layout.pruning import cut, lists_others
from crawler.items import SiteTemplate
from crawler.markup.text import clean
from crawler.registry.source import Select

_ALL = frozenset({"html", "body"})
_ELSEWHERE = frozenset({"navigation", "related", "aside", "comments", "hidden"})
"""Roles of boxes that may be between title and text without belonging to the release."""

_STAMPS = 4
"""Lines with date, author and counter below a title."""

_PART = re.compile(r"::(?:text|attr\([^)]*\))")


@dataclass(slots=True)
class Article:
    """The article of a page before dateline and byline are split off."""

    title: str | None
    paragraphs: list[str]
    above: list[Block] = field(default_factory=list)
    """Blocks next to the title, nearest first: where a visible stamp is."""
    below: list[Block] = field(default_factory=list)
    """Blocks after the last paragraph, in the same column."""
    column: list[Block] = field(default_factory=list)
    """All blocks of the text's column, taken or not."""
    blocks: list[Block] = field(default_factory=list)
    """All blocks of the page."""
    kept: list[Block] = field(default_factory=list)
    """The blocks from which the paragraphs are made."""
    confirmed: frozenset[Block] | None = None
    """The blocks that trafilatura takes for the story; None if it was not run."""
    cards: frozenset[Block] = frozenset()
    """Blocks that link to other stories."""
    claimed: bool = False
    """Whether page, feed or list give exactly this text as the title."""
    teaser: bool = False
    """Whether the only text is truncated."""
    linked: int = 0
    """Number of letters of links left out within the text."""
    headline: Block | None = None
    """The block of the title; None if it is not visible."""
    after_others: bool = False
    """Whether a heading such as `Berita Lainnya` is between title and text."""


def read_article(
    root: HtmlElement,
    select: Select | None = None,
    hint_title: str | None = None,
    template: SiteTemplate | None = None,
    publisher: str = "",
    *,
    confirm: bool = False,
) -> Article:
    """Title, paragraphs and the blocks next to them. Pure: the tree is not changed. `confirm`:
    trafilatura is run for the layout even if there is no doubt."""
    select, template = select or Select(), template or SiteTemplate()
    blocks = join_credit_pairs(read_blocks(root))
    site = Site.of(root, publisher)
    claims = Claims.of(root, hint_title, site)
    claimed = claimed_headline(blocks, claims, site)
    layout = lay_out(root, blocks, claimed.position if claimed else None, confirm=confirm)
    positions = members(layout, None)
    first = begins(layout, positions)
    headline = claimed or nearest_headline(blocks, first, claims, site)
    if headline.position is not None and not claimed:
        layout.believed = believed(layout, headline.position)
    own, column = _own_and_column(blocks, positions, layout, headline, selected(root, select.body))
    title = headline.text
    if picked := selected(root, select.title):
        title = clean(picked[0].text_content()) or title
    kept = cut(own, title, layout, template, titled=headline.claimed)
    start = blocks.index(kept[0]) if kept else max(first, _end_of_stamps(blocks, headline.position))
    end = blocks.index(kept[-1]) + 1 if kept else first
    between = range(headline.position + 1, start) if headline.position is not None else range(0)
    amid = set(own).intersection(blocks[start:end]).difference(kept)
    return Article(
        title=title,
        paragraphs=paragraphs(kept),
        above=_above(layout, headline.position, start),
        below=_below(blocks[end : end + 6]),
        column=column,
        claimed=headline.claimed,
        headline=None if headline.position is None else blocks[headline.position],
        blocks=blocks,
        kept=kept,
        confirmed=layout.confirmed,
        cards=layout.cards,
        linked=sum(len(block.text) for block in amid if block.linked > 0.8),
        after_others=any(
            ends_release(blocks[position].text) and lists_others(blocks, position)
            for position in between
        ),
        teaser=bool(kept) and all(is_teaser(block.text) for block in kept),
    )


def _own_and_column(
    blocks: list[Block],
    positions: list[int],
    layout: Layout,
    headline: Headline,
    chosen: list[HtmlElement],
) -> tuple[list[Block], list[Block]]:
    """The blocks of the article, and those of the column around it. `positions`: its blocks if its
    headline is not known; `chosen`: the elements that the source names."""
    column = [blocks[position] for position in positions]
    if chosen:
        inside = {inner for element in chosen for inner in element.iter()}
        positions = [position for position, block in enumerate(blocks) if block.element in inside]
        layout.believed -= inside.union(*(element.iterancestors() for element in chosen))
    elif headline.position is not None:
        positions = members(layout, headline.position)
    own = [blocks[position] for position in positions]
    if chosen or headline.claimed:
        column = own
    elif (outer := layout.column.getparent()) is not None:
        inside = set(outer.iter())
        column = [block for block in blocks if block.element in inside]
    return own, column


def selected(root: HtmlElement, css: str | None) -> list[HtmlElement]:
    """The elements, texts (`::text`) or attributes (`::attr(x)`) that a source's selector finds;
    none for an invalid selector."""
    if not css:
        return []
    try:
        nodes = root.xpath(HTMLTranslator().css_to_xpath(_PART.sub("", css)))
    except Exception:  # noqa: BLE001 - cssselect and lxml raise a dozen kinds for bad selectors
        return []
    return [element for element in nodes if isinstance(element, HtmlElement)]


def _above(layout: Layout, headline: int | None, start: int) -> list[Block]:
    """Blocks from the title down to the text, then from the title upwards within its own box."""
    blocks = layout.blocks
    top = headline if headline is not None and headline < start else max(0, start - 6)
    corner = _corner(blocks[top]) if blocks else None
    near = [
        block
        for position, block in enumerate(blocks[max(0, top - 6) : top], max(0, top - 6))
        if corner in (block.element, *block.element.iterancestors())
        or _opens(blocks, position, blocks[top])
    ]
    beside = [*blocks[top + (top == headline) : start], *reversed(near)]
    return [
        block
        for block in beside
        if layout.roles(block).isdisjoint(_ELSEWHERE)
        and (block.pictured is None or block.kind in ("stamp", "meta"))
    ]


def _end_of_stamps(blocks: Sequence[Block], headline: int | None) -> int:
    """Of a page without text, the position after the lines directly below its title."""
    if headline is None:
        return 0
    end = headline + 1
    for block in blocks[end : end + _STAMPS]:
        if block.heading or block.linked > 0.5 or block.set_aside or ends_release(block.text):
            break
        end += 1
    return end


def _corner(block: Block) -> HtmlElement:
    corner = block.element
    for _ in range(3):
        parent = corner.getparent()
        corner = parent if parent is not None and parent.tag not in _ALL else corner
    return corner


def _opens(blocks: Sequence[Block], position: int, title: Block) -> bool:
    """Whether a stamp is the first text of the box it shares with the title."""
    stamp = blocks[position]
    if stamp.kind != "stamp":
        return False
    around = set(title.element.iterancestors())
    box = next((e for e in stamp.element.iterancestors() if e in around), None)
    if box is None or box.tag in _ALL:
        return False
    return position == 0 or box not in blocks[position - 1].element.iterancestors()


def _below(blocks: Sequence[Block]) -> list[Block]:
    """Blocks after the text, up to other articles."""
    below = []
    for block in blocks:
        if block.heading or block.linked > 0.5 or ends_release(block.text):
            break
        below.append(block)
    return below
