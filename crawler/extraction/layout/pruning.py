"""Removes from the article's column what is not text: captions, links, labels, and what
surrounds it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from crawler.extraction.layout.blocks import Block, is_signature
from crawler.extraction.layout.boilerplate import ends_release, is_teaser, may_end_release
from crawler.extraction.layout.captions import captions
from crawler.extraction.layout.page_layout import Layout
from crawler.extraction.layout.paragraphs import is_of_pairs
from crawler.extraction.layout.preface import has_dateline, is_preface
from crawler.extraction.layout.prose import is_prose, is_sentence
from crawler.extraction.title_comparison import squash
from crawler.items import SiteTemplate

_NUMBER = re.compile(r"[\d.,]+")
"""Above the text it is a counter; within the text a line of it."""
_AHEAD = 60
"""Number of following blocks examined for a decision."""
_BELOW = 0.3
"""Share of the text above a signature that boxes below it may have."""
_LINK = 0.85
"""A line with a larger share of its letters in links is a link."""
_ADDRESS = re.compile(
    r"(?:https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?|[\w.+-]+@[\w.-]+\.[a-z]{2,})\.?",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar)(?:[?#]|$)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_LISTS = frozenset({"ul", "ol", "li", "dl", "dt", "dd"})


def cut(
    blocks: Sequence[Block],
    title: str | None,
    layout: Layout,
    template: SiteTemplate,
    *,
    titled: bool,
) -> list[Block]:
    """The blocks of the column below the title that are the release. `titled`: page, feed or
    list give this title."""
    own = _without_others(blocks, layout, title, titled=titled)
    below_pictures = captions(own)
    positions = {block: position for position, block in enumerate(layout.blocks)}
    started, kept, led_to = False, list[Block](), set[Block]()
    for position, block in enumerate(own):
        later = own[position + 1 : position + _AHEAD]
        if block in below_pictures or _is_foreign(block, layout, started):
            if not started:
                continue
            if _is_led_to(block, kept, later, layout):
                led_to.add(block)
            elif not _is_amid(block, kept[-1], later, layout):
                continue
        if not started:
            pictured = any(b.pictured is not None for b in _near(block, positions, layout.blocks))
            if is_preface(block, later, title, pictured=pictured):
                continue
            started = True
        kept.append(block)
    return _trimmed(_up_to_signature(kept, layout), template, led_to)


def _up_to_signature(kept: list[Block], layout: Layout) -> list[Block]:
    """Removes the boxes below the signature that have other markup than the text above it."""
    signed = [position for position, block in enumerate(kept) if position and is_signature(block)]
    if not signed:
        return kept
    own, below = kept[: signed[-1] + 1], kept[signed[-1] + 1 :]
    box, shapes = _box(own[-1]), {_shape(block) for block in own if is_prose(block)}
    letters = sum(len(block.text) for block in below)
    if letters > _BELOW * sum(len(block.text) for block in own):
        return kept
    if any(_shape(block) in shapes or _box(block) is box for block in below):
        return kept
    return own


def _near(block: Block, positions: dict[Block, int], blocks: Sequence[Block]) -> Sequence[Block]:
    """A block and the two above it."""
    position = positions[block]
    return blocks[max(0, position - 2) : position + 1]


def _without_others(
    blocks: Sequence[Block], layout: Layout, title: str | None, *, titled: bool
) -> list[Block]:
    """Removes boxes about other things, within the text or after it. A heading like `Berita
    Terkait`, one that is a link, or the title again only suggests such a box. It is one if links
    follow, or text with other markup than the story's, and ends where text with the story's
    markup continues. Otherwise the heading belongs to the story."""
    sentences = [_is_told(block, layout) for block in blocks]
    kept, shapes, position = list[Block](), Counter[str](), 0
    while position < len(blocks):
        block = blocks[position]
        again = bool(shapes) and _is_again(block, title)
        if (again or _may_head_others(block, blocks[position + 1 : position + 3])) and (
            shapes or (titled and lists_others(blocks, position))
        ):
            end = _end_of_others(blocks, position, sentences, shapes, certain=again)
            if end > position:
                position = end
                continue
        if sentences[position]:
            shapes[_shape(block)] += len(block.text)
        kept.append(block)
        position += 1
    return kept


def _is_told(block: Block, layout: Layout) -> bool:
    """A sentence outside of boxes with another role."""
    return (
        is_prose(block)
        and is_sentence(block.text)
        and not block.kind
        and not layout.is_outside(block)
        and "caption" not in layout.roles(block)
    )


def _is_again(block: Block, title: str | None) -> bool:
    return title is not None and block.heading and squash(block.text) == squash(title)


def _may_head_others(block: Block, following: Sequence[Block]) -> bool:
    linked = len(following) > 1 and all(b.linked > _LINK for b in following)
    return (
        (block.heading and linked)
        or ends_release(block.text)
        or may_end_release(block.text)
        or (block.heading and block.linked > 0.8)
    )


def _end_of_others(
    blocks: Sequence[Block],
    position: int,
    sentences: Sequence[bool],
    shapes: Counter[str],
    *,
    certain: bool,
) -> int:
    """The position after a box of others with its heading at `position`, or `position` itself.
    `shapes`: the markup of the text before, with its letters."""
    following = [n for n in range(position + 1, len(blocks)) if sentences[n]]
    later = Counter[str]()
    for n in following:
        later[_shape(blocks[n])] += len(blocks[n].text)
    story_shapes = {shape for shape in later if shape in shapes or later[shape] > shapes.total()}
    on = next((n for n in following if _shape(blocks[n]) in story_shapes), None)
    first = following[0] if following else len(blocks)
    linked = sum(1 for block in blocks[position + 1 : first] if block.linked > 0.4)
    if on is None:
        certain = certain or ends_release(blocks[position].text) or linked > 1 or not following
        return len(blocks) if certain else position
    if on == first and not linked:
        return position
    while on - 1 > position and _begins_box(blocks[on - 1], blocks[on]):
        on -= 1
    return on


def _begins_box(block: Block, following: Block) -> bool:
    """A paragraph, too short to be recognised as a sentence, of the box in which the story
    continues."""
    return is_prose(block) and not block.kind and _box(block) is _box(following)


def lists_others(blocks: Sequence[Block], position: int) -> bool:
    """Links follow: a heading of other stories, not the counter of comments in a meta line."""
    following = blocks[position + 1 : position + 5]
    return sum(1 for block in following if block.linked > 0.4) > 1


def _shape(block: Block) -> str:
    """The markup of a paragraph: its box, by tag and class."""
    box = _box(block)
    if box is None:
        return block.tag
    item = block.tag if block.tag in _LISTS else ""
    return " ".join((item, str(box.tag), _DIGITS.sub("", str(box.get("class") or ""))))


def _is_foreign(block: Block, layout: Layout, started: bool) -> bool:
    """Whether a block never belongs to the release: other content, captions, links, labels."""
    if layout.is_outside(block):
        return True
    roles = layout.roles(block)
    if "caption" in roles or ("meta" in roles and not is_sentence(block.text)):
        if started and is_signature(block):
            return False
        named = (e for e, role in block.roles if role == "caption" and e in layout.believed)
        return not (has_dateline(block.text) and all(map(_is_unpictured, named)))
    if block.kind and not (started and (_NUMBER.fullmatch(block.text) or is_of_pairs(block))):
        return True
    if block.linked > _LINK and not is_sentence(block.text):
        return block.tag != "td"
    return may_end_release(block.text) and not block.heading


def _is_unpictured(element: HtmlElement) -> bool:
    """Named a caption, but without a picture, and not a caption by its tag."""
    strict = element.tag in ("figure", "figcaption")
    return not strict and next(element.iter("img", "picture", "video"), None) is None


def _is_amid(block: Block, before: Block, later: Sequence[Block], layout: Layout) -> bool:
    """A day, label or address within the text as a line of its own, as in a schedule: text of
    the same box precedes and follows it."""
    if (
        (block.kind not in ("stamp", "tags", "address") and not block.heading)
        or layout.is_outside(block)
        or layout.roles(block)
    ):
        return False
    return _box(before) is _box(block) and _goes_on(block, later, layout)


def _goes_on(block: Block, later: Sequence[Block], layout: Layout) -> bool:
    """Whether text of the same box follows."""
    box = _box(block)
    return any(
        _box(b) is box and is_prose(b) and not b.kind and not layout.is_outside(b) for b in later
    )


def _is_led_to(block: Block, kept: Sequence[Block], later: Sequence[Block], layout: Layout) -> bool:
    """A link that the release refers to: after `pada laman berikut:`, or an address or a
    document between its paragraphs. Titles of other stories are not."""
    before = kept[-1]
    if (
        block.linked <= _LINK
        or block.kind
        or _box(block) is not _box(before)
        or layout.is_outside(block)
        or layout.roles(block)
    ):
        return False
    if before.text.endswith(":"):
        return is_prose(before)
    if before.linked > _LINK and before.tag == block.tag == "li":
        return True
    return _is_address(block) and (before.linked > _LINK or _goes_on(block, later, layout))


def _is_address(block: Block) -> bool:
    hrefs = (link.get("href") or "" for link in block.element.iter("a"))
    if any(map(_ADDRESS.fullmatch, block.text.split())):
        return True
    return any(map(_DOCUMENT.search, hrefs))


def _box(block: Block) -> HtmlElement | None:
    box = block.element.getparent()
    while box is not None and box.tag in _LISTS:
        box = box.getparent()
    return box


def _trimmed(kept: list[Block], template: SiteTemplate, led_to: set[Block]) -> list[Block]:
    """Removes what the site prints at the edges of every article, and separate headings and
    links."""
    while kept and kept[0].text in template.blocks:
        kept.pop(0)
    while kept and (
        kept[-1].text in template.blocks
        or kept[-1].heading
        or (kept[-1].linked > 0.8 and kept[-1] not in led_to)
        or kept[-1].kind
    ):
        kept.pop()
    if len(kept) > 1 and is_teaser(kept[-1].text) and not is_teaser(kept[-2].text):
        same = kept[-1].element.getparent() is kept[-2].element.getparent()
        return kept if same else kept[:-1]
    return kept
