"""A page that may be a stranger's, in the form that the rules of this package use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement
from tldextract import TLDExtract

from crawler.extraction.article import Article
from crawler.extraction.hijacked.sales_words import (
    LONGEST,
    offered,
    read_address,
    seller_words,
    undisguise,
)
from crawler.markup.text import clean
from crawler.markup.visibility import is_hidden

_SHORT = 200
"""If the text has fewer letters, links and text outside the column count as text too."""
_NEXT_TO_NOTHING = 80
"""If the text has fewer letters, hidden texts count as the page's own."""
_OFFERS = 3
"""Different goods that hidden texts must offer to count as the page's own."""
_PRAISED = 3
"""How often a text repeats what its title names."""
_COINED = re.compile(
    r"\b(?:[A-Z][A-Z0-9]{5,19}|[A-Z][a-z]+[A-Z][A-Za-z0-9]+|[A-Za-z]{3,15}\d{1,4})\b(?![-/])"
)
"""An invented name like those of gambling sites, and of programs of offices too: `RAJAZEUS`,
`MegaWin77`."""
_QUOTED = re.compile(r"“[^”]{1,300}”|\"[^\"\n]{1,300}\"")
"""Text in quotation marks is not an offer."""
_ALL_TEXT = ".//body//text()[not(ancestor::script or ancestor::style)]"
_SUFFIX = TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list that comes with it
_TEXTS = 2_000
"""Number of pieces of text that are examined."""


class SuspectPage:
    """A page to be examined; its texts in lower case and plain letters."""

    def __init__(
        self, root: HtmlElement, article: Article, url: str, owns: Callable[[str], bool]
    ) -> None:
        self.root = root
        self.column = article.column
        self.url = url
        self.address = read_address(url)
        self.owns = owns
        self.title, _ = undisguise(article.title or "")
        everything = "\n".join(block.text for block in article.blocks)
        self.description = _description(root)
        self.keywords = " ".join(root.xpath("//meta[@name='keywords']/@content")[:2]).casefold()
        self.praised = _praised(article)
        read = [undisguise(text) for text in _own_text(root, article)]
        self.paragraphs = [_QUOTED.sub("", text) for text, _ in read]
        self.disguised = sum(count for _, count in read)
        """Words spelled with look-alike letters."""
        self.text = "\n".join(self.paragraphs)[:LONGEST]
        heads = [clean(e.text_content()) for e in root.iterfind(".//head/title")]
        self.head = " ".join(heads).casefold()
        self.everything = f"{self.head}\n{self.title}\n{everything}".casefold()
        named = sum(not word[0].isdigit() for word in self.text.split())
        self.length = max(1, named, sum(map(str.isalpha, self.text)) // 12)

    @property
    def offered_share(self) -> float:
        """Share of its text in paragraphs with an offer or a brand."""
        brands, praised = seller_words().brands, self.praised.casefold()
        offering = sum(
            len(text)
            for text in self.paragraphs
            if offered(text) or brands.search(text) or (praised and praised in text)
        )
        return offering / max(1, sum(map(len, self.paragraphs)))

    @property
    def links(self) -> list[HtmlElement]:
        """Links in its column, or all if there is none."""
        inside = [link for block in self.column for link in block.element.iter("a")]
        return inside or list(self.root.iter("a"))

    @property
    def may_write_any_script(self) -> bool:
        """Whether the host belongs to another country or to the whole world: text in another
        script may then be the site's own, so words in it prove nothing."""
        suffix = _SUFFIX(self.url).suffix
        return bool(suffix) and suffix.rpartition(".")[2] != "id"

    @property
    def foreign_share(self) -> float:
        """Share of its letters in scripts that no office uses."""
        letters = sum(map(str.isalpha, self.text))
        return len(seller_words().foreign.findall(self.text)) / letters if letters else 0.0


def titles(root: HtmlElement, article: Article) -> Iterator[str]:
    """The titles of the page."""
    yield article.title or ""
    yield from (element.text_content() for element in root.iterfind(".//head/title"))


def all_text(root: HtmlElement, article: Article) -> Iterator[str]:
    """All text that may count as the page's own."""
    yield _description(root)
    yield from (block.text for block in article.blocks)
    if sum(map(len, article.paragraphs)) < _SHORT:
        yield root.xpath("string(.//body)")


def _description(root: HtmlElement) -> str:
    """Its description for search engines."""
    descriptions = root.xpath("//meta[@name='description' or @property='og:title']/@content")
    return " ".join(descriptions[:4]).casefold()


def _own_text(root: HtmlElement, article: Article) -> list[str]:
    """The column without links; all of it, or of the page, if hardly anything is left. If the
    page has no text of its own, its hidden text, if that offers something."""
    unlinked = [block.text for block in article.column if block.linked <= 0.5]
    column = [block.text for block in article.column]
    page = [block.text for block in article.blocks]
    chosen = (texts for texts in (unlinked, column, page) if sum(map(len, texts)) >= _SHORT)
    shown = next(chosen, page)
    if sum(map(len, article.paragraphs)) < _SHORT:
        titled = [article.title or "", *article.paragraphs]
        bare = sum(map(len, article.paragraphs)) < _NEXT_TO_NOTHING
        # A short release with hidden links has its own text.
        concealed = (_concealed(root), shown, root.xpath(_ALL_TEXT)) if bare else (shown,)
        for texts in (titled, *concealed):
            pieces = [clean(text) for text in islice(texts, _TEXTS)]
            spelled, _ = undisguise("\n".join(pieces))
            if len(set(offered(spelled))) >= _OFFERS:
                return pieces
    return shown


def _concealed(root: HtmlElement) -> Iterator[str]:
    """Texts inside hidden elements."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if isinstance(element.tag, str) and is_hidden(element):
            yield from element.itertext()
            walk.skip_subtree()


def _praised(article: Article) -> str:
    """An invented name in the title that the text repeats; empty if there is none."""
    text = "\n".join(article.paragraphs)[:LONGEST]
    names = dict.fromkeys(_COINED.findall(article.title or ""))
    return next((name for name in names if text.count(name) >= _PRAISED - 1), "")
