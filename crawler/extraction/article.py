"""A page's article: its title and its paragraphs, with nothing of the site around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement
from parsel.csstranslator import HTMLTranslator

from crawler.extraction.blocks import Block, clean, read_blocks
from crawler.extraction.boilerplate import ends_release, is_teaser
from crawler.extraction.column import Layout, believed, lay_out, members
from crawler.extraction.cutting import cut
from crawler.extraction.headline import Site, find_headline
from crawler.extraction.paragraphs import paragraphs
from crawler.items import Frame
from crawler.source import Select


@dataclass(slots=True)
class Article:
    """What a page tells, before its text is taken apart."""

    title: str | None
    paragraphs: list[str]
    above: list[Block] = field(default_factory=list)
    """Beside the title, nearest first: where a visible stamp stands."""
    below: list[Block] = field(default_factory=list)
    """Left out after the last paragraph, in the same column."""
    column: list[Block] = field(default_factory=list)
    """All that stands where the text stands, kept or not."""
    blocks: list[Block] = field(default_factory=list)
    """All of the page."""
    claimed: bool = False
    """The page, feed or listing calls this very text its title."""
    teaser: bool = False
    """The only text is one cut short."""


def read_article(
    root: HtmlElement,
    select: Select | None = None,
    hint_title: str | None = None,
    frame: Frame | None = None,
    publisher: str = "",
) -> Article:
    """Title, paragraphs and what stands beside them. Pure; the tree stays as it is."""
    select, frame = select or Select(), frame or Frame()
    blocks = read_blocks(root)
    layout = lay_out(root, blocks)
    places = members(layout, None)
    column = [blocks[place] for place in places]
    first = next((place for place in places if blocks[place] in layout.prose), 0)
    site = Site.of(root, publisher)
    found = find_headline(root, blocks, first, hint_title, site)
    if chosen := selected(root, select.body):
        inside = {inner for element in chosen for inner in element.iter()}
        places = [place for place, block in enumerate(blocks) if block.element in inside]
        column = [blocks[place] for place in places]
        layout.believed -= inside
    elif found.place is not None:
        layout.believed = believed(blocks, layout.prose, found.place)
        places = members(layout, found.place)
    title = found.text
    if picked := selected(root, select.title):
        title = clean(picked[0].text_content()) or title
    own = [blocks[place] for place in places]
    kept = cut(own, title, layout, frame, titled=found.claimed)
    start = blocks.index(kept[0]) if kept else first
    end = blocks.index(kept[-1]) + 1 if kept else first
    return Article(
        title=title,
        paragraphs=paragraphs(kept),
        above=_above(layout, found.place, start),
        below=_below(blocks[end : end + 6]),
        column=column,
        claimed=found.claimed,
        blocks=blocks,
        teaser=bool(kept) and all(is_teaser(block.text) for block in kept),
    )


def selected(root: HtmlElement, css: str | None) -> list[HtmlElement]:
    """The elements a source's selector finds; none for a selector that cannot be read."""
    if not css:
        return []
    try:
        found = root.xpath(HTMLTranslator().css_to_xpath(css))
    except Exception:  # noqa: BLE001 - cssselect and lxml raise a dozen kinds for bad selectors
        return []
    return [element for element in found if isinstance(element, HtmlElement)]


def _above(layout: Layout, headline: int | None, start: int) -> list[Block]:
    """From the title down to the text, then from the title upwards within its own corner."""
    blocks = layout.blocks
    top = headline if headline is not None and headline < start else max(0, start - 6)
    corner = blocks[top].element if blocks else None
    for _ in range(3):
        parent = corner.getparent() if corner is not None else None
        corner = parent if parent is not None and parent.tag not in ("body", "html") else corner
    near = [
        block
        for block in blocks[max(0, top - 6) : top]
        if corner is not None and corner in (block.element, *block.element.iterancestors())
    ]
    beside = [*blocks[top + (top == headline) : start], *reversed(near)]
    return [b for b in beside if not layout.is_outside(b) and b.pictured is None]


def _below(blocks: Sequence[Block]) -> list[Block]:
    """What follows the text, up to other articles."""
    below = []
    for block in blocks:
        if block.heading or block.linked > 0.5 or ends_release(block.text):
            break
        below.append(block)
    return below
