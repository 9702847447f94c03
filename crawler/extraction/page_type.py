"""Recognises pages that are not releases, with the reason: listing, gallery, soft 404, …

A refusal needs two independent grounds: the name of the page (`page_type_hints`) and its content. A
page with a date and paragraphs of its own is a release, whatever its name. Two facts need no
second ground: a page without any text, and the site's home page. `docs/refusals.md` has the
rules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from lxml.html import HtmlElement

from crawler.extraction.article import Article
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import has_date, is_teaser
from crawler.extraction.layout.prose import is_prose
from crawler.extraction.page_type_hints import (
    Hint,
    count_lines,
    count_traces,
    hints,
    page_name,
    says_absent,
)
from crawler.extraction.story_list import LEAD, StoryList, count_cut, story_list

Refusal = tuple[str, str]
"""Reason word, as stored, and a sentence for people."""

SHORTEST = 60
"""Letters of text; a page with fewer has no release, perhaps a notice of one."""
_UNTOLD = 160
"""The same if no line ends like a sentence, or headlines of others precede it; also the letters
of whole sentences that make a text the page's own."""
_SHORT = 400
"""With fewer letters of text, the name of a page counts."""
_NOTICE = 1500
"""The same for pages of firewalls, which explain themselves at length."""
_PICTURES = 4
_LABELS = 3
_TOLD = re.compile(r"[.!?:)\]][\"”’')]*$")
_ITEM = re.compile(r"(?:[-•*]|\d{1,3}[.)]) ")
_LISTS = frozenset({"listing", "search"})
_PICTURED = frozenset({"gallery", "video"})
_NEVER_DATED = frozenset({"soft-404", "error-page", "suspended", "profile"})
"""Kinds of page whose title counts on a page without a date, whatever text is below it: side
columns, traces of a program, the office's history."""
_ENTRIES = 3
"""This many short lines with dates of their own are entries, not a stamp."""
_TEXTLESS = frozenset({"no-text", "gallery", "video", "needs-javascript"})
"""Refusals for want of text, which documents may have instead."""
_DOCUMENTS = 3
_TRACES = 2
_FIELDS = 3


@dataclass(frozen=True, slots=True)
class _Held:
    """The content of a page, whatever its name."""

    letters: int
    told: int
    """Letters of paragraphs that end like sentences."""
    dated: bool
    stories: StoryList
    tells: bool
    """Whether there is a line of text, not only labels, cells of tables and truncated texts."""
    entries: int
    """Number of short lines with a date within the text."""
    captions: bool
    """Whether all its text belongs to pictures."""

    @property
    def own_story(self) -> bool:
        return self.dated and self.told >= _UNTOLD

    def agrees(self, hint: Hint, article: Article) -> bool:
        """Whether the page has no more content than a page of that kind."""
        if hint.reason in _LISTS and self.stories.count and not self.stories.dated:
            return True
        if hint.kind == "agenda":
            return not self.tells
        if hint.kind == "guest-book" and self.entries >= _ENTRIES:
            return True
        if hint.reason in _PICTURED:
            return self.captions or (not self.own_story and self.letters < _SHORT)
        if self.own_story:
            return False
        if hint.kind in _NEVER_DATED and hint.by_title and not self.dated:
            return True
        if hint.kind == "person" and count_lines(article.blocks, "profile") >= _LABELS:
            return True
        return self.letters < (_NOTICE if hint.reason == "blocked" else _SHORT)


def refuse(
    root: HtmlElement,
    article: Article,
    url: str,
    *,
    dated: bool,
    publisher: str = "",
    documents: int = 0,
) -> Refusal | None:
    """Reason and detail if the page is not a release; None if it may be one. `dated`: the page
    itself has a publication date, which static pages do not have. `publisher`: the owner of the
    site, whose name in a title does not count. `documents`: attachments of the text."""
    if _leads_home(url):
        return "home-page", "the home page was answered"
    held = _held(article, dated)
    short = held.letters < _UNTOLD
    for hint in hints(root, article, url, publisher, short=short):
        if held.agrees(hint, article):
            return hint.reason, hint.said
    if not dated and not article.claimed and (notice := _notice_before_text(article)):
        return "soft-404", f"a notice, and side columns below it: {notice}"
    refusal = _by_content(root, article, held)
    if refusal is None and _is_empty(article, held):
        refusal = _empty(root, article)
    if refusal and not (refusal[0] in _TEXTLESS and _is_announced(article, documents, dated=dated)):
        return refusal
    if not article.title and not (held.own_story and held.entries < _ENTRIES):
        return "no-title", "no heading and no <title> but the name of a page"
    return None if article.title or page_name(root, article) else ("no-title", "no <title>")


def _is_announced(article: Article, documents: int, *, dated: bool) -> bool:
    """Whether the text of a page without one may be in its documents: the page is dated, or has a
    title of its own and few documents. A page with many and no date is a list of files."""
    return bool(documents) and (dated or (article.claimed and documents <= _DOCUMENTS))


