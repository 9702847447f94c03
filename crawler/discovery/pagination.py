"""Finds the next page of a list, towards older releases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag, urlsplit

from crawler.discovery.links import Link, links
from crawler.discovery.url_traps import is_trap
from crawler.discovery.vocabulary import addresses

__all__ = ["Link", "links", "older_page", "page_number"]

_ROWS = re.compile(r"\d{1,6}\s*[-–]\s*\d{1,6}")
"""The text of a link to rows 11 to 20."""
_DIGITS = re.compile(r"\d{1,9}")
_PAGE_PATH = re.compile(
    r"(?P<word>(?:page|hal|halaman|laman|index|p)[/:=-])?(?P<number>\d{1,9})(?:\.html?|\.php)?$"
)
_PAGE_FILE = re.compile(r"(?P<folder>.*)/[a-z]+[-_,]?(?P<number>\d{1,9})\.(?:html?|php)$", re.I)
_SCRIPT = re.compile(r"\.(?:html?|php)$")
_EDGES = re.compile(r"^[\s«‹<←→>›».…]+|[\s«‹<←→>›».…]+$")
_ARROW = re.compile(r"^\s*[>›»→]+\s*$")
_BACK = re.compile(r"^\s*[<‹«←]+\s*$")


@dataclass(frozen=True, slots=True)
class _Turn:
    """A link to another page of the same list."""

    link: Link
    number: int | None
    """The number in its URL: of a page, or of the first story on it."""

    @property
    def place(self) -> int | None:
        """The page's position in the list, if the link text gives it."""
        label = self.link.text.strip(" []()")
        return int(label) if _DIGITS.fullmatch(label) else None


def older_page(page_links: Iterable[Link], url: str, start: str) -> str | None:
    """The URL of the page after `url`, towards older releases; None at the end. As marked by the
    site (`rel=next`, "Pos lama", "Berikutnya", ›, "Muat lebih banyak"), else by the numbers of
    its pages. `start` is the list's first page. Static generators number backwards: there the
    second page may be `index-11.html`, and "older" leads to a smaller number. Never leads into
    calendars, searches and other orders."""
    here = page_number(url, start)
    turns = list(_turns(page_links, url, start, here))
    for turn in turns:
        if _says_older(turn.link):
            return turn.link.url
    backwards = _runs_backwards(turns)
    ahead = [turn for turn in turns if _is_ahead(turn, here, backwards)]
    for turn in [*ahead, *([] if ahead else turns)]:
        # A cursor has no number: `?before=900`.
        if _says_next(turn.link) and (turn in ahead or turn.number is None or here is not None):
            return turn.link.url
    if here is None and (second := next((t for t in turns if t.place == 2), None)):
        return second.link.url
    numbered = [(turn.number or 0, turn.link.url) for turn in ahead]
    if not numbered:
        return None
    return max(numbered)[1] if backwards else min(numbered)[1]


def page_number(url: str, start: str) -> int | None:
    """The page number or offset that makes `url` a page of the list that begins at `start`.
    Forms: `?page=17`, `/page/2/`, `/index.php/show_post/index/20`, `index-11.html`. None for the
    list's first page, and for a page of another list."""
    numbered = _numbered(url, start)
    return numbered[0] if numbered else None


def _numbered(url: str, start: str) -> tuple[int, bool] | None:
    """The page number, and whether the URL alone makes it certain. A release may have such a
    number too: `/berita/9754`, `/berita/detail-9754.html`."""
    path, number, others = _split(url)
    start_path, _, start_others = _split(start)
    if path == start_path and (number is None or others != start_others):
        further = _only_number(url, start)
        return None if further is None else (further, False)
    if others != start_others:
        return None
    if path == start_path:
        return None if number is None else (number, True)
    folder, stem = _folder(start_path), _SCRIPT.sub("", start_path)
    if (match := _PAGE_FILE.match(path)) and match["folder"] in (folder, start_path):
        return int(match["number"]), False
    for ahead in dict.fromkeys((start_path, stem, folder)):
        if not path.startswith(ahead) or path[len(ahead) : len(ahead) + 1] not in ("/", "-", "_"):
            continue
        match = _PAGE_PATH.match(path[len(ahead) + 1 :])
        # Below the root a bare number is a year (`/2024/`) or a short link, not a page.
        if match and (ahead or match["word"]):
            return int(match["number"]), match["word"] is not None
    return None


