"""What is cut from the article's column: captions, links, labels, and what begins or ends it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from crawler.extraction.blocks import Block
from crawler.extraction.boilerplate import OUTSIDE, ends_release, is_teaser, may_end_release
from crawler.extraction.column import Layout, is_prose, is_sentence, is_signature
from crawler.extraction.headline import squash
from crawler.extraction.preface import ends_open, has_dateline, is_preface
from crawler.items import Frame

_NUMBER = re.compile(r"[\d.,]+")
"""Over the text a counter; amid the text a line of it."""
_CREDIT = re.compile(r"[(\[][^()\[\]]{2,80}[)\]]\.?")
_SMALL_PRINT = re.compile(r"\b(?:small|muted|italic|caption|foto|ket|center)\b", re.I)
_AHEAD = 60
"""Blocks after one that tell what it is."""
_LINK = 0.85
"""The share of letters inside links from which a line is a link."""
_ADDRESS = re.compile(
    r"(?:https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?|[\w.+-]+@[\w.-]+\.[a-z]{2,})\.?",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar)(?:[?#]|$)", re.IGNORECASE)
_LISTS = frozenset({"ul", "ol", "li", "dl", "dt", "dd"})


def cut(
    blocks: Sequence[Block], title: str | None, layout: Layout, frame: Frame, *, titled: bool
) -> list[Block]:
    """The blocks that are the release, of those that stand in its column below the title.

    `titled`: the title is the one that page, feed or listing claim.
    """
    own = _before_end(blocks, layout, titled=titled)
    started, kept, led_to = False, list[Block](), set[Block]()
    for place, block in enumerate(own):
        later = own[place + 1 : place + _AHEAD]
        if _is_foreign(block, layout, started):
            if not started:
                continue
            if _is_led_to(block, kept, later, layout):
                led_to.add(block)
            elif not _is_amid(block, kept[-1], later, layout):
                continue
        if not started:
            if is_preface(block, later, title):
                continue
            started = True
        kept.append(block)
    return _trimmed(kept, frame, led_to)


def _before_end(blocks: Sequence[Block], layout: Layout, *, titled: bool) -> Sequence[Block]:
    """Up to the heading under which the site speaks of other things. A heading that shares a
    box of its own with those ends nothing: the box is left out, and the text may go on."""
    told = [is_prose(b) and is_sentence(b.text) and not b.kind for b in blocks]
    last = {_parent(b): n for n, b in enumerate(blocks) if told[n]}
    reach = -1
    for place, block in enumerate(blocks):
        if _is_boxed(block, blocks[place + 1 : place + 2], layout):
            continue
        if ends_release(block.text) and (
            reach >= 0 or (titled and (block.heading or lists_others(blocks, place)))
        ):
            return blocks[:place]
        softly = may_end_release(block.text) or (block.heading and block.linked > 0.8)
        if softly and 0 <= reach < place:
            return blocks[:place]
        if told[place]:
            reach = max(reach, last[_parent(block)])
    return blocks


def lists_others(blocks: Sequence[Block], place: int) -> bool:
    """Links follow: a headline of other stories, not the counter of comments in a meta line."""
    following = blocks[place + 1 : place + 5]
    return sum(1 for block in following if block.linked > 0.4) > 1


def _parent(block: Block) -> HtmlElement | None:
    return block.element.getparent()


def _is_boxed(heading: Block, following: Sequence[Block], layout: Layout) -> bool:
    around = {e for e, role in heading.roles if role in OUTSIDE and e in layout.believed}
    return any(element in around for block in following for element, _ in block.roles)


def _is_foreign(block: Block, layout: Layout, started: bool) -> bool:
    """Not the release's wherever it stands: other matter, captions, links, labels."""
    if layout.is_outside(block):
        return True
    if not layout.roles(block).isdisjoint({"caption", "meta"}):
        return not (started and is_signature(block) and block.pictured is None)
    if (block.kind and not (started and _NUMBER.fullmatch(block.text))) or (
        block.pictured is not None and _is_caption(block)
    ):
        return True
    if block.linked > _LINK and not is_sentence(block.text):
        return block.tag != "td"
    return may_end_release(block.text) and not block.heading


def _is_amid(block: Block, before: Block, later: Sequence[Block], layout: Layout) -> bool:
    """A day, label or address that stands in the text as a line of its own, as in a schedule:
    text of the same box goes before it and comes after it."""
    if (
        block.kind not in ("stamp", "tags", "address")
        or layout.is_outside(block)
        or layout.roles(block)
    ):
        return False
    return _box(before) is _box(block) and _goes_on(block, later, layout)


def _goes_on(block: Block, later: Sequence[Block], layout: Layout) -> bool:
    """Text of the same box comes after it."""
    box = _box(block)
    return any(
        _box(b) is box and is_prose(b) and not b.kind and not layout.is_outside(b) for b in later
    )


def _is_led_to(block: Block, kept: Sequence[Block], later: Sequence[Block], layout: Layout) -> bool:
    """A link the release tells its readers to follow: after `pada laman berikut:`, or an address
    or a document between its paragraphs. Titles of other stories are not led to like that."""
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
    return _ADDRESS.fullmatch(block.text) is not None or any(map(_DOCUMENT.search, hrefs))


def _box(block: Block) -> HtmlElement | None:
    box = block.element.getparent()
    while box is not None and box.tag in _LISTS:
        box = box.getparent()
    return box


def _is_caption(block: Block) -> bool:
    """Under a picture: its alternative text, small print, a credit in brackets, or a short
    line that ends like no sentence."""
    text = block.text
    if len(text) > 300 or block.heading or block.tag == "li" or has_dateline(text):
        return False
    if block.pictured and squash(text) == squash(block.pictured):
        return True
    names = f"{block.element.get('class', '')} {block.element.get('style', '')} {block.tag}"
    small = block.slanted > 0.8 or _SMALL_PRINT.search(names) is not None
    return small or (len(text) < 160 and ends_open(text)) or _CREDIT.fullmatch(text) is not None


def _trimmed(kept: list[Block], frame: Frame, led_to: set[Block]) -> list[Block]:
    """Without what the site prints at the edges of every article, and loose headings and links."""
    while kept and kept[0].text in frame.blocks:
        kept.pop(0)
    while kept and (
        kept[-1].text in frame.blocks
        or kept[-1].heading
        or (kept[-1].linked > 0.8 and kept[-1] not in led_to)
        or kept[-1].kind
    ):
        kept.pop()
    if len(kept) > 1 and is_teaser(kept[-1].text) and not is_teaser(kept[-2].text):
        same = kept[-1].element.getparent() is kept[-2].element.getparent()
        return kept if same else kept[:-1]
    return kept
