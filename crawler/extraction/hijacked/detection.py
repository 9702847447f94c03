"""Recognises pages that strangers injected into an office's host: gambling, medicine, loans,
shops, …

No single word or mark is enough. A page is refused if its own text offers such goods throughout
and there are at least three kinds of evidence, not only words; each can be shown to a person. A
text that reports (who acts against it, who suffers from it) offers nothing, whatever it quotes.
A release into which strangers put links stays a release. The words are those of `sales_words`.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml.html import HtmlElement

from crawler.extraction.article import Article
from crawler.extraction.hijacked.evidence import CALLS, Giveaway, few, of_markup, of_text
from crawler.extraction.hijacked.sales_page import reads_as_report, weigh_sales_page
from crawler.extraction.hijacked.sales_words import (
    is_report,
    may_offer,
    sales_weights,
    seller_words,
)
from crawler.extraction.hijacked.spam_titles import find_defacement, find_spam_over_text
from crawler.extraction.hijacked.suspect_page import SuspectPage, all_text, titles

_LEAST = 3
"""Kinds of evidence, including the offer."""
_LEAST_OF_FEW = 5
"""The same for a text that offers few things."""
_VOCABULARY = frozenset({"offer", "few offers", "title", "address", "keywords", "stuffed"})
"""Kinds of evidence from the same words."""
_OFFERS = 3
"""Different goods of one trade that a text must offer; a praised invented name is one."""
_FEW_OFFERS = 2
_AGAINST = 2
"""A report has one word of reporting for this many offers and calls that it quotes."""
_WORDS_AN_OFFER = 60
"""A text that offers has an offer at least once in this many words."""
_LETTERS_A_WORD = 4
"""For scripts without spaces."""
_THROUGHOUT = 0.4
"""Share of the text in paragraphs with an offer; injected links are in separate ones."""


def find_giveaways(
    root: HtmlElement, article: Article, url: str, place: str, owns: Callable[[str], bool]
) -> list[Giveaway]:
    """Evidence that a page is a stranger's; empty if nothing is offered. `place`: the office's,
    as its pages name it; `owns`: whether a URL is on the office's hosts."""
    if not may_offer(titles(root, article), all_text(root, article)):
        return []
    page = SuspectPage(root, article, url, owns)
    if page.may_write_any_script and page.foreign_share >= seller_words().foreign_share:
        return []
    if (offer := _offer(page)) is None:
        return list(find_spam_over_text(page))
    giveaways = [offer, *of_text(page), *of_markup(page)]
    if place and place.casefold() not in page.everything:
        giveaways.append(Giveaway("nameless", f"{place} is not named on it"))
    return giveaways


def refuse_hijacked(
    root: HtmlElement, article: Article, url: str, place: str, owns: Callable[[str], bool]
) -> tuple[str, str] | None:
    """Reason and detail if the page is a stranger's; None if it may be the office's."""
    if defaced := find_defacement(root, article):
        return "hijacked", f"it says that the site was broken into: {defaced}"
    giveaways = find_giveaways(root, article, url, place, owns)
    kinds = {giveaway.kind for giveaway in giveaways}
    least = _LEAST if "offer" in kinds else _LEAST_OF_FEW
    if len(kinds) < least or kinds <= _VOCABULARY:
        if reads_as_report(article):
            return None
        giveaways = weigh_sales_page(SuspectPage(root, article, url, owns), article, place)
    if not giveaways:
        return None
    return "hijacked", "; ".join(giveaway.detail for giveaway in giveaways)


def _offer(page: SuspectPage) -> Giveaway | None:
    """What the text offers, unless it reports about those who do."""
    words = seller_words()
    text = f"{page.title}\n{page.text}"
    foreign = page.foreign_share >= words.foreign_share
    length = len(page.text) / _LETTERS_A_WORD if foreign else page.length
    trade, offers = max(
        ((name, pattern.findall(text)) for name, pattern in words.offers.items()),
        key=lambda found: (len(set(found[1])), len(found[1])),
    )
    brand = words.brands.search(text) is not None or bool(page.praised)
    kinds = len(set(offers)) + (trade == "gambling" and brand)
    dense = len(offers) * _WORDS_AN_OFFER >= length
    calls = words.calls.findall(text)
    enough = dense and kinds >= _OFFERS
    if not enough and foreign and offers:
        enough = len(set(calls)) >= CALLS
    if not enough and not (dense and kinds >= _FEW_OFFERS):
        return None
    if (not enough or trade in sales_weights().weak_trades) and is_report(text):
        return None
    if _AGAINST * len(words.against.findall(text)) >= len(offers) + len(calls):
        return None
    if page.offered_share < _THROUGHOUT:
        return None
    return Giveaway("offer" if enough else "few offers", f"it offers {trade}: {few(offers)}")
