"""Decides whether a home page is that of an office: it must name its region, and what it is.

Pure: markup in, verdict out. Words and names are in `crawler/data/naming.toml` and
`regions.tsv`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from crawler.markup.html import parse_html, seen_text
from crawler.regions import Region, all_regions
from crawler.registry.office_entries import naming, short_names

_LONGEST = 300_000
"""Letters of markup that are parsed."""
_TELLING = 50_000
"""Letters of text that are judged: a page says at its beginning what it is."""
_LONGEST_WORD = 60
_LEVELS = {
    "city": r"kota|pemkot|pemko|wali\s*kota",
    "regency": r"kabupaten|kab\b\.?|pemkab|bupati",
    "province": r"provinsi|prov\b\.?|pemprov|gubernur",
}
_BEFORE = "|".join(f"(?P<{level}>{words})" for level, words in _LEVELS.items())
_NEVER = r"(?!)"
_ADDRESS = re.compile(r"://|@|\.id\b", re.IGNORECASE)
_TITLES = ("og:site_name", "og:title", "description", "application-name")


class Page(NamedTuple):
    """Title, headings and text of a page."""

    title: str
    text: str


class _Mention(NamedTuple):
    name: str
    level: str | None
    """The level printed before the name: `Kota Bogor` is a city; None if there is none."""


def read(markup: str) -> Page:
    """Extracts title and visible text of a page."""
    root = parse_html(markup[:_LONGEST])
    if root is None:
        return Page("", "")
    titles = [seen_text(each) for each in root.xpath("//head/title")]
    titles += [
        str(meta.get("content") or "")
        for meta in root.iter("meta")
        if meta.get("property") in _TITLES or meta.get("name") in _TITLES
    ]
    titles += [seen_text(each) for each in root.iter("h1")]
    pictures = [str(picture.get("alt") or "") for picture in root.iter("img")]
    text = " ".join((seen_text(root), *pictures))
    return Page(_clean("; ".join(filter(None, titles))), _clean(text))


def stranger(page: Page, kind: str, place: Region, host: str) -> str | None:
    """Reason why the page is not the office's, as the end of a sentence; None if it is."""
    rules = naming()["page"]
    shown = f"“{page.title[:60]}”" if page.title else "without a title"
    if match := re.search(rules["foreign"], page.title, re.IGNORECASE):
        return f"its page speaks of {match[0]}: {shown}"
    whole = f"{page.title}\n{page.text}"
    if not re.search(rules[kind], whole, re.IGNORECASE):
        return f"its page does not say that it is an office's: {shown}"
    if place.level == "country":
        named = next(_mentions(page.title, place), None)
        return f"its page is about {named.name.title()}: {shown}" if named else None
    subject = next(_mentions(page.title, place), None) or _commonest(page.text, place)
    if subject is None:
        return f"its page names no region: {shown}"
    if subject.name != place.bare.lower():
        return f"its page is about {subject.name.title()}, not {place.name}: {shown}"
    if subject.level == place.level or not _namesakes(place):
        return None if subject.level in (None, place.level) else _other_level(place, shown)
    levels = Counter(mention.level for mention in _mentions(whole, place, only=place.bare.lower()))
    ours = levels.pop(place.level, 0)
    levels.pop(None, None)
    if ours > max(levels.values(), default=0) or (not levels and _host_tells(host, place)):
        return None
    return _other_level(place, shown)


def _other_level(place: Region, shown: str) -> str:
    return f"its page does not say that it is {place.name}'s: {shown}"


def _host_tells(host: str, place: Region) -> bool:
    """Whether the host name gives the level, as in `bogorkab.go.id`."""
    mark = {"city": "kota", "regency": "kab", "province": "prov"}[place.level]
    return mark in host.replace(re.sub("[^a-z]", "", place.bare.lower()), "")


def _mentions(text: str, place: Region, only: str | None = None) -> Iterator[_Mention]:
    """The regions that a text names, in order; `place` by its short names too."""
    for match in _pattern(place.code).finditer(text):
        level = next((level for level in _LEVELS if match[level] or match[f"also_{level}"]), None)
        name = _names()[_key(match["name"])] if match["name"] else place.bare.lower()
        if only in (None, name):
            yield _Mention(name, level)


def _commonest(text: str, place: Region) -> _Mention | None:
    counted = Counter(mention.name for mention in _mentions(text, place))
    if not counted:
        return None
    return _Mention(counted.most_common(1)[0][0], None)


def _namesakes(place: Region) -> list[Region]:
    return [
        each
        for each in all_regions()
        if each.bare.lower() == place.bare.lower() and each.code != place.code
    ]


@cache
def _names() -> dict[str, str]:
    """Every name by its letters: `baubau` is `bau bau`."""
    return {_key(each.bare): each.bare.lower() for each in all_regions() if each.code != "00"}


@cache
def _pattern(code: str) -> re.Pattern[str]:
    """Names of regions with the level before them. The region with this code also has its short
    names, which count only after a level or an office: `oku` is a word too."""
    places = {each.code: each for each in all_regions()}
    longest = sorted(_names().values(), key=len, reverse=True)
    names = "|".join(_spaced(name) for name in longest)
    short = list(short_names().get(code, ()))
    if places[code].bare.startswith("Kepulauan "):
        short.append(places[code].bare.removeprefix("Kepulauan "))
    also = "|".join(map(_spaced, sorted(short, key=len, reverse=True))) or _NEVER
    level = rf"(?:\b(?:{_BEFORE})\s+(?:administrasi\s+|adm\.?\s+)?)"
    titled = rf"(?:{level.replace('?P<', '?P<also_')}|\b(?:kpu|kip|pemerintah|pemda)\s+)"
    return re.compile(
        rf"{level}?\b(?P<name>{names})\b|{titled}(?!(?:{names})\b)(?:{also})\b", re.IGNORECASE
    )


def _spaced(name: str) -> str:
    return r"[\s-]*".join(map(re.escape, name.split()))


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def _clean(text: str) -> str:
    """The text on one line, without URLs: a host's name does not show whose page it is."""
    words = (word for word in text.split() if len(word) <= _LONGEST_WORD)
    return " ".join(word for word in words if not _ADDRESS.search(word))[:_TELLING]
