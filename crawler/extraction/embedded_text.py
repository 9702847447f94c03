"""Text in data for scripts: JSON-LD's `articleBody`, and the story in the page's data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.headline import Site, linked_data
from crawler.extraction.layout.prose import is_sentence
from crawler.extraction.script_data import LEAST, page_data
from crawler.extraction.title_comparison import squash
from crawler.markup.dom import parse
from crawler.markup.text import clean

_MOST_NODES = 50_000
_TAGS = re.compile(r"<[^<>]{1,400}>")
_STYLE = re.compile(r"[{;]\s*[\w-]{2,40}\s*:[^{};]{1,80}[;}]")
"""A declaration of a stylesheet."""
_SHORTEST_TITLE = 12
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d\S{0,20})?")
_CHANGED = re.compile(r"updat|modif|ubah|edit|delet|hapus|end|selesai|expire", re.IGNORECASE)
"""Names of dates other than that of publication."""
_PAGE = """<html><head>{head}</head><body><article><h1>{title}</h1>{schema}
<div>{text}</div></article></body></html>"""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A story in the page's data."""

    by: str
    """`schema` for JSON-LD, `script` for other data."""
    title: str
    text: str
    """HTML, or paragraphs separated by line ends."""
    published: str | None = None
    """ISO 8601."""
    certain: bool = True
    """Whether it has the title of the page, and so is certainly its story."""

    @property
    def words(self) -> str:
        """The text without markup."""
        return clean(_TAGS.sub(" ", self.text))


def embedded_story(root: HtmlElement, titles: Sequence[str], site: Site) -> Embedded | None:
    """The story of this page in its data; None if there is none. `titles`: the page's possible
    titles, squashed. An object with one of them is this page's story; without one, only data
    with a single text is certain."""
    if schema := article_body(root):
        return replace(schema, certain=_is_titled(squash(schema.title), titles))
    stories = [story for data in page_data(root) for story in _stories(data)]
    own = [
        story
        for story in stories
        if _is_titled(key := squash(story.title), titles) and not site.is_named(key)
    ]
    chosen = max(own, key=lambda story: len(story.words), default=None)
    if chosen is None and len({squash(story.words) for story in stories}) == 1:
        return replace(stories[0], certain=False)
    return chosen


def article_body(root: HtmlElement) -> Embedded | None:
    """The longest `articleBody` of the page's JSON-LD."""
    stories = [
        Embedded("schema", str(story.get("headline") or ""), body)
        for story in linked_data(root)
        if isinstance(body := story.get("articleBody"), str) and len(body) >= LEAST
    ]
    return max(stories, key=lambda story: len(story.text), default=None)


def as_page(root: HtmlElement, story: Embedded) -> HtmlElement:
    """A page that shows an embedded story, with the head of the original page. Raises Unreadable
    if the story is too large."""
    head = "".join(
        etree.tostring(element, encoding="unicode", with_tail=False)
        for element in root.iter("meta", "title", "link", "script")
        if element.tag != "script" or element.get("type") == "application/ld+json"
    )
    text = story.text
    if not _TAGS.search(text):
        text = "".join(f"<p>{escape(line)}</p>" for line in re.split(r"\n+", text) if line.strip())
    schema = ""
    if story.published:
        json_ld = json.dumps({"headline": story.title, "datePublished": story.published})
        schema = f'<script type="application/ld+json">{json_ld.replace("<", "")}</script>'
    return parse(_PAGE.format(head=head, title=escape(story.title), schema=schema, text=text))


def _is_titled(key: str, titles: Sequence[str]) -> bool:
    return key in titles or any(
        (len(key) >= _SHORTEST_TITLE and key in title)
        or (len(title) >= _SHORTEST_TITLE and title in key)
        for title in titles
    )


def _stories(data: Any) -> Iterator[Embedded]:
    """The objects with a text, once for each of their strings that may be a title."""
    waiting = [data]
    for count, node in enumerate(waiting):
        if count > _MOST_NODES:
            return
        items = node if isinstance(node, dict) else dict(enumerate(node or ()))
        waiting.extend(item for item in items.values() if isinstance(item, (dict, list)))
        titles = {
            key: item
            for key, item in items.items()
            if isinstance(item, str) and 5 < len(item) < 250 and " " in item
        }
        for key, title in titles.items() or (("", ""),):
            titled = str(key) if isinstance(node, dict) else None
            texts = (_text(item, titled) for item in items.values())
            if longest := max(filter(None, texts), key=len, default=""):
                yield Embedded("script", title, longest, _date(items))


def _text(value: Any, titled: str | None) -> str | None:
    """A value that reads like the text of a story: a long string, or a value that contains
    paragraphs."""
    if isinstance(value, str):
        text = unescape(value) if "&lt;" in value and "<" not in value else value
        return text if _is_text(text) else None
    if titled is None or not isinstance(value, (list, dict)):
        return None
    lines = _joined(_lines(value, titled)).split("\n")
    letters = sum(len(line) for line in lines if is_sentence(_TAGS.sub(" ", line).rstrip()))
    joined = "\n".join(lines)  # the labels of a menu are not sentences
    return joined if len(lines) > 1 and 2 * letters >= len(joined) and _is_text(joined) else None


def _joined(lines: Iterable[str]) -> str:
    """Paragraphs, a line each; a space at the end of a piece joins it with the next."""
    text = ""
    for line in lines:
        goes_on = not text or text[-1].isspace() or line[:1].isspace()
        text += line if goes_on else f"\n{line}"
    return text


def _lines(node: Any, titled: str) -> Iterator[str]:
    """The strings with words below a node, in order, without those of objects with their own
    title."""
    if _is_line(node):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from _lines(item, titled)
    elif isinstance(node, dict) and not isinstance(node.get(titled), str):
        if line := max(filter(_is_line, node.values()), key=len, default=""):
            yield line
        for item in node.values():
            if not isinstance(item, str):
                yield from _lines(item, titled)


def _is_line(value: Any) -> bool:
    """Words, or a line of a byline, rather than a key."""
    return isinstance(value, str) and (" " in value or value.endswith((")", "]")))


def _is_text(text: str) -> bool:
    """Words with spaces between them, not a URL, a key or a style."""
    plain = _TAGS.sub(" ", text) if "<" in text else text
    words = plain.split()
    if len(plain) < LEAST or len(words) < 16 or len(plain) >= 12 * len(words):
        return False
    return _STYLE.search(plain) is None


def _date(node: Mapping[Any, Any]) -> str | None:
    """The earliest ISO date of an object, without dates of changes."""
    dates = [
        value
        for key, value in node.items()
        if isinstance(value, str) and _ISO.fullmatch(value) and not _CHANGED.search(str(key))
    ]
    return min(dates, default=None)
