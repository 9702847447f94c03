"""A page's article: its title and its paragraphs, with nothing of the site around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement
from parsel.csstranslator import HTMLTranslator

from crawler.extraction.blocks import Block, clean, read_blocks
from crawler.extraction.boilerplate import (
    ends_release,
    has_date,
    is_label,
    is_teaser,
    kind_of,
    may_end_release,
)
from crawler.extraction.column import (
    Layout,
    is_prose,
    is_sentence,
    is_signature,
    lay_out,
    members,
    outside_elements,
)
from crawler.extraction.dateline import split_dateline
from crawler.extraction.headline import Site, find_headline, squash
from crawler.items import Frame
from crawler.source import Select

_PAGE_OF = re.compile(r"\s*\b(?:pages?|halaman)\s*\(\s*\d+\s*(?:of|dari)\s*\d+\s*\)\s*$", re.I)
_NUMBER = re.compile(r"[\d.,]+")
"""Over the text a counter; amid the text a line of it."""
_CREDIT = re.compile(r"[(\[][^()\[\]]{2,80}[)\]]\.?")
_SMALL_PRINT = re.compile(r"\b(?:small|muted|italic|caption|foto|ket|center)\b", re.I)
_ENDS = re.compile(r"[.!?:;,][\"”’')\]]*$")
_CAPITALS = re.compile(r"[A-Z][A-Z .,()]{2,40}\s*[,.]?\s*[-–—]{1,2}\s*\S")

_PLACE_AND_DAY = re.compile(r"[A-Z][A-Za-z .]{2,40},\s*\d{1,2}\s+[A-Za-z]{3,9}\s+\d{4}\W*")


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
        layout.outside -= inside
    elif found.place is not None:
        layout.outside = outside_elements(blocks, layout.prose, found.place)
        places = members(layout, found.place)
    title = found.text
    if picked := selected(root, select.title):
        title = clean(picked[0].text_content()) or title
    own = _before_end([blocks[place] for place in places], layout, titled=found.claimed)
    kept = _kept(own, title, layout, frame)
    start = blocks.index(kept[0]) if kept else first
    end = blocks.index(kept[-1]) + 1 if kept else first
    return Article(
        title=title,
        paragraphs=_paragraphs(kept),
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


def _kept(
    blocks: Sequence[Block],
    title: str | None,
    layout: Layout,
    frame: Frame,
) -> list[Block]:
    """The blocks that are the release, of those that stand in its column."""
    started, kept = False, []
    for place, block in enumerate(blocks):
        if _is_foreign(block, layout, started):
            continue
        if not started:
            if _is_preface(block, blocks[place + 1 :], title):
                continue
            started = True
        kept.append(block)
    return _trimmed(kept, frame)


def _before_end(blocks: Sequence[Block], layout: Layout, *, titled: bool) -> Sequence[Block]:
    """Up to the heading under which the site speaks of other things. A heading that shares a
    box of its own with those ends nothing: the box is left out, and the text may go on."""
    told = [is_prose(b) and is_sentence(b.text) and not b.kind for b in blocks]
    last = {b.element.getparent(): n for n, b in enumerate(blocks) if told[n]}
    reach = -1
    for place, block in enumerate(blocks):
        if _is_boxed(block, blocks[place + 1 : place + 2], layout):
            continue
        if ends_release(block.text) and (reach >= 0 or (titled and block.heading)):
            return blocks[:place]
        softly = may_end_release(block.text) or (block.heading and block.linked > 0.8)
        if softly and 0 <= reach < place:
            return blocks[:place]
        if told[place]:
            reach = max(reach, last[block.element.getparent()])
    return blocks


def _is_boxed(heading: Block, following: Sequence[Block], layout: Layout) -> bool:
    around = {element for element, _ in heading.roles if element in layout.outside}
    return any(element in around for block in following for element, _ in block.roles)


def _is_foreign(block: Block, layout: Layout, started: bool) -> bool:
    """Not the release's wherever it stands: other matter, captions, links, labels."""
    if layout.is_outside(block):
        return True
    roles = {role for _, role in block.roles}
    if "caption" in roles or "meta" in roles:
        return not (started and is_signature(block) and block.pictured is None)
    if (block.kind and not (started and _NUMBER.fullmatch(block.text))) or (
        block.pictured is not None and _is_caption(block)
    ):
        return True
    if block.linked > 0.85 and not is_sentence(block.text):
        return block.tag != "td"
    return may_end_release(block.text) and not block.heading


