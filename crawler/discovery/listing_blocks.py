"""Finds the repeated blocks of a list page, one for each story."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag

from lxml.html import HtmlElement

from crawler.discovery.canonical_url import absolute, same_site
from crawler.discovery.listing_dates import DATE
from crawler.discovery.page_regions import is_headed_beside, stands_beside
from crawler.discovery.unmarked_listing import Node, with_gaps
from crawler.discovery.vocabulary import addresses
from crawler.markup.html import (
    HEADINGS,
    INLINE,
    alike,
    classes,
    seen_text,
    squash,
    upwards,
)

_LETTERS = re.compile(r"[^\W\d_]")
_EDGES = " \t\n.…»›→>«‹←<[]()-–:"
_PROSE_ON_LINE = 25


@dataclass(frozen=True, slots=True)
class Block:
    """The part of a page about one story: its elements, and its links to the story."""

    url: str
    element: HtmlElement
    nodes: tuple[Node, ...]
    """The element; or, if blocks have no element of their own, what is between two of them."""
    anchors: tuple[HtmlElement, ...]


@dataclass(frozen=True, slots=True)
class _Anchor:
    element: HtmlElement
    url: str
    path: tuple[str, ...]


def story_blocks(tree: HtmlElement, base: str, url: str) -> list[list[Block]]:
    """Groups of similar blocks in the page's order; a block unlike all others is a group of one.
    Left out is what is in navigation, sidebars and footers, or under a heading such as "Berita
    Populer"."""
    anchors = _titles(list(_anchors(tree, base, url)))
    named: dict[HtmlElement, set[str]] = defaultdict(set)
    for anchor in anchors:
        for element in (anchor.element, *anchor.element.iterancestors()):
            named[element].add(anchor.url)
    tops: dict[HtmlElement, list[_Anchor]] = {}
    for anchor in anchors:
        tops.setdefault(_highest(anchor.element, named), []).append(anchor)
    around = {up for top in tops for up in (top, *upwards(top, 9))}
    kept: dict[HtmlElement, list[_Anchor]] = {}
    beside = False
    title = squash(tree.findtext(".//title") or "")
    for top, named_there in tops.items():
        headed = is_headed_beside(top, around, title)
        beside = beside if headed is None else headed
        if not beside:
            kept[top] = named_there
    return _groups(kept)


def _anchors(tree: HtmlElement, base: str, url: str) -> Iterator[_Anchor]:
    """Links that may lead to a story: on this site, outside of navigation and sidebars."""
    known: dict[HtmlElement, bool] = {}
    here = _key(url)
    for element in tree.iter("a"):
        target = absolute(base, element.get("href") or "")
        if target is None or not same_site(target, url):
            continue
        target = urldefrag(target).url
        if _key(target) == here or addresses().never_a_release(target):
            continue
        if not stands_beside(element, known):
            yield _Anchor(element, target, _path(element))


def _titles(anchors: list[_Anchor]) -> list[_Anchor]:
    """Links that name a story: by their text, or by the text of most links in their position."""
    says = {anchor.element: _says_title(anchor.element) for anchor in anchors}
    votes: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    for anchor in anchors:
        votes[anchor.path].append(says[anchor.element])
    return [
        anchor
        for anchor in anchors
        if says[anchor.element] or 2 * sum(votes[anchor.path]) > len(votes[anchor.path])
    ]


def _says_title(anchor: HtmlElement) -> bool:
    text = seen_text(anchor)
    if not text and len(anchor) == 0:
        return _is_stretched(anchor)
    if _stands_in_text(anchor, text):
        return False
    words = text.lower().strip(_EDGES)
    in_heading = any(up.tag in HEADINGS for up in upwards(anchor, 3)) or any(
        True for _ in anchor.iter(*HEADINGS)
    )
    if words in addresses().more or (in_heading and _LETTERS.search(text)):
        return True
    return len(text.split()) >= 4 and len(_LETTERS.findall(text)) >= 15


def _is_stretched(anchor: HtmlElement) -> bool:
    """Whether an empty link is stretched over a card by a style, next to the card's heading."""
    for up in upwards(anchor, 2):
        headings = list(up.iter(*HEADINGS))
        if headings:
            return len(headings) == 1 and not any(True for _ in headings[0].iter("a"))
    return False


def _stands_in_text(anchor: HtmlElement, text: str) -> bool:
    """Whether a link is within a sentence, or after "Baca juga", and so leads to another story."""
    before = squash(DATE.sub(" ", _line_before(anchor)))
    if before.lower().startswith(addresses().aside) or text.lower().startswith(addresses().aside):
        return True
    # "… selengkapnya" after a teaser leads to the story.
    if text.lower().strip(_EDGES) in addresses().more:
        return False
    letters = len(_LETTERS.findall(before))
    goes_on = re.match(r"\s*[a-z,.;]", anchor.tail or "")
    return letters >= _PROSE_ON_LINE or (letters >= 8 and goes_on is not None)