def _only_number(url: str, start: str) -> int | None:
    """The only number that a URL has in addition to the list's first page, whatever its name:
    `?mulai=15`, `?Paged=TRUE&PageFirstRow=11`, `?tx_news_pi1[currentPage]=2&cHash=…`."""
    own = parse_qsl(urlsplit(start).query, keep_blank_values=True)
    if not own and urlsplit(start).path in ("", "/"):
        return None  # at the root of a site the only number may be a release's
    pairs = parse_qsl(urlsplit(url).query)
    more = [(name, value) for name, value in pairs if (name, value) not in own]
    numbers = [
        int(value) for name, value in more if _DIGITS.fullmatch(value) and not _says_nothing(name)
    ]
    return numbers[0] if len(numbers) == 1 else None


def _turns(page_links: Iterable[Link], url: str, start: str, here: int | None) -> Iterator[_Turn]:
    own = urldefrag(url).url
    for link in page_links:
        if urldefrag(link.url).url == own or is_trap(link.url, start):
            continue
        number, sure = _numbered(link.url, start) or (None, False)
        if _says_newer(link) or (number is not None and number == here):
            continue
        if number is not None and (sure or _is_paging(link)):
            # A first page without a number links to itself as "1".
            if not (here is None and link.text.strip() == "1"):
                yield _Turn(link, number)
        elif (_says_older(link) or _says_next(link)) and _under(link.url, start):
            yield _Turn(link, number)


def _is_ahead(turn: _Turn, here: int | None, backwards: bool) -> bool:
    if turn.number is None:
        return False
    if backwards:
        return here is None or turn.number < here
    return turn.number > (here or 0)


def _runs_backwards(turns: Sequence[_Turn]) -> bool:
    """Whether a later page has a smaller number in its URL."""
    pairs = sorted(
        (turn.place, turn.number)
        for turn in turns
        if turn.place is not None and turn.number is not None
    )
    return len(pairs) > 1 and pairs[0][1] > pairs[-1][1]


def _split(url: str) -> tuple[str, int | None, tuple[tuple[str, str], ...]]:
    """A URL as path, page number in the query, and the rest of the query, which belongs to the
    list."""
    parts = urlsplit(url)
    # Some sites answer with and without index.php, and link to both.
    path = re.sub(r"^/index\.php(?=/|$)", "", parts.path).rstrip("/")
    # A list declared by its numbered first page: /index/0, /page/1.
    path = re.sub(r"/(?:page/)?[01]$", "", path)
    numbers: list[tuple[int, int]] = []
    others: list[tuple[str, str]] = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        rank = _page_rank(name.lower(), path)
        if rank is not None and (not value or _DIGITS.fullmatch(value)):
            numbers.append((rank, int(value or 0)))
        elif not _says_nothing(name):
            others.append((name, value))
    number = min(numbers)[1] if numbers else None
    return path, number, tuple(sorted(others))


def _says_nothing(name: str) -> bool:
    """Whether a parameter does not identify a page: Joomla's `Itemid`, sizes, sessions."""
    return addresses().is_noise(name) or name.lower() in addresses().size_parameters


def _page_rank(name: str, path: str) -> int | None:
    """How likely a parameter is a page number, 0 the likeliest; None for others. `per_page` is
    an offset in CodeIgniter and a size elsewhere, where `page` accompanies it."""
    if name == "p":  # on the front page, WordPress uses it for a post
        return 1 if path else None
    if name in addresses().page_parameters:
        return 2 if name == "per_page" else 0
    # Laravel and others number each list of a page: berita_page, page_n12, news[page].
    return 1 if re.search(r"(?:^|[\[_-])(?:page|hal|halaman)(?:\]|_n?\d+)?$", name) else None


def _says_older(link: Link) -> bool:
    """`rel=next`, "Pos lama", and WordPress's name for the link to older posts."""
    label = _EDGES.sub("", link.text.lower())
    return label in addresses().older or not {"rel=next", "nav-previous"}.isdisjoint(link.marks)


def _says_next(link: Link) -> bool:
    label = _EDGES.sub("", link.text.lower())
    return label in addresses().next or bool(_ARROW.match(link.text)) or "next" in link.marks


def _says_newer(link: Link) -> bool:
    return _EDGES.sub("", link.text.lower()) in addresses().newer or bool(_BACK.match(link.text))


def _is_paging(link: Link) -> bool:
    """Whether a link's text is a number, an arrow, or a word for further pages."""
    label = _EDGES.sub("", link.text.lower()).strip(" []()")
    if (
        not label
        or _DIGITS.fullmatch(label)
        or _ROWS.fullmatch(label)
        or label in addresses().paging
    ):
        return True
    return _says_older(link) or _says_next(link)


def _under(url: str, start: str) -> bool:
    """Whether a page without a number can belong to the list: `/berita?before=2024-05-01`."""
    return urlsplit(url).path.startswith(_folder(urlsplit(start).path.rstrip("/")))


def _folder(path: str) -> str:
    """A list's path without the file name of its first page."""
    return re.sub(r"/[^/]+\.(?:html?|php)$", "", path)
