"""Text that only scripts show: JSON-LD's `articleBody`, and the data a page hands to its script
(`__NEXT_DATA__`, `__NUXT__`, Inertia's `data-page`, and others alike)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.characters import clean
from crawler.extraction.headline import linked_data, squash
from crawler.extraction.tree import parse

_LEAST = 120
"""Letters from which a string may be a story's text."""
_MOST_NODES = 50_000
_TAGS = re.compile(r"<[^<>]{1,400}>")
_STRING = re.compile(r'"((?:[^"\\]|\\.){120,})"')
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d\S{0,20})?")
_CHANGED = re.compile(r"updat|modif|ubah|edit|delet|hapus|end|selesai|expire", re.IGNORECASE)
"""Names of dates that are none of publication."""
_PAGE = """<html><head>{head}</head><body><article><h1>{title}</h1>{schema}
<div>{text}</div></article></body></html>"""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A story as the page's data has it."""

    by: str
    """`schema` for JSON-LD, `script` for other data."""
    title: str
    text: str
    """HTML, or paragraphs parted by line ends."""
    published: str | None = None
    """ISO 8601."""

    @property
    def words(self) -> str:
        """The text without markup."""
        return clean(_TAGS.sub(" ", self.text))


def embedded_story(root: HtmlElement, titles: Sequence[str]) -> Embedded | None:
    """The story of this page in its data; None when there is none.

    `titles`: what the page claims as its title, squashed. An object with that title is this
    page's story; without one, only data that holds a single text tells for certain.
    """
    if schema := article_body(root):
        return schema
    told = [story for data in _data(root) for story in _stories(data)]
    own = [story for story in told if (key := squash(story.title)) and _is_titled(key, titles)]
    chosen = max(own, key=lambda story: len(story.words), default=None)
    if chosen is None and len({squash(story.words) for story in told}) == 1:
        chosen = told[0]
    return chosen


def article_body(root: HtmlElement) -> Embedded | None:
    """The longest `articleBody` of the page's JSON-LD."""
    stories = [
        Embedded("schema", str(story.get("headline") or ""), body)
        for story in linked_data(root)
        if isinstance(body := story.get("articleBody"), str) and len(body) >= _LEAST
    ]
    return max(stories, key=lambda story: len(story.text), default=None)


def as_page(root: HtmlElement, story: Embedded) -> HtmlElement:
    """A page that shows an embedded story, with the head of the page that holds it.

    Raises Unreadable where the story is beyond all bounds.
    """
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
        told = json.dumps({"headline": story.title, "datePublished": story.published})
        schema = f'<script type="application/ld+json">{told.replace("<", "")}</script>'
    return parse(_PAGE.format(head=head, title=escape(story.title), schema=schema, text=text))


def _is_titled(key: str, titles: Sequence[str]) -> bool:
    return len(key) > 5 and any(key in title or title in key for title in titles)


def _data(root: HtmlElement) -> Iterator[Any]:
    """What scripts and attributes of the page hold as JSON; strings of what is no JSON."""
    for element in root.iterfind(".//*[@data-page]"):
        yield from _loaded(element.get("data-page") or "")
    for script in root.iter("script"):
        text = script.text or ""
        if script.get("type") == "application/ld+json" or len(text) < _LEAST:
            continue
        start = text.find("=") + 1 if "json" not in (script.get("type") or "") else 0
        found = list(_loaded(text[start:].strip().rstrip(";")))
        yield from found or [[_unescaped(match) for match in _STRING.findall(text)]]


def _loaded(text: str) -> Iterator[Any]:
    try:
        yield json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return


def _unescaped(literal: str) -> str:
    try:
        return str(json.loads(f'"{literal}"', strict=False))
    except ValueError:
        return literal


def _stories(data: Any) -> Iterator[Embedded]:
    """The objects that hold a text, each with its shortest string that may be a title."""
    waiting = [data]
    for count, node in enumerate(waiting):
        if count > _MOST_NODES:
            return
        if isinstance(node, list):
            waiting.extend(item for item in node if isinstance(item, (dict, list)))
            texts = [item for item in node if isinstance(item, str)]
            if longest := max(filter(_is_text, texts), key=len, default=""):
                for title in [text for text in texts if 11 < len(text) < 250] or [""]:
                    yield Embedded(
                        "script",
                        title,
                        longest,
                        _date({str(n): text for n, text in enumerate(texts)}),
                    )
        elif isinstance(node, dict):
            waiting.extend(node.values())
            texts = [text for value in node.values() if (text := _text(value))]
            if longest := max(texts, key=len, default=""):
                strings = [v for v in node.values() if isinstance(v, str) and v != longest]
                for title in [text for text in strings if 11 < len(text) < 250] or [""]:
                    yield Embedded("script", title, longest, _date(node))


def _text(value: Any) -> str | None:
    """A value that reads like the text of a story: a long string, or a list of paragraphs."""
    if isinstance(value, str):
        return value if _is_text(value) else None
    if isinstance(value, list):
        lines = [line for item in value if (line := _line(item))]
        joined = "\n".join(lines)
        return joined if len(lines) > 1 and _is_text(joined) else None
    return None


def _line(item: Any) -> str | None:
    if isinstance(item, str):
        return item
    if isinstance(item, dict):
        strings = [v for v in item.values() if isinstance(v, str) and " " in v]
        return max(strings, key=len, default=None)
    return None


def _is_text(text: str) -> bool:
    """Words with blanks between them, not an address, a key or a style."""
    plain = _TAGS.sub(" ", text) if "<" in text else text
    words = plain.split()
    return len(plain) >= _LEAST and len(words) > 15 and len(plain) < 12 * len(words)


def _date(node: dict[str, Any]) -> str | None:
    """The earliest ISO date of an object, those of changes left out."""
    dates = [
        value
        for key, value in node.items()
        if isinstance(value, str) and _ISO.fullmatch(value) and not _CHANGED.search(key)
    ]
    return min(dates, default=None)
