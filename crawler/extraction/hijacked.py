"""Pages that strangers have put on an office's host: gambling, medicine, loans, shops, …

No word and no single mark makes a page theirs. It is refused where its own text offers such goods
throughout and at least three kinds of giveaway stand together, words alone not being enough; each
can be shown to a person. A text that reports (who acts against it, who suffers from it) offers
nothing, whatever it quotes. A release into which strangers put their links stays a release. The
words are those of `sales_words`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.article import Article
from crawler.extraction.characters import clean
from crawler.extraction.declared import absolute, goods, hosts_elsewhere
from crawler.extraction.sales_words import (
    LONGEST,
    may_offer,
    offered,
    read_address,
    seller_words,
    undisguise,
)
from crawler.extraction.visibility import is_hidden

_LEAST = 3
"""Kinds of giveaway, the offer among them."""
_LEAST_OF_FEW = 5
"""The same where it offers few things."""
_VOCABULARY = frozenset({"offer", "few offers", "title", "address", "keywords", "stuffed"})
"""Kinds that rest on the same words."""
_OFFERS = 3
"""Different things a text must offer, of one trade; a coined name that it praises is one."""
_FEW_OFFERS = 2
_PRAISED = 3
"""Times that a text names what its title names."""
_AGAINST = 2
"""A text that reports has one word against it for so many offers and calls that it quotes."""
_CALLS = 2
"""What a seller asks for, from which it is no chance."""
_WORDS_AN_OFFER = 60
"""A text that offers does so at least once in so many words."""
_STUFFED = 15
"""Where it does once in so many, it is written for search engines."""
_LETTERS_A_WORD = 4
"""In scripts that set no blanks."""
_THROUGHOUT = 0.4
"""The part of a text that stands in paragraphs with an offer; injected links stand apart."""
_SHORT = 200
"""Letters under which links, and what stands outside the column, count as the text too."""
_DISGUISED = 3
"""Words that are spelled so that filters do not find them."""
_FEW_LINKS = 2
"""Links to the office's own pages; what belongs to a site has more: its menu."""
_FOREIGN_HOSTS = 3
_TEMPTING = 3
"""Different figures that tempt, such as `98,7%`, `x1000`, `Rp10.000`."""
_SYMBOLS = 4
_COINED = re.compile(
    r"\b(?:[A-Z][A-Z0-9]{5,19}|[A-Z][a-z]+[A-Z][A-Za-z0-9]+|[A-Za-z]{3,15}\d{1,4})\b(?![-/])"
)
"""A name such as houses of gambling bear, and programs of offices too: `RAJAZEUS`, `MegaWin77`."""
_TOPIC = re.compile(r"[^\W\d_]{4,}")
_QUOTED = re.compile(r"“[^”]{1,300}”|\"[^\"\n]{1,300}\"")
"""What a text only quotes, it does not offer."""
_ALL_TEXT = ".//body//text()[not(ancestor::script or ancestor::style)]"
_TEXTS = 2_000
"""Pieces of a text that are looked at."""


@dataclass(frozen=True, slots=True)
class Giveaway:
    """One thing by which a stranger's page is known."""

    kind: str
    detail: str
    """What it is seen by, in a few words."""


def find_giveaways(
    root: HtmlElement, article: Article, url: str, place: str, owns: Callable[[str], bool]
) -> list[Giveaway]:
    """What gives a page away as a stranger's; empty where its text offers nothing. `place`: the
    office's, as its pages name it; `owns`: whether an address lies on the office's hosts."""
    if not may_offer(_all_text(root, article)):
        return []
    page = _Page(root, article, url, owns)
    offer = _offer(page) or _offer_over_stolen_text(page)
    if offer is None:
        return []
    found = [offer, *_of_text(page), *_of_markup(page)]
    if place and place.casefold() not in page.everything:
        found.append(Giveaway("nameless", f"{place} is not named on it"))
    return found


def refuse_hijacked(
    root: HtmlElement, article: Article, url: str, place: str, owns: Callable[[str], bool]
) -> tuple[str, str] | None:
    """Reason and detail when the page is a stranger's; None when it may be the office's."""
    found = find_giveaways(root, article, url, place, owns)
    kinds = {giveaway.kind for giveaway in found}
    least = _LEAST if "offer" in kinds else _LEAST_OF_FEW
    if len(kinds) < least or kinds <= _VOCABULARY:
        return None
    return "hijacked", "; ".join(giveaway.detail for giveaway in found)


def is_suspect_address(url: str) -> bool:
    """Whether an address speaks of goods such as strangers offer, and of nothing against them. It
    may be a release all the same."""
    address = read_address(url)
    return bool(offered(address)) and not seller_words().against.search(address)


