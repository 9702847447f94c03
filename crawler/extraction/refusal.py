"""Pages that are no release, and by what they are known: listing, gallery, soft 404, …"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, urlsplit

from lxml.html import HtmlElement

from crawler.extraction.article import Article
from crawler.extraction.blocks import Block
from crawler.extraction.boilerplate import REFUSED, ends_release, has_date, is_teaser
from crawler.extraction.characters import clean
from crawler.extraction.column import is_prose
from crawler.extraction.headline import squash

SHORTEST = 60
"""Letters of text; with less there is no release, only a notice of one."""
_UNTOLD = 160
"""The same where nothing ends as a sentence does, or others' headlines stand before it."""
_SHORT = 400
"""Letters under which what the page says of itself is believed rather than its text."""
_NOTICE = 1500
"""The same for who guards a site: they explain themselves at length."""
_PICTURES = 4
_LABELS = 3
_TOLD = re.compile(r"[.!?:)\]][\"”’')]*$")
_LEAD = 40
"""Letters of text under a title that the page claims: an article, though cards follow."""
_SAID_ANYWHERE = frozenset({"blocked", "soft-404", "maintenance", "search", "login"})
"""Reasons that a heading tells as well as the title."""


def refuse(root: HtmlElement, article: Article, url: str, *, dated: bool) -> tuple[str, str] | None:
    """Reason and detail when the page is no release; None when it may be one.

    `dated`: the page itself carries a date of publication, which static pages do not.
    """
    letters = sum(len(text) for text in article.paragraphs)
    title = article.title or ""
    if reason := _said_by_body(root, url):
        return reason, f"<body class> and address say so: {title}"
    if reason := _said_by_title(root, article, letters, dated):
        return reason, f"its title: {title}"
    if _is_home(root, url):
        return "home-page", "the home page was answered"
    if found := _stories(article):
        return "listing", f"{found} stories on one page"
    if (cut := _teasers(article)) > 2:
        return "listing", f"{cut} stories cut short"
    if article.teaser:
        return "teaser", "the only text is cut short"
    if _lines(article.blocks, "profile") >= _LABELS and not dated:
        return "profile", "labels of a person's page"
    if not any(map(_tells, article.paragraphs)):
        if _lines(article.column, "agenda") >= _LABELS:
            return "agenda", "labels of an event and no text"
        if _lines(article.column, "calendar"):
            return "calendar", "the days of a month and no text"
    if _is_empty(article, letters):
        return _empty(root, article, url)
    if not dated and (reason := _said_by_path(url)) and (letters < _SHORT or reason == "profile"):
        return reason, f"its address: {url}"
    if not dated and _is_person(root):
        return "profile", "it calls itself the page of a person"
    return None


def _said_by_body(root: HtmlElement, url: str) -> str | None:
    body = root.find("body")
    words = (
        frozenset((body.get("class") or "").lower().split()) if body is not None else frozenset()
    )
    if words & {"single", "single-post"} and "attachment" not in words:
        return None
    for reason, names in REFUSED.body.items():
        if words & names:
            return reason
    query = parse_qs(urlsplit(url).query)
    return "attachment" if "attachment_id" in query else None


def _said_by_title(root: HtmlElement, article: Article, letters: int, dated: bool) -> str | None:
    title = article.title or ""
    said = [title, *(clean(element.text_content()) for element in root.iterfind(".//head/title"))]
    if letters < _SHORT:
        said += [clean(h.text_content()) for h in root.iter("h1", "h2")][:6]
    if letters < _UNTOLD:
        said += article.paragraphs
    for reason, pattern in REFUSED.title.items():
        if reason in _SAID_ANYWHERE:
            short = _NOTICE if reason == "blocked" else _SHORT
            if letters < short and any(pattern.fullmatch(text) for text in said if text):
                return reason
        elif not dated and pattern.fullmatch(title) and _is_label(title, letters, reason):
            return reason
    stands = (reason for reason, names in REFUSED.standing.items() if names.fullmatch(title))
    return next(stands, None)


def _is_label(title: str, letters: int, reason: str) -> bool:
    """`Profil Wali Kota` names a page; `Profil pemilih pemula dibahas KPU` may be news."""
    if reason == "profile":
        return len(title.split()) <= 5
    return letters < _SHORT or len(title.split()) <= 3