def _is_caption(block: Block) -> bool:
    """Under a picture: its alternative text, small print, a credit in brackets, or a short
    line that ends like no sentence."""
    text = block.text
    if len(text) > 300 or block.heading or block.tag == "li" or _has_dateline(text):
        return False
    if block.pictured and squash(text) == squash(block.pictured):
        return True
    names = f"{block.element.get('class', '')} {block.element.get('style', '')} {block.tag}"
    small = block.slanted > 0.8 or _SMALL_PRINT.search(names) is not None
    short = len(text) < 160 and not _ENDS.search(text)
    return small or short or _CREDIT.fullmatch(text) is not None


def _is_preface(block: Block, later: Sequence[Block], title: str | None) -> bool:
    """Between title and text: the title again, a counter, a stamp, a caption, a teaser."""
    text = block.text
    if title and squash(text) == squash(title):
        return True
    if len(text) < 120 and has_date(text) and not is_sentence(text):
        return not _has_dateline(text) and not _is_place_and_day(block, later)
    if is_label(text) or _stands_apart(block, later):
        return True
    opening = text.rstrip(" .…[]")
    if len(opening) > 30 and any(b.text.startswith(opening) for b in later[:12]):
        return True
    if block.pictured is not None and len(text) < 250 and not _has_dateline(text):
        return any(_has_dateline(b.text) for b in later[:2])
    return False


def _stands_apart(block: Block, later: Sequence[Block]) -> bool:
    """A short line, a rubric perhaps, that is set elsewhere than the text that follows."""
    if len(block.text) > 60 or _ENDS.search(block.text) or _has_dateline(block.text):
        return False
    text = next((b for b in later if is_prose(b) and not b.kind), None)
    if text is None or text.element is block.element:
        return False
    return text.element.getparent() is not block.element.getparent()


def _has_dateline(text: str) -> bool:
    """Also of a place that no list knows, when it stands in capitals."""
    return _CAPITALS.match(text) is not None or split_dateline(text[:200]).dateline is not None


def _is_place_and_day(block: Block, later: Sequence[Block]) -> bool:
    """`Tanjung Baru, 14 Mei 2024` over the text, as letters have it."""
    beside = any(b.element.getparent() is block.element.getparent() for b in later[:1])
    return beside and block.kind is None and _PLACE_AND_DAY.fullmatch(block.text) is not None


def _trimmed(kept: list[Block], frame: Frame) -> list[Block]:
    """Without what the site prints at the edges of every article, and loose headings."""
    while kept and kept[0].text in frame.blocks:
        kept.pop(0)
    while kept and (
        kept[-1].text in frame.blocks or kept[-1].heading or kept[-1].linked > 0.8 or kept[-1].kind
    ):
        kept.pop()
    if len(kept) > 1 and is_teaser(kept[-1].text) and not is_teaser(kept[-2].text):
        same = kept[-1].element.getparent() is kept[-2].element.getparent()
        return kept if same else kept[:-1]
    return kept


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


def _paragraphs(kept: Iterable[Block]) -> list[str]:
    """The texts; items of one list become lines of one paragraph."""
    paragraphs: list[str] = []
    above: HtmlElement | None = None
    for block in kept:
        lines = [line for line in block.text.split("\n") if kind_of(line) not in ("also", "share")]
        text = _PAGE_OF.sub("", "\n".join(lines))
        if not text:
            continue
        around = block.element.getparent() if block.tag == "li" else None
        if around is not None and around is above:
            paragraphs[-1] += "\n" + text
        else:
            paragraphs.append(text)
        above = around
    return paragraphs
