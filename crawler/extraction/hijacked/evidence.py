"""Kinds of evidence that a page is a stranger's; each can be shown to a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extraction.hijacked.declared import absolute, goods, hosts_elsewhere
from crawler.extraction.hijacked.sales_words import offered, seller_words
from crawler.extraction.hijacked.suspect_page import SuspectPage
from crawler.markup.text import clean
from crawler.markup.visibility import is_hidden

CALLS = 2
"""Calls of a seller that are more than chance."""
_STUFFED = 15
"""A text with one in this many words is written for search engines."""
_DISGUISED = 3
"""Words spelled so that filters do not find them."""
_FEW_LINKS = 2
"""Links to the office's own pages; a page of the site has more, in its menu."""
_FOREIGN_HOSTS = 3
_TEMPTING = 3
"""Different tempting figures, such as `98,7%`, `x1000`, `Rp10.000`."""
_SYMBOLS = 4


@dataclass(frozen=True, slots=True)
class Giveaway:
    """One piece of evidence that a page is a stranger's."""

    kind: str
    detail: str
    """The evidence in a few words."""


def of_text(page: SuspectPage) -> Iterator[Giveaway]:
    """Evidence in the text of the page."""
    words = seller_words()
    for kind, text in (
        ("title", page.title if offered(page.title) else page.head),
        ("address", page.address),
        ("description", page.description),
        ("keywords", page.keywords),
    ):
        offers = offered(text)
        if offers and not words.against.search(text):
            yield Giveaway(kind, f"{kind}: {few(offers)}")
    offers = offered(page.text)
    if len(offers) * _STUFFED >= page.length:
        yield Giveaway("stuffed", f"{len(offers)} such words in {page.length}")
    if len(calls := words.calls.findall(page.text)) >= CALLS:
        yield Giveaway("calls", f"it asks to {few(calls)}")
    if brands := words.brands.findall(f"{page.title}\n{page.head}\n{page.text}"):
        yield Giveaway("brands", f"names of gambling houses: {few(brands)}")
    if page.praised:
        yield Giveaway("praised", f"it praises {page.praised}")
    figures = list(dict.fromkeys(words.tempting.findall(f"{page.title}\n{page.text}")))
    if len(figures) >= _TEMPTING:
        yield Giveaway("figures", f"figures that tempt: {few(figures)}")
    if len(words.symbols.findall(f"{page.head}\n{page.title}\n{page.text}")) >= _SYMBOLS:
        yield Giveaway("symbols", "signs that catch the eye")
    if page.disguised >= _DISGUISED:
        yield Giveaway("disguised", f"{page.disguised} words in letters that only look alike")
    if not words.voices.search(f"{page.title}\n{page.text}"):
        yield Giveaway("nobody", "no office, no citizen acts or speaks in it")
    if page.foreign_share >= words.foreign_share:
        yield Giveaway("script", f"{page.foreign_share:.0%} of its letters are of another script")


def of_markup(page: SuspectPage) -> Iterator[Giveaway]:
    """Evidence in its links and in its markup."""
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
            anchor = clean(link.text_content()).casefold()
            if offered(anchor) and is_concealed(link):
                hidden = anchor
                continue
            foreign[host] = None
            if column.intersection((link, *islice(link.iterancestors(), 4))):
                inside[host] = None
    if inside or len(foreign) >= _FOREIGN_HOSTS or (foreign and not own):
        hosts = list(inside or foreign)
        yield Giveaway("links", f"links to {len(hosts)} other hosts: {few(hosts)}")
    if own <= _FEW_LINKS:
        yield Giveaway("alone", f"{own} links to other pages of the office")
    if hidden:
        yield Giveaway("hidden", f"hidden links: {hidden[:60]}")


def is_concealed(element: HtmlElement) -> bool:
    """Whether the element, or one around it, is hidden."""
    return any(map(is_hidden, (element, *element.iterancestors())))


def few(words: list[str]) -> str:
    """The first words, for people."""
    return ", ".join(list(dict.fromkeys(words))[:4])