def _line_before(anchor: HtmlElement) -> str:
    """The text before a link on its own line."""
    before, node = "", anchor
    while node.tag in INLINE:
        for previous in node.itersiblings(preceding=True):
            before = (previous.tail or "") + before
            if previous.tag not in INLINE or previous.tag == "a":
                return before
            before = seen_text(previous) + " " + before
        parent = node.getparent()
        if parent is None:
            break
        before = (parent.text or "") + before
        node = parent
    return before


def _highest(element: HtmlElement, named: dict[HtmlElement, set[str]]) -> HtmlElement:
    """The highest element around a link that contains no link to another story."""
    for parent in element.iterancestors():
        if parent.tag in ("body", "html", "main") or len(named[parent]) > 1:
            break
        element = parent
    return element


def _groups(tops: dict[HtmlElement, list[_Anchor]]) -> list[list[Block]]:
    """Groups of blocks with the same markup, wherever they are on the page."""
    siblings: dict[HtmlElement | None, list[HtmlElement]] = defaultdict(list)
    for top in tops:
        siblings[top.getparent()].append(top)
    settled = {
        top
        for same in siblings.values()
        for top in same
        if any(other is not top and alike(top, other) for other in same)
    }
    placed: dict[HtmlElement, list[_Anchor]] = {}
    for top, anchors in tops.items():
        # A block unlike the others, such as a last card in a row of its own, is reduced to their
        # size.
        block = top if top in settled else _lone(top, anchors, settled)
        placed.setdefault(block, []).extend(anchors)
    groups: list[list[HtmlElement]] = []
    for block in placed:
        home = next((g for g in groups if _same_make(g[0], block)), None)
        if home is None:
            groups.append([block])
        else:
            home.append(block)
    return [
        [
            _block(element, nodes, placed)
            for element, nodes in zip(group, with_gaps(group, placed.keys()), strict=True)
        ]
        for group in groups
    ]


def _lone(top: HtmlElement, anchors: Sequence[_Anchor], settled: set[HtmlElement]) -> HtmlElement:
    """For a link without similar siblings: as much around it as belongs to its story."""
    chain = [anchors[0].element]
    for parent in anchors[0].element.iterancestors():
        if chain[-1] is top:
            break
        chain.append(parent)
    for element in chain:
        if any(_same_make(element, other) for other in settled):
            return element
    for element in chain:
        if element.tag in ("article", "li", "tr") or _is_card(element):
            return element
    inside = chain[0]
    for element in chain[1:]:
        if any(True for _ in element.iter("nav", "h1", "form", "footer")) or _leads_elsewhere(
            element, anchors
        ):
            break
        inside = element
    return inside


_CARD = re.compile(
    r"(?:^|[-_])(?:post|item|card|entry|story|berita|artikel|hentry|teaser|media|news)(?:[-_]?item)?$"
)


def _is_card(element: HtmlElement) -> bool:
    """Whether the class of an element says that it is one story, and it has more than the link."""
    if element.tag == "a" or element.tag in HEADINGS:
        return False
    return any(_CARD.search(name) for name in classes(element))


def _leads_elsewhere(element: HtmlElement, anchors: Sequence[_Anchor]) -> bool:
    """Whether there are links other than those to the story, such as those to further pages."""
    own = {anchor.element for anchor in anchors}
    return any(link not in own and link.get("href") for link in element.iter("a"))


def _block(
    element: HtmlElement, nodes: tuple[Node, ...], placed: dict[HtmlElement, list[_Anchor]]
) -> Block:
    own = {anchor.element for anchor in placed[element]}
    url = placed[element][0].url
    anchors = [a for a in element.iter("a") if a in own] or [placed[element][0].element]
    return Block(url, element, nodes, tuple(anchors))


def _same_make(one: HtmlElement, other: HtmlElement) -> bool:
    if not alike(one, other):
        return False
    up, its_up = one.getparent(), other.getparent()
    return up is its_up or (up is not None and its_up is not None and alike(up, its_up))


def _path(anchor: HtmlElement) -> tuple[str, ...]:
    """A link's position: the tags and classes of it and of the four elements around it."""
    around = [anchor, *upwards(anchor, 4)]
    return tuple(".".join((str(up.tag), *sorted(classes(up)))) for up in around)


def _key(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", urldefrag(url).url.rstrip("/"))
