"""The prose in each element, and its weight.

The name of an element makes its prose weigh less than other prose on the page; so does being in
a card, or being left out by trafilatura.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import DOUBT, OUTSIDE
from crawler.extraction.layout.page_layout import Layout
from crawler.extraction.layout.prose import is_sentence, tells_story

_UNCONFIRMED = 0.3
"""Weight of prose that trafilatura left out."""
_IN_CARD = 0.2
"""Weight of prose under the linked title of another story."""
_NO_SENTENCE = 0.5
"""Weight of a line that does not end like a sentence, or is short."""
_MOST = 0.55
_GOOD_PART = 0.4


@dataclass(slots=True)
class Weights:
    """The letters of prose in each element, and their weight."""

    of_element: dict[HtmlElement, float]
    letters: dict[HtmlElement, float]
    children: dict[HtmlElement, dict[HtmlElement, None]]

    @classmethod
    def of(cls, layout: Layout) -> Weights:
        weights = cls(defaultdict(float), defaultdict(float), defaultdict(dict))
        slight = _slight(layout)
        for block in layout.blocks:
            if block not in layout.prose or block in slight:
                continue
            weight = len(block.text) * trust(block)
            if block in layout.cards:
                weight *= _IN_CARD
            if not is_sentence(block.text):
                weight *= _NO_SENTENCE
            if layout.confirmed is not None and block not in layout.confirmed:
                weight *= _UNCONFIRMED
            weights._add(block, weight)
        return weights

    def _add(self, block: Block, weight: float) -> None:
        inner = block.element
        self.of_element[inner] += weight
        self.letters[inner] += len(block.text)
        for parent in inner.iterancestors():
            self.children[parent][inner] = None
            self.of_element[parent] += weight
            self.letters[parent] += len(block.text)
            inner = parent

    def heaviest(self, root: HtmlElement) -> HtmlElement:
        """The heaviest element: down from the root, always into the child with most weight."""
        column = root
        while self.children[column]:
            inner = max(self.children[column], key=lambda child: self.of_element[child])
            if self.of_element[inner] < _MOST * self.of_element[column]:
                break
            column = inner
        return column

    def about(self, title: HtmlElement, column: HtmlElement) -> HtmlElement:
        """The smallest element around the title that contains a good part of the column's
        weight, if the title is in that column."""
        around = [title, *title.iterancestors()]
        if column not in around or not self.of_element[column]:
            return column
        least = _GOOD_PART * self.of_element[column]
        return next(element for element in around if self.of_element[element] >= least)

    def worth(self, element: HtmlElement) -> float:
        """Weight of a letter of its prose, from 0 to 1."""
        letters = self.letters[element]
        return self.of_element[element] / letters if letters else 0.0


def trust(block: Block) -> float:
    """Weight of a letter of a block by the names around it, from 0 to 1. Nested boxes with one
    name confirm it: a comment in a list of comments. Different names for one thing do not."""
    named = Counter(role for _, role in block.roles)
    return min((DOUBT.get(role, 1.0) ** times for role, times in named.items()), default=1.0)


def _slight(layout: Layout) -> frozenset[Block]:
    """Boxes with another name and too little text for a story: one sentence in a footer, a
    request to log in."""
    by_name: dict[tuple[str, str], set[Block]] = defaultdict(set)
    for block in layout.prose:
        for element, role in block.roles:
            if role in OUTSIDE:
                by_name[role, str(element.tag)].add(block)
    return frozenset().union(*(blocks for blocks in by_name.values() if not tells_story(blocks)))