def _said_by_path(url: str) -> str | None:
    segments = frozenset(urlsplit(url).path.lower().strip("/").split("/"))
    return next((reason for reason, names in REFUSED.path.items() if segments & names), None)


def _is_home(root: HtmlElement, url: str) -> bool:
    """An address that asks for something, answered with what calls itself the home page."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if parts.path in ("", "/", "/index.php", "/index.html") and not query:
        return True
    told = (link for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical")
    return next((_leads_home(link.get("href") or "") for link in told), False)


def _leads_home(address: str) -> bool:
    try:
        home = urlsplit(address)
    except ValueError:  # what is no address leads nowhere
        return False
    return bool(home.netloc) and home.path in ("", "/") and not home.query


def _stories(article: Article) -> int:
    """How many stories follow each other, each with a linked title or a stamp of its own.

    0 when the page is one article, whatever cards stand below it.
    """
    title = squash(article.title or "") if article.claimed else ""
    column = _before_others(article.column, title)
    alike: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for place in _story_heads(column):
        if title and squash(column[place].text) == title:
            continue
        alike[column[place].tag, column[place].linked > 0.8].append(place)
    heads = max(alike.values(), key=len, default=[])
    if len(heads) < 2:
        return 0
    before = sum(len(b.text) for b in column[: heads[0]] if is_prose(b) and not b.kind)
    return len(heads) if before < (_LEAD if title else 200) else 0


def _teasers(article: Article) -> int:
    """How many texts are cut short, on a page that has hardly another."""
    blocks = article.column if article.claimed else article.blocks
    cut = [b for b in blocks if len(b.text) > 40 and is_teaser(b.text)]
    whole = sum(len(b.text) for b in blocks if is_prose(b) and not is_teaser(b.text))
    return len(cut) if whole < _SHORT else 0


def _before_others(column: Sequence[Block], title: str) -> Sequence[Block]:
    """Up to `Berita Lainnya`, when the page's own story or its title stands before it."""
    begun = False
    for place, block in enumerate(column):
        if begun and ends_release(block.text):
            return column[:place]
        begun = begun or (is_prose(block) and not block.kind) or squash(block.text) == title
    return column


def _story_heads(column: Sequence[Block]) -> Iterator[int]:
    for place, block in enumerate(column):
        title = block.heading or block.titled
        if len(block.text) < 12 or not (title or block.linked > 0.8) or block.kind:
            continue
        linked, stamped = block.linked > 0.8, False
        for later in column[place + 1 : place + 6]:
            if later.kind or len(later.text) < 40:
                stamped = stamped or has_date(later.text)
                continue
            if is_prose(later) and ((title and (linked or stamped)) or is_teaser(later.text)):
                yield place
            break


def _is_person(root: HtmlElement) -> bool:
    kinds = [meta.get("content") for meta in root.iterfind(".//meta[@property='og:type']")]
    return "profile" in kinds


def _lines(blocks: Sequence[Block], reason: str) -> int:
    """How many lines there are of those by which such a page is known."""
    lines = {line for block in blocks for line in block.text.split("\n") if len(line) < 240}
    return sum(1 for line in lines if REFUSED.lines[reason].fullmatch(line))


def _tells(paragraph: str) -> bool:
    """Text rather than labels or the cells of a table."""
    return any(len(line) > 60 and " | " not in line for line in paragraph.split("\n"))


def _is_empty(article: Article, letters: int) -> bool:
    """Whether there is next to no text, or only such as stands elsewhere on the page."""
    told = any(map(_ends_as_told, article.paragraphs))
    least = _UNTOLD if not told or article.after_others else SHORTEST
    return letters < least or article.linked > letters


def _ends_as_told(paragraph: str) -> bool:
    """Not `Eps. 17 (10:22)`: a label may end in a bracket too."""
    return len(paragraph.rpartition("\n")[2]) > _LEAD and _TOLD.search(paragraph) is not None


def _empty(root: HtmlElement, article: Article, url: str) -> tuple[str, str]:
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
    return _said_by_path(url) or "no-text", f"{sum(map(len, article.paragraphs))} letters of text"


def _is_content(picture: HtmlElement) -> bool:
    return not any(e.tag in ("header", "footer", "nav", "aside") for e in picture.iterancestors())
