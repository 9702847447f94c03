"""Pages that are no release, and why: listing, gallery, soft 404, …

A refusal needs two grounds that do not depend on each other: what the page calls itself
(`page_names`), and what it holds. A page with a date and paragraphs of its own is a release,
whatever it is called. Two facts need no second ground: a page without any text, and the site's
home page. The rules are told in `docs/refusals.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from lxml.html import HtmlElement

from crawler.extraction.article import Article
from crawler.extraction.column import is_prose
from crawler.extraction.page_names import Hint, count_lines, hints, says_absent
from crawler.extraction.story_list import LEAD, StoryList, count_cut, story_list

Refusal = tuple[str, str]
"""Reason, as stored, and a sentence for people."""

SHORTEST = 60
"""Letters of text; with less there is no release, only a notice of one."""
_UNTOLD = 160
"""The same where nothing ends as a sentence does, or others' headlines stand before it; and the
letters of whole sentences that make a text of the page's own."""
_SHORT = 400
"""Letters under which what the page calls itself is believed."""
_NOTICE = 1500
"""The same for who guards a site: they explain themselves at length."""
_PICTURES = 4
_LABELS = 3
_TOLD = re.compile(r"[.!?:)\]][\"”’')]*$")
_LISTS = frozenset({"listing", "search"})


@dataclass(frozen=True, slots=True)
class _Held:
    """What a page holds, whatever it calls itself."""

    letters: int
    told: int
    """Letters of paragraphs that end as sentences do."""
    dated: bool
    stories: StoryList

    @property
    def own_story(self) -> bool:
        return self.dated and self.told >= _UNTOLD

    def agrees(self, hint: Hint, article: Article) -> bool:
        """Whether the page holds no more than a page of that kind does."""
        if hint.reason in _LISTS and self.stories.count and not self.stories.dated:
            return True
        if self.own_story:
            return False
        if hint.reason == "soft-404" and hint.by_title and not self.dated:
            return True  # below the notice stand side columns, with texts of their own
        if hint.kind == "profile" and hint.by_title and not self.dated:
            return True
        if hint.kind == "person" and count_lines(article.blocks, "profile") >= _LABELS:
            return True
        return self.letters < (_NOTICE if hint.reason == "blocked" else _SHORT)


def refuse(
    root: HtmlElement, article: Article, url: str, *, dated: bool, publisher: str = ""
) -> Refusal | None:
    """Reason and detail when the page is no release; None when it may be one.

    `dated`: the page itself carries a date of publication, which static pages do not.
    `publisher`: whose site it is; its name in a title says nothing about the page.
    """
    if _leads_home(url):
        return "home-page", "the home page was answered"
    held = _held(article, dated)
    short = held.letters < _UNTOLD
    for hint in hints(root, article, url, publisher, short=short):
        if held.agrees(hint, article):
            return hint.reason, hint.said
    if not dated and not article.claimed and (notice := _notice_before_text(article)):
        return "soft-404", f"a notice, and side columns below it: {notice}"
    if refusal := _by_content(root, article, held):
        return refusal
    return _empty(root, article) if _is_empty(article, held) else None


def _notice_before_text(article: Article) -> str | None:
    """A notice that the page is not there, above the first text there is."""
    first = article.paragraphs[0] if article.paragraphs else ""
    for block in article.blocks:
        if first and block.text in first:
            return None
        if says_absent(block.text):
            return block.text
    return None


def _held(article: Article, dated: bool) -> _Held:
    told = sum(len(text) for text in article.paragraphs if _ends_as_told(text))
    letters = sum(map(len, article.paragraphs))
    return _Held(letters, told, dated, story_list(article))


def _by_content(root: HtmlElement, article: Article, held: _Held) -> Refusal | None:
    """What two grounds in the content make of a page that has no name."""
    stories = held.stories
    if stories.count and not stories.dated:
        if _is_called_home(root):
            return "home-page", f"{stories.count} stories under the address of the home page"
        if stories.linked or stories.untitled or not held.dated:
            return "listing", f"{stories.count} stories on one page"
    if (cut := count_cut(article)) > 2:
        return "listing", f"{cut} stories cut short"
    if article.teaser and held.letters < _SHORT:
        return "teaser", "the only text is cut short"
    if any(map(_tells, article.paragraphs)):
        return None
    if count_lines(article.blocks, "profile") >= _LABELS and not held.dated:
        return "profile", "labels of a person's page and no text"
    if count_lines(article.column, "agenda") >= _LABELS:
        return "agenda", "labels of an event and no text"
    if count_lines(article.column, "calendar"):
        return "calendar", "the days of a month and no text"
    return None


def _leads_home(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:  # what is no address leads nowhere
        return False
    root = parts.path in ("", "/", "/index.php", "/index.html")
    return bool(parts.netloc) and root and not parse_qs(parts.query)


def _is_called_home(root: HtmlElement) -> bool:
    told = (link for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical")
    return next((_leads_home(link.get("href") or "") for link in told), False)


def _tells(paragraph: str) -> bool:
    """Text rather than labels or the cells of a table."""
    return any(len(line) > 60 and " | " not in line for line in paragraph.split("\n"))


def _is_empty(article: Article, held: _Held) -> bool:
    """Whether there is next to no text, or only such as stands elsewhere on the page."""
    least = _UNTOLD if not held.told or article.after_others else SHORTEST
    return held.letters < least or (held.letters < _SHORT and article.linked > held.letters)


def _ends_as_told(paragraph: str) -> bool:
    """Not `Eps. 17 (10:22)`: a label may end in a bracket too."""
    return len(paragraph.rpartition("\n")[2]) > LEAD and _TOLD.search(paragraph) is not None


def _empty(root: HtmlElement, article: Article) -> Refusal:
    """Why a page with next to no text has none."""
    if root.xpath("count(//input[@type='password'])"):
        return "login", "a form asks for a password"
    players = root.xpath(
        "count(//video | //iframe[contains(@src, 'youtu') or contains(@src, 'vimeo')])"
    )
    if players:
        return "video", "a video without text"
    pictures = sum(1 for picture in root.iter("img") if _is_content(picture))
    if pictures >= _PICTURES:
        return "gallery", f"{pictures} pictures and hardly any text"
    if not article.paragraphs and _is_mount(root, article):
        return "needs-javascript", "scripts show the text, and the page holds none of it"
    return "no-text", f"{sum(map(len, article.paragraphs))} letters of text"


def _is_mount(root: HtmlElement, article: Article) -> bool:
    """Scripts, an empty element with a name for them to fill, and hardly anything shown."""
    if root.find(".//body//script") is None and root.find(".//script") is None:
        return False
    shown = sum(len(block.text) for block in article.blocks if is_prose(block))
    empty = root.xpath("//body//*[@id and not(*) and not(normalize-space())]")
    return shown < _SHORT and any(e.tag in ("div", "main", "section", "span") for e in empty)


def _is_content(picture: HtmlElement) -> bool:
    return not any(e.tag in ("header", "footer", "nav", "aside") for e in picture.iterancestors())
