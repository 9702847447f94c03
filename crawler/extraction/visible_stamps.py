"""Stamps that a page prints next to its title and below its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lxml.html import HtmlElement

from crawler.dates.labels import is_label
from crawler.extraction.article import Article
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import has_date
from crawler.extraction.layout.prose import is_sentence
from crawler.extraction.title_comparison import squash
from crawler.markup.text import clean

_TIME = re.compile(
    r"\W*(?:pukul|jam|pkl\.?)?\W*\d{1,2}[.:]\d{2}(?:[.:]\d{2})?\W*(?:wib|wita|wit)?\W*", re.I
)
_HOUR = re.compile(
    r"\W*(?:pukul|jam|pkl\.?)?\W*\d{1,2}:\d{2}(?::\d{2})?\W*(?:wib|wita|wit)?\W*", re.I
)
_CLOCK = re.compile(r"\d[:.]\d\d(?!\d)")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00)?")
_CHANGED = re.compile(r"updated?|modified|edited", re.I)
"""Class or itemprop of a <time> that is not the publication date."""
_NEAR = 12
"""Blocks next to the title in which a stamp is looked for."""
_CARD = 25
"""A stamp next to a link with this many letters belongs to the linked page."""


def visible_stamps(article: Article) -> Iterator[tuple[str, Block]]:
    """Stamps next to the title, then directly below the text."""
    others = _of_other_pages(over_title(article))
    above = [block for block in article.above[:_NEAR] if block not in others]
    below = [block for block in article.below if not _is_text(block)]
    yield from _stamp_lines([*above, *below], _labels(article.blocks))


def over_title(article: Article) -> Sequence[Block]:
    """The page's blocks before its title."""
    key = squash(article.title or "")
    positions = (
        position for position, b in enumerate(article.blocks) if key and squash(b.text) == key
    )
    return article.blocks[: next(positions, 0)]


def _of_other_pages(over: Sequence[Block]) -> set[Block]:
    """Stamps above the title that belong to a link next to them, as in a ticker or a card."""
    cards = {block for block in over if _is_card(block)}
    for one, other in pairwise(over):
        if _share_a_box(one, other) and (_is_card(one) or _is_card(other)):
            cards |= {one, other}
    return cards


def _is_card(block: Block) -> bool:
    """The title of another page; a stamp may be a link to its own page."""
    return block.linked * len(block.text) >= _CARD and block.kind not in ("stamp", "meta")


def _share_a_box(one: Block, other: Block) -> bool:
    boxes = {one.element, one.element.getparent()}
    return not boxes.isdisjoint({other.element, other.element.getparent()})


def _labels(blocks: Sequence[Block]) -> dict[Block, str]:
    """Labels in elements of their own, by the block with their date: before it, or else after
    it."""
    pairs = [
        (one, other)
        for one, other in pairwise(blocks)
        if is_label(one.text) != is_label(other.text) and has_date(f"{one.text} {other.text}")
    ]
    by_stamp = {stamp: label.text for label, stamp in pairs if is_label(label.text)}
    used = {label for label, _ in pairs if is_label(label.text)}
    for stamp, label in pairs:
        if stamp not in by_stamp and label not in used and not is_label(stamp.text):
            by_stamp[stamp] = label.text
    return by_stamp


def _is_text(block: Block) -> bool:
    """A paragraph or caption that mentions a date, not a stamp."""
    roles = {role for _, role in block.roles}
    if block.kind == "stamp":
        return False
    if "caption" in roles or block.kind == "caption" or len(block.text) > 160:
        return True
    return block.kind is None and "meta" not in roles and is_sentence(block.text)


def _stamp_lines(blocks: Sequence[Block], labels: dict[Block, str]) -> Iterator[tuple[str, Block]]:
    """The lines with a date as printed, each with its label and the machine-readable value of
    its <time>. A time of day in another line belongs to a date without one."""
    hours = [block.text for block in blocks if _HOUR.fullmatch(block.text)]
    for position, block in enumerate(blocks):
        if len(block.text) > 160:
            continue
        whole = clean(" ".join(block.element.itertext()))
        text = whole if len(whole) < 200 else block.text
        times = list(block.element.iter("time")) if text is whole else []
        changed = [time for time in times if _CHANGED.search(_names(time))]
        if len(changed) < len(times):
            for time in changed:
                text = text.replace(clean(" ".join(time.itertext())), " ", 1)
                times.remove(time)
        label = labels.get(block, "")
        if has_date(text) and not _is_text(block):
            later = blocks[position + 1].text if position + 1 < len(blocks) else ""
            if not _TIME.fullmatch(later):
                later = hours[0] if hours and not _CLOCK.search(text) else ""
            yield f"{label} {text} {later}", block
        yield from ((f"{label} {_text_of(time)}", block) for time in times)


def _text_of(time: HtmlElement) -> str:
    """The machine-readable value of a <time>: only the day, if it is midnight."""
    moment = time.get("datetime") or ""
    return moment[:10] if _MIDNIGHT.search(moment) else moment


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('itemprop') or ''}"
