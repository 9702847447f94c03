"""Pages that sell, known by the weight of what gives them away, however few their words of trade.

`hijacked` counts words of one trade. A short page, or one of a trade nobody has listed, has few. It
is known by the rest: no office acts in it, it does not name the place, it asks the reader to write
to a private number, it links to unknown hosts and to nothing of the office. Each of these has a
weight (`[weights]` in `crawler/data/hijacked.toml`); together they must reach a bound, a higher one
where no trade is named at all. A release names who acts, and where: that keeps it out of here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from crawler.extraction.article import Article
from crawler.extraction.hijacked.declared import absolute
from crawler.extraction.hijacked.giveaways import Giveaway, few, is_concealed, of_markup, of_text
from crawler.extraction.hijacked.sales_words import (
    LONGEST,
    is_report,
    offered,
    sales_weights,
    seller_words,
    undisguise,
)
from crawler.extraction.hijacked.suspect_page import SuspectPage
from crawler.extraction.language import language
from crawler.markup.text import clean

_LINKS = 500
"""Links of a page that are looked at."""
_OFFICE_LANGUAGES = ("id", "jv", "ms", None)
_OF_A_TRADE = frozenset({"offer", "anchors", "house"})
"""Kinds that name what is sold."""
_AGAINST = 2
"""See `hijacked`: a text that reports has one word against it for so many that sell."""


def weigh_sales_page(page: SuspectPage, article: Article, place: str) -> list[Giveaway]:
    """What gives a page away as a seller's, where no official is named; empty where it does not
    weigh enough. `place`: the office's, as its pages name it."""
    weights = sales_weights()
    # Whether anybody acts in it is asked of its own text only: a footer names the office always.
    told = _told(article)
    shared = (*of_text(page), *of_markup(page))
    found = [one for one in shared if one.kind != "nobody"]
    named = not place or place.casefold() in page.everything
    found += _of_words(f"{page.head}\n{told}", named=named)
    found += _of_links(page)
    if not seller_words().voices.search(told):
        found.append(Giveaway("nobody", "no office, no citizen acts or speaks in it"))
    if not named:
        found.append(Giveaway("nameless", f"{place} is not named on it"))
    kinds = {one.kind for one in found}
    bound = weights.least if kinds & _OF_A_TRADE else weights.least_without_trade
    if sum(weights.of.get(kind, 0) for kind in kinds) < bound or _reports(told, found):
        return []
    return found


def reads_as_report(article: Article) -> bool:
    """Whether its own text is that of a report; see `is_report`."""
    return is_report(_told(article))


def _told(article: Article) -> str:
    return undisguise("\n".join((article.title or "", *article.paragraphs)))[0][:LONGEST]


def _reports(told: str, found: Sequence[Giveaway]) -> bool:
    words = seller_words()
    selling = (words.calls, words.selling, words.contacts)
    count = len(offered(told)) + sum(len(pattern.findall(told)) for pattern in selling)
    return _AGAINST * len(words.against.findall(told)) >= max(count, len(found))


def _of_words(told: str, *, named: bool) -> Iterator[Giveaway]:
    """In titles and text. `named`: whether the page names the office's place."""
    words = seller_words()
    weights = sales_weights()
    by_trade = {trade: set(pattern.findall(told)) for trade, pattern in words.offers.items()}
    trades = by_trade.keys() - (weights.weak_trades if named else ())
    offers = {*words.blatant.findall(told), *(name for trade in trades for name in by_trade[trade])}
    names = offers - weights.ambiguous
    if names:
        yield Giveaway("offer", f"it offers {few(sorted(names))}")
    if len(set().union(*by_trade.values())) > 1:
        yield Giveaway("offers", "it offers several things")
    titles = "\n".join(told.split("\n", 2)[:2])
    if houses := [name for name in words.brands.findall(titles) if " " not in name]:
        yield Giveaway("house", f"its title names the house {few(houses)}")
    if selling := words.selling.findall(told):
        yield Giveaway("selling", f"it speaks as a seller: {few(selling)}")
    if contacts := words.contacts.findall(told):
        yield Giveaway("contact", f"a private number or name to write to: {few(contacts)}")
    if calls := words.calls.findall(told):
        yield Giveaway("call", f"it asks to {few(calls)}")
    if (tongue := language(told)) not in _OFFICE_LANGUAGES:
        yield Giveaway("language", f"its language is {tongue}")


def _of_links(page: SuspectPage) -> Iterator[Giveaway]:
    """Links to hosts of others that say what is sold there, or the seller's name."""
    words, anchors = seller_words(), dict[str, None]()
    for link in page.links[:_LINKS]:
        address = absolute(page.url, link.get("href"))
        if address is None or page.owns(address):
            continue
        if words.friends.search(urlsplit(address).hostname or ""):
            continue
        anchor = clean(link.text_content()).casefold()
        houses = (name for name in words.brands.findall(anchor) if " " not in name)
        if (words.blatant.search(anchor) or next(houses, None)) and not is_concealed(link):
            anchors[anchor] = None
    if anchors:
        yield Giveaway("anchors", f"links to other hosts say {few(list(anchors))}")
