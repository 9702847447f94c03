"""Recognises pages that sell something by points, even with few words of trade.

`detection` counts words of one trade. A short page, or one of an unlisted trade, has few, but
other evidence: no office acts in it, it does not name the place, it asks the reader to write to
a private number, it links to unknown hosts and not to the office. Each kind has points
(`[weights]` in `crawler/data/hijacked.toml`), and their sum must reach a limit, a higher one if
no trade is named. A release names who acts, and where, so it is not affected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from crawler.extraction.article import Article
from crawler.extraction.hijacked.declared import absolute
from crawler.extraction.hijacked.evidence import Giveaway, few, is_concealed, of_markup, of_text
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
"""Links of a page that are examined."""
_OFFICE_LANGUAGES = ("id", "jv", "ms", None)
_OF_A_TRADE = frozenset({"offer", "anchors", "house"})
"""Kinds that name what is sold."""
_AGAINST = 2
"""As in `detection`: a report has one word of reporting for this many that sell."""


def weigh_sales_page(page: SuspectPage, article: Article, place: str) -> list[Giveaway]:
    """Evidence that a page sells something, if no official is named; empty if it has too few
    points. `place`: the office's, as its pages name it."""
    weights = sales_weights()
    # Only its own text must show who acts: a footer always names the office.
    own_text = _own_text(article)
    shared = (*of_text(page), *of_markup(page))
    giveaways = [giveaway for giveaway in shared if giveaway.kind != "nobody"]
    named = not place or place.casefold() in page.everything
    giveaways += _of_words(f"{page.head}\n{own_text}", named=named)
    giveaways += _of_links(page)
    if not seller_words().voices.search(own_text):
        giveaways.append(Giveaway("nobody", "no office, no citizen acts or speaks in it"))
    if not named:
        giveaways.append(Giveaway("nameless", f"{place} is not named on it"))
    kinds = {giveaway.kind for giveaway in giveaways}
    bound = weights.least if kinds & _OF_A_TRADE else weights.least_without_trade
    if sum(weights.of.get(kind, 0) for kind in kinds) < bound or _reports(own_text, giveaways):
        return []
    return giveaways


def reads_as_report(article: Article) -> bool:
    """Whether its own text reads like a report; see `is_report`."""
    return is_report(_own_text(article))


def _own_text(article: Article) -> str:
    return undisguise("\n".join((article.title or "", *article.paragraphs)))[0][:LONGEST]


def _reports(text: str, found: Sequence[Giveaway]) -> bool:
    words = seller_words()
    selling = (words.calls, words.selling, words.contacts)
    count = len(offered(text)) + sum(len(pattern.findall(text)) for pattern in selling)
    return _AGAINST * len(words.against.findall(text)) >= max(count, len(found))


def _of_words(text: str, *, named: bool) -> Iterator[Giveaway]:
    """Evidence in titles and text. `named`: whether the page names the office's place."""
    words = seller_words()
    weights = sales_weights()
    by_trade = {trade: set(pattern.findall(text)) for trade, pattern in words.offers.items()}
    trades = by_trade.keys() - (weights.weak_trades if named else ())
    offers = {*words.blatant.findall(text), *(name for trade in trades for name in by_trade[trade])}
    names = offers - weights.ambiguous
    if names:
        yield Giveaway("offer", f"it offers {few(sorted(names))}")
    if len(set().union(*by_trade.values())) > 1:
        yield Giveaway("offers", "it offers several things")
    titles = "\n".join(text.split("\n", 2)[:2])
    if houses := [name for name in words.brands.findall(titles) if " " not in name]:
        yield Giveaway("house", f"its title names the house {few(houses)}")
    if selling := words.selling.findall(text):
        yield Giveaway("selling", f"it speaks as a seller: {few(selling)}")
    if contacts := words.contacts.findall(text):
        yield Giveaway("contact", f"a private number or name to write to: {few(contacts)}")
    if calls := words.calls.findall(text):
        yield Giveaway("call", f"it asks to {few(calls)}")
    if (tongue := language(text)) not in _OFFICE_LANGUAGES:
        yield Giveaway("language", f"its language is {tongue}")


def _of_links(page: SuspectPage) -> Iterator[Giveaway]:
    """Links to other hosts that name what is sold there, or the seller."""
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