def _notice_before_text(article: Article) -> str | None:
    """A notice that the page does not exist, above the first text."""
    first = article.paragraphs[0] if article.paragraphs else ""
    for block in article.blocks:
        if first and block.text in first:
            return None
        if says_absent(block.text):
            return block.text
    return None


def _held(article: Article, dated: bool) -> _Held:
    in_sentences = sum(len(text) for text in article.paragraphs if _ends_as_told(text))
    letters = sum(map(len, article.paragraphs))
    return _Held(
        letters,
        in_sentences,
        dated,
        story_list(article),
        tells=any(map(_tells, article.paragraphs)),
        entries=sum(len(block.text) < 80 and has_date(block.text) for block in _amid(article)),
        captions=bool(article.kept) and all(map(_is_caption, article.kept)),
    )


def _amid(article: Article) -> Sequence[Block]:
    """The blocks from the first paragraph to the last, with those left out between."""
    if not article.kept:
        return ()
    blocks = article.blocks
    return blocks[blocks.index(article.kept[0]) : blocks.index(article.kept[-1]) + 1]


def _by_content(root: HtmlElement, article: Article, held: _Held) -> Refusal | None:
    """The refusal by two grounds in the content, for a page without a name."""
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
    if _failed(article.paragraphs):
        return "error-page", "only the error message of a program"
    fields = sum(map(_is_field, article.column))
    if fields >= _FIELDS and held.letters < _SHORT and not held.dated:
        return "form", f"{fields} fields to fill in and hardly any text"
    if held.tells:
        return None
    if count_lines(article.blocks, "profile") >= _LABELS and not held.dated:
        return "profile", "labels of a person's page and no text"
    if count_lines(article.column, "agenda") >= _LABELS:
        return "agenda", "labels of an event and no text"
    if count_lines(article.column, "calendar"):
        return "calendar", "the days of a month and no text"
    if not held.dated and not held.told and held.letters >= _UNTOLD:
        return "no-text", "labels, rows of a table or texts cut short, and no sentence"
    return None


def _failed(paragraphs: Sequence[str]) -> bool:
    """Whether the page's text is an error message of a program."""
    traces = own = 0
    for text in paragraphs:
        found = count_traces(text)
        traces += found
        own += len(text) if _tells(text) and not found else 0
        if own >= _UNTOLD:
            return False
    return traces >= _TRACES


def _is_field(block: Block) -> bool:
    """A label of a field, or the field itself; not in a comment form or similar."""
    if block.roles:
        return False
    label = block.element.tag == "label" or next(block.element.iter("label"), None) is not None
    return label and len(block.text) < SHORTEST


def _is_caption(block: Block) -> bool:
    return any(role == "caption" for _, role in block.roles)


def _leads_home(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:  # an invalid URL leads nowhere
        return False
    root = parts.path in ("", "/", "/index.php", "/index.html")
    return bool(parts.netloc) and root and not parse_qs(parts.query)


def _is_called_home(root: HtmlElement) -> bool:
    canonical_links = (
        link for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"
    )
    return next((_leads_home(link.get("href") or "") for link in canonical_links), False)


def _tells(paragraph: str) -> bool:
    """Text, not a label, a cell of a table, an entry of a list or a truncated text."""
    return any(
        len(line) > 60
        and " | " not in line
        and not (_ITEM.match(line) and not _TOLD.search(line))
        and not is_teaser(line)
        and not line.endswith("…")
        for line in paragraph.split("\n")
    )


def _is_empty(article: Article, held: _Held) -> bool:
    """Whether there is almost no text, or only text that is elsewhere on the page."""
    least = _UNTOLD if not held.told or article.after_others else SHORTEST
    return held.letters < least or (held.letters < _SHORT and article.linked > held.letters)


def _ends_as_told(paragraph: str) -> bool:
    """Not `Eps. 17 (10:22)`: a label may end with a bracket too."""
    return len(paragraph.rpartition("\n")[2]) > LEAD and _TOLD.search(paragraph) is not None


def _empty(root: HtmlElement, article: Article) -> Refusal:
    """Why a page with almost no text has none."""
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
    if not article.paragraphs and is_mount(root, article):
        return "needs-javascript", "scripts show the text, and the page holds none of it"
    return "no-text", f"{sum(map(len, article.paragraphs))} letters of text"


def is_mount(root: HtmlElement, article: Article) -> bool:
    """Whether the page has scripts, an empty element with a name for them to fill, and hardly
    any text."""
    if root.find(".//body//script") is None and root.find(".//script") is None:
        return False
    shown = sum(len(block.text) for block in article.blocks if is_prose(block))
    empty = root.xpath("//body//*[@id and not(*) and not(normalize-space())]")
    return shown < _SHORT and any(e.tag in ("div", "main", "section", "span") for e in empty)


def _is_content(picture: HtmlElement) -> bool:
    return not any(e.tag in ("header", "footer", "nav", "aside") for e in picture.iterancestors())
