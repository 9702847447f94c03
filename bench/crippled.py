"""Ways of losing text, for `bench doubt`: what is kept of a reading that was
right, and what a page is without its story."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

from crawler.extraction.article import Article, read_article
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.paragraphs import paragraphs
from crawler.items import Page
from crawler.markup.dom import parse
from crawler.markup.encoding import decode

_NOTICE = fragment_fromstring(
    "<div id=kuki><p>Situs ini menggunakan kuki agar kunjungan Anda lebih nyaman dan untuk"
    " menghitung pengunjung. Dengan melanjutkan, Anda menyetujui kebijakan privasi kami. Anda dapat"
    " mengubah pilihan itu kapan saja di bagian bawah halaman.</p></div>"
)
_LEAST = 60
"""Letters of a block that may be taken for text."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One way to lose a text."""

    keep: Callable[[Article], Sequence[Block]] | None = None
    """The blocks that the crippled reading takes; none where the page has nothing to take."""
    change: Callable[[HtmlElement, Article], None] | None = None
    """What is done to the page before it is read."""

    def on(self, page: Page) -> Page:
        """The page to read. Raises Unreadable."""
        if self.change is None:
            return page
        root = parse(decode(page.body, page.content_type))
        self.change(root, read_article(root))
        body = etree.tostring(root, encoding="utf-8", method="html", doctype="<!DOCTYPE html>")
        return replace(page, body=body, content_type="text/html; charset=utf-8")

    def cripple(self, article: Article) -> Article:
        """The reading with that loss; as it is where nothing can be lost in this way."""
        if self.keep is None or not (kept := list(self.keep(article))):
            return article
        return replace(article, kept=kept, paragraphs=paragraphs(kept), below=[], teaser=False)


def _other_blocks(article: Article) -> list[Block]:
    kept = set(article.kept)
    return [b for b in article.blocks if b not in kept and b.linked < 0.5 and not b.heading]


def _largest(blocks: Iterable[Block]) -> list[Block]:
    """The blocks of the box that holds most letters."""
    boxes: dict[HtmlElement, list[Block]] = defaultdict(list)
    for block in blocks:
        boxes[block.element.getparent()].append(block)
    return max(boxes.values(), key=lambda held: sum(len(b.text) for b in held), default=[])


def _another_box(article: Article) -> list[Block]:
    return _largest(block for block in _other_blocks(article) if len(block.text) >= _LEAST)


def _largest_box(article: Article) -> list[Block]:
    return _largest(article.kept)


def _ended_early(article: Article) -> list[Block]:
    """The first blocks, with at most half of the letters; one block at least."""
    half, letters, kept = sum(len(b.text) for b in article.kept) / 2, 0, []
    for block in article.kept:
        letters += len(block.text)
        if kept and letters > half:
            break
        kept.append(block)
    return kept


def _begun_late(article: Article) -> list[Block]:
    first = _ended_early(article)
    return article.kept[len(first) :]


def _every_second(article: Article) -> list[Block]:
    return article.kept[::2]


def _first_paragraph(article: Article) -> list[Block]:
    return article.kept[:1]


def _end_of_page(article: Article) -> list[Block]:
    """The last text of the page: an address, a copyright notice."""
    return [block for block in _other_blocks(article) if len(block.text) >= 30][-1:]


def _notice(article: Article) -> list[Block]:
    return [b for b in article.blocks if b.element.getparent().get("id") == "kuki"]


def _add_notice(root: HtmlElement, _: Article) -> None:
    body = root.find("body")
    if body is not None:
        body.append(_NOTICE.__copy__())


def _take_away(root: HtmlElement, article: Article) -> None:
    """Only an element for scripts to fill is left of the story, and of its title."""
    kept = {block.element for block in article.kept}
    first = article.kept[0].element if article.kept else None
    if first is not None and first.tag != "body":
        first.addprevious(fragment_fromstring("<div id=app></div>"))
    for element in kept:
        if element.tag not in ("html", "body"):
            element.drop_tree()
    for script in root.xpath("//script[@type='application/ld+json']"):
        script.drop_tree()
    scripts = fragment_fromstring('<script src="/app.js"></script>')
    root.find("body").append(scripts)


def _move_to_script(root: HtmlElement, article: Article) -> None:
    story = {"title": article.title, "content": "\n".join(article.paragraphs)}
    _take_away(root, article)
    data = etree.SubElement(root.find("body"), "script", type="application/json")
    data.text = json.dumps({"page": {"story": story}})


LOSSES = {
    "another box": Loss(_another_box),
    "largest of several boxes": Loss(_largest_box),
    "ended early": Loss(_ended_early),
    "begun late": Loss(_begun_late),
    "every second paragraph": Loss(_every_second),
    "first paragraph": Loss(_first_paragraph),
    "end of the page": Loss(_end_of_page),
    "cookie notice": Loss(_notice, _add_notice),
    "story in a script": Loss(change=_move_to_script),
    "story loaded by scripts": Loss(change=_take_away),
}