class _Page:
    """A page as it is looked at here, in lower case."""

    def __init__(
        self, root: HtmlElement, article: Article, url: str, owns: Callable[[str], bool]
    ) -> None:
        self.root = root
        self.column = article.column
        self.url = url
        self.owns = owns
        self.title, _ = undisguise(article.title or "")
        everything = "\n".join(block.text for block in article.blocks)
        self.description = _description(root)
        self.keywords = " ".join(root.xpath("//meta[@name='keywords']/@content")[:2]).casefold()
        self.praised = _praised(article)
        read = [undisguise(text) for text in _own_text(root, article)]
        self.paragraphs = [_QUOTED.sub("", text) for text, _ in read]
        self.disguised = sum(count for _, count in read)
        """Words spelled in letters that only look alike."""
        self.text = "\n".join(self.paragraphs)[:LONGEST]
        heads = [clean(e.text_content()) for e in root.iterfind(".//head/title")]
        self.head = " ".join(heads).casefold()
        self.everything = f"{self.head}\n{self.title}\n{everything}".casefold()
        named = sum(not word[0].isdigit() for word in self.text.split())
        self.length = max(1, named, sum(map(str.isalpha, self.text)) // 12)

    @property
    def offered_share(self) -> float:
        """The part of its text that stands in paragraphs with an offer or a brand."""
        brands, praised = seller_words().brands, self.praised.casefold()
        offering = sum(
            len(text)
            for text in self.paragraphs
            if offered(text) or brands.search(text) or (praised and praised in text)
        )
        return offering / max(1, sum(map(len, self.paragraphs)))

    @property
    def foreign_share(self) -> float:
        """The share of its letters in scripts that no office writes."""
        letters = sum(map(str.isalpha, self.text))
        return len(seller_words().foreign.findall(self.text)) / letters if letters else 0.0


def _all_text(root: HtmlElement, article: Article) -> Iterator[str]:
    """Whatever a closer look may take for the page's own text."""
    yield article.title or ""
    yield from (element.text_content() for element in root.iterfind(".//head/title"))
    yield _description(root)
    yield from (block.text for block in article.blocks)
    if sum(map(len, article.paragraphs)) < _SHORT:
        yield root.xpath("string(.//body)")


def _description(root: HtmlElement) -> str:
    """What it tells search engines in a sentence."""
    told = root.xpath("//meta[@name='description' or @property='og:title']/@content")
    return " ".join(told[:4]).casefold()


def _own_text(root: HtmlElement, article: Article) -> list[str]:
    """The column without links; all of it, or of the page, where hardly anything is left. Where the
    page has no text of its own, what it hides, if that offers something."""
    unlinked = [block.text for block in article.column if block.linked <= 0.5]
    column = [block.text for block in article.column]
    page = [block.text for block in article.blocks]
    chosen = (texts for texts in (unlinked, column, page) if sum(map(len, texts)) >= _SHORT)
    shown = next(chosen, page)
    if sum(map(len, article.paragraphs)) < _SHORT:
        titled = [article.title or "", *article.paragraphs]
        for texts in (titled, _concealed(root), shown, root.xpath(_ALL_TEXT)):
            told = [clean(text) for text in islice(texts, _TEXTS)]
            spelled, _ = undisguise("\n".join(told))
            if len(set(offered(spelled))) >= _OFFERS:
                return told
    return shown


def _concealed(root: HtmlElement) -> Iterator[str]:
    """Texts inside what hides itself."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if isinstance(element.tag, str) and is_hidden(element):
            yield from element.itertext()
            walk.skip_subtree()


def _offer(page: _Page) -> Giveaway | None:
    """What the text offers, unless it reports about those who do."""
    words = seller_words()
    told = f"{page.title}\n{page.text}"
    foreign = page.foreign_share >= words.foreign_share
    length = len(page.text) / _LETTERS_A_WORD if foreign else page.length
    trade, offers = max(
        ((name, pattern.findall(told)) for name, pattern in words.offers.items()),
        key=lambda found: (len(set(found[1])), len(found[1])),
    )
    brand = words.brands.search(told) is not None or bool(page.praised)
    kinds = len(set(offers)) + (trade == "gambling" and brand)
    dense = len(offers) * _WORDS_AN_OFFER >= length
    calls = words.calls.findall(told)
    enough = dense and kinds >= _OFFERS
    if not enough and foreign and offers:
        enough = len(set(calls)) >= _CALLS
    if not enough and not (dense and kinds >= _FEW_OFFERS):
        return None
    if _AGAINST * len(words.against.findall(told)) >= len(offers) + len(calls):
        return None
    if page.offered_share < _THROUGHOUT:
        return None
    return Giveaway("offer" if enough else "few offers", f"it offers {trade}: {_few(offers)}")


def _praised(article: Article) -> str:
    """A coined name in the title that the text repeats; empty when there is none."""
    told = "\n".join(article.paragraphs)[:LONGEST]
    names = dict.fromkeys(_COINED.findall(article.title or ""))
    return next((name for name in names if told.count(name) >= _PRAISED - 1), "")


def _offer_over_stolen_text(page: _Page) -> Giveaway | None:
    """An offer in the title and in the address, above a text that speaks of other things: news
    that was copied from the office so that search engines trust the page."""
    words = seller_words()
    address = read_address(page.url)
    for title in (page.title, page.head):
        offers = offered(title)
        told = {*offers, *words.calls.findall(title), *words.brands.findall(title)}
        if len(told) < _CALLS or not offers or not offered(address) or words.against.search(title):
            continue
        topics = {topic for offer in offers for topic in _TOPIC.findall(offer)}
        if not topics.intersection(_TOPIC.findall(page.text)):
            return Giveaway("offer", f"it offers {_few(offers)}, and speaks of other things")
    return None


def _of_text(page: _Page) -> Iterator[Giveaway]:
    words = seller_words()
    for kind, text in (
        ("title", page.title if offered(page.title) else page.head),
        ("address", read_address(page.url)),
        ("description", page.description),
        ("keywords", page.keywords),
    ):
        offers = offered(text)
        if offers and not words.against.search(text):
            yield Giveaway(kind, f"{kind}: {_few(offers)}")
    offers = offered(page.text)
    if len(offers) * _STUFFED >= page.length:
        yield Giveaway("stuffed", f"{len(offers)} such words in {page.length}")
    if len(calls := words.calls.findall(page.text)) >= _CALLS:
        yield Giveaway("calls", f"it asks to {_few(calls)}")
    if brands := words.brands.findall(f"{page.title}\n{page.head}\n{page.text}"):
        yield Giveaway("brands", f"names of gambling houses: {_few(brands)}")
    if page.praised:
        yield Giveaway("praised", f"it praises {page.praised}")
    figures = list(dict.fromkeys(words.tempting.findall(f"{page.title}\n{page.text}")))
    if len(figures) >= _TEMPTING:
        yield Giveaway("figures", f"figures that tempt: {_few(figures)}")
    if len(words.symbols.findall(f"{page.head}\n{page.title}\n{page.text}")) >= _SYMBOLS:
        yield Giveaway("symbols", "signs that catch the eye")
    if page.disguised >= _DISGUISED:
        yield Giveaway("disguised", f"{page.disguised} words in letters that only look alike")
    if not words.voices.search(f"{page.title}\n{page.text}"):
        yield Giveaway("nobody", "no office, no citizen acts or speaks in it")
    if page.foreign_share >= words.foreign_share:
        yield Giveaway("script", f"{page.foreign_share:.0%} of its letters are of another script")


def _of_markup(page: _Page) -> Iterator[Giveaway]:
    if elsewhere := next(hosts_elsewhere(page.root, page.url, page.owns), None):
        yield Giveaway("elsewhere", f"it says that it belongs to {elsewhere}")
    if declared := sorted(set(goods(page.root))):
        yield Giveaway("goods", f"it calls itself {', '.join(declared)}")
    own, foreign, inside = 0, dict[str, None](), dict[str, None]()
    hidden = ""
    column = {block.element for block in page.column}
    for link in page.root.iter("a"):
        address = absolute(page.url, link.get("href"))
        if address is None:
            continue
        host = urlsplit(address).hostname or ""
        if page.owns(address):
            own += urlsplit(address).path != urlsplit(page.url).path
        elif not seller_words().friends.search(host):
            foreign[host] = None
            if column.intersection((link, *islice(link.iterancestors(), 4))):
                inside[host] = None
            anchor = clean(link.text_content()).casefold()
            if offered(anchor) and any(map(is_hidden, (link, *link.iterancestors()))):
                hidden = anchor
    if inside or len(foreign) >= _FOREIGN_HOSTS or (foreign and not own):
        hosts = list(inside or foreign)
        yield Giveaway("links", f"links to {len(hosts)} other hosts: {_few(hosts)}")
    if own <= _FEW_LINKS:
        yield Giveaway("alone", f"{own} links to other pages of the office")
    if hidden:
        yield Giveaway("hidden", f"hidden links: {hidden[:60]}")


def _few(words: list[str]) -> str:
    return ", ".join(list(dict.fromkeys(words))[:4])
