"""Recognises known releases whose page still responds but no longer has their text.

Sites respond with a notice, side columns, pictures or another page. That may look like a
release, since side columns have long texts with dates. So the page is compared with the release
as last extracted. A page that keeps some of the text is an edit. A page that keeps nothing, and
has one more sign that its text is not the release's, has lost it. Without such a sign it is an
edit too, since texts are rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.extraction.article import Article
from crawler.extraction.page_type_hints import mentions_absence
from crawler.extraction.title_comparison import is_same_title
from crawler.items import Earlier, Page

_KEPT = 0.1
"""Share of the earlier text's sequences of three words that makes a page an edit. Common phrases
of a desk (`Wali Kota Tanjung Baru`, `kata dia`) are fewer."""
_RUN = 3
_WORD = re.compile(r"\w+")


def find_loss(article: Article, page: Page) -> str | None:
    """Why a page no longer has its release, as a sentence fragment; None if it may have it.
    `page.earlier` is the release as last extracted; without it the result is None."""
    earlier = page.earlier
    if earlier is None or keeps_text("\n".join(article.paragraphs), earlier):
        return None
    named = [earlier.title, *([page.hint.title] if page.hint and page.hint.title else [])]
    for notice in filter(mentions_absence, _notices(article)):
        if not any(is_same_title(notice, title) for title in named):
            return f"its text is gone, and a notice says so: {notice}"
    if not any(is_same_title(article.title, title) for title in named):
        if page.leads_to:
            return f"its text is gone, and the address leads to {page.leads_to}"
        if not article.claimed:
            return f"its text is gone, and the page has another title: {article.title}"
    elif heading := _heading_of_text(article):
        return f"its text is gone, and the text there has its own heading: {heading}"
    return None


def keeps_text(text: str, earlier: Earlier) -> bool:
    """Whether `text` keeps some of a release's earlier text."""
    runs = set(_runs(earlier.text))
    return len(runs.intersection(_runs(text))) >= _KEPT * len(runs)


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return zip(*(words[start:] for start in range(_RUN)), strict=False)


def _notices(article: Article) -> Iterator[str]:
    """Texts that may be a notice: the title, and blocks above, below or next to the text."""
    yield article.title or ""
    amid = {block.element for block in article.kept[1:-1]}
    for block in article.blocks:
        if block.linked < 0.5 and block.element not in amid:
            yield block.text


def _heading_of_text(article: Article) -> str | None:
    """A heading other than the title, in a box without the title, directly above the text or
    taken as its first lines."""
    titles = {
        block.element for block in article.blocks if is_same_title(block.text, article.title or "")
    }
    around = {box for element in titles for box in (element, *element.iterancestors())}
    last = next((block for block in article.kept if not block.heading), None)
    heading = None
    for block in article.blocks:
        if block is last:
            return heading
        if block.element in titles:
            heading = None
        elif block.heading:
            heading = block.text if block.element.getparent() not in around else None
    return None
