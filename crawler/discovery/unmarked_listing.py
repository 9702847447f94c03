"""Lists whose stories have no element of their own: finds what belongs to which title."""

from __future__ import annotations

from collections.abc import Container, Sequence

from lxml.html import HtmlElement

from crawler.markup.html import alike, seen_text, squash

Node = HtmlElement | str
"""An element, or text between elements."""


def with_gaps(
    group: Sequence[HtmlElement], blocks: Container[HtmlElement]
) -> list[tuple[Node, ...]]:
    """The nodes of each of a group's stories: its element, and what belongs to it. In a list
    like `<h3>…</h3><p>…</p><h3>…</h3><p>…</p>`, or lines of text, the element of a title does
    not contain its date and teaser. `blocks` are the elements of all stories."""
    between = [_between(block, blocks) for block in group]
    lengths = [len(gap) for gap in between[:-1]]
    usual = max(set(lengths), key=lengths.count) if lengths else 0
    if len(group) < 2 or not usual or any(map(_holds_more, group)):
        return [(block,) for block in group]
    first_lead = _until(group[0], blocks)
    before = _shared_tail(first_lead, between[0])
    stories: list[tuple[Node, ...]] = []
    for position, block in enumerate(group):
        lead = between[position - 1] if position else first_lead
        lead = lead[len(lead) - before :]
        gap = between[position]
        if position == len(group) - 1:
            gap = _like(gap[: usual - before], between[0])
        else:
            gap = gap[: len(gap) - before]
        stories.append((*lead, block, *gap))
    return stories


def _holds_more(block: HtmlElement) -> bool:
    """Whether a block has more text than its links have."""
    linked = sum(len(seen_text(anchor)) for anchor in block.iter("a"))
    return len(seen_text(block)) > linked + 8


def _between(block: HtmlElement, blocks: Container[HtmlElement]) -> list[Node]:
    """The nodes after a block, up to the next sibling that is a block."""
    nodes: list[Node] = [block.tail or ""]
    for after in block.itersiblings():
        if after in blocks or any(True for _ in after.iter("h1", "nav", "form", "ul")):
            break
        nodes += [after, after.tail or ""]
    return nodes


def _until(block: HtmlElement, blocks: Container[HtmlElement]) -> list[Node]:
    """The nodes before a group's first block among its siblings."""
    nodes: list[Node] = []
    for before in block.itersiblings(preceding=True):
        if before in blocks:
            break
        nodes[:0] = [before, before.tail or ""]
    return nodes


def _shared_tail(lead: Sequence[Node], gap: Sequence[Node]) -> int:
    """How many nodes at the end of both have the same markup: a date above its title."""
    count = 0
    for one, other in zip(reversed(lead), reversed(gap), strict=False):
        if not _like_node(one, other):
            break
        count += 1
    # A space or a line break alone is no lead, nor is a whole gap with a teaser in it.
    tail = gap[len(gap) - count :] if count else []
    with_text = [
        node for node in tail if (squash(node) if isinstance(node, str) else seen_text(node))
    ]
    return count if with_text else 0


def _like(gap: Sequence[Node], model: Sequence[Node]) -> list[Node]:
    """The part of a gap with the same markup as the model: the last block is followed by other
    content."""
    kept: list[Node] = []
    for one, other in zip(gap, model, strict=False):
        if not _like_node(one, other):
            break
        kept.append(one)
    return kept


def _like_node(one: Node, other: Node) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return (
            isinstance(one, str)
            and isinstance(other, str)
            and (not one.strip()) == (not other.strip())
        )
    return alike(one, other)
